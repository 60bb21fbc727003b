/** The login of one element: feeds `reduce` with what happens, and carries out the effects. Draws nothing. */

import { BridgeConnection } from './connection.js';
import { NOTHING, reduce } from './login.js';

export class LoginClient {
	/** What is known of the login; changed by `act` alone. */
	model = NOTHING;

	#on;
	/** @type {any} */
	#connection = null;
	#timers = {};
	#missed = '';

	/** @param {import('../../src/test/types/login').Listener} on */
	constructor(on) {
		this.#on = on;
	}

	/** @param watches whether to ask the bridge for faults that keep it from working */
	connect(base, key, { paired = false, watches = !paired } = {}) {
		this.stop();
		this.act('connect', { paired, watches });
		this.#connection = new BridgeConnection(base, key, {
			fresh: () => this.act('connected'),
			seen: () => (this.model.seq < 0 ? null : this.model.seq),
			message: (message) => {
				this.act('message', message);
				this.#on.message?.(message);
			},
			down: (failures) => this.act('down', { failures }),
		});
	}

	stop() {
		Object.values(this.#timers).forEach((timer) => clearTimeout(timer));
		this.#connection?.stop();
	}

	/** Handles an action; the types are those of `REACTIONS` in login.js. */
	act(type, more) {
		const action = { type, ...more, now: Date.now(), open: this.#connection?.open, visible: document.visibilityState === 'visible' };
		const { model, effects } = reduce(this.model, action);
		this.model = model;
		for (const effect of effects) /** @type {any} */ (this.#effects)[effect.do](effect);
	}

	#effects = {
		send: ({ event, data }) => this.send(event, data),
		wake: () => this.#connection.wake(),
		hangUp: () => this.stop(),
		draw: ({ when }) => this.#on[when]?.(),
		tell: ({ name, detail }) => this.#on[name]?.(detail),
		later: ({ millis, type }) => {
			clearTimeout(this.#timers[type]);
			this.#timers[type] = setTimeout(() => this.act(type), millis);
		},
		diagnose: async ({ failures }) => {
			const connection = this.#connection;
			// Browsers remember that a module could not be loaded.
			const module = await import(`./why.js${this.#missed}`).catch(() => void (this.#missed = `?${failures}`));
			this.act('diagnosed', { failures, ...(await module?.why(connection, failures)) });
		},
		look: async () => {
			const connection = this.#connection;
			// That the bridge is gone is noticed by the socket.
			const said = await connection.fetch('readyz').then((answer) => answer.json()).catch(() => null);
			if (!connection.stopped) this.act('readiness', { said });
		},
	};

	/** Where the bridge is. */
	get base() {
		return this.#connection.base;
	}

	/** The sign-in link; each works once. */
	get link() {
		return this.model.link && new URL(`.${this.model.link}`, this.base).href;
	}

	/** @returns whether there was an open socket to send it on */
	send(event, data) {
		return this.#connection.send(event, data);
	}

	fetch(path, method, body) {
		return this.#connection.fetch(path, method, body);
	}

	/** Sends a request that changes what is stored. @returns null, or the problem: {status, reason?, detail?} */
	async ask(path, method, body) {
		try {
			const answer = await this.fetch(path, method, body);
			if (!answer.ok) return { ...(await answer.json().catch(() => null)), status: answer.status };
			this.act('refresh');
			return null;
		} catch {
			return { status: 0 };
		}
	}
}
