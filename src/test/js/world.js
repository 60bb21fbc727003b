/**
 * What a browser gives to the scripts in webroot, made by hand for Node.js: a clock that a test turns, WebSockets whose
 * other end is the test, HTTP answers by script, and a page that can be hidden, put away or offline.
 *
 * Must be imported before any script of webroot: it puts these in place as globals.
 */

/** Timers and the time of day; nothing happens until it is turned. */
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

	/** Runs what is due within so many milliseconds, in order; promises settle in between. */
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

	/** Forgets every timer: what a test left running is nothing to the next. */
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
	/** Whether new sockets are taken. */
	refusing: false,
	/** Whether new sockets are left hanging, neither taken nor refused. */
	silent: false,
	/** Requests over HTTP: {method, path, headers, body}. */
	requests: [],
	/** Answers by `METHOD path`: {status, body}, or an Error for none. */
	answers: new Map(),
	/** What a question for the state is answered with: messages {event, data}. */
	standing: [],

	reset() {
		Object.assign(this, { sockets: [], refusing: false, silent: false, requests: [], standing: [] });
		this.answers.clear();
		this.answer('GET readyz', 200, { ready: true, checks: [] });
	},

	answer(request, status, body = {}) {
		this.answers.set(request, status instanceof Error ? status : { status, body });
	},

	get socket() {
		return this.sockets.at(-1);
	},

	get open() {
		return this.sockets.filter(({ readyState }) => readyState === WebSocket.OPEN);
	},

	/** Says something to every page. */
	push(...messages) {
		for (const socket of this.open) messages.forEach((message) => socket.says(message));
	},

	/** Says something, and answers so from now on. */
	change(...messages) {
		this.standing = messages;
		this.push(...messages);
	},

	drop() {
		this.open.forEach((socket) => socket.ends());
	},

	/** The data of each message of that name from any page, in order; taken away, so that each is looked at once. */
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
	/** Whether what the page sends gets lost, though nothing closes. */
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
	if (!answer || answer instanceof Error) throw answer ?? new TypeError(`nothing answers ${method} ${path}`);
	const { status } = answer;
	return { ok: status >= 200 && status < 300, status, json: async () => structuredClone(answer.body) };
}

export const page = new EventTarget();

/** What is said to the page as a whole: `pagehide`, `pageshow`, `online`, `offline`. */
export const happens = (type) => page.dispatchEvent(new Event(type));

/** The tab comes to the front, or is covered. */
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
/** The longest of the jittered pauses; a test that wants another says so. */
Math.random = () => 1;
bridge.reset();
