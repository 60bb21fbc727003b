/** A login as a page knows it. What the bridge says is the truth: every message is a whole state, nothing is replayed. */

import { BridgeConnection, OPEN } from './connection.js';

const NOTHING = { state: 'connecting', seq: -1, problem: null, failure: null };

/** States in which nothing is known of a login yet. */
export const UNKNOWN = ['connecting', 'unreachable', 'unauthorized'];

/** What is known after a message. */
export function reduce(model, { event, data }) {
	// Of somebody whom the bridge does not know any more it knows no order either.
	if (data.reason === 'unauthorized') return { ...model, state: 'unauthorized' };
	if (typeof data.seq === 'number') {
		if (data.seq < model.seq) return model;
		model = { ...model, seq: data.seq };
	}
	const sameLogin = !data.loginId || data.loginId === model.loginId;
	switch (event) {
		case 'claude.auth.status':
			return {
				...model,
				state: data.state,
				link: data.link,
				loginId: data.loginId,
				expiresAt: data.expiresAt ?? (sameLogin ? model.expiresAt : undefined),
				credential: data.credential,
				others: data.others,
				problem: sameLogin ? model.problem : null,
				url: sameLogin && data.state === 'awaiting_code' ? model.url : undefined,
				startedBy: data.startedBy ?? (sameLogin ? model.startedBy : undefined),
				pairedWith: data.pairedWith,
				failure: null,
			};
		case 'claude.auth.url': {
			const { url, loginId, expiresAt, startedBy, problem = null } = data;
			return { ...model, state: 'awaiting_code', url, loginId, expiresAt, startedBy, problem, failure: null };
		}
		case 'claude.auth.complete': {
			// The status may have come before, and tells more.
			const told = model.credential?.fingerprint === data.credential?.fingerprint;
			const credential = told ? model.credential : data.credential;
			return { ...model, state: 'signed_in', credential, problem: null, failure: null, url: undefined };
		}
		case 'claude.auth.error': {
			const { reason, error, retryable, state, loginId } = data;
			const problem = { reason, error, retryable };
			// The login goes on: `problem` says why the code, or this page's own message, was not taken.
			if (state) return { ...model, state, problem, url: state === 'awaiting_code' ? model.url : undefined };
			// Not about a login: the server is going down, and this page will be back.
			if (!loginId && reason === 'cancelled') return model;
			const rest = model.credential?.fingerprint ? 'signed_in' : reason === 'cancelled' || reason === 'signed_out' ? 'signed_out' : 'failed';
			return { ...model, state: rest, failure: problem, problem: null, url: undefined };
		}
		default:
			return model;
	}
}

/** Talks to the bridge for one element, and keeps what both sides said. Draws nothing. */
export class LoginClient {
	model = NOTHING;
	connected = false;
	/** Whether a code is on its way. */
	sending = false;
	/** What is in the way of every sign-in, whether it passes by itself, and who administers the bridge. */
	faults = [];
	passing = false;
	contact = '';
	/** Whether the bridge answers others, but not pages of this origin. */
	foreign = false;
	/** What the person did here that the bridge does not know of. */
	opened = false;
	note = null;
	/** How one was signed in before the sign-out. */
	gone = null;

	#on;
	#paired = false;
	#connection = null;
	/** The code that is on its way, and where the login stood when it left. */
	#sent = null;
	#renewing = false;
	/** What was asked for while there was no connection, and how all stood then: {events, of}. */
	#wish = null;
	#restarted = false;
	/** The error that was told last: the bridge repeats how a login ended for as long as that is its state. */
	#told = '';
	/** How far the bridge's clock is ahead of this one's, in milliseconds. */
	#ahead = 0;
	#faultTimer = 0;

	/**
	 * @param on {changed(), arrived(), down(), complete(credential), error({reason, retryable})}; `arrived` after a
	 *     message, of which several may come together; `down` when the connection is lost
	 */
	constructor(on) {
		this.#on = on;
	}

	/** @param {boolean} paired whether this device was let in for one login only */
	connect(base, key, paired) {
		this.stop();
		this.#paired = paired;
		this.connected = false;
		this.#connection = new BridgeConnection(base, key, {
			fresh: () => {
				// A server that was started anew counts from the beginning.
				this.model = { ...this.model, seq: -1 };
				this.#lookForFaults();
			},
			message: (message) => this.#received(message),
			down: (failures) => this.#down(failures),
		});
	}

	stop() {
		clearTimeout(this.#faultTimer);
		this.#connection?.stop();
	}

	// ---- what a person does

	/** The sign-in link; each is good once. */
	get link() {
		return this.model.link && new URL(this.model.link, this.#connection.base).href;
	}

	/** Seconds for which the authorization URL is good; NaN where nobody knows. */
	get secondsLeft() {
		return Math.max(0, Math.round((Date.parse(this.model.expiresAt) - Date.now() - this.#ahead) / 1_000));
	}

	/** Whether a code waits for a connection. */
	get queued() {
		return Boolean(this.#sent) && !this.connected;
	}

	refresh() {
		return this.#connection.send('claude.auth.status');
	}

	wake() {
		this.#connection.wake();
	}

	/** The sign-in link was followed; the next ticket is asked for once the click has done its work. */
	followed() {
		this.opened = true;
		this.note = null;
		setTimeout(() => this.refresh(), 0);
	}

	/** The sign-in page was opened from here. */
	open() {
		this.opened = true;
		this.note = null;
		this.#on.changed();
	}

	start() {
		this.#told = '';
		this.note = null;
		this.#want('claude.auth.start');
		this.model = { ...this.model, state: 'starting', failure: null, problem: null };
		this.#on.changed();
	}

	cancel() {
		this.#want('claude.auth.cancel');
	}

	renew() {
		this.opened = false;
		this.note = null;
		this.#want('claude.auth.cancel', 'claude.auth.start');
	}

	/** Sends it, now or once the connection is back, unless all is different by then. */
	#want(...events) {
		this.#wish = this.#connection.open ? null : { events, of: this.#standing };
		if (this.#wish) return this.wake();
		this.#renewing = events.length > 1;
		events.forEach((event) => this.#connection.send(event));
	}

	/** The open login and the credential, by name. */
	get #standing() {
		const { state, loginId, credential } = this.model;
		return [OPEN.includes(state) && loginId, credential?.fingerprint].join();
	}

	#fulfil() {
		const wish = this.#wish;
		this.#wish = null;
		if (wish?.of !== this.#standing) return;
		if (wish.events.includes('claude.auth.start')) this.model = { ...this.model, state: 'starting' };
		this.#want(...wish.events);
	}

	submit(code) {
		this.#told = '';
		this.note = null;
		this.model = { ...this.model, problem: null };
		this.sending = this.#connection.send('claude.auth.code', { code });
		const { loginId, seq } = this.model;
		this.#sent = { code, loginId, seq, over: this.sending && this.#connection.socket };
		this.#on.changed();
	}

	fetch(path, method, body) {
		return this.#connection.fetch(path, method, body);
	}

	/** Asks for something that changes what is stored. @returns null, or what is wrong: {status, reason?, detail?} */
	async ask(path, method, body) {
		try {
			const answer = await this.fetch(path, method, body);
			if (!answer.ok) return { ...(await answer.json().catch(() => null)), status: answer.status };
			this.refresh();
			return null;
		} catch {
			return { status: 0 };
		}
	}

	// ---- what the bridge says

	#received(message) {
		const { event, data } = message;
		const before = this.model;
		this.model = reduce(before, message);
		this.connected = true;
		this.sending = false;
		if (data.now) this.#ahead = Date.parse(data.now) - Date.now();
		if (event === 'claude.auth.error') this.#failed(before, data);
		else if (this.model.state !== 'signed_out') this.#renewing = false;
		if (event === 'claude.auth.url') this.#sendAgain(data);
		if (event === 'claude.auth.status') this.#fulfil();
		// By a login, here or elsewhere, or an API key: there is a credential that was not there before. Told once, though
		// a status and the end of the login both say so.
		const { credential, state, loginId } = this.model;
		const fresh = credential?.fingerprint && credential.fingerprint !== before.credential?.fingerprint && !UNKNOWN.includes(before.state);
		if (fresh) this.#on.complete(credential);
		if (state !== 'awaiting_code') this.#sent = null;
		if (state === 'starting' && this.note === 'signed_out_notice') this.note = null;
		if (state === 'signed_in' && before.state !== state) {
			this.#restarted = false;
			this.note = null;
			// What lets this device in ends with its login: nothing more will come.
			if (this.#paired) this.stop();
		}
		if (before.loginId && loginId && loginId !== before.loginId) this.opened = false;
		this.#on.arrived();
	}

	#failed(before, { reason, retryable, state, loginId, seq }) {
		this.#sent = null;
		const error = [reason, state, loginId, seq].join();
		if (error === this.#told || (loginId && UNKNOWN.includes(before.state))) return;
		this.#told = error;
		this.#on.error({ reason, retryable: Boolean(retryable) });
		// A link that ran out under somebody's eyes is made anew by itself, once: nobody there, no processes.
		const ranOut = reason === 'timed_out' && loginId && !state && before.state === 'awaiting_code';
		const restart = ranOut && document.visibilityState === 'visible' && !this.#restarted;
		if (restart) {
			this.#restarted = true;
			this.note = 'restarted';
			this.#connection.send('claude.auth.start');
		}
		if (restart || (this.#renewing && reason === 'cancelled')) this.model = { ...this.model, state: 'starting', failure: null };
		this.#lookForFaults();
	}

	/** A code that left just before the connection broke may not have arrived: then the bridge has not moved on. */
	#sendAgain({ loginId, seq }) {
		const sent = this.#sent;
		if (!sent || sent.over === this.#connection.socket) return;
		this.#sent = null;
		if (sent.loginId === loginId && sent.seq === seq) this.submit(sent.code);
	}

	#down(failures) {
		this.connected = false;
		this.sending = false;
		if (this.#waiting) this.#diagnose(failures);
		this.#on.down();
	}

	get #waiting() {
		return !this.connected && ['connecting', 'unreachable'].includes(this.model.state);
	}

	/** A refused WebSocket does not say why; the same question over HTTP does. */
	async #diagnose(failures) {
		let state = failures > 1 ? 'unreachable' : this.model.state;
		try {
			const { status } = await this.fetch('api/claude/auth');
			if (status === 401 || status === 403) state = 'unauthorized';
		} catch {
			state = 'unreachable';
			// What everybody may load tells a bridge that is gone from one that does not know this page's origin.
			const script = new URL('claude-login/words.js', this.#connection.base);
			this.foreign = script.origin !== location.origin && (await fetch(script).catch(() => null))?.ok === true;
		}
		if (!this.#waiting) return;
		this.model = { ...this.model, state };
		this.#on.changed();
	}

	/** Asks whether the bridge can do its work; again and again for as long as it cannot. */
	async #lookForFaults() {
		if (this.#paired) return;
		const connection = this.#connection;
		let broken = this.faults;
		try {
			const { checks = [], contact = '' } = await (await connection.fetch('readyz')).json();
			// What concerns single owners is in their own status.
			broken = checks.filter((check) => !check.ok && !check.owners);
			this.contact = contact;
		} catch {
			// The socket says when the bridge is gone.
		}
		if (connection.stopped) return;
		// What is not yet ready in a bridge's first second is nobody's business.
		const passing = broken.length > 0 && broken.every((check) => check.pending);
		const early = passing && !this.passing;
		this.faults = early ? [] : broken;
		this.passing = passing;
		clearTimeout(this.#faultTimer);
		if (broken.length) this.#faultTimer = setTimeout(() => this.#lookForFaults(), early ? 1_500 : 4_000);
		this.#on.arrived();
	}
}
