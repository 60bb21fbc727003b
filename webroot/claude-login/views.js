/** The views of <claude-login>: each is made once and then updated, so that a field keeps its text through every state. */

import { button, h, row } from './parts.js';
import { loginLink, openPanel, panelRow } from './pieces.js';

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

export const viewOf = (state, paired) => (paired ? (PAIRED_VIEW_OF[state] ?? 'finished') : (VIEW_OF[state] ?? 'connecting'));

/** By name: {title, lead?, nodes, update?(model), announce?(model), focus?()}. `announce` says more than the title does. */
export const VIEWS = {
	connecting: () => ({ title: 'connecting', nodes: [] }),

	unreachable: ({ text, login }) => {
		const retry = button(text('try_again'), () => login.wake(), 'primary');
		return { title: 'unreachable_title', lead: text('unreachable_lead'), nodes: [row(retry)], focus: () => retry };
	},

	unauthorized: (face) => {
		const place = h('div');
		openPanel(face, 'access_key', place);
		return { title: 'unauthorized_title', lead: face.text('unauthorized'), nodes: [place] };
	},

	unavailable: ({ text, login }) => {
		const list = h('div', { class: 'notice' });
		const off = button(text('login'), () => {}, 'primary wide');
		off.disabled = true;
		return {
			title: 'unavailable_title',
			get lead() {
				return text(login.passing ? 'passing_lead' : 'unavailable_lead');
			},
			nodes: [list, off],
			announce: () => list.textContent,
			update: () => {
				const lines = login.faults.map(({ error }) => error);
				if (login.contact && !login.passing) lines.push(text('contact', { contact: login.contact }));
				list.classList.toggle('bad', !login.passing);
				list.replaceChildren(...lines.map((line) => h('p', {}, line)));
			},
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

	failed: ({ text, login }) => {
		const message = h('p');
		const said = h('p');
		const details = h('details', {}, h('summary', {}, text('details')), said);
		const retry = button(text('try_again'), () => login.start(), 'primary');
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

};

/** Made by modules that are loaded when they are needed, or soon will be: most pages show somebody who is signed in. */
const LATER = {
	steps: async (query) => (await import(`./steps.js${query}`)).stepsView,
	signedIn: async (query) => (await import(`./credential.js${query}`)).credentialView,
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
