/** Notifications of the browser, for people who look at something else while a sign-in waits. Asked for on a click only. */

import { button, h } from './parts.js';
import { addWords } from './words.js';

const WORDS = {
	notify: 'Notify me in this browser',
	notify_on: 'You are notified here when this sign-in is done or needs you.',
	notify_refused: 'The browser does not let this page notify you. Its settings for this site may allow it.',
	notify_done: 'Signed in.',
	notify_waits: 'Claude waits for you to sign in.',
};
addWords(WORDS);

/** Whether the person wants it, on this page and until it is left. */
let wanted = false;
let words = (name) => WORDS[name];

/** @returns whether the browser has shown it */
function show(body) {
	try {
		// With one tag, the next one replaces it.
		const shown = new Notification(document.title || location.host, { body, tag: 'claude-login' });
		shown.onclick = () => {
			window.focus();
			shown.close();
		};
		return true;
	} catch {
		// Chrome on Android has the constructor, and refuses to be called.
		return false;
	}
}

function notify(body) {
	const seen = document.visibilityState === 'visible' && document.hasFocus();
	if (wanted && !seen) show(body);
}

document.addEventListener('claude-login-complete', () => notify(words('notify_done')));
document.addEventListener('claude-login-statechange', (event) => {
	const { state, previous } = /** @type {CustomEvent} */ (event).detail;
	if (state !== 'failed' && !(state === 'awaiting_code' && previous === 'verifying')) return;
	// What it has just told screen readers.
	const [login] = /** @type {Element[]} */ (event.composedPath());
	const said = [...login.shadowRoot.querySelectorAll('.unseen[role]')].map(({ textContent }) => textContent);
	notify(said.reverse().find(Boolean) ?? words('notify_waits'));
});

/** Puts a button into `place`; where a sign-in has begun to wait, tells whoever has pressed one before. */
export function offer(place, text, waits) {
	// Browsers never ask on a page that came over plain http, unless it is on this machine.
	if (globalThis.isSecureContext === false) return;
	words = (name) => (text(name) === name ? WORDS[name] : text(name));
	const host = place.getRootNode().host;
	// In a chat, the conversation itself has the button.
	if (host?.getRootNode().host?.localName === 'claude-chat') return;
	if (waits) notify(words('notify_waits'));
	const line = h('p', { class: 'small', role: 'status' });
	const draw = () => ask.setAttribute('aria-pressed', String(wanted));
	const ask = button(
		words('notify'),
		async () => {
			if (wanted) {
				wanted = false;
				line.textContent = '';
			} else {
				wanted = (await Notification.requestPermission()) === 'granted' && show(words('notify_on'));
				line.textContent = words(wanted ? 'notify_on' : 'notify_refused');
			}
			draw();
		},
		'plain',
	);
	draw();
	place.replaceChildren(ask, line);
}
