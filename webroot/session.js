/** Turns the key of a page's link into a session. */

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

/** Takes the key that is there now, and each that comes later; `reopened` is called after those. */
export async function session(reopened) {
	// The same link, opened again in this tab, changes only the fragment: no load, no second chance to read it.
	addEventListener('hashchange', async () => {
		const key = takeKey();
		if (key === null) return;
		await openSession(key);
		reopened();
	});
	const key = takeKey();
	if (key !== null) await openSession(key);
}
