/** Opens a session with an access key. Loaded when there is one in the address. */

/** Where the browser has a session of another owner, that is replaced only after a click. */
export async function openSession(key) {
	const headers = { 'Content-Type': 'application/json' };
	const post = (more) => fetch('api/session', { method: 'POST', headers, body: JSON.stringify({ key, ...more }) });
	const answer = await post();
	if (answer.status !== 409) return;
	const { mayReplace } = await import('./ask.js');
	if (await mayReplace(await answer.json())) await post({ replace: true });
}
