/** The settings page: <claude-login> does the work; the tab's title says where it stands. */

import { session } from './session.js';

const login = document.querySelector('claude-login');
const product = document.title;
const titles = { awaiting_code: 'Paste the code', verifying: 'Checking', signed_in: 'Signed in', failed: 'Not signed in' };
// Gone in a browser that is too old: there the page says how to go on, and its address keeps the key.
if (login) {
	login.addEventListener('claude-login-statechange', ({ detail }) => {
		const title = titles[detail.state];
		document.title = title ? `${title} · ${product}` : product;
	});

	await session(() => login.reconnect());
	await import('./claude-login/claude-login.js');
}
