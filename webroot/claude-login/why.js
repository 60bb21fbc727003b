/** Finds out why there is no connection to the bridge, since browsers do not say why a WebSocket failed. Loaded when one did. */

import { addWords } from './words.js';

addWords({
	blocked_title: 'This page cannot connect',
	foreign_lead: 'The server lets in only pages that it knows: its administrator has to add {origin} to CLAUDE_AUTH_ORIGINS.',
	socket_lead: 'The server answers, but its WebSocket does not open. If there is a proxy in between, it has to pass on the headers Upgrade and Connection.',
	asked_lead: 'Your browser may be asking whether this page may reach other devices, or apps on this device. Allow it: the server is at {bridge}.',
	denied_lead: 'Your browser does not let this page reach other devices, or apps on this device. Allow it in the settings of this site, beside the address: the server is at {bridge}.',
	insecure_lead: 'Browsers let a page reach {bridge}, in a private network, only if the page was loaded over https.',
	mixed_lead: 'This page keeps trying. If the server is running, the browser may block it, since this page was loaded over https and {bridge} is not: give the server a certificate.',
});

/** How long an answer may take before the browser may be asking the person first. */
const PATIENCE_MILLIS = 1_000;
/** Connections that try again once the person has answered the browser. */
const waiting = new WeakSet();

/** What the bridge says against the requests of this page, a sentence; empty if nothing. Browsers send `Origin` with a POST. */
export async function objection(base) {
	const answer = await fetch(new URL('api/claude/auth/socket', base), { method: 'POST', cache: 'no-store' }).catch(() => null);
	const problem = [401, 403].includes(answer?.status ?? 0) && (await answer?.json().catch(() => null));
	return problem?.detail ?? '';
}

/** Whether the address is that of this device, or one of a private network; a name of another kind tells nothing. */
const isLoopback = ({ hostname }) => /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname);
const isPrivate = (url) => isLoopback(url) || /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cde]|.*\.local$)/.test(url.hostname);

/** The browser's permission for pages of the internet to reach such an address; null where it has none. */
async function permissionFor(base) {
	if (base.origin === location.origin || isPrivate(location)) return null;
	// Chrome's names, the last one until version 144.
	for (const name of [isLoopback(base) ? 'loopback-network' : 'local-network', 'local-network-access']) {
		const status = await navigator.permissions?.query(/** @type {any} */ ({ name })).catch(() => null);
		if (status) return status;
	}
	return null;
}

/**
 * Asks the bridge over HTTP.
 *
 * @returns {Promise<{status?: number, refusal?: import('../../src/test/types/login').Refusal}>} the status of the answer, if one
 *     came; and what is in the way, if that is known: the name of a text or a sentence of the bridge, and values for it
 */
export async function why(connection, failures) {
	const { base } = connection;
	const values = { origin: location.origin, bridge: base.origin };
	const permission = await permissionFor(base);
	/** @type {Promise<number | undefined>} */
	const asked = connection.fetch('api/claude/auth').then((answer) => answer.status).catch(() => undefined);
	if (permission?.state === 'prompt') {
		const late = new Promise((resolve) => setTimeout(() => resolve('late'), PATIENCE_MILLIS));
		if ((await Promise.race([asked, late])) === 'late') {
			if (!waiting.has(connection)) permission.addEventListener('change', () => connection.wake());
			waiting.add(connection);
			return { refusal: ['asked_lead', values] };
		}
	}
	const status = await asked;
	if (status) {
		const said = await objection(base);
		if (said) return { status, refusal: [said] };
		return { status, ...(status < 400 && failures > 2 && { refusal: ['socket_lead'] }) };
	}
	if (base.origin === location.origin) return {};
	// Any origin may load a script: if that works, the bridge is there, but does not allow this page's origin.
	const script = new URL('claude-login/words.js', base);
	if ((await fetch(script).catch(() => null))?.ok) return { refusal: ['foreign_lead', values] };
	if (permission?.state === 'denied') return { refusal: ['denied_lead', values] };
	if (permission && isPrivate(base) && !isSecureContext) return { refusal: ['insecure_lead', values] };
	return location.protocol === 'https:' && base.protocol === 'http:' ? { refusal: ['mixed_lead', values] } : {};
}
