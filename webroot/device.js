/** The page behind the QR code: exchanges the token in its link for a session that is limited to one login. */

/** The token works once. It is in the fragment, which no server and no log sees, and is removed from the address bar. */
async function join() {
	const token = location.hash.slice(1);
	if (token === '') return;
	history.replaceState(null, '', location.pathname);
	try {
		await fetch(`d/${encodeURIComponent(token)}`, { method: 'POST', cache: 'no-store' });
	} catch {
		// The element shows what is wrong: it asks the same server next.
	}
}

// floor.js has removed it where the browser is too old; the link still works in another one.
const login = document.querySelector('claude-login');
if (login) {
	// Another link that is opened in this tab changes the fragment only, and loads nothing.
	addEventListener('hashchange', async () => {
		if (location.hash === '') return;
		await join();
		login.reconnect();
	});

	await join();
	await import('./claude-login/claude-login.js');
}
