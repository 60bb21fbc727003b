/** The page behind the QR code: turns the ticket of its link into a pass for one login, then lets <claude-login> do the rest. */

/** It comes in the fragment, which no server and no log ever sees, is good once, and leaves the address bar at once. */
const ticket = location.hash.slice(1);
if (ticket !== '') {
	history.replaceState(null, '', location.pathname);
	try {
		await fetch('api/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ticket }) });
	} catch {
		// The component says what is wrong: it asks the same server next.
	}
}
await import('./claude-login/claude-login.js');
