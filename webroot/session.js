/** Exchanges the access key in a page's link for a session. */

/** The key is in the fragment, which no server and no log sees. First of all it is removed from the address bar. */
function takeKey() {
	const key = new URLSearchParams(location.hash.slice(1)).get('key');
	if (key !== null) history.replaceState(null, '', location.pathname + location.search);
	return key;
}

async function openSession(key) {
	try {
		await fetch('api/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ key }) });
	} catch {
		// The element shows what is wrong: it asks the same server next.
	}
}

/** Uses the key in the address, and each later one, after which it calls `reopened`. */
export async function session(reopened) {
	// A link that is opened in this tab again changes the fragment only, and loads nothing.
	addEventListener('hashchange', async () => {
		const key = takeKey();
		if (key === null) return;
		await openSession(key);
		reopened();
	});
	const key = takeKey();
	if (key !== null) await openSession(key);
}
