/** The page behind the QR code: trades the token of its link for a session that is good for one login. */

/** The token comes in the fragment, which no server and no log ever sees, is good once, and leaves the address bar at once. */
async function join() {
	const token = location.hash.slice(1);
	if (token === '') return;
	history.replaceState(null, '', location.pathname);
	try {
		await fetch(`d/${encodeURIComponent(token)}`, { method: 'POST', cache: 'no-store' });
	} catch {
		// The component says what is wrong: it asks the same server next.
	}
}

// Gone in a browser that is too old: there the page says how to go on, and its link stays good.
const login = document.querySelector('claude-login');
if (login) {
	// Another code, opened in this tab, changes only the fragment: no load.
	addEventListener('hashchange', async () => {
		if (location.hash === '') return;
		await join();
		login.reconnect();
	});

	await join();
	await import('./claude-login/claude-login.js');
}
