/** The chat page: <claude-chat> does the work. */

import { session } from './session.js';

// floor.js has removed it where the browser is too old; the address keeps the key for another one.
const chat = document.querySelector('claude-chat');
if (chat) {
	await session(() => chat.reconnect());
	await import('./claude-login/claude-chat.js');
}
