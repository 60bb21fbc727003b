/** Exchanges the access key in a page's link for a session. */

/** The key is in the fragment, which no server and no log sees. First of all it is removed from the address bar. */
async function useKey(then = () => {}) {
	const key = new URLSearchParams(location.hash.slice(1)).get('key');
	if (key === null) return;
	history.replaceState(null, '', location.pathname + location.search);
	// Whatever fails, the element shows what is wrong: it asks the same server next.
	await import('./open-session.js').then(({ openSession }) => openSession(key)).catch(() => {});
	then();
}

/** Uses the key in the address, and each later one, after which it calls `reopened`. */
export async function session(reopened) {
	// A link that is opened in this tab again changes the fragment only, and loads nothing.
	addEventListener('hashchange', () => useKey(reopened));
	await useKey();
}
