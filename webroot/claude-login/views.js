/** The views of <claude-login>: each is made once and then updated, so that a field keeps its text through every state. */

import { button, h, row } from './parts.js';
import { loginLink, panelRow } from './pieces.js';

const VIEW_OF = {
	unauthorized: 'unauthorized',
	unreachable: 'unreachable',
	unavailable: 'unavailable',
	unreadable: 'unreadable',
	signed_out: 'signedOut',
	starting: 'steps',
	awaiting_code: 'steps',
	verifying: 'steps',
	signed_in: 'signedIn',
	failed: 'failed',
};
/** On a device that was let in for one login only. */
const PAIRED_VIEW_OF = { connecting: 'connecting', unreachable: 'unreachable', starting: 'steps', awaiting_code: 'steps', verifying: 'steps' };

export const viewOf = (state, paired) => (paired ? (PAIRED_VIEW_OF[state] ?? 'finished') : (VIEW_OF[state] ?? 'connecting'));

/** By name: {title, lead?, nodes, update?(model), announce?(model), focus?()}. `announce` is read out in place of the title. */
export const VIEWS = {
	connecting: () => ({ title: 'connecting', nodes: [] }),

	unreachable: ({ text, login }) => {
		const retry = button(text('try_again'), () => login.act('wake'), 'primary');
		return {
			get title() {
				return login.model.refusal ? 'blocked_title' : 'unreachable_title';
			},
			get lead() {
				const [name, values] = login.model.refusal ?? ['unreachable_lead'];
				return text(name, values);
			},
			nodes: [row(retry)],
			announce: ({ refusal }) => refusal && text(...refusal),
			focus: () => retry,
		};
	},

	signedOut: (face) => {
		const { text, login } = face;
		const link = loginLink(face, 'login', 'primary wide');
		const panels = panelRow(face, ['use_api_key', 'use_token']);
		const share = () => {
			face.panel = 'other_device';
			login.act('start');
		};
		if (face.shareable()) panels.buttons.prepend(button(text('other_device'), share, 'plain'));
		const off = h('p', { class: 'notice' });
		const how = h('ol', { class: 'how', part: 'how' }, ...['first_step', 'second_step', 'third_step'].map((name) => h('li', {}, text(name))));
		return {
			title: 'signed_out_title',
			lead: text('signed_out_lead'),
			nodes: [h('slot', { name: 'intro' }, how), off, link.node, panels.buttons, panels.place],
			update: ({ contact }) => {
				link.update();
				off.hidden = Boolean(login.link);
				off.textContent = [text('disabled'), contact && text('contact', { contact })].filter(Boolean).join(' ');
			},
			focus: link.current,
		};
	},
};

/** The other views: the module and its export. Loaded when they are needed, or soon will be. */
const LATER = {
	steps: ['steps', 'stepsView'],
	signedIn: ['credential', 'credentialView'],
	unauthorized: ['panels', 'unauthorizedView'],
	unavailable: ['outcomes', 'unavailableView'],
	unreadable: ['outcomes', 'unreadableView'],
	finished: ['outcomes', 'finishedView'],
	failed: ['outcomes', 'failedView'],
	reasons: ['reasons', 'REASONS'],
};
const failures = {};
const loading = {};

/**
 * Loads a module of this folder, and tries again as long as it `isWanted`. Browsers remember the failure of a module, so
 * each try has another query.
 */
export async function load(file, failed = () => {}, isWanted = () => true) {
	while (isWanted()) {
		try {
			return await import(`./${file}.js${failures[file] ? `?${failures[file]}` : ''}`);
		} catch {
			failures[file] = (failures[file] ?? 0) + 1;
			failed();
			await new Promise((resolve) => setTimeout(resolve, 1_000));
		}
	}
}

/** Loads a view, or with `reasons` the sentences for what went wrong. */
export const provide = (name) => (loading[name] ??= load(LATER[name][0]).then((module) => (VIEWS[name] = module[LATER[name][1]])));
