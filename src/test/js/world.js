/**
 * The browser around the scripts of webroot, for Node.js: a clock that the test turns, WebSockets whose other end is the
 * test, scripted HTTP answers, and a page that can be hidden, suspended or offline.
 *
 * Must be imported before any script of webroot: it puts these in place as globals.
 */

/** Timers and the time of day; time stands still until a test turns it. */
export class Clock {
	#now = Date.parse('2026-11-20T12:00:00Z');
	#timers = new Map();
	#count = 0;

	now() {
		return this.#now;
	}

	set(action, millis = 0, every = 0) {
		this.#timers.set((this.#count += 1), { action, at: this.#now + millis, every });
		return this.#count;
	}

	clear(id) {
		this.#timers.delete(id);
	}

	/** Runs the timers that are due within so many milliseconds, in order; promises settle in between. */
	async turn(millis) {
		const end = this.#now + millis;
		await settled();
		for (let next = this.#next(end); next; next = this.#next(end)) {
			const [id, timer] = next;
			this.#now = Math.max(this.#now, timer.at);
			if (timer.every) timer.at += timer.every;
			else this.#timers.delete(id);
			timer.action();
			await settled();
		}
		this.#now = end;
	}

	/** Removes every timer, so that a test cannot disturb the next. */
	reset() {
		this.#timers.clear();
	}

	#next(end) {
		return [...this.#timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
	}
}

const realImmediate = setImmediate;

/** Waits until every promise that can settle has done so, imports of modules included. */
export async function settled() {
	for (let round = 0; round < 8; round += 1) await new Promise((resolve) => realImmediate(resolve));
}

export const clock = new Clock();

/** The bridge's end of every connection, and its answers over HTTP. */
export const bridge = {
	/** The sockets that pages opened, oldest first. */
	sockets: [],
	/** Whether new sockets are refused. */
	refusing: false,
	/** Whether new sockets are left hanging, neither accepted nor refused. */
	silent: false,
	/** Requests over HTTP: {method, path, headers, body}. */
	requests: [],
	/** Answers by `METHOD path`: {status, body}, an Error for none, or a promise of one. */
	answers: new Map(),
	/** The answer to `claude.auth.status`: messages {event, data}. */
	standing: [],

	reset() {
		Object.assign(this, { sockets: [], refusing: false, silent: false, requests: [], standing: [] });
		this.answers.clear();
		this.answer('GET readyz', 200, { ready: true, checks: [] });
	},

	answer(request, status, body = {}) {
		this.answers.set(request, status instanceof Error || status instanceof Promise ? status : { status, body });
	},

	get socket() {
		return this.sockets.at(-1);
	},

	get open() {
		return this.sockets.filter(({ readyState }) => readyState === WebSocket.OPEN);
	},

	/** Sends messages to every page. */
	push(...messages) {
		for (const socket of this.open) messages.forEach((message) => socket.says(message));
	},

	/** Sends messages to every page, and answers with them from now on. */
	change(...messages) {
		this.standing = messages;
		this.push(...messages);
	},

	drop() {
		this.open.forEach((socket) => socket.ends());
	},

	/** Removes the messages of that name which pages have sent, and returns their data, in order. */
	take(event) {
		return this.sockets.flatMap((socket) => {
			const found = socket.sent.filter((message) => message.event === event);
			socket.sent = socket.sent.filter((message) => message.event !== event);
			return found.map(({ data }) => data);
		});
	},
};

class FakeWebSocket {
	static CONNECTING = 0;
	static OPEN = 1;
	static CLOSED = 3;

	readyState = FakeWebSocket.CONNECTING;
	sent = [];
	/** Whether messages get lost in both directions, though nothing closes. */
	dead = false;

	constructor(address) {
		this.url = String(address);
		bridge.sockets.push(this);
		if (bridge.silent) return;
		clock.set(() => {
			if (this.readyState !== FakeWebSocket.CONNECTING) return;
			if (bridge.refusing) return this.ends();
			this.readyState = FakeWebSocket.OPEN;
			this.onopen?.();
		});
	}

	send(text) {
		if (this.readyState !== FakeWebSocket.OPEN) throw new Error('sent to a socket that is not open');
		if (this.dead) return;
		const message = JSON.parse(text);
		this.sent.push(message);
		if (message.event === 'claude.auth.status') clock.set(() => bridge.standing.forEach((one) => this.says(one)));
	}

	close() {
		this.readyState = FakeWebSocket.CLOSED;
	}

	// ---- what the test does at the other end

	says(message) {
		if (this.readyState !== FakeWebSocket.OPEN || this.dead) return;
		this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
	}

	ends() {
		this.readyState = FakeWebSocket.CLOSED;
		this.onclose?.();
	}
}

async function fakeFetch(address, { method = 'GET', headers = {}, body } = {}) {
	const { origin, pathname } = new URL(address, location.href);
	const path = pathname.slice(1);
	bridge.requests.push({ method, path, headers, body: body && JSON.parse(body) });
	const answer = bridge.answers.get(`${method} ${path}`) ?? bridge.answers.get(`${method} ${origin}${pathname}`);
	if (answer instanceof Promise) return answer;
	if (!answer || answer instanceof Error) throw answer ?? new TypeError(`nothing answers ${method} ${path}`);
	const { status } = answer;
	return { ok: status >= 200 && status < 300, status, json: async () => structuredClone(answer.body) };
}

export const page = new EventTarget();

/** Dispatches an event of the window: `pagehide`, `pageshow`, `online`, `offline`. */
export const happens = (type) => page.dispatchEvent(new Event(type));

/** Shows or hides the tab. */
export function shows(visible) {
	document.visibilityState = visible ? 'visible' : 'hidden';
	document.dispatchEvent(new Event('visibilitychange'));
}

function put(name, value) {
	Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

put('document', new EventTarget());
Object.assign(document, { visibilityState: 'visible', baseURI: 'http://bridge.test/' });
put('location', { href: 'http://bridge.test/', origin: 'http://bridge.test', pathname: '/', hash: '', search: '' });
put('navigator', { onLine: true });
put('addEventListener', page.addEventListener.bind(page));
put('WebSocket', FakeWebSocket);
put('fetch', fakeFetch);
put('setTimeout', (action, millis) => clock.set(action, millis));
put('setInterval', (action, millis) => clock.set(action, millis, millis));
put('clearTimeout', (id) => clock.clear(id));
put('clearInterval', (id) => clock.clear(id));
Date.now = () => clock.now();
/** Makes jittered pauses the longest; a test that wants others replaces it. */
Math.random = () => 1;
bridge.reset();
