/**
 * As much of a browser's document as the elements of webroot use, for Node.js: a tree, attributes, events that bubble,
 * the focus, shadow roots, custom elements. No layout and no styles: what needs those is tested in real browsers.
 *
 * Must be imported before any script of webroot: it puts these in place as globals, with those of `world.js`.
 */

import { page } from './world.js';

class Text {
	parentNode = null;

	constructor(data) {
		this.data = data;
	}

	get textContent() {
		return this.data;
	}
}

class Parent extends EventTarget {
	parentNode = null;
	childNodes = [];

	append(...nodes) {
		nodes.forEach((node) => this.#take(node, this.childNodes.length));
	}

	prepend(...nodes) {
		[...nodes].reverse().forEach((node) => this.#take(node, 0));
	}

	replaceChildren(...nodes) {
		[...this.childNodes].forEach(detach);
		this.append(...nodes);
	}

	remove() {
		detach(this);
	}

	/** Adds nodes after this one. */
	after(...nodes) {
		const { parentNode } = this;
		nodes.forEach((node, index) => parentNode.#take(node, parentNode.childNodes.indexOf(this) + 1 + index));
	}

	#take(node, index) {
		const child = node instanceof Text || node instanceof Parent ? node : new Text(String(node));
		if (child.parentNode) detach(child);
		child.parentNode = this;
		this.childNodes.splice(Math.min(index, this.childNodes.length), 0, child);
		if (this.isConnected) eachIn(child, (one) => one.connectedCallback?.());
	}

	get children() {
		return this.childNodes.filter((node) => node instanceof Element);
	}

	get firstChild() {
		return this.childNodes[0] ?? null;
	}

	get textContent() {
		return this.childNodes.map(({ textContent }) => textContent).join('');
	}

	set textContent(text) {
		this.replaceChildren(...(text === '' ? [] : [text]));
	}

	contains(node) {
		while (node && node !== this) node = node.parentNode;
		return node === this;
	}

	get isConnected() {
		return this.getRootNode({ composed: true }) === document.documentElement;
	}

	getRootNode({ composed = false } = {}) {
		let root = this;
		while (root.parentNode || (composed && root.host)) root = root.parentNode ?? root.host;
		return root === document.documentElement && !composed ? document : root;
	}

	/** Calls the listeners of this node, then those of its ancestors. */
	dispatchEvent(event) {
		for (let one = this; one; one = event.bubbles ? (one.parentNode ?? one.host) : null) {
			EventTarget.prototype.dispatchEvent.call(one, event);
		}
		if (event.bubbles) page.dispatchEvent(event);
		return !event.defaultPrevented;
	}

	/** The first descendant that matches a tag name, a class, an id, or an attribute with its value. */
	querySelector(selector) {
		return all(this, false).find((one) => one !== this && one.matches(selector)) ?? null;
	}
}

function detach(node) {
	const { parentNode } = node;
	if (!parentNode) return;
	const connected = node.isConnected;
	// As in browsers, a removed element loses the focus.
	if (node instanceof Element && all(node).includes(focused)) focused = null;
	parentNode.childNodes = parentNode.childNodes.filter((child) => child !== node);
	node.parentNode = null;
	if (connected) eachIn(node, (one) => one.disconnectedCallback?.());
}

function eachIn(node, action) {
	if (node instanceof Parent) all(node).forEach(action);
}

/** An element and all its descendants, those in shadow roots included. */
export function all(node, shadows = true) {
	const inShadow = shadows && node.shadowRoot ? all(node.shadowRoot) : [];
	const own = node instanceof Element ? [node] : [];
	return [...own, ...inShadow, ...node.children.flatMap((child) => all(child, shadows))];
}

let focused = null;
/** The document that creates an element tells its class the tag name. */
let making = '';

class Element extends Parent {
	tagName = making;
	shadowRoot = null;
	#attributes = new Map();

	setAttribute(name, value) {
		const before = this.getAttribute(name);
		this.#attributes.set(name, String(value));
		if (this.constructor.observedAttributes?.includes(name)) this.attributeChangedCallback(name, before, String(value));
	}

	getAttribute(name) {
		return this.#attributes.get(name) ?? null;
	}

	hasAttribute(name) {
		return this.#attributes.has(name);
	}

	removeAttribute(name) {
		this.#attributes.delete(name);
	}

	attachShadow() {
		this.shadowRoot = new ShadowRoot();
		this.shadowRoot.host = this;
		return this.shadowRoot;
	}

	/** The state that a form-associated element lets the browser keep; for tests to look at. */
	attachInternals() {
		return { setFormValue: (value, state = value) => (this.kept = state) };
	}

	get firstElementChild() {
		return this.children[0] ?? null;
	}

	get classList() {
		const names = () => new Set(this.className.split(' ').filter(Boolean));
		const toggle = (name, on) => {
			const all = names();
			if (on ?? !all.has(name)) all.add(name);
			else all.delete(name);
			this.className = [...all].join(' ');
		};
		return { add: (name) => toggle(name, true), toggle, contains: (name) => names().has(name) };
	}

	get lang() {
		return this.getAttribute('lang') ?? '';
	}

	set lang(lang) {
		this.setAttribute('lang', lang);
	}

	/** Whether it is in the document, and neither it nor an ancestor is hidden. */
	get seen() {
		for (let one = this; one; one = one.parentNode ?? one.host) {
			if (one.hidden) return false;
		}
		return this.isConnected;
	}

	getClientRects() {
		return this.seen ? [{}] : [];
	}

	getBoundingClientRect() {
		return { top: 0, bottom: 0 };
	}

	scrollIntoView() {}

	matches(selector) {
		if (selector === ':focus') return focused === this;
		const [, tag, kind, name, attribute, value] = selector.match(/^([\w-]*)(?:([.#])([\w-]+))?(?:\[([\w-]+)=([\w-]+)\])?$/);
		if (tag && this.tagName !== tag) return false;
		if (kind === '.' && !this.classList.contains(name)) return false;
		if (kind === '#' && this.id !== name) return false;
		return !attribute || this.getAttribute(attribute) === value;
	}

	/** Does nothing on an element that is hidden, disabled or not focusable. */
	focus() {
		const able = ['a', 'button', 'input', 'textarea', 'summary'].includes(this.tagName) || this.hasAttribute('tabindex');
		if (!able || this.disabled || !this.seen) return;
		focused = this;
	}

	/** A click by a person: impossible on an element that is hidden or disabled. */
	click() {
		if (this.disabled || !this.seen) return;
		this.dispatchEvent(new Event('pointerdown', { bubbles: true, composed: true }));
		this.focus();
		const goesOn = this.dispatchEvent(new Event('click', { bubbles: true, composed: true, cancelable: true }));
		if (goesOn && this.tagName === 'button' && this.type !== 'button') this.#form?.requestSubmit();
	}

	get #form() {
		let one = this.parentNode;
		while (one && one.tagName !== 'form') one = one.parentNode;
		return one;
	}

	/** Of a dialog: shows it, with the focus on its first button. */
	showModal() {
		all(this).find(({ tagName }) => tagName === 'button').focus();
	}

	/** Of a dialog; the browser does this without a value when Escape is pressed. */
	close(value = '') {
		this.returnValue = value;
		this.dispatchEvent(new Event('close'));
	}

	requestSubmit() {
		this.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
	}
}

/** Properties that reflect attributes. */
for (const [property, attribute = property] of [['id'], ['type'], ['href'], ['role'], ['title'], ['className', 'class']]) {
	Object.defineProperty(Element.prototype, property, {
		get() {
			return this.getAttribute(attribute) ?? '';
		},
		set(value) {
			this.setAttribute(attribute, value);
		},
	});
}
for (const property of ['hidden', 'disabled', 'readOnly']) {
	Object.defineProperty(Element.prototype, property, {
		get() {
			return this.hasAttribute(property.toLowerCase());
		},
		set(on) {
			if (on) this.setAttribute(property.toLowerCase(), '');
			else this.removeAttribute(property.toLowerCase());
			// A disabled element loses the focus at once; real browsers take it from a hidden one only later.
			if (on && property === 'disabled' && focused === this) focused = null;
		},
	});
}
Object.defineProperty(Element.prototype, 'value', {
	get() {
		return this.typed ?? this.getAttribute('value') ?? '';
	},
	set(value) {
		this.typed = String(value ?? '');
	},
});

class ShadowRoot extends Parent {
	get activeElement() {
		for (let one = focused; one; one = one.getRootNode().host) {
			if (one.getRootNode() === this) return one;
		}
		return null;
	}
}

const elements = new Map();

function make(tag) {
	making = tag;
	return new (elements.get(tag) ?? Element)();
}

Object.assign(globalThis, {
	HTMLElement: Element,
	customElements: { define: (name, type) => elements.set(name, type), get: (name) => elements.get(name) },
	matchMedia: () => ({ matches: true }),
	CSSStyleSheet: class {
		replaceSync() {}
	},
});
location.reload = () => (location.reloaded = true);

document.createElement = make;
document.createElementNS = (namespace, tag) => make(tag);
document.documentElement = make('html');
document.querySelector = (selector) => document.documentElement.querySelector(selector);
document.body = make('body');
document.documentElement.append(document.body);
Object.defineProperty(document, 'activeElement', {
	get() {
		let one = focused;
		while (one?.getRootNode().host) one = one.getRootNode().host;
		return one ?? document.body;
	},
});

// ---- what a person does and perceives

/** Replaces the text of a field, as by typing. */
export function fill(field, value) {
	field.focus();
	field.value = value;
	field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
}

/** Presses a key where the focus is; Enter in a field sends its form. */
export function press(key, more = {}) {
	const at = focused;
	const event = Object.assign(new Event('keydown', { bubbles: true, composed: true, cancelable: true }), { key, ...more });
	const goesOn = at.dispatchEvent(event);
	if (!goesOn || key !== 'Enter') return;
	let form = at;
	while (form && form.tagName !== 'form') form = form.parentNode;
	if (at.tagName === 'input') form?.requestSubmit();
}

const seen = () => all(document.body).filter((one) => one.seen && !one.classList.contains('unseen'));
const ownText = (one) => one.childNodes.filter((node) => node instanceof Text).map(({ data }) => data).join(' ');

/** In how many places the words are visible; text for screen readers only does not count. */
export const timesShown = (words) => seen().filter((one) => ownText(one).includes(words)).length;

/** Whether a live region contains the words, so that a screen reader reads them out. */
export const isAnnounced = (words) =>
	all(document.body).some((one) => ['alert', 'status'].includes(one.role) && !one.hidden && one.textContent.includes(words));

/** The visible button or link whose name begins so. */
export const control = (name) =>
	seen().find((one) => ['a', 'button', 'summary'].includes(one.tagName) && ((one.firstElementChild ?? one).textContent === name || one.textContent === name)) ?? null;

/** The visible field with that label. */
export function field(label) {
	const named = seen().find((one) => one.getAttribute('aria-label') === label);
	if (named) return named;
	const id = seen().find((one) => one.tagName === 'label' && one.textContent === label)?.getAttribute('for');
	return seen().find((one) => id && one.id === id) ?? null;
}

/** The names of the primary buttons and links; those that are disabled end with “(off)”. */
export const primary = () =>
	seen()
		.filter((one) => one.getAttribute('part')?.split(' ').includes('primary') && one.classList.contains('primary'))
		.map((one) => (one.firstElementChild ?? one).textContent + (one.disabled ? ' (off)' : ''));

/** Where the focus is: the text of the element, or the label of the field; empty where nothing has it. */
export function focus() {
	if (!focused?.seen) return '';
	const label = all(document.body).find((one) => one.tagName === 'label' && one.getAttribute('for') === focused.id && focused.id);
	return focused.getAttribute('aria-label') ?? label?.textContent ?? focused.textContent;
}
