/** The chat page: <claude-chat> does the work. */

import { session } from './session.js';

// Gone in a browser that is too old: there the page says how to go on, and its address keeps the key.
const chat = document.querySelector('claude-chat');
if (chat) {
	await session(() => chat.reconnect());
	await import('./claude-login/claude-chat.js');
}
