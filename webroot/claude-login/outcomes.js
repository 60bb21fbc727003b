/** The views for what went wrong, and for a login that is over on this device. Loaded when one is needed. */

import { installing } from './login.js';
import { button, h, row, sheet } from './parts.js';
import { loginLink, panelRow } from './pieces.js';
import './reasons.js';
import { addWords } from './words.js';

addWords({
	unavailable_title: 'Not possible just now',
	unavailable_lead: 'The server’s administrator has to act first. This page then continues by itself.',
	passing_lead: 'The server is still getting ready. This page then continues by itself.',
	installing_title: 'Almost ready',
	installing_lead: 'The Claude CLI is being installed on this server; this happens only once. You can start now: your sign-in continues as soon as the CLI is ready.',
	installing_done: '{done} of about {total} MB',
	unreadable_title: 'The stored sign-in cannot be read',
	unreadable_lead: 'Sign out here, then sign in again. Or have the server’s administrator give the old key or file back.',
	reload: 'Reload the page',
	failed_title: 'That did not work',
	finished_title: 'Nothing more to do here',
	finished_done: 'Signed in. You can put this device away; the other one continues by itself.',
	finished_asks: 'That account belongs to another organization than the one before. Answer the question on the first device.',
	finished_over: 'This link has been used. Start again on the first device.',
	details: 'What the server said',
});

const LOOKS = sheet(`
details { font-size: .875rem; color: var(--muted) }
summary { cursor: pointer; padding: .75rem 0; border-radius: .375rem; width: fit-content }
progress {
	display: block; width: 100%; height: .5rem; margin-bottom: .5rem; appearance: none; border: 0; border-radius: 1rem;
	background: var(--line); overflow: hidden;
	&::-webkit-progress-bar { background: var(--line) }
	&::-webkit-progress-value { background: var(--accent); border-radius: 1rem }
	&::-moz-progress-bar { background: var(--accent); border-radius: 1rem }
}
`);

export function unavailableView(face) {
	const { text, login } = face;
	face.adopt(LOOKS);
	const list = h('div', { class: 'notice' });
	const off = button(text('login'), () => {}, 'primary wide');
	off.disabled = true;
	const bar = h('progress', { 'aria-label': text('installing_title') });
	const done = h('p', { class: 'small', 'aria-hidden': 'true' });
	const way = h('div', {}, bar, done);
	const link = loginLink(face, 'login', 'primary wide');
	return {
		get title() {
			return installing(login.model) ? 'installing_title' : 'unavailable_title';
		},
		get lead() {
			const { passing } = login.model;
			return text(installing(login.model) ? 'installing_lead' : passing ? 'passing_lead' : 'unavailable_lead');
		},
		nodes: [way, list, link.node, off],
		announce: () => (installing(login.model) ? text('installing_lead') : list.textContent),
		update: ({ faults, passing, contact }) => {
			const progress = installing({ faults });
			way.hidden = !progress;
			// If the installation is all that is missing, a sign-in can be started: the bridge lets it wait.
			const possible = Boolean(progress && login.link) && faults.every((fault) => fault.progress);
			link.update();
			link.node.hidden = !possible;
			off.hidden = possible;
			if (progress) {
				bar.max = progress.total;
				bar.value = progress.done;
				const megabytes = (bytes) => Math.round(bytes / 1_000_000);
				done.textContent = text('installing_done', { done: megabytes(progress.done), total: megabytes(progress.total) });
			}
			const lines = faults.filter((fault) => !fault.progress).map(({ error }) => error);
			list.hidden = lines.length === 0;
			if (contact && !passing) lines.push(text('contact', { contact }));
			list.classList.toggle('bad', !passing);
			list.replaceChildren(...lines.map((line) => h('p', {}, line)));
		},
	};
}

/** There is a credential, but its file or the key that decrypts it is damaged or missing. */
export function unreadableView(face) {
	const { text, adopt } = face;
	adopt(LOOKS);
	const said = h('p');
	const panels = panelRow(face, ['sign_out']);
	return {
		title: 'unreadable_title',
		lead: text('unreadable_lead'),
		nodes: [h('details', {}, h('summary', {}, text('details')), said), panels.buttons, panels.place],
		announce: () => text('unreadable_title'),
		update: ({ credential }) => (said.textContent = credential?.error ?? ''),
		focus: () => panels.buttons.firstChild,
	};
}

/** On a device that was let in for one login, once that is over. */
export function finishedView({ text }) {
	const words = h('p');
	return {
		title: 'finished_title',
		nodes: [words],
		update: ({ state, failure }) => {
			const over = failure?.reason === 'other_organization' ? 'finished_asks' : 'finished_over';
			words.textContent = text(state === 'signed_in' ? 'finished_done' : over);
		},
	};
}

export function failedView({ text, login, adopt }) {
	adopt(LOOKS);
	const message = h('p');
	const said = h('p');
	const details = h('details', {}, h('summary', {}, text('details')), said);
	const retry = button(text('try_again'), () => login.act('start'), 'primary');
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
			// Only there it says what is wrong.
			details.open = reason === 'cli_failed' || reason === 'not_allowed';
			reload.hidden = reason !== 'bad_message';
			retry.hidden = !reload.hidden;
			retry.disabled = reason === 'disabled';
		},
		focus: () => [retry, reload].find((action) => !action.hidden && !action.disabled),
	};
}
