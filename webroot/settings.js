/** The settings page: <claude-login> does the work; the tab's title shows its state. */

import { session } from './session.js';

const login = document.querySelector('claude-login');
const product = document.title;
const titles = { awaiting_code: 'Paste the code', verifying: 'Checking', signed_in: 'Signed in', failed: 'Not signed in' };
// floor.js has removed it where the browser is too old; the address keeps the key for another one.
if (login) {
	login.addEventListener('claude-login-statechange', ({ detail }) => {
		const title = titles[detail.state];
		document.title = title ? `${title} · ${product}` : product;
	});

	await session(() => login.reconnect());
	await import('./claude-login/claude-login.js');

	const browsers = async () => location.hash === '#browsers' && (await import('./browsers.js')).show(login);
	addEventListener('hashchange', browsers);
	await browsers();
}
