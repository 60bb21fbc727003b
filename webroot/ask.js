/** Questions that a page asks in a modal dialog, loaded when there is one to ask. */

import { BASE, button, h, sheet } from './claude-login/parts.js';

const LOOKS = sheet(`
dialog {
	max-width: min(30rem, 100vw - 2rem); padding: 1.75rem 2rem; color: inherit; background: var(--surface);
	border: 1px solid var(--line); border-radius: var(--radius); box-shadow: 0 12px 48px -12px rgb(0 0 0 / .4);
	&::backdrop { background: rgb(9 18 23 / .55) }
	> * + * { margin-top: 1rem }
}
h2 { margin: 0; font-size: 1.25rem; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; text-wrap: balance }
button { overflow-wrap: anywhere }
@media (max-width: 30rem) {
	dialog { padding: 1.25rem }
	.row > * { width: 100% }
}
`);

let open = null;

/**
 * Asks, and waits for a click; Escape and another question mean no. The focus is on the answer that changes nothing.
 *
 * @returns {Promise<boolean>} whether the answer was yes
 */
export function ask({ title, text, no, yes }) {
	open?.close();
	const host = h('div');
	const root = host.attachShadow({ mode: 'open' });
	root.adoptedStyleSheets = [BASE, LOOKS];
	const answer = (value) => button(value === 'yes' ? yes : no, () => dialog.close(value), value === 'yes' ? '' : 'primary');
	const dialog = h(
		'dialog',
		{ 'aria-labelledby': 'question', 'aria-describedby': 'consequence' },
		h('h2', { id: 'question' }, title),
		h('p', { id: 'consequence' }, text),
		h('div', { class: 'row' }, answer('no'), answer('yes')),
	);
	open = dialog;
	root.append(dialog);
	document.body.append(host);
	return new Promise((resolve) => {
		dialog.addEventListener('close', () => {
			host.remove();
			resolve(dialog.returnValue === 'yes');
		});
		dialog.showModal();
	});
}

/** Whether a link's key may replace the session of another owner. */
export const mayReplace = ({ owner, newOwner }) =>
	ask({
		title: `Switch to “${newOwner}”?`,
		text:
			`This browser uses this server as “${owner}”. The link that you opened is for “${newOwner}”: ` +
			`if you switch and then sign in to Claude, “${newOwner}” can use your account. If somebody else sent you the link, stay.`,
		no: `Stay as “${owner}”`,
		yes: `Switch to “${newOwner}”`,
	});

/** Whether a device may join the sign-in of another owner than its own. */
export const mayJoin = ({ owner, newOwner }) =>
	ask({
		title: `Sign in for “${newOwner}”?`,
		text:
			`This browser uses this server as “${owner}”. The link that you opened belongs to a sign-in of “${newOwner}”: ` +
			`if you go on and sign in to Claude, “${newOwner}” can use your account. If somebody else sent you the link, do not go on.`,
		no: 'Do not go on',
		yes: `Go on for “${newOwner}”`,
	});
