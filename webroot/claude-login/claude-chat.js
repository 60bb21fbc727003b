/**
 * <claude-chat>: sends prompts to the Claude CLI on the bridge's machine and shows the answers as they come. Where Claude is
 * not signed in, <claude-login> opens in the conversation; then the prompt is sent again by itself, once.
 *
 * `src`, `key` and `texts` are those of <claude-login>. Nothing is stored: the conversation is gone with the page.
 */

import { addressOf, OPEN } from './connection.js';
import { UNKNOWN } from './login.js';
import { LoginClient } from './login-client.js';
import { BASE, h, sheet, worded } from './parts.js';

const TEXTS = {
	chat_label: 'Conversation with Claude',
	chat_empty: 'Ask Claude something. It runs on the bridge’s machine, with the account that is signed in there.',
	chat_owner: 'You use this server as “{owner}”.',
	chat_you: 'You',
	chat_claude: 'Claude',
	chat_prompt: 'Your prompt',
	chat_send: 'Send',
	chat_stop: 'Stop',
	chat_stopped: 'Stopped.',
	chat_thinking: 'Claude is thinking',
	chat_again: 'Send again',
	chat_sign_in: 'Claude is not signed in here. Sign in, and your prompt is sent again by itself.',
	chat_sign_in_again: 'Claude did not accept the sign-in. Sign in again, and your prompt is sent again by itself.',
	chat_signing_in: 'A sign-in is open. Finish it here.',
	chat_offline: 'No connection just now. Your prompt continues as soon as there is one.',
	chat_too_long: 'That is too long: at most {count} characters.',
	chat_disabled: 'The chat is switched off on this server.',
	chat_busy: '{error}',
	chat_rate_limited: '{error}',
	chat_network: 'The server could not reach Claude.',
	chat_timed_out: 'Claude took too long to answer.',
	chat_cli_not_found: 'The Claude CLI is missing on the server; its administrator has to install it.',
	chat_failed: 'That did not work.',
};

/** Reasons for which signing in is the answer. */
const SIGN_IN = new Set(['signed_out', 'credential_invalid', 'unauthorized']);

/** A message may have 8 KiB in all; one character may take three bytes and be escaped. */
const LONGEST = 2_000;

const LOOKS = sheet(`
:host { display: flex; flex-direction: column; min-height: 0; container-type: normal }
.log { position: relative; flex: 1 1 auto; overflow-y: auto; padding: .25rem .25rem 1.5rem; overscroll-behavior: contain }
.log > * + * { margin-top: 1.5rem }
.owner { padding: 0 .25rem .75rem; font-size: .875rem; font-weight: 500 }
.empty { color: var(--muted); max-width: 26rem; margin: 3rem auto; text-align: center }
.who { font-size: .875rem; font-weight: 600; color: var(--muted); margin-bottom: .25rem }
.said { white-space: pre-wrap; overflow-wrap: anywhere }
.mine { margin-inline-start: auto; width: fit-content; max-width: 85%; padding: .75rem 1rem; border-radius: var(--radius); background: var(--soft) }
.theirs > * + * { margin-top: .75rem }
form { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: .75rem; align-items: flex-end; padding: .75rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface) }
form:focus-within { border-color: var(--accent) }
form:has(textarea:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px }
textarea { flex: 1 1 8rem; min-width: 0; min-height: 2.875rem; max-height: 12rem; padding: .625rem .5rem; border: 0; resize: none; font: inherit; color: inherit; background: transparent; field-sizing: content }
textarea::placeholder { color: var(--muted); opacity: 1 }
textarea:focus-visible { outline: none }
.box > * + * { margin-top: 1rem }
.line { min-height: 1.5rem; margin-top: .5rem; font-size: .875rem; color: var(--muted) }
`);

export class ClaudeChat extends HTMLElement {
	static observedAttributes = ['src'];
	/** So that the browser keeps the prompt of a discarded tab, as it keeps any field. */
	static formAssociated = true;
	static texts = TEXTS;

	#texts = {};
	#key = null;
	#root = this.attachShadow({ mode: 'open' });
	#internals = this.attachInternals();
	#ui = null;
	#opening = false;
	#count = 0;
	/** The present prompt and its answer: id, text, nodes, and whether it was already sent again after a sign-in. */
	#now = null;
	#login = new LoginClient({
		now: () => this.#loginChanged(),
		soon: () => this.#loginChanged(),
		late: () => this.#down(),
		connected: () => this.#resume(),
		message: (message) => this.#received(message),
	});

	set texts(texts) {
		this.#texts = { ...texts };
	}

	set key(key) {
		this.#key = key || null;
		if (this.isConnected) this.#connect();
	}

	connectedCallback() {
		this.#ui ??= this.#build();
		this.#connect();
	}

	disconnectedCallback() {
		this.#login.stop();
	}

	attributeChangedCallback() {
		if (this.isConnected && this.#ui) this.#connect();
	}

	formStateRestoreCallback(kept) {
		this.#ui.prompt.value = kept;
		this.#keep(kept);
	}

	#keep(prompt) {
		this.#internals.setFormValue(null, prompt);
	}

	/** Connects again, with the page's new session. */
	reconnect() {
		this.#connect();
	}

	#connect() {
		this.#login.connect(addressOf(this), this.#key, { watches: false });
	}

	#build() {
		const ui = {
			owner: h('p', { class: 'owner', part: 'owner', hidden: true }),
			empty: h('p', { class: 'empty' }, this.#text('chat_empty')),
			log: h('div', { class: 'log', part: 'log', role: 'log', 'aria-label': this.#text('chat_label'), tabindex: 0 }),
			prompt: h('textarea', { rows: 1, 'aria-label': this.#text('chat_prompt'), placeholder: this.#text('chat_prompt'), enterkeyhint: 'send', part: 'prompt' }),
			go: h('button', { class: 'primary', part: 'button primary' }, this.#text('chat_send')),
			line: h('p', { class: 'line', role: 'status' }),
		};
		ui.log.append(ui.empty);
		const form = h(
			'form',
			{
				part: 'composer',
				submit: (event) => {
					event.preventDefault();
					if (this.#now?.open) this.#stop();
					else this.#ask(ui.prompt.value.trim());
				},
			},
			ui.prompt,
			ui.go,
		);
		ui.prompt.addEventListener('input', () => this.#keep(ui.prompt.value));
		ui.prompt.addEventListener('keydown', (event) => {
			// Enter sends, as in every chat; not while a word is still being composed, and not by touch.
			const sends = event.key === 'Enter' && !event.shiftKey && !event.isComposing && matchMedia('(hover: hover)').matches;
			if (!sends) return;
			event.preventDefault();
			if (!this.#now?.open) form.requestSubmit();
		});
		this.#root.adoptedStyleSheets = [BASE, LOOKS];
		this.#root.append(ui.owner, ui.log, form, ui.line);
		return ui;
	}

	// ---- an exchange

	#ask(prompt) {
		const { prompt: field, line, log, empty } = this.#ui;
		line.textContent = '';
		if (!prompt) return field.focus();
		if (prompt.length > LONGEST) {
			line.textContent = this.#text('chat_too_long', { count: LONGEST });
			return field.focus();
		}
		empty.remove();
		const place = h('div', { class: 'theirs', part: 'answer' });
		log.append(
			h('div', { class: 'mine', part: 'question' }, h('p', { class: 'unseen' }, this.#text('chat_you')), h('p', { class: 'said' }, prompt)),
			place,
		);
		this.#now = { prompt, place, again: false };
		field.value = '';
		this.#keep(prompt);
		this.#begin();
	}

	/** Sends the prompt of the exchange; the first time, and once more after a sign-in. */
	#begin() {
		const now = this.#now;
		now.id = `${Date.now().toString(36)}-${(this.#count += 1)}`;
		now.said = h('p', { class: 'said', part: 'said' });
		now.waiting = h('p', { class: 'working' }, h('span', { class: 'spinner' }), this.#text('chat_thinking'));
		now.place.replaceChildren(h('p', { class: 'who' }, this.#text('chat_claude')), now.said, now.waiting);
		now.open = true;
		this.#drawButton();
		this.#follow(true);
		if (!this.#login.send('claude.chat.prompt', { id: now.id, prompt: now.prompt })) this.#down();
	}

	#stop() {
		this.#now.stopped = true;
		this.#login.send('claude.chat.stop', { id: this.#now.id });
	}

	#received({ event, data }) {
		const now = this.#now;
		if (!now?.open || data.id !== now.id) return;
		if (event === 'claude.chat.text') {
			const atEnd = this.#atEnd();
			now.said.append(data.delta);
			now.waiting.hidden = true;
			this.#follow(atEnd);
		} else if (event === 'claude.chat.done') {
			this.#end();
			this.#keep(this.#ui.prompt.value);
			if (now.stopped) now.place.append(h('p', { class: 'small' }, this.#text('chat_stopped')));
		} else if (event === 'claude.chat.error') {
			now.refused = data.reason;
			if (SIGN_IN.has(data.reason) && !now.again) this.#blocked(now);
			else this.#fail(`chat_${data.reason}`, data.error);
		}
	}

	/** Asks for a key where one is needed; on a page that has just been loaded, goes on with a login that is open. */
	#loginChanged() {
		const { state, seq, first, owner, severalOwners } = this.#login.model;
		this.#ui.owner.hidden = !severalOwners || UNKNOWN.includes(state);
		this.#ui.owner.textContent = this.#text('chat_owner', { owner });
		if (state === 'unauthorized') {
			const isOver = (now) => !['connecting', 'unauthorized'].includes(now);
			this.#signIn(this.#ui.log, null, isOver, () => this.#connect());
		} else if (OPEN.includes(state) && seq === first && !this.#now) {
			// A discarded tab that was restored, with its prompt in the field.
			const isOver = (now) => ['complete', 'signed_in', 'signed_out'].includes(now);
			this.#signIn(this.#ui.log, 'chat_signing_in', isOver, () => this.#ui.prompt.focus());
		}
	}

	#down() {
		if (this.#now?.open) this.#ui.line.textContent = this.#text('chat_offline');
	}

	/** The answer went on without this page: asked with the same id, the server sends it from the beginning. */
	#resume() {
		this.#ui.line.textContent = '';
		const now = this.#now;
		if (!now?.open) return;
		// A stopped prompt must not start again; the server confirms the end in any case.
		if (now.stopped) return this.#stop();
		now.said.textContent = '';
		this.#login.send('claude.chat.prompt', { id: now.id, prompt: now.prompt });
	}

	#end() {
		this.#now.open = false;
		this.#now.waiting.remove();
		this.#drawButton();
	}

	#fail(name, said) {
		const now = this.#now;
		this.#end();
		const known = name in ClaudeChat.texts || name in this.#texts;
		const words = known ? this.#text(name, { error: said }) : said || this.#text('chat_failed');
		now.place.append(h('div', { class: 'notice bad' }, h('p', {}, words)));
		// Trying again would not help.
		if (name !== 'chat_disabled') {
			const again = h('button', { type: 'button', click: () => this.#retry(now) }, this.#text('chat_again'));
			now.place.append(h('div', { class: 'row' }, again));
		}
		this.#follow(true);
	}

	#retry(now) {
		if (this.#now.open) return;
		this.#now = now;
		now.stopped = now.again = false;
		this.#begin();
		// The button that had the focus is gone.
		this.#ui.go.focus();
	}

	/** The exchange waits for a sign-in. */
	#blocked(now) {
		this.#end();
		const words = now.refused === 'signed_out' ? 'chat_sign_in' : 'chat_sign_in_again';
		// A sign-in elsewhere, meanwhile, is enough.
		const isOver = (state, previous) => state === 'complete' || (now.refused === 'signed_out' && state === 'signed_in' && previous === 'connecting');
		this.#signIn(now.place, words, isOver, () => {
			this.#ui.prompt.focus();
			if (now.again || this.#now.open) return;
			now.again = true;
			this.#now = now;
			this.#begin();
		});
	}

	/** Shows the sign-in until `isOver(state, previous)`, which is also called with the state `complete`. */
	async #signIn(place, words, isOver, then) {
		if (this.#opening || this.#root.querySelector('claude-login')) return;
		this.#opening = true;
		try {
			await import('./claude-login.js');
		} catch {
			if (this.#now) this.#fail('chat_network');
			else this.#ui.line.textContent = this.#text('chat_network');
			return;
		} finally {
			this.#opening = false;
		}
		const login = h('claude-login', { src: addressOf(this).href, part: 'login' });
		login.texts = this.#texts;
		if (this.#key) login.key = this.#key;
		const box = h('div', { class: 'box' }, words ? h('p', {}, this.#text(words)) : null, login);
		const changed = (state, previous) => {
			if (!box.isConnected) return;
			box.scrollIntoView({ block: 'nearest' });
			if (!isOver(state, previous)) return;
			box.remove();
			then();
		};
		login.addEventListener('claude-login-complete', () => changed('complete'));
		login.addEventListener('claude-login-statechange', ({ detail }) => changed(detail.state, detail.previous));
		place.append(box);
		if (words && 'Notification' in globalThis) this.#offerToNotify(box);
		this.#follow(true);
	}

	async #offerToNotify(box) {
		const place = h('div', { class: 'row' });
		box.append(place);
		const { offer } = await import('./notify.js');
		if (place.isConnected) offer(place, (name) => this.#text(name), true);
	}

	// ---- drawing

	#drawButton() {
		const open = Boolean(this.#now?.open);
		this.#ui.go.textContent = this.#text(open ? 'chat_stop' : 'chat_send');
		this.#ui.go.classList.toggle('primary', !open);
	}

	#atEnd() {
		const { log } = this.#ui;
		return log.scrollHeight - log.scrollTop - log.clientHeight < 48;
	}

	/** Stays at the end of the conversation, unless somebody has scrolled up to read. */
	#follow(stay) {
		if (stay) this.#ui.log.scrollTop = this.#ui.log.scrollHeight;
	}

	#text(name, values) {
		return worded(ClaudeChat.texts, this.#texts)(name, values);
	}
}

if (!customElements.get('claude-chat')) customElements.define('claude-chat', ClaudeChat);
