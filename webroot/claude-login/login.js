/**
 * What a page knows of a login, as data, and the one function that changes it. Each message of the bridge holds a whole
 * state, so the last one counts. The types are described in src/test/types/login.d.ts.
 */

import { OPEN } from './connection.js';

/** @type {import('../../src/test/types/login').Model} */
export const NOTHING = {
	state: 'connecting',
	seq: -1,
	problem: null,
	failure: null,
	connected: false,
	connection: 0,
	refusal: null,
	ahead: 0,
	first: null,
	told: '',
	paired: false,
	watches: true,
	sending: false,
	sent: null,
	wish: null,
	opened: false,
	note: null,
	renewing: false,
	restarted: false,
	faults: [],
	passing: false,
	contact: '',
};

/** States in which nothing is known of a login yet. */
export const UNKNOWN = ['connecting', 'unreachable', 'unauthorized'];

/** How far the installation of the CLI is, {done, total} in bytes; null where none is under way. */
export const installing = ({ faults }) => faults.find(({ pending, progress }) => pending && progress)?.progress ?? null;

/**
 * Takes what is known and what happened; returns what is known now, and the effects for the caller to carry out.
 *
 * @type {import('../../src/test/types/login').Reduce}
 */
export const reduce = (model, action) => {
	const effects = [];
	const emit = (name, more) => effects.push({ do: name, ...more });
	const react = /** @type {import('../../src/test/types/login').Reaction} */ (REACTIONS[action.type]);
	return { model: { ...model, ...react(model, action, emit) }, effects };
};

/** @type {import('../../src/test/types/login').Reactions} By type of action: what changes in the model. */
const REACTIONS = {
	connect: (model, { paired, watches }) => ({ connected: false, paired, watches }),

	/** A server that was restarted counts `seq` from 0 again. */
	connected: (model, action, emit) => {
		emit('tell', { name: 'connected' });
		REACTIONS.look(model, action, emit);
		return { seq: -1, first: null, connection: model.connection + 1 };
	},

	down: (model, { failures }, emit) => {
		if (waits(model)) emit('diagnose', { failures });
		emit('draw', { when: 'late' });
		return { connected: false, sending: false };
	},

	/** HTTP said why there is no connection; without a `status` there was no answer. */
	diagnosed: (model, { failures, status, refusal }, emit) => {
		if (model.connected || !waits(model)) return {};
		emit('draw', { when: 'now' });
		if (!refusal && (status === 401 || status === 403)) return { state: 'unauthorized' };
		return status && failures < 2 && !refusal ? {} : { state: 'unreachable', refusal };
	},

	message: (before, action, emit) => {
		const { event, data, now } = action;
		// The answer to a heartbeat: what was told last still holds.
		if (data.unchanged) return {};
		let model = { ...after(before, action), connected: true, sending: false };
		const set = (change) => (model = { ...model, ...change });
		if (data.now) set({ ahead: Date.parse(data.now) - now });
		if (event === 'claude.auth.error') set(failed(before, model, action, emit));
		else if (model.state !== 'signed_out') set({ renewing: false });
		if (event === 'claude.auth.url') set(sendAgain(model, action, emit));
		if (event === 'claude.auth.status') set(fulfil(before, model, action, emit));
		// There is a new credential, from a login here or elsewhere, or an API key. Both a status and the end of the login
		// say so; it is told once.
		const { credential, state, loginId } = model;
		const fresh = credential?.fingerprint && credential.fingerprint !== before.credential?.fingerprint && !UNKNOWN.includes(before.state);
		if (fresh) emit('tell', { name: 'complete', detail: credential });
		if (state !== 'awaiting_code') set({ sent: null });
		if (state === 'starting' && model.note === 'signed_out_notice') set({ note: null });
		if (state === 'signed_in' && before.state !== state) {
			set({ restarted: false, note: null });
			// This device was let in for this login only; the bridge tells it nothing more.
			if (model.paired) emit('hangUp');
		}
		if (before.loginId && loginId && loginId !== before.loginId) set({ opened: false });
		emit('draw', { when: 'soon' });
		return model;
	},

	start: (model, action, emit) => {
		const wanted = want(model, action, emit, 'claude.auth.start');
		emit('draw', { when: 'now' });
		return { ...wanted, told: '', note: null, state: 'starting', failure: null, problem: null };
	},

	cancel: (model, action, emit) => want(model, action, emit, 'claude.auth.cancel'),

	renew: (model, action, emit) => ({ ...want(model, action, emit, 'claude.auth.cancel', 'claude.auth.start'), opened: false, note: null }),

	submit: ({ connection, loginId, seq }, { code, open }, emit) => {
		if (open) emit('send', { event: 'claude.auth.code', data: { code } });
		emit('draw', { when: 'now' });
		return { told: '', note: null, problem: null, sending: open, sent: { code, loginId, seq, over: open && connection } };
	},

	/** The sign-in link was followed, which uses it up; the next one is asked for after the click. */
	followed: (model, action, emit) => {
		emit('later', { millis: 0, type: 'refresh' });
		return { opened: true, note: null };
	},

	/** The sign-in page was opened from here. */
	opened: (model, action, emit) => {
		emit('draw', { when: 'now' });
		return { opened: true, note: null };
	},

	signedOut: (model, action, emit) => {
		emit('draw', { when: 'now' });
		return { note: 'signed_out_notice' };
	},

	refresh: (model, action, emit) => {
		emit('send', { event: 'claude.auth.status' });
	},

	wake: (model, action, emit) => {
		emit('wake');
	},

	tick: (model, { now }, emit) => {
		const left = Math.max(0, Math.round((Date.parse(model.expiresAt ?? '') - now - model.ahead) / 1_000));
		if (model.state === 'awaiting_code' && !Number.isNaN(left)) emit('tell', { name: 'clock', detail: left });
	},

	look: ({ watches }, action, emit) => {
		if (watches) emit('look');
	},

	/** The answer of /readyz, null where none came. Asked again as long as there are faults. */
	readiness: (model, { said }, emit) => {
		const { checks = [], contact = '' } = said ?? { contact: model.contact };
		// Faults of single owners are told in their status.
		const broken = said ? checks.filter((check) => !check.ok && !check.owners) : model.faults;
		const passing = broken.length > 0 && broken.every((check) => check.pending);
		// A bridge that has just started needs a second; that is not shown.
		const moving = Boolean(installing({ faults: broken }));
		const early = passing && !model.passing && !moving;
		if (broken.length) emit('later', { millis: moving ? 1_000 : early ? 1_500 : 4_000, type: 'look' });
		emit('draw', { when: 'soon' });
		return { faults: early ? [] : broken, passing, contact };
	},
};

const waits = ({ state, connected }) => !connected && ['connecting', 'unreachable'].includes(state);

/** What is known after a message. */
function after(model, { event, data }) {
	// It counts whatever its `seq` is.
	if (data.reason === 'unauthorized') return { ...model, state: 'unauthorized' };
	if (typeof data.seq === 'number') {
		if (data.seq < model.seq) return model;
		model = { ...model, seq: data.seq };
	}
	if (data.owner) model = { ...model, owner: data.owner, severalOwners: data.severalOwners };
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
			const { url, loginId, expiresAt, startedBy, problem = null, restarted } = data;
			return { ...model, ...(restarted && { note: 'new_cli' }), state: 'awaiting_code', url, loginId, expiresAt, startedBy, problem, failure: null };
		}
		case 'claude.auth.complete': {
			// A status that came before tells more of it.
			const told = model.credential?.fingerprint === data.credential?.fingerprint;
			const credential = told ? model.credential : data.credential;
			return { ...model, state: 'signed_in', credential, problem: null, failure: null, url: undefined };
		}
		case 'claude.auth.error': {
			const { reason, error, retryable, state, loginId } = data;
			const problem = { reason, error, retryable };
			// The login goes on; the code, or another message of this page, was not accepted.
			if (state) return { ...model, state, problem, url: state === 'awaiting_code' ? model.url : undefined };
			// No login was cancelled: the server is shutting down, and this page will reconnect.
			if (!loginId && reason === 'cancelled') return model;
			const rest = model.credential?.fingerprint ? 'signed_in' : reason === 'cancelled' || reason === 'signed_out' ? 'signed_out' : 'failed';
			return { ...model, state: rest, failure: problem, problem: null, url: undefined };
		}
		default:
			return model;
	}
}

function failed(before, model, action, emit) {
	const { data, visible } = action;
	const { reason, retryable, state, loginId, seq } = data;
	const told = [reason, state, loginId, seq].join();
	const old = loginId && (UNKNOWN.includes(before.state) || (!state && seq === before.first));
	if (old || told === model.told) return { told, sent: null };
	emit('tell', { name: 'error', detail: { reason, retryable: Boolean(retryable) } });
	// A link that expired while somebody was looking is renewed, once; in a forgotten tab it would be for ever.
	const ranOut = reason === 'timed_out' && loginId && !state && before.state === 'awaiting_code';
	const restart = ranOut && visible && !model.restarted;
	if (restart) emit('send', { event: 'claude.auth.start' });
	REACTIONS.look(model, action, emit);
	return {
		told,
		sent: null,
		...(restart && { restarted: true, note: 'restarted' }),
		...((restart || (model.renewing && reason === 'cancelled')) && { state: 'starting', failure: null }),
	};
}

/** Sends a code again that was lost with a connection: then the login still has the `seq` at which it was sent. */
function sendAgain(model, action, emit) {
	const { data } = action;
	const { sent, connection } = model;
	if (!sent || sent.over === connection) return {};
	if (sent.loginId !== data.loginId || sent.seq !== data.seq) return { sent: null };
	return REACTIONS.submit(model, { ...action, code: sent.code, open: true }, emit);
}

/** Sends these now, or once reconnected, unless the login or the credential is another one by then. */
function want(model, { open }, emit, ...events) {
	if (open) events.forEach((event) => emit('send', { event }));
	else emit('wake');
	return { wish: open ? null : { events, of: standing(model) }, ...(open && { renewing: events.length > 1 }) };
}

/** The open login and the credential, by name. */
const standing = ({ state, loginId, credential }) => [OPEN.includes(state) && loginId, credential?.fingerprint].join();

function fulfil(before, model, { data }, emit) {
	const first = UNKNOWN.includes(before.state) ? { first: data.seq } : {};
	const { wish } = model;
	if (wish?.of !== standing(model)) return { wish: null, ...first };
	const starting = wish.events.includes('claude.auth.start') && { state: 'starting' };
	return { ...first, ...starting, ...want(model, { open: true }, emit, ...wish.events) };
}
