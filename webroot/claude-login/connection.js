/** The connection to the bridge: one WebSocket that reconnects by itself, and plain HTTP requests. */

/** States of a login that is open. */
export const OPEN = ['starting', 'awaiting_code', 'verifying'];

/** Where an element's bridge is: its `src`, or the server that this script came from. */
export function addressOf(element) {
	const base = new URL(element.getAttribute('src') || new URL('..', import.meta.url), document.baseURI);
	if (!base.pathname.endsWith('/')) base.pathname += '/';
	return base;
}

/**
 * Reconnects after a close, with growing, jittered pauses, and at once when the page is shown again: a phone drops the
 * socket of a suspended page without closing it. Holds none while the page is in the back/forward cache.
 */
export class BridgeConnection {
	static CONNECT_MILLIS = 5_000;
	static PROBE_MILLIS = 1_000;
	static HEARTBEAT_MILLIS = 25_000;
	static SILENCE_MILLIS = 3_000;

	#key;
	#on;
	/** @type {?WebSocket} */
	#socket = null;
	#timer = 0;
	#probe = 0;
	#failures = 0;
	#listeners = new AbortController();

	/**
	 * @param {URL} base the bridge
	 * @param {?string} key the access key, where there is no session
	 * @param {{fresh(): void, seen(): ?number, message(message: {event: string, data: any}): void, down(failures: number): void}} on
	 *     `seen` returns the `seq` known on this connection, or null
	 */
	constructor(base, key, on) {
		this.base = base;
		this.#key = key;
		this.#on = on;
		const { signal } = this.#listeners;
		const wake = () => this.wake();
		document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake(), { signal });
		document.addEventListener('resume', wake, { signal });
		addEventListener('pageshow', wake, { signal });
		addEventListener('online', wake, { signal });
		// An open socket would keep the page out of the back/forward cache.
		addEventListener('pagehide', () => this.#abandon(), { signal });
		const heartbeat = setInterval(() => this.open && this.#ask(5_000), BridgeConnection.HEARTBEAT_MILLIS);
		signal.addEventListener('abort', () => clearInterval(heartbeat));
		this.#connect();
	}

	/** Disconnects for good. */
	stop() {
		this.#listeners.abort();
		this.#abandon();
	}

	get stopped() {
		return this.#listeners.signal.aborted;
	}

	get open() {
		return this.#socket?.readyState === WebSocket.OPEN;
	}

	/** @returns whether there was an open socket to send it on */
	send(event, data) {
		if (!this.open) return false;
		this.#socket?.send(JSON.stringify({ event, data: this.#key ? { key: this.#key, ...data } : { ...data } }));
		if (event !== 'claude.auth.status') this.#expectWord();
		return true;
	}

	fetch(path, method = 'GET', body) {
		/** @type {Record<string, string>} */
		const headers = body ? { 'Content-Type': 'application/json' } : {};
		if (this.#key) headers.Authorization = `Bearer ${this.#key}`;
		return fetch(new URL(path, this.base), { method, headers, body: body && JSON.stringify(body), cache: 'no-store' });
	}

	/** Checks that the socket works; if not, there is a new one in about a second. */
	wake() {
		if (this.stopped) return;
		if (this.open) this.#ask(BridgeConnection.PROBE_MILLIS);
		else if (this.#socket?.readyState !== WebSocket.CONNECTING) this.#connect();
	}

	/** Asks for changes. A socket on which no answer comes is dead, even if the browser calls it open. */
	#ask(patience) {
		const seq = this.#on.seen();
		this.send('claude.auth.status', seq === null ? {} : { seq });
		clearTimeout(this.#probe);
		this.#probe = setTimeout(() => this.#lost(true), patience);
	}

	/** Somebody waits for what was just sent to have an effect; a dead socket is not to be noticed by the next heartbeat only. */
	#expectWord() {
		clearTimeout(this.#probe);
		this.#probe = setTimeout(() => this.#ask(BridgeConnection.CONNECT_MILLIS - BridgeConnection.SILENCE_MILLIS), BridgeConnection.SILENCE_MILLIS);
	}

	#connect() {
		this.#abandon();
		const address = new URL('api/claude/auth/socket', this.base);
		address.protocol = address.protocol.replace('http', 'ws');
		const socket = (this.#socket = new WebSocket(address));
		this.#timer = setTimeout(() => this.#lost(), BridgeConnection.CONNECT_MILLIS);
		socket.onopen = () => {
			clearTimeout(this.#timer);
			this.#on.fresh();
			this.#ask(BridgeConnection.CONNECT_MILLIS);
		};
		socket.onmessage = ({ data }) => {
			clearTimeout(this.#probe);
			this.#failures = 0;
			let message;
			try {
				message = JSON.parse(data);
			} catch {
				return;
			}
			if (typeof message?.event === 'string') this.#on.message({ event: message.event, data: message.data ?? {} });
		};
		socket.onclose = () => this.#lost();
	}

	#lost(atOnce = false) {
		this.#abandon();
		const pause = atOnce ? 0 : Math.min(15_000, 400 * 2 ** this.#failures) * (0.5 + Math.random() / 2);
		this.#failures += 1;
		this.#timer = setTimeout(() => this.#connect(), pause);
		this.#on.down(this.#failures);
	}

	#abandon() {
		clearTimeout(this.#timer);
		clearTimeout(this.#probe);
		const socket = this.#socket;
		this.#socket = null;
		if (!socket) return;
		socket.onopen = socket.onmessage = socket.onclose = null;
		socket.close();
	}
}
