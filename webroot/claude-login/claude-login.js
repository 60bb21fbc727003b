/**
 * <claude-login>: signs a headless machine in to Claude, from any page. `src` is the bridge's address (its script's server
 * when absent), `state` is reflected; set `key` where there is no session, `texts` for other words. Events:
 * claude-login-statechange, -complete, -error; they never hold a code, key or token. Described in index.html beside this.
 */

import { addressOf } from './connection.js';
import { UNKNOWN } from './login.js';
import { LoginClient } from './login-client.js';
import { LOOKS } from './looks.js';
import { BASE, h, svg, worded } from './parts.js';
import { load, provide, VIEWS, viewOf } from './views.js';
import { TEXTS } from './words.js';

/** A browser and a machine; the arc between them shows how far the login is. */
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

export class ClaudeLogin extends HTMLElement {
	static observedAttributes = ['src', 'paired'];
	/** So that the browser keeps what is in the code field over a reload or a discarded tab, as it keeps any field. */
	static formAssociated = true;
	/** The English texts; change them for all elements here, or for one with its `texts` property. */
	static texts = TEXTS;

	#texts = {};
	#key = null;
	#root = this.attachShadow({ mode: 'open' });
	#internals = this.attachInternals();
	#kept = { loginId: '', value: '' };
	#ui = null;
	#views = {};
	#shown = null;
	#listeners = null;
	/** Whether the person did something in this state; if not, the focus is left alone. */
	#acted = false;
	/** The element that had the focus until it was hidden. */
	#hidden = null;
	#drawTimer = 0;
	#bannerTimer = 0;
	#login = new LoginClient({
		now: () => this.#draw(),
		soon: () => this.#drawSoon(),
		late: () => this.#drawLate(),
		clock: (left) => this.#count(left),
		complete: (credential) => this.#tell('claude-login-complete', { credential: { ...credential } }),
		error: (detail) => this.#tell('claude-login-error', detail),
	});

	get texts() {
		return { ...ClaudeLogin.texts, ...this.#texts };
	}

	set texts(texts) {
		this.#texts = { ...texts };
		this.#views = {};
		this.#shown = null;
		if (this.isConnected) this.#draw();
	}

	/** Write-only, so that no script can read it. */
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
			[this.#drawTimer, this.#bannerTimer].forEach(clearTimeout);
			this.#bannerTimer = 0;
			clearInterval(clock);
		});
		this.reconnect();
	}

	disconnectedCallback() {
		this.#listeners.abort();
		this.#login.stop();
	}

	attributeChangedCallback() {
		if (this.isConnected && this.#listeners) this.reconnect();
	}

	/** The browser restores the code field. */
	formStateRestoreCallback(kept) {
		const [loginId, ...value] = kept.split(' ');
		this.#kept = { loginId, value: value.join(' ') };
		this.#views.steps?.fill(this.#face.kept());
	}

	/** Connects again, with the page's new session or key. */
	reconnect() {
		this.#login.connect(addressOf(this), this.#key, { paired: this.#paired });
		this.#draw();
	}

	get #paired() {
		return this.hasAttribute('paired');
	}

	/** Kept with its login's id: a code is of no use to the next login. */
	#keep(value) {
		const { loginId = '' } = this.#login.model;
		this.#kept = { loginId, value };
		this.#internals.setFormValue(null, value && `${loginId} ${value}`);
	}

	#forget() {
		this.#keep('');
		this.#views.steps?.fill('');
	}

	#networkChanged = () => (navigator.onLine ? this.#drawLate() : this.#draw());

	/** A connection that is back in a moment needs no banner. */
	#drawLate() {
		this.#bannerTimer ||= setTimeout(() => {
			this.#bannerTimer = 0;
			this.#draw();
		}, 1_500);
	}

	#returned() {
		if (document.visibilityState !== 'visible') return;
		this.#tick();
		// Back from the sign-in page, with the code to paste. Not by touch, where it would open the keyboard.
		const waiting = this.state === 'awaiting_code' && this.#login.model.opened && matchMedia('(hover: hover)').matches;
		if (waiting && this.#focusIsFree) this.#views.steps?.focus()?.focus();
	}

	/** Whether no other element of the page has the focus. */
	get #focusIsFree() {
		const { activeElement } = /** @type {Document | ShadowRoot} */ (this.getRootNode());
		return activeElement === null || activeElement === document.body || activeElement === this;
	}

	#tell(name, detail) {
		this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
	}

	#build() {
		const ui = {
			banner: h('div', { class: 'banner', part: 'banner', role: 'status', hidden: true }),
			title: h('h2', { id: 'heading', part: 'heading', tabindex: -1 }),
			lead: h('p', { class: 'lead', part: 'lead' }),
			owner: h('p', { class: 'owner', part: 'owner' }),
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
			ui.owner,
			ui.notice,
			ui.view,
			h('slot', { name: 'footer' }),
		);
		this.#root.adoptedStyleSheets = [BASE, LOOKS];
		this.#root.append(ui.card, ui.polite, ui.urgent);
		for (const type of ['pointerdown', 'keydown']) this.#root.addEventListener(type, () => (this.#acted = true));
		return ui;
	}

	// ---- drawing

	/** Messages that come together are drawn once, so that nothing flickers. */
	#drawSoon() {
		clearTimeout(this.#drawTimer);
		this.#drawTimer = setTimeout(() => this.#draw(), this.#shown ? 20 : 0);
	}

	#draw() {
		clearTimeout(this.#drawTimer);
		const { title, lead, owner, card, view: place } = this.#ui;
		const { model } = this.#login;
		const atRest = ['signed_out', 'failed'].includes(model.state);
		const unreadable = atRest && model.credential?.state === 'unreadable';
		const state = model.faults.length && atRest ? 'unavailable' : unreadable ? 'unreadable' : model.state;
		const name = viewOf(state, this.#paired);
		const refused = state === 'signed_in' && model.credential?.validity === 'invalid';
		this.#drawBanner();
		const missing = [name, ...(refused || model.failure ? ['reasons'] : [])].find((one) => !VIEWS[one]);
		if (missing) return void provide(missing).then(() => this.isConnected && this.#draw());
		const view = (this.#views[name] ??= VIEWS[name](this.#face));
		const focused = this.#root.activeElement;
		const changed = this.#shown !== name;

		if (state !== this.state) this.#ui.urgent.textContent = '';
		card.className = `card ${refused ? 'failed' : state}`;
		title.textContent = this.#text(refused ? 'refused_title' : view.title);
		view.update?.(model);
		lead.textContent = refused ? '' : (view.lead ?? '');
		owner.hidden = UNKNOWN.includes(state) || !(model.severalOwners || (model.owner && this.#paired));
		owner.textContent = this.#text('owner', model);
		if (changed) {
			this.#shown = name;
			place.replaceChildren(...view.nodes);
		}
		const notice = this.#drawNotice(state, refused);
		const previous = this.getAttribute('state');
		const news = state !== previous && previous ? view.announce?.(model) || title.textContent : '';
		if (news || notice) this.#say(`${news} ${notice}`.trim());
		if (state !== previous) {
			this.setAttribute('state', state);
			if (state === 'signed_in') this.#forget();
			const mayMove = previous && previous !== 'connecting' && (focused || this.#acted);
			if (changed && mayMove && this.#focusIsFree) (view.focus?.() || title).focus();
			this.#acted = false;
			this.#tell('claude-login-statechange', { state, previous });
		}
		this.#keepFocus(changed ? null : focused);
		this.#tick();
	}

	/** While the element that has the focus is hidden, the heading holds it, so that keyboard users keep their place. */
	#keepFocus(focused) {
		const { title } = this.#ui;
		const seen = (one) => one.getClientRects().length > 0;
		if (focused && !seen(focused)) {
			// Not by touch, where it would open the keyboard.
			if (matchMedia('(hover: hover)').matches) this.#hidden = focused;
			title.focus();
		} else if (this.#root.activeElement !== title) {
			this.#hidden = null;
		} else if (this.#hidden && seen(this.#hidden)) {
			this.#hidden.focus();
			this.#hidden = null;
		}
	}

	/** @returns the notice if it is new and not read out yet, else an empty text */
	#drawNotice(state, refused) {
		const { notice } = this.#ui;
		const { failure, credential, note } = this.#login.model;
		const ended = ['cancelled', 'signed_out'].includes(failure?.reason);
		const bad = refused || (state === 'signed_in' && Boolean(failure) && !ended);
		let name = '';
		if (refused) name = 'credential_invalid';
		else if (bad) name = failure.reason;
		else if (note) name = note;
		else if (ended && state !== 'failed') name = failure.reason;
		else if (state === 'signed_in' && credential?.warning != null) name = 'ends_soon';
		if (notice.of === state + name) return '';
		notice.of = state + name;
		notice.hidden = !name;
		notice.classList.toggle('bad', bad);
		const text = name && this.#text(name);
		notice.replaceChildren(h('p', {}, text));
		if (bad && failure?.reason === 'cli_failed') notice.append(h('p', {}, failure.error));
		if (note === 'signed_out_notice') notice.append(this.#face.revoke());
		if (bad) this.#say(text, true);
		return bad ? '' : text;
	}

	#drawBanner() {
		const { banner } = this.#ui;
		const { state, connected } = this.#login.model;
		const lost = !UNKNOWN.includes(state) && !connected;
		const name = !navigator.onLine ? 'offline' : lost ? 'reconnecting' : null;
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
		this.#login.act('tick');
	}

	#count(left) {
		this.#views.steps?.clock(left);
		if (left === 60) this.#say(this.#text('minute_left'));
	}

	#text(name, values) {
		return worded(ClaudeLogin.texts, this.#texts)(name, values);
	}

	/** What the views get. */
	#face = {
		login: this.#login,
		load,
		/** Adopts the style sheets that come with a part. */
		adopt: (...looks) => (this.#root.adoptedStyleSheets = [...new Set([...this.#root.adoptedStyleSheets, ...looks])]),
		provide,
		text: (name, values) => this.#text(name, values),
		say: (text, urgent) => this.#say(text, urgent),
		/** In words, why the bridge refused a request; empty where it did not. */
		told: (problem, words = {}) => {
			if (!problem) return '';
			const own = words[problem.status] ?? words[problem.reason];
			return (!own && problem.detail) || this.#text(own ?? problem.reason ?? 'unreachable_title');
		},
		redraw: () => this.#draw(),
		/** Makes the link that goes with `signed_out_notice`; the panel that signs out replaces it. */
		revoke: () => '',
		keep: (value) => this.#keep(value),
		kept: () => (this.#kept.loginId === this.#login.model.loginId ? this.#kept.value : ''),
		/** Of the page, where it is a valid one. */
		language: () => {
			try {
				return Intl.getCanonicalLocales((this.lang || document.documentElement.lang || 'en').replace('_', '-'));
			} catch {
				return 'en';
			}
		},
		paired: () => this.#paired,
		/** Whether another device could open a link to this server. */
		shareable: () => !this.#paired && !/^(localhost|127\.|\[::1\])/.test(addressOf(this).hostname),
		unlock: async (key, replace) => {
			if (addressOf(this).origin !== location.origin) {
				this.key = key;
				return null;
			}
			const refused = await this.#login.ask('api/session', 'POST', { key, replace });
			if (!refused) this.reconnect();
			return refused;
		},
	};
}

if (!customElements.get('claude-login')) customElements.define('claude-login', ClaudeLogin);
