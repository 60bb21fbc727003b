/**
 * <claude-login>: signs a headless machine in to Claude, from any page. `src` is the bridge's address (its script's server
 * when absent), `state` is reflected; set `key` where there is no session, `texts` for other words. Events:
 * claude-login-statechange, -complete, -error; they never hold a code, key or token. Described in index.html beside this.
 *
 * What the server says is the truth: every message is a whole state, the page only draws it.
 */

import { BASE, BridgeConnection, h, sheet, svg } from './parts.js';

const TEXTS = {
	connecting: 'Connecting…',
	signed_out_title: 'Sign in to Claude',
	signed_out_lead: 'This machine has no screen. Sign in here, with your own account, and it works as you.',
	login: 'Login with Claude',
	new_tab: '(opens in a new tab)',
	first_step: 'Sign in on Claude’s own page and approve.',
	second_step: 'Copy the code it shows you.',
	third_step: 'Paste it here. That’s all.',
	steps_label: 'Steps of the sign-in',
	here: 'You are here',
	authorize: 'Sign in and approve',
	preparing: 'Preparing your sign-in link, a few seconds.',
	authorize_hint: 'Claude’s own page opens in a new tab. Your password stays there.',
	authorize_again: 'Open the sign-in page again',
	open_page: 'Open the sign-in page',
	code_step: 'Paste the code',
	code_label: 'Code from the sign-in page',
	code_hint: 'Long, with a # in the middle. All of it, please.',
	code_whole: 'That looks like a whole code.',
	paste: 'Paste',
	paste_refused: 'The browser did not hand over the clipboard. Paste into the field instead.',
	confirm: 'Confirm',
	sending: 'Sending…',
	queued: 'No connection just now. Your code is sent as soon as it is back.',
	finish: 'Connect',
	verifying: 'Checking the code with Claude.',
	time_left: 'This link is good for {time}.',
	minute_left: 'One minute left.',
	time_over: 'This link has run out.',
	new_link: 'New link',
	cancel: 'Cancel',
	started_by: 'Started from {address}, {device}.',
	give_to_nobody: 'Paste the code only here, and give it to nobody.',
	paired_by: 'This sign-in was started from {address}, {device}. Go on only if that was you.',
	paired_with: 'It goes on on another device: {device}, {address}. If that is not yours, cancel.',
	stays: 'Your present sign-in stays until the new one is complete.',
	restarted: 'The old link ran out. This is a new one.',
	signed_in_title: 'Signed in',
	signed_in_lead: 'Claude works on this machine, as you.',
	refused_title: 'Claude refuses this sign-in',
	ends_soon: 'It ends soon. Sign in again, and it is good for another year.',
	method: 'Method',
	oauth_token: 'Claude account, long-lived token',
	api_key: 'API key, billed by use',
	since: 'Since',
	until: 'Good until',
	no_end: 'No end date',
	about: 'about {date}',
	checked: 'Last checked',
	valid: '{date}: it works',
	invalid: '{date}: refused',
	unknown: '{date}: no answer yet',
	check_now: 'Check now',
	fingerprint: 'Fingerprint',
	sign_in_again: 'Sign in again',
	sign_out: 'Sign out',
	revoke: 'Revoke at Claude',
	signed_out_notice: 'Signed out here. Claude’s side ends when you revoke it there.',
	use_api_key: 'Use an API key instead',
	other_device: 'Continue on another device',
	unauthorized_title: 'This page needs its key',
	unreachable_title: 'The server does not answer',
	unreachable_lead: 'Trying again by itself. Is the bridge running?',
	unavailable_title: 'Not possible just now',
	unavailable_lead: 'The server’s administrator has to act first. This page goes on by itself.',
	try_again: 'Try again',
	reload: 'Reload the page',
	offline: 'You are offline. It goes on when you are back.',
	reconnecting: 'Connection lost. Reconnecting…',
	failed_title: 'That did not work',
	finished_title: 'Nothing more to do here',
	finished_done: 'Signed in. You can put this device away; the other one goes on by itself.',
	finished_over: 'This link has done its work. Begin again on the first device.',
	details: 'What the server said',

	// One sentence for every reason of the contract.
	disabled: 'Sign-in is switched off on this server; its administrator can set CLAUDE_AUTH_ENABLED=true.',
	unauthorized: 'Open the link that the server printed when it started, or enter its access key.',
	bad_message: 'This page and the server do not understand each other; the page may be out of date.',
	cli_not_found: 'The Claude CLI is missing on the server; its administrator has to install it or set CLAUDE_COMMAND.',
	cli_failed: 'The Claude CLI stopped before it was done.',
	busy: 'The server has its hands full just now; try again in a moment.',
	rate_limited: 'That was a bit fast; wait a moment, then go on.',
	code_incomplete: 'That is not the whole code; copy all of it, with the # in the middle.',
	code_stale: 'That code belongs to another sign-in link. Open the link shown here and copy its code.',
	code_rejected: 'Claude did not accept that code; open the sign-in page again and copy a fresh one.',
	network: 'The server could not reach Claude’s sign-in service; check its internet connection.',
	timed_out: 'The sign-in took too long and was closed.',
	cancelled: 'The sign-in was cancelled.',
	storage_failed: 'The server could not store the credential; its administrator has to make CLAUDE_CREDENTIALS_PATH writable.',
	unknown_screen: 'The Claude CLI showed something this server does not know; its log has the details.',
	signed_out: 'Nobody is signed in.',
	credential_invalid: 'Claude no longer accepts the stored credential; sign in again.',

	// What the paste doctor says. The server has the same rules and the last word.
	paste_empty: 'Paste the code that the sign-in page shows.',
	paste_too_long: 'That is far too long to be a sign-in code. Copy only the code.',
	paste_control: 'That contains control characters. Copy the code from the sign-in page again.',
	paste_token: 'That is an access token or API key, not a sign-in code. Keep it to yourself.',
	paste_broken_address: 'That address holds no sign-in code. Copy the code that the page shows.',
	paste_page_address: 'That is the address of a page. Sign in there, then copy the code that it shows.',
	paste_number: 'That is the number from the e-mail. Enter it on the sign-in page; the code comes after it.',
	paste_half: 'That is only part of the code. Copy all of it, including the # in the middle.',
	paste_other: 'That is not a sign-in code. Copy the code that the sign-in page shows, with the # in the middle.',
};

const REVOKE_PAGES = { oauth_token: 'https://claude.ai/settings/claude-code', api_key: 'https://platform.claude.com/settings/keys' };

// ---- the paste doctor

const BLANKS = /[ \t\n\r\u00A0\u200B-\u200D\u2028\u2029\u2060\uFEFF]+/g;
const WRAPPING = /^["'`<>()[\]\u2018\u2019\u201C\u201D\u00AB\u00BB]+|["'`<>()[\],;\u2018\u2019\u201C\u201D\u00AB\u00BB]+$/g;
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/;
const SHAPE = /^[A-Za-z0-9._~+/=-]{16,1024}#[A-Za-z0-9._~+/=-]{16,1024}$/;
const HALF = /^[A-Za-z0-9._~+/=-]*#?[A-Za-z0-9._~+/=-]*$/;

/**
 * Says what a pasted thing is: `whole`, or the name of the text that says what is wrong with it. The same rules, in the
 * same order, as the server's AuthorizationCode.
 *
 * @param {string} pasted
 * @param {string} [url] the authorization URL that the code should answer, where it shows its `state`
 */
export function examine(pasted, url) {
	if (pasted.length > 4096) return 'paste_too_long';
	if (CONTROL.test(pasted)) return 'paste_control';
	let text = pasted.replace(BLANKS, '').replace(WRAPPING, '');
	if (text === '') return 'paste_empty';
	if (text.includes('sk-ant-')) return 'paste_token';
	if (/^https?:\/\//i.test(text)) {
		const address = tryUrl(text);
		if (!address || /%(?![0-9a-f]{2})/i.test(text)) return 'paste_broken_address';
		const code = address.searchParams.get('code');
		if (!code || code === 'true' || address.pathname.endsWith('/oauth/authorize')) return 'paste_page_address';
		const state = address.searchParams.get('state') || decodeURIComponent(address.hash.slice(1));
		text = code.includes('#') ? code : code + '#' + state;
	}
	if (SHAPE.test(text)) return issuedFor(text, url) ? 'whole' : 'code_stale';
	if (/^[0-9]+$/.test(text)) return 'paste_number';
	return HALF.test(text) ? 'paste_half' : 'paste_other';
}

function tryUrl(text) {
	try {
		return new URL(text);
	} catch {
		return null;
	}
}

function issuedFor(code, url) {
	const state = url && tryUrl(url)?.searchParams.get('state');
	return !state || code.slice(code.indexOf('#') + 1) === state;
}

// ---- the model

const NOTHING = { state: 'connecting', seq: -1, problem: null, failure: null };

/** What is known after a message. A message is a whole state; nothing is replayed. */
export function reduce(model, { event, data }) {
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
				link: data.link ?? model.link,
				loginId: data.loginId,
				expiresAt: data.expiresAt ?? (sameLogin ? model.expiresAt : undefined),
				credential: data.credential,
				problem: sameLogin ? model.problem : null,
				url: sameLogin && data.state === 'awaiting_code' ? model.url : undefined,
				startedBy: data.startedBy ?? (sameLogin ? model.startedBy : undefined),
				pairedWith: data.pairedWith,
				failure: null,
			};
		case 'claude.auth.url':
			return {
				...model,
				state: 'awaiting_code',
				url: data.url,
				loginId: data.loginId,
				expiresAt: data.expiresAt,
				startedBy: data.startedBy,
				problem: data.problem ?? null,
				failure: null,
			};
		case 'claude.auth.complete':
			return { ...model, state: 'signed_in', credential: data.credential, problem: null, failure: null, url: undefined };
		case 'claude.auth.error': {
			const { reason, error, retryable, state, loginId } = data;
			const problem = { reason, error, retryable };
			if (reason === 'unauthorized') return { ...model, state: reason };
			// The login goes on: `problem` says why the code, or this page's own message, was not taken.
			if (state) return { ...model, state, problem, url: state === 'awaiting_code' ? model.url : undefined };
			// Not about a login: the server is going down, and this page will be back.
			if (!loginId && reason === 'cancelled') return model;
			const rest = model.credential ? 'signed_in' : reason === 'cancelled' || reason === 'signed_out' ? 'signed_out' : 'failed';
			return { ...model, state: rest, failure: problem, problem: null, url: undefined };
		}
		default:
			return model;
	}
}

// ---- the looks

const LOOKS = sheet(`
.card {
	background: var(--surface);
	border: 1px solid var(--line);
	border-radius: var(--radius);
	padding: 2.25rem 2.5rem 2rem;
	box-shadow: 0 1px 2px rgb(15 35 45 / .04), 0 12px 32px -12px rgb(15 35 45 / .1);
}
h2 { font-size: 1.625rem; line-height: 1.2; font-weight: 650; letter-spacing: -.018em; margin: 0; text-wrap: balance }
h2:focus { outline: none }
h3 { font-size: 1rem; line-height: 1.5; font-weight: 600; margin: 0 }
.lead { color: var(--muted); margin-top: .5rem }
.view { margin-top: 1.75rem }
.view > * + * { margin-top: 1.25rem }
.bridge { display: block; width: 9.5rem; height: auto; margin: 0 0 1.25rem -.125rem; overflow: visible }
.bridge .end { fill: none; stroke: var(--muted); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
.bridge .arc { fill: none; stroke: var(--edge); stroke-width: 2; stroke-linecap: round; stroke-dasharray: 1 7; transition: stroke .3s }
.bridge .tick { fill: none; stroke: var(--on-accent); stroke-width: 2.25; stroke-linecap: round; stroke-linejoin: round; opacity: 0 }
.bridge .seal { fill: var(--accent); opacity: 0 }
.starting .arc, .verifying .arc, .awaiting_code .arc { stroke: var(--accent); stroke-dasharray: 5 7 }
.starting .arc, .verifying .arc { animation: flow .9s linear infinite }
.signed_in .arc { stroke: var(--accent); stroke-dasharray: none }
.signed_in .end { stroke: var(--accent) }
.signed_in .seal, .signed_in .tick { opacity: 1 }
@keyframes flow { to { stroke-dashoffset: -24 } }
.banner {
	display: flex; gap: .625rem; align-items: center;
	margin: -1rem -1.25rem 1.5rem; padding: .625rem 1.25rem;
	background: var(--soft); border-radius: calc(var(--radius) * .75);
	font-size: .9375rem;
}
details { font-size: .875rem; color: var(--muted) }
summary { cursor: pointer; padding: .625rem 0; border-radius: .375rem; width: fit-content }
.outside { display: inline-flex; align-items: center; gap: .375rem; min-height: 2.75rem }
.lead:empty { display: none }
dd .plain { min-height: 2.75rem; margin: -.625rem 0 -.625rem .25rem; padding-block: 0 }
.external { width: 1em; height: 1em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round }
.how { list-style: none; counter-reset: step; margin: 0; padding: 0 }
.how li { counter-increment: step; display: flex; gap: .875rem; align-items: baseline; color: var(--muted) }
.how li + li { margin-top: .5rem }
.how li::before { content: counter(step); font-weight: 600; font-variant-numeric: tabular-nums; color: var(--accent); min-width: 1ch }
.steps { list-style: none; margin: 0; padding: 0 }
.notice + .steps { margin-top: 1.75rem }
.step { position: relative; padding: 0 0 1.75rem 3.25rem }
.step:last-child { padding-bottom: .25rem }
.step::before { content: ""; position: absolute; inset: 2.25rem auto .25rem 1rem; width: 2px; margin-left: -1px; background: var(--line); border-radius: 1px }
.step:last-child::before { display: none }
.step.past::before { background: var(--accent) }
.mark {
	position: absolute; left: 0; top: -.125rem; width: 2rem; height: 2rem; border-radius: 50%;
	display: grid; place-items: center; font-size: .9375rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1;
	color: var(--muted); border: 2px solid var(--line);
}
.current > .mark { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
.past > .mark { background: var(--soft); border-color: var(--soft); color: var(--accent) }
.mark svg { width: 1rem; height: 1rem; fill: none; stroke: currentColor; stroke-width: 2.25; stroke-linecap: round; stroke-linejoin: round }
.title { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline }
.step:not(.current) h3 { font-weight: 500; color: var(--muted) }
.here { font-size: .8125rem; font-weight: 600; color: var(--accent) }
.body { margin-top: .5rem }
.body > * + * { margin-top: .75rem }
label { display: block; font-weight: 500 }
.field { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .375rem }
input {
	font: 400 1rem/1.4 var(--mono);
	flex: 1 1 7.5rem; min-width: 0; min-height: 2.875rem; padding: .6875rem .875rem;
	color: inherit; background: transparent; border: 1px solid var(--edge); border-radius: .625rem;
}
input::placeholder { color: var(--muted); opacity: 1 }
input:focus-visible { outline-offset: 0; border-color: var(--accent) }
input[aria-invalid=true] { border-color: var(--danger) }
input[aria-invalid=true]:focus-visible { outline-color: var(--danger) }
.hint, .verdict { margin-top: .5rem }
.verdict:not(:empty) { margin-bottom: .25rem }
.hint:has(+ .verdict:not(:empty)), .verdict:empty { display: none }
.verdict.bad { color: var(--danger); font-weight: 500 }
.verdict.good { color: var(--accent); font-weight: 500 }
.send { margin-top: .75rem }
.device { display: grid; grid-template-columns: 10rem 1fr; gap: 1.25rem; align-items: center }
.device svg { width: 100%; background: #fff; border-radius: .5rem }
.device > div > * + * { margin-top: .5rem }
.foot { border-top: 1px solid var(--line); padding-top: 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between }
.foot .row { margin-inline-end: -.75rem }
.clock { font-variant-numeric: tabular-nums }
dl { margin: 0; display: grid; grid-template-columns: minmax(7rem, auto) 1fr }
dt, dd { margin: 0; padding: .625rem 0; border-top: 1px solid var(--line) }
dt { color: var(--muted); padding-inline-end: 1.5rem }
dd { overflow-wrap: anywhere }
dl > :nth-child(-n+2) { border-top: 0 }
code { font: .9375em var(--mono) }
.ask { padding: 1.25rem; border: 1px solid var(--line); border-radius: .75rem }
.ask > * + * { margin-top: .75rem }
@container (max-width: 30rem) {
	.card { padding: 1.5rem min(1.25rem, 5cqi) 1.25rem }
	button, .button { padding-inline: min(1.25rem, 3cqi) }
	dd .plain { display: block; margin-left: -.75rem }
	.banner { margin: -.5rem -.25rem 1.25rem; padding-inline: 1rem }
	h2 { font-size: 1.4375rem }
	.step { padding-left: 2.75rem }
	.row:not(.quiet) > *, .row:not(.quiet) > div > * { width: 100% }
	.bridge { width: 8rem; margin-bottom: 1rem }
	.view { margin-top: 1.25rem }
	dl, .device { grid-template-columns: 1fr }
	.device svg { max-width: 12rem }
	dt { padding-bottom: 0 }
	dd { border-top: 0; padding-top: 0 }
	dl > dt:first-child { padding-top: 0 }
}
@media (forced-colors: active) {
	.primary, .current > .mark { forced-color-adjust: none }
}
`);

/** This browser, the machine, and how far the way between them is built. */
const bridgeDrawing = () =>
	svg(
		'bridge',
		'0 0 152 44',
		['rect', { class: 'end', x: 2, y: 20, width: 28, height: 20, rx: 4 }],
		['path', { class: 'end', d: 'M2 26h28' }],
		['rect', { class: 'end', x: 122, y: 20, width: 28, height: 20, rx: 4 }],
		['path', { class: 'end', d: 'm128 27 3 3-3 3M134 34h5' }],
		['path', { class: 'arc', d: 'M36 26C56 6 96 6 116 26' }],
		['circle', { class: 'seal', cx: 76, cy: 11, r: 10 }],
		['path', { class: 'tick', d: 'm71.5 11.5 3 3 6-6.5' }],
	);
const externalMark = () => svg('external', '0 0 16 16', ['path', { d: 'M6.5 3H4a1.5 1.5 0 0 0-1.5 1.5V12A1.5 1.5 0 0 0 4 13.5h7.5A1.5 1.5 0 0 0 13 12V9.5M9.5 2.5h4v4M13 3 7.5 8.5' }]);
const tickMark = () => svg('', '0 0 16 16', ['path', { d: 'm3.5 8.5 3 3 6-7' }]);

// ---- the element

const AT_REST = ['signed_out', 'failed'];

export class ClaudeLogin extends HTMLElement {
	static observedAttributes = ['src', 'paired'];
	/** The English texts; change them for all elements here, or for one with its `texts` property. */
	static texts = TEXTS;

	#texts = {};
	#key = null;
	#root = this.attachShadow({ mode: 'open' });
	#ui = null;
	#views = {};
	#shown = null;
	#listeners = null;
	#connection = null;
	#connected = false;
	#model = NOTHING;
	/** What an administrator has to do before anybody can sign in. */
	#faults = [];
	/** What the person did here that the server does not know of. */
	#did = { opened: false, acted: false, note: null };
	/** The code that is on its way, and where the login stood when it left. */
	#sent = null;
	#sending = false;
	#renewing = false;
	#restarted = false;
	#drawTimer = 0;
	#bannerTimer = 0;
	#faultTimer = 0;

	get texts() {
		return { ...ClaudeLogin.texts, ...this.#texts };
	}

	set texts(texts) {
		this.#texts = { ...texts };
		this.#views = {};
		this.#shown = null;
		if (this.isConnected) this.#draw();
	}

	/** Write only: what goes in is not handed out again. */
	set key(key) {
		this.#key = key || null;
		if (this.isConnected) this.reconnect();
	}

	get state() {
		return this.getAttribute('state') ?? 'connecting';
	}

	connectedCallback() {
		this.#ui ??= this.#build();
		const { signal } = (this.#listeners = new AbortController());
		addEventListener('online', this.#networkChanged, { signal });
		addEventListener('offline', this.#networkChanged, { signal });
		document.addEventListener('visibilitychange', () => this.#returned(), { signal });
		const clock = setInterval(() => this.#tick(), 1_000);
		signal.addEventListener('abort', () => {
			[this.#drawTimer, this.#bannerTimer, this.#faultTimer].forEach(clearTimeout);
			clearInterval(clock);
		});
		this.reconnect();
	}

	disconnectedCallback() {
		this.#listeners.abort();
		this.#connection.stop();
	}

	attributeChangedCallback() {
		if (this.isConnected && this.#connection) this.reconnect();
	}

	/** Connects anew: after the page got a session, or another key. */
	reconnect() {
		this.#connection?.stop();
		this.#connected = false;
		const address = new URL('api/claude/auth/socket', this.#base());
		address.protocol = address.protocol.replace('http', 'ws');
		this.#connection = new BridgeConnection(address, {
			fresh: () => {
				// A server that was started anew counts from the beginning.
				this.#model = { ...this.#model, seq: -1 };
				this.#lookForFaults();
			},
			open: () => this.#send('claude.auth.status'),
			message: (message) => this.#received(message),
			down: (failures) => this.#down(failures),
		});
		this.#connection.start();
		this.#draw();
	}

	#base() {
		const base = new URL(this.getAttribute('src') || new URL('..', import.meta.url), document.baseURI);
		if (!base.pathname.endsWith('/')) base.pathname += '/';
		return base;
	}

	#send(event, data = {}) {
		return this.#connection.send(event, this.#key ? { key: this.#key, ...data } : data);
	}

	#fetch(path, method = 'GET', body) {
		const headers = body ? { 'Content-Type': 'application/json' } : {};
		if (this.#key) headers.Authorization = `Bearer ${this.#key}`;
		return fetch(new URL(path, this.#base()), { method, headers, body: body && JSON.stringify(body), cache: 'no-store' });
	}

	/** Asks for something that changes what is stored; answers with what is wrong, in words, or null. */
	async #ask(path, method, body, words = {}) {
		let problem = {};
		try {
			const answer = await this.#fetch(path, method, body);
			if (answer.ok) {
				this.#did.acted = true;
				this.#send('claude.auth.status');
				return null;
			}
			if (words[answer.status]) return this.#text(words[answer.status]);
			problem = await answer.json();
		} catch {
			// No answer, or a proxy's page.
		}
		return problem.detail || this.#text(problem.reason ?? 'unreachable_title');
	}

	#received(message) {
		const { event, data } = message;
		const before = this.#model;
		this.#model = reduce(before, message);
		this.#connected = true;
		this.#sending = false;
		if (event === 'claude.auth.error') this.#failed(before, data);
		else if (this.#model.state !== 'signed_out') this.#renewing = false;
		if (event === 'claude.auth.url') this.#sendAgain(data);
		// By a login, here or elsewhere, or an API key: there is a credential that was not there before.
		const { credential } = this.#model;
		const fresh = credential?.fingerprint && credential.fingerprint !== before.credential?.fingerprint && before.seq >= 0;
		if (fresh || event === 'claude.auth.complete') this.#tell('claude-login-complete', { credential: { ...credential } });
		const { state } = this.#model;
		if (state !== 'awaiting_code') this.#sent = null;
		if (state === 'starting' && this.#did.note === 'signed_out_notice') this.#did.note = null;
		if (state === 'signed_in' && before.state !== state) {
			this.#restarted = this.#did.note = null;
			this.#views.steps?.clear();
			// What lets this device in ends with its login: nothing more will come.
			if (this.hasAttribute('paired')) this.#connection.stop();
		}
		if (before.loginId && this.#model.loginId && this.#model.loginId !== before.loginId) this.#did.opened = false;
		this.#drawSoon();
	}

	#failed(before, { reason, retryable, state, loginId }) {
		this.#sent = null;
		this.#tell('claude-login-error', { reason, retryable: Boolean(retryable) });
		// A link that ran out under somebody's eyes is made anew by itself, once: nobody there, no processes.
		const ranOut = reason === 'timed_out' && loginId && !state && before.state === 'awaiting_code';
		const restart = ranOut && document.visibilityState === 'visible' && !this.#restarted;
		if (restart) {
			this.#restarted = true;
			this.#did.note = 'restarted';
			this.#send('claude.auth.start');
		}
		if (restart || (this.#renewing && reason === 'cancelled')) this.#model = { ...this.#model, state: 'starting', failure: null };
		this.#lookForFaults();
	}

	/** A code that left just before the connection broke may not have arrived: then the server has not moved on. */
	#sendAgain({ loginId, seq }) {
		const sent = this.#sent;
		if (!sent || sent.over === this.#connection.socket) return;
		this.#sent = null;
		if (sent.loginId === loginId && sent.seq === seq) this.#submit(sent.code);
	}

	#submit(code) {
		this.#did.note = null;
		this.#model = { ...this.#model, problem: null };
		this.#sending = this.#send('claude.auth.code', { code });
		const { loginId, seq } = this.#model;
		this.#sent = { code, loginId, seq, over: this.#sending && this.#connection.socket };
		this.#draw();
	}

	#down(failures) {
		this.#connected = false;
		this.#sending = false;
		if (['connecting', 'unreachable'].includes(this.#model.state)) this.#diagnose(failures);
		this.#networkChanged();
	}

	/** A refused WebSocket does not say why; the same question over HTTP does. */
	async #diagnose(failures) {
		let state = failures > 1 ? 'unreachable' : this.#model.state;
		try {
			const { status } = await this.#fetch('api/claude/auth');
			if (status === 401 || status === 403) state = 'unauthorized';
		} catch {
			state = 'unreachable';
		}
		if (!this.#connected && ['connecting', 'unreachable'].includes(this.#model.state)) {
			this.#model = { ...this.#model, state };
			this.#draw();
		}
	}

	/** Asks whether the server can do its work; again and again for as long as it cannot. */
	async #lookForFaults() {
		clearTimeout(this.#faultTimer);
		if (this.hasAttribute('paired') || this.#base().origin !== location.origin) return;
		try {
			const { checks = [] } = await (await this.#fetch('readyz')).json();
			this.#faults = checks.filter((check) => !check.ok).map((check) => check.error);
		} catch {
			// The socket says when the server is gone.
		}
		if (!this.isConnected) return;
		if (this.#faults.length) this.#faultTimer = setTimeout(() => this.#lookForFaults(), 4_000);
		this.#drawSoon();
	}

	#networkChanged = () => {
		clearTimeout(this.#bannerTimer);
		// A blink of the connection is nobody's business.
		this.#bannerTimer = setTimeout(() => this.#draw(), navigator.onLine ? 1_500 : 0);
	};

	#returned() {
		if (document.visibilityState !== 'visible') return;
		this.#tick();
		// Back from the sign-in page, with the code on the clipboard. Not by touch: no keyboard uncalled.
		const waiting = this.#model.state === 'awaiting_code' && this.#did.opened && matchMedia('(hover: hover)').matches;
		if (waiting && [null, document.body, this].includes(this.getRootNode().activeElement)) this.#views.steps?.focus()?.focus();
	}

	#tell(name, detail) {
		this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
	}

	#build() {
		const ui = {
			banner: h('div', { class: 'banner', part: 'banner', role: 'status', hidden: true }),
			title: h('h2', { id: 'heading', part: 'heading', tabindex: -1 }),
			lead: h('p', { class: 'lead', part: 'lead' }),
			notice: h('div', { class: 'notice', part: 'notice', hidden: true }),
			view: h('div', { class: 'view' }),
			polite: h('div', { class: 'unseen', role: 'status' }),
			urgent: h('div', { class: 'unseen', role: 'alert' }),
		};
		ui.card = h(
			'section',
			{ class: 'card', part: 'card', 'aria-labelledby': 'heading' },
			ui.banner,
			h('slot', { name: 'drawing' }, bridgeDrawing()),
			ui.title,
			ui.lead,
			ui.notice,
			ui.view,
			h('slot', { name: 'footer' }),
		);
		this.#root.adoptedStyleSheets = [BASE, LOOKS];
		this.#root.append(ui.card, ui.polite, ui.urgent);
		for (const type of ['pointerdown', 'keydown']) this.#root.addEventListener(type, () => (this.#did.acted = true));
		return ui;
	}

	/** Messages that come together are drawn together: no screen that lasts a blink. */
	#drawSoon() {
		clearTimeout(this.#drawTimer);
		this.#drawTimer = setTimeout(() => this.#draw(), this.#shown ? 20 : 0);
	}

	#draw() {
		clearTimeout(this.#drawTimer);
		const { title, lead, card, view: place } = this.#ui;
		const model = this.#model;
		const state = this.#faults.length && AT_REST.includes(model.state) ? 'unavailable' : model.state;
		const name = this.hasAttribute('paired') ? (PAIRED_VIEW_OF[state] ?? 'finished') : (VIEW_OF[state] ?? 'connecting');
		const view = (this.#views[name] ??= VIEWS[name](this.#tools));
		const hadFocus = this.#root.activeElement !== null;
		const changed = this.#shown !== name;
		const refused = state === 'signed_in' && model.credential?.validity === 'invalid';

		card.className = `card ${refused ? 'failed' : state}`;
		title.textContent = this.#text(refused ? 'refused_title' : view.title);
		view.update?.(model, { ...this.#did, sending: this.#sending, queued: this.#sent && !this.#connected, faults: this.#faults });
		lead.textContent = refused ? '' : (view.lead?.(model) ?? '');
		if (changed) {
			this.#shown = name;
			place.replaceChildren(...view.nodes);
		}
		this.#drawNotice(state, refused);
		this.#drawBanner();
		const previous = this.getAttribute('state');
		if (state !== previous) {
			this.setAttribute('state', state);
			if (previous) this.#say(view.announce?.(model) || title.textContent);
			const mayMove = [null, document.body, this].includes(this.getRootNode().activeElement);
			if (changed && mayMove && (hadFocus || this.#did.acted) && previous && previous !== 'connecting') {
				(view.focus?.() || title).focus();
			}
			this.#did.acted = false;
			this.#tell('claude-login-statechange', { state, previous });
		}
		this.#tick();
	}

	#drawNotice(state, refused) {
		const { notice } = this.#ui;
		const { failure, credential } = this.#model;
		const cancelled = failure?.reason === 'cancelled';
		const bad = refused || (state === 'signed_in' && failure && !cancelled);
		let text = '';
		if (refused) text = this.#text('credential_invalid');
		else if (bad) text = this.#text(failure.reason);
		else if (this.#did.note) text = this.#text(this.#did.note);
		else if (cancelled && state !== 'failed') text = this.#text('cancelled');
		else if (state === 'signed_in' && credential?.warning != null) text = this.#text('ends_soon');
		if (notice.of === state + text) return;
		notice.of = state + text;
		notice.hidden = !text;
		notice.classList.toggle('bad', Boolean(bad));
		notice.replaceChildren(h('p', {}, text));
		if (this.#did.note === 'signed_out_notice') notice.append(this.#tools.revoke(this.#did.gone));
		if (text) this.#say(text, bad);
	}

	#drawBanner() {
		const { banner } = this.#ui;
		const known = !['connecting', 'unreachable', 'unauthorized'].includes(this.#model.state);
		const name = !navigator.onLine ? 'offline' : known && !this.#connected ? 'reconnecting' : null;
		if (banner.of === name) return;
		banner.of = name;
		banner.hidden = !name;
		banner.replaceChildren(...(name === 'reconnecting' ? [h('span', { class: 'spinner' })] : []), name ? this.#text(name) : '');
	}

	#say(text, urgent = false) {
		const region = urgent ? this.#ui.urgent : this.#ui.polite;
		region.textContent = '';
		region.textContent = text;
	}

	#tick() {
		const left = Math.max(0, Math.round((new Date(this.#model.expiresAt) - Date.now()) / 1_000));
		if (this.#model.state !== 'awaiting_code' || Number.isNaN(left)) return;
		this.#views.steps?.clock(left);
		if (left === 60) this.#say(this.#text('minute_left'));
	}

	#text(name, values = {}) {
		const text = this.#texts[name] ?? ClaudeLogin.texts[name] ?? name;
		return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
	}

	#act(change) {
		this.#did = { ...this.#did, note: null, ...change };
	}

	/** What the views may know and do. */
	#tools = {
		text: (name, values) => this.#text(name, values),
		say: (text, urgent) => this.#say(text, urgent),
		redraw: () => this.#draw(),
		date: (value, time) =>
			new Intl.DateTimeFormat(this.lang || document.documentElement.lang || 'en', {
				dateStyle: time ? 'medium' : 'long',
				timeStyle: time && 'short',
			}).format(new Date(value)),
		link: () => this.#model.link && new URL(this.#model.link, this.#base()).href,
		outside: (href, name, attributes = {}) =>
			h(
				'a',
				{ class: 'outside', href, target: '_blank', rel: 'noopener noreferrer', ...attributes },
				h('span', {}, this.#text(name)),
				externalMark(),
				h('span', { class: 'unseen' }, ` ${this.#text('new_tab')}`),
			),
		/** The button is a plain link: nothing can block it. Its ticket is good once, so ask for the next. */
		clicked: () => {
			this.#act({ opened: true });
			setTimeout(() => this.#send('claude.auth.status'), 0);
		},
		opened: () => {
			this.#act({ opened: true });
			this.#draw();
		},
		start: () => {
			this.#act({});
			this.#model = { ...this.#model, state: 'starting', failure: null, problem: null };
			if (!this.#send('claude.auth.start')) this.#connection.wake();
			this.#draw();
		},
		share: () => {
			this.#tools.start();
			this.#views.steps.show('other_device');
		},
		cancel: () => this.#send('claude.auth.cancel'),
		renew: () => {
			this.#act({ opened: false });
			this.#renewing = this.#send('claude.auth.cancel') && this.#send('claude.auth.start');
		},
		submit: (code) => this.#submit(code),
		wake: () => this.#connection.wake(),
		unlock: async (key) => {
			if (this.#base().origin !== location.origin) {
				this.key = key;
				return null;
			}
			const refused = await this.#ask('api/session', 'POST', { key }, { 401: 'key_refused' });
			if (!refused) this.reconnect();
			return refused;
		},
		revoke: (method = this.#model.credential?.method) => this.#tools.outside(REVOKE_PAGES[method] ?? REVOKE_PAGES.oauth_token, 'revoke'),
		signOut: async () => {
			const gone = this.#model.credential?.method;
			const refused = await this.#ask('api/claude/auth', 'DELETE');
			if (!refused) this.#act({ note: 'signed_out_notice', gone });
			return refused;
		},
		ask: (path, method, body, words) => this.#ask(path, method, body, words),
		fetch: (path, method, body) => this.#fetch(path, method, body),
		paired: () => this.hasAttribute('paired'),
		/** Whether another device could open a link to this server. */
		shareable: () => !this.hasAttribute('paired') && !/^(localhost|127\.|\[::1\])/.test(this.#base().hostname),
		/** Seldom used parts come when they are asked for. */
		more: async (name, place, close) => {
			const { PANELS } = await import('./more.js');
			place.replaceChildren();
			PANELS[name](this.#tools, place, close);
		},
	};
}

// ---- the views
// A view is made once and updated; so the code field keeps its text through every state.

const VIEW_OF = {
	unauthorized: 'unauthorized',
	unreachable: 'unreachable',
	unavailable: 'unavailable',
	signed_out: 'signedOut',
	starting: 'steps',
	awaiting_code: 'steps',
	verifying: 'steps',
	signed_in: 'signedIn',
	failed: 'failed',
};
/** On a device that was let in for one login only. */
const PAIRED_VIEW_OF = { connecting: 'connecting', unreachable: 'unreachable', starting: 'steps', awaiting_code: 'steps', verifying: 'steps' };

/** No keyboard, browser or password store is to change, complete or keep what is pasted. */
export const PLAIN_FIELD = { autocomplete: 'off', autocapitalize: 'none', autocorrect: 'off', spellcheck: 'false', enterkeyhint: 'go', part: 'field' };

export const button = (label, click, kind = '') =>
	h('button', { type: 'button', class: kind, part: kind.includes('primary') ? 'button primary' : 'button', click }, label);
export const row = (...children) => h('div', { class: 'row' }, ...children);
const working = (label) => h('p', { class: 'working' }, h('span', { class: 'spinner' }), label);

const VIEWS = {
	connecting: () => ({ title: 'connecting', nodes: [] }),

	unreachable: ({ text, wake }) => {
		const retry = button(text('try_again'), wake, 'primary');
		return { title: 'unreachable_title', lead: () => text('unreachable_lead'), nodes: [row(retry)], focus: () => retry };
	},

	unauthorized: ({ text, more }) => {
		const place = h('div');
		more('access_key', place);
		return { title: 'unauthorized_title', lead: () => text('unauthorized'), nodes: [place] };
	},

	unavailable: ({ text }) => {
		const list = h('div', { class: 'notice bad' });
		const login = button(text('login'), () => {}, 'primary wide');
		login.disabled = true;
		return {
			title: 'unavailable_title',
			lead: () => text('unavailable_lead'),
			nodes: [list, login],
			announce: () => list.textContent,
			update: (model, { faults }) => list.replaceChildren(...faults.map((fault) => h('p', {}, fault))),
		};
	},

	finished: ({ text }) => {
		const words = h('p');
		return {
			title: 'finished_title',
			nodes: [words],
			update: ({ state }) => (words.textContent = text(state === 'signed_in' ? 'finished_done' : 'finished_over')),
		};
	},

	signedOut: (tools) => {
		const { text } = tools;
		const login = loginLink(tools, 'login', 'primary wide');
		const more = moreRow(tools, ['use_api_key']);
		if (tools.shareable()) more.nodes[0].prepend(button(text('other_device'), tools.share, 'plain'));
		const how = h('ol', { class: 'how', part: 'how' }, ...['first_step', 'second_step', 'third_step'].map((name) => h('li', {}, text(name))));
		return {
			title: 'signed_out_title',
			lead: () => text('signed_out_lead'),
			nodes: [h('slot', { name: 'intro' }, how), login.node, ...more.nodes],
			update: login.update,
			focus: login.current,
		};
	},

	failed: ({ text, start }) => {
		const message = h('p');
		const said = h('p');
		const details = h('details', {}, h('summary', {}, text('details')), said);
		const retry = button(text('try_again'), start, 'primary');
		const reload = button(text('reload'), () => location.reload(), 'primary');
		return {
			title: 'failed_title',
			nodes: [h('div', { class: 'notice bad' }, message, details), row(retry, reload)],
			announce: () => message.textContent,
			update: ({ failure }) => {
				const { reason, error } = failure ?? { reason: 'failed_title' };
				message.textContent = text(reason);
				said.textContent = error ?? '';
				details.hidden = !error || error === message.textContent;
				reload.hidden = reason !== 'bad_message';
				retry.hidden = !reload.hidden;
				retry.disabled = reason === 'disabled';
			},
			focus: () => [retry, reload].find((action) => !action.hidden && !action.disabled),
		};
	},

	steps: (tools) => stepsView(tools),
	signedIn: (tools) => signedInView(tools),
};

/** The sign-in link; without a ticket from the server, a button that starts the login over the socket. */
function loginLink(tools, name, kind) {
	const link = tools.outside('#', name, { class: `button ${kind}`, part: 'button primary', click: tools.clicked, auxclick: tools.clicked });
	const start = button(tools.text(name), () => tools.start(), kind);
	return {
		node: h('div', {}, link, start),
		current: () => (link.hidden ? start : link),
		update: () => {
			const href = tools.link();
			if (href) link.href = href;
			link.hidden = !href;
			start.hidden = Boolean(href);
		},
	};
}

/** Buttons that open one of the seldom used panels below them. */
function moreRow(tools, names) {
	const place = h('div', { hidden: true });
	let opened = null;
	const show = (name) => {
		opened = name;
		names.forEach((one, index) => openers[index].setAttribute('aria-expanded', String(one === name)));
		place.hidden = !name;
		const close = () => show(null) ?? openers[names.indexOf(name)].focus();
		if (name) tools.more(name, place, close);
	};
	const openers = names.map((name) => button(tools.text(name), () => show(opened === name ? null : name), 'plain'));
	show(null);
	return { nodes: [h('div', { class: 'row quiet', hidden: !names.length }, ...openers), place], show };
}

function stepsView(tools) {
	const { text } = tools;
	let url = null;
	let warned = null;
	let shown = {};

	const step = (number, name, ...body) => {
		const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
		const here = h('span', { class: 'here' }, text('here'));
		const content = h('div', { class: 'body' }, ...body);
		const node = h('li', { part: 'step' }, mark, h('div', { class: 'title' }, h('h3', {}, text(name)), here), content);
		const set = (current) => {
			const place = number < current ? 'past' : number === current ? 'current' : 'next';
			node.className = `step ${place}`;
			if (place === 'current') node.setAttribute('aria-current', 'step');
			else node.removeAttribute('aria-current');
			here.hidden = place !== 'current';
			mark.replaceChildren(place === 'past' ? tickMark() : String(number));
		};
		return { node, content, set };
	};

	const preparing = working(text('preparing'));
	const hint = h('p', { class: 'small' }, text('authorize_hint'));
	const open = tools.outside('#', 'open_page', { click: tools.opened, auxclick: tools.opened, part: 'button' });
	const opening = row(open);
	const first = step(1, 'authorize', preparing, hint, opening);

	const verdict = h('p', { class: 'small verdict', id: 'verdict' });
	const input = h('input', {
		id: 'code',
		type: 'text',
		...PLAIN_FIELD,
		'aria-describedby': 'code-hint verdict',
		input: () => {
			judge(false);
			tools.redraw();
		},
	});
	const judged = (words, kind = '') => {
		verdict.textContent = words;
		verdict.className = `small verdict ${kind}`;
		input.setAttribute('aria-invalid', String(kind === 'bad'));
	};
	/** Looks at the field; speaks of an empty one only when asked. */
	const judge = (asked) => {
		const found = examine(input.value, url);
		if (found === 'whole') judged(text('code_whole'), 'good');
		else if (found === 'paste_empty' && !asked) judged('');
		else judged(text(found), 'bad');
		return found;
	};
	const complain = () => {
		tools.say(verdict.textContent, true);
		input.focus();
	};
	const paste = button(text('paste'), async () => {
		try {
			input.value = await navigator.clipboard.readText();
			warned = null;
			const found = judge(true);
			tools.redraw();
			if (found === 'whole') input.focus();
			else complain();
		} catch {
			judged(text('paste_refused'), 'bad');
			complain();
		}
	});
	paste.hidden = !navigator.clipboard?.readText;
	const confirm = h('button', { class: 'primary', part: 'button primary' }, text('confirm'));
	const form = h(
		'form',
		{
			submit: (event) => {
				event.preventDefault();
				if (confirm.disabled) return;
				const found = judge(true);
				// The server has the last word: asked a second time, a doubtful code goes there. A token never does.
				const never = ['paste_empty', 'paste_too_long', 'paste_control', 'paste_token'].includes(found);
				if (found !== 'whole' && (never || warned !== input.value)) {
					warned = input.value;
					complain();
				} else tools.submit(input.value);
			},
		},
		h('label', { for: 'code' }, text('code_label')),
		h('div', { class: 'field' }, input, paste),
		h('p', { class: 'hint', id: 'code-hint' }, text('code_hint')),
		verdict,
		h('div', { class: 'row send' }, confirm),
	);
	const second = step(2, 'code_step', form);
	const third = step(3, 'finish', working(text('verifying')));

	const clock = h('p', { class: 'small clock', role: 'timer', 'aria-live': 'off' });
	const renew = button(text('new_link'), tools.renew, 'plain');
	const paired = tools.paired();
	const startedBy = h('p', { class: paired ? 'notice' : 'small' });
	const more = moreRow(tools, tools.shareable() ? ['other_device'] : []);
	const stays = h('p', { class: 'small' }, text('stays'));
	const joined = h('p', { class: 'notice' });
	const ways = h('div', { class: 'row quiet' }, renew, button(text('cancel'), tools.cancel, 'plain'));
	const foot = h('div', { class: 'foot' }, clock, ...(paired ? [] : [ways]));

	const list = h('ol', { class: 'steps', part: 'steps', 'aria-label': text('steps_label') }, first.node, second.node, third.node);
	return {
		title: 'signed_out_title',
		nodes: paired ? [startedBy, list, foot] : [joined, list, startedBy, stays, ...more.nodes, foot],
		announce: ({ state, problem }) => text(problem?.reason ?? { starting: 'preparing', awaiting_code: 'code_step' }[state] ?? state),
		update: ({ state, loginId, url: address, problem, credential, startedBy: by, pairedWith }, { sending, opened, queued }) => {
			const awaiting = state === 'awaiting_code';
			const verifying = state === 'verifying';
			const atCode = awaiting && (opened || Boolean(problem) || input.value !== '');
			const current = verifying ? 3 : atCode ? 2 : 1;
			[first, second, third].forEach((one) => one.set(current));
			url = address ?? url;
			const link = awaiting && /^https:\/\//.test(address);
			if (link) open.href = address;
			open.className = atCode ? 'outside' : 'button primary';
			open.firstChild.textContent = text(atCode ? 'authorize_again' : 'open_page');
			preparing.hidden = state !== 'starting';
			opening.hidden = !link;
			hint.hidden = !link || atCode;
			first.content.hidden = verifying;
			second.content.hidden = !awaiting;
			third.content.hidden = !verifying;
			input.readOnly = sending;
			confirm.disabled = sending || input.value.trim() === '';
			confirm.textContent = text(sending ? 'sending' : 'confirm');
			if (queued) judged(text('queued'));
			if (problem && awaiting && (problem !== shown.problem || state !== shown.state)) {
				judged(text(problem.reason), 'bad');
				if (shown.state === 'awaiting_code') complain();
				else tools.say(verdict.textContent, true);
			}
			clock.hidden = startedBy.hidden = !awaiting;
			renew.hidden = !awaiting;
			more.nodes[0].hidden = verifying || !tools.shareable();
			// A QR code is for one login.
			if (verifying || (shown.loginId && loginId !== shown.loginId) || (pairedWith && joined.hidden)) more.show(null);
			joined.hidden = !pairedWith;
			if (pairedWith) joined.textContent = text('paired_with', pairedWith);
			stays.hidden = !credential;
			startedBy.textContent = `${by ? text(paired ? 'paired_by' : 'started_by', by) : ''} ${text('give_to_nobody')}`;
			shown = { problem, state, loginId };
		},
		clock: (seconds) => {
			const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
			clock.textContent = text(seconds > 0 ? 'time_left' : 'time_over', { time });
		},
		focus: () => (second.content.hidden ? null : first.node.hasAttribute('aria-current') ? open : input),
		show: more.show,
		clear: () => {
			input.value = '';
			warned = null;
			judged('');
		},
	};
}

function signedInView(tools) {
	const { text } = tools;
	const facts = h('dl', { part: 'facts' });
	const again = loginLink(tools, 'sign_in_again', '');
	const check = button(
		text('check_now'),
		async () => {
			check.disabled = true;
			const refused = await tools.ask('api/claude/auth/validate', 'POST', {});
			check.disabled = false;
			if (refused) tools.say(refused, true);
		},
		'plain',
	);
	const fact = (name, ...value) => [h('dt', {}, text(name)), h('dd', {}, ...value)];
	return {
		title: 'signed_in_title',
		lead: () => text('signed_in_lead'),
		nodes: [facts, row(again.node), ...moreRow(tools, ['sign_out', 'use_api_key']).nodes],
		update: ({ credential = {} }) => {
			again.update();
			const { method = 'oauth_token', madeAt, expiresAt, checkedAt, validity, fingerprint } = credential;
			const checked = [checkedAt, validity, fingerprint, madeAt, expiresAt].join();
			if (facts.of === checked) return;
			facts.of = checked;
			facts.replaceChildren(
				...fact('method', text(method)),
				...(madeAt ? fact('since', tools.date(madeAt)) : []),
				...fact('until', expiresAt ? text('about', { date: tools.date(expiresAt) }) : text('no_end')),
				...(checkedAt ? fact('checked', text(validity ?? 'unknown', { date: tools.date(checkedAt, true) }), check) : []),
				...(fingerprint ? fact('fingerprint', h('code', {}, fingerprint)) : []),
			);
		},
	};
}

if (!customElements.get('claude-login')) customElements.define('claude-login', ClaudeLogin);
