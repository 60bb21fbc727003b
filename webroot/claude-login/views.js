/** The views of <claude-login>: each is made once and then updated, so that a field keeps its text through every state. */

import { button, h, row } from './parts.js';
import { loginLink, openPanel, panelRow } from './pieces.js';

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

/** By name: {title, lead?, nodes, update?(model), announce?(model), focus?()}. `announce` says more than the title does. */
export const VIEWS = {
	connecting: () => ({ title: 'connecting', nodes: [] }),

	unreachable: ({ text, login }) => {
		const retry = button(text('try_again'), () => login.wake(), 'primary');
		return {
			title: 'unreachable_title',
			get lead() {
				return text(login.foreign ? 'foreign_lead' : 'unreachable_lead', { origin: location.origin });
			},
			nodes: [row(retry)],
			focus: () => retry,
		};
	},

	unauthorized: (face) => {
		const place = h('div');
		openPanel(face, 'access_key', place);
		return { title: 'unauthorized_title', lead: face.text('unauthorized'), nodes: [place] };
	},

	signedOut: (face) => {
		const { text, login } = face;
		const link = loginLink(face, 'login', 'primary wide');
		const panels = panelRow(face, ['use_api_key']);
		const share = () => {
			face.panel = 'other_device';
			login.start();
		};
		if (face.shareable()) panels.buttons.prepend(button(text('other_device'), share, 'plain'));
		const off = h('p', { class: 'notice' });
		const how = h('ol', { class: 'how', part: 'how' }, ...['first_step', 'second_step', 'third_step'].map((name) => h('li', {}, text(name))));
		return {
			title: 'signed_out_title',
			lead: text('signed_out_lead'),
			nodes: [h('slot', { name: 'intro' }, how), off, link.node, panels.buttons, panels.place],
			update: () => {
				link.update();
				off.hidden = Boolean(login.link);
				off.textContent = [text('disabled'), login.contact && text('contact', { contact: login.contact })].filter(Boolean).join(' ');
			},
			focus: link.current,
		};
	},

};

/** Made by modules that are loaded when they are needed, or soon will be: most pages show somebody who is signed in. */
const LATER = {
	steps: async (query) => (await import(`./steps.js${query}`)).stepsView,
	signedIn: async (query) => (await import(`./credential.js${query}`)).credentialView,
	unavailable: async (query) => (await import(`./outcomes.js${query}`)).unavailableView,
	unreadable: async (query) => (await import(`./outcomes.js${query}`)).unreadableView,
	finished: async (query) => (await import(`./outcomes.js${query}`)).finishedView,
	failed: async (query) => (await import(`./outcomes.js${query}`)).failedView,
};
const loading = {};

/** Sees to it that there is such a view. */
export const provide = (name) => (loading[name] ??= load(name));

async function load(name) {
	for (let failures = 0; !VIEWS[name]; failures += 1) {
		try {
			// Browsers remember that a module could not be loaded; under another name they try again.
			VIEWS[name] = await LATER[name](failures ? `?${failures}` : '');
		} catch {
			await new Promise((resolve) => setTimeout(resolve, 1_000));
		}
	}
}
