/** Puts an element of webroot on a page of its own, in the document of `dom.js`. */

import { bridge, clock } from './world.js';
import { control, field, fill, press } from './dom.js';
import { status, url } from './frames.js';

export const { ClaudeLogin } = await import('../../../webroot/claude-login/claude-login.js');
export const { ClaudeChat } = await import('../../../webroot/claude-login/claude-chat.js');
// Loaded beforehand, so that no test waits for a module that pages load when they need it.
await Promise.all(['steps', 'credential', 'notes', 'outcomes', 'panels'].map((name) => import(`../../../webroot/claude-login/${name}.js`)));

/** The events of <claude-login> that bubbled up to the page: [name, detail]. */
export let told = [];
for (const name of ['statechange', 'complete', 'error']) addEventListener(`claude-login-${name}`, ({ detail }) => told.push([name, detail]));
export const toldOf = (name) => told.filter(([one]) => one === name).map(([, detail]) => detail);

let element;

/** Opens a page with this element; the bridge answers with these messages. */
export async function open(tag, standing, attributes = {}) {
	bridge.standing = standing;
	element = document.createElement(tag);
	// Without it an element connects to the server of its script; these scripts came from a file.
	for (const [name, value] of Object.entries({ src: 'http://bridge.test/', ...attributes })) element.setAttribute(name, value);
	document.body.append(element);
	await drawn();
	return element;
}

/** Before each test: resets everything to a browser that has just been started. */
export function fresh() {
	element?.remove();
	clock.reset();
	bridge.reset();
	told = [];
	document.documentElement.lang = 'en';
	document.visibilityState = 'visible';
	navigator.onLine = true;
	Object.assign(location, { href: 'http://bridge.test/', origin: 'http://bridge.test', reloaded: false });
	delete navigator.clipboard;
}

/** Waits until an element has drawn the messages that came. */
export const drawn = () => clock.turn(50);

export const openLogin = (...standing) => open('claude-login', standing);
export const openAtCode = () => openLogin(status('awaiting_code'), url());

/** Lets the bridge send these messages, and answer with them from now on; waits until they are drawn. */
export async function change(...messages) {
	bridge.change(...messages);
	await drawn();
}

export async function push(...messages) {
	bridge.push(...messages);
	await drawn();
}

export async function click(name) {
	const found = control(name);
	if (!found) throw new Error(`nothing to press: ${name}`);
	found.click();
	await drawn();
}

export const codeField = () => field('Code from the sign-in page');

/** Activates a control by the keyboard, as somebody does who then looks for the focus. */
export async function submit(code) {
	fill(codeField(), code);
	press('Enter');
	await drawn();
}
