/** The chat page: <claude-chat> does the work. */

import { session } from './session.js';

await session(() => document.querySelector('claude-chat').reconnect());
await import('./claude-login/claude-chat.js');
