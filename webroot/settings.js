/** The settings page: turns the key of its link into a session, then lets <claude-login> do the rest. */

/** The key comes in the fragment, which no server and no log ever sees. It leaves the address bar before anything else. */
function takeKey() {
	const key = new URLSearchParams(location.hash.slice(1)).get('key');
	if (key !== null) history.replaceState(null, '', location.pathname + location.search);
	return key;
}

async function openSession(key) {
	try {
		await fetch('api/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ key }) });
	} catch {
		// The component says what is wrong: it asks the same server next.
	}
}

const login = document.querySelector('claude-login');
const product = document.title;
const titles = { awaiting_code: 'Paste the code', verifying: 'Checking', signed_in: 'Signed in', failed: 'Not signed in' };
login.addEventListener('claude-login-statechange', ({ detail }) => {
	const title = titles[detail.state];
	document.title = title ? `${title} · ${product}` : product;
});

// The same link, opened again in this tab, changes only the fragment: no load, no second chance to read it.
addEventListener('hashchange', async () => {
	const key = takeKey();
	if (key === null) return;
	await openSession(key);
	login.reconnect();
});

const key = takeKey();
if (key !== null) await openSession(key);
await import('./claude-login/claude-login.js');
