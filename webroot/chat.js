/** The chat page: <claude-chat> does the work. */

import { session } from './session.js';

// Gone in a browser that is too old: there the page says how to go on, and its address keeps the key.
if (document.querySelector('claude-chat')) {
	await session(() => document.querySelector('claude-chat').reconnect());
	await import('./claude-login/claude-chat.js');
}
