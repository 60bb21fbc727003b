/** The page behind the QR code: exchanges the token in its link for a session that is limited to one login. */

/**
 * The token works once. It is in the fragment, which no server and no log sees, and is removed from the address bar.
 *
 * @returns whether the person wants to go on, where the sign-in is that of another owner
 */
async function join() {
	const token = location.hash.slice(1);
	if (token === '') return true;
	history.replaceState(null, '', location.pathname);
	const post = (more) => fetch(`d/${encodeURIComponent(token)}`, { method: 'POST', cache: 'no-store', ...more });
	try {
		const answer = await post();
		if (answer.status !== 409) return true;
		const { mayJoin } = await import('./ask.js');
		if (!(await mayJoin(await answer.json()))) return false;
		await post({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ confirm: true }) });
	} catch {
		// The element shows what is wrong: it asks the same server next.
	}
	return true;
}

// floor.js has removed it where the browser is too old; the link still works in another one.
const login = document.querySelector('claude-login');
if (login) {
	const start = async () => {
		if (await join()) return import('./claude-login/claude-login.js');
		const said = /** @type {HTMLElement} */ (login.firstElementChild);
		said.textContent = 'Nothing was done, and the link still works. You can close this page.';
		said.setAttribute('tabindex', '-1');
		said.focus();
	};
	// Another link that is opened in this tab changes the fragment only, and loads nothing.
	addEventListener('hashchange', async () => {
		if (location.hash === '') return;
		if (!customElements.get('claude-login')) await start();
		else if (await join()) login.reconnect();
	});

	await start();
}
