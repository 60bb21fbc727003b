/** Messages as the server sends them; the same as those of `Frame` in the Java tests. */

export const LOGIN = 'login-1';
export const URL_SHOWN = 'https://claude.ai/oauth/authorize?code=true&client_id=made-up&state=s1TdbGm0Hq3vXk9JmN2bQw7RzYp5LcEa6UoFi8Ks4Vt';
/** A code for that URL. */
export const CODE = 'q7Zr2LmX9wKc4VtBn8HsJd3Fy6PgUa1E0oRiTbNvQeMlWxSz#s1TdbGm0Hq3vXk9JmN2bQw7RzYp5LcEa6UoFi8Ks4Vt';
export const CREDENTIAL = { method: 'oauth_token', madeAt: '2026-11-17T12:00:00Z', expiresAt: '2027-11-17T12:00:00Z', fingerprint: '7f3a 91c2 0be4' };

const SEQ = { awaiting_code: 2, verifying: 3, signed_in: 9 };
let tickets = 0;

export function status(state, more = {}) {
	const open = ['starting', 'awaiting_code', 'verifying'].includes(state);
	const data = { state, seq: SEQ[state] ?? 1, link: `/go/ticket-${(tickets += 1)}`, ...(open && { loginId: LOGIN }), ...more };
	return { event: 'claude.auth.status', data };
}

export const signedIn = (more = {}) => status('signed_in', { credential: CREDENTIAL, ...more });

/** The answer to a client that asked with a `seq`, where nothing is new. */
export const unchanged = (seq) => ({ event: 'claude.auth.status', data: { unchanged: true, seq } });

export function url(more = {}) {
	const startedBy = { address: '127.0.0.1', device: 'Firefox on Linux' };
	const expiresAt = new Date(Date.now() + 581_000).toISOString();
	return { event: 'claude.auth.url', data: { url: URL_SHOWN, instructions: 'Open it.', loginId: LOGIN, seq: 2, expiresAt, startedBy, ...more } };
}

/** The URL after a code was refused. */
export const refused = (reason, more = {}) => url({ problem: { reason, error: 'The server’s own words.' }, ...more });

export const complete = (more = {}) => ({ event: 'claude.auth.complete', data: { success: true, loginId: LOGIN, seq: 9, credential: CREDENTIAL, ...more } });

const error = (reason, more) => ({ event: 'claude.auth.error', data: { success: false, reason, error: 'The server’s own words.', retryable: true, ...more } });

/** The end of a login. */
export const failed = (reason, more = {}) => error(reason, { loginId: LOGIN, seq: 8, ...more });

/** A code was refused; the login goes on. */
export const problem = (reason, state, more = {}) => error(reason, { loginId: LOGIN, state, ...more });

/** An error where no login is open. */
export const refusal = (reason, more = {}) => error(reason, more);

export const text = (id, delta) => ({ event: 'claude.chat.text', data: { id, delta } });
export const done = (id) => ({ event: 'claude.chat.done', data: { id } });
export const chatError = (id, reason, said = 'The server’s own words.') => ({ event: 'claude.chat.error', data: { id, reason, error: said } });
