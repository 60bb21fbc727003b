/** The seldom used panels of <claude-login>, loaded when one is opened. */

import { ClaudeLogin, PLAIN_FIELD, button, row } from './claude-login.js';
import { h, svg } from './parts.js';

const TEXTS = {
	api_key_label: 'API key from the Claude console',
	api_key_hint: 'Billed by use. It is stored encrypted and never shown again.',
	api_key_save: 'Keep this key',
	api_key_unsupported: 'This server takes no API keys.',
	api_key_shape: 'An API key begins with sk-ant-api.',
	sign_out_title: 'Sign this machine out?',
	sign_out_text: 'The credential is deleted here. Claude accepts it until you revoke it on Claude’s own page.',
	keep: 'Stay signed in',
	key_label: 'Access key',
	key_hint: 'Or open the link that the server printed when it started.',
	unlock: 'Unlock',
	key_refused: 'The server does not know that key.',
	device_title: 'Scan with a phone’s camera',
	device_text: 'It lets that phone do this one sign-in, once. This page sees it complete. Show it to nobody else.',
	device_link: 'Or open this link there',
};
for (const [name, text] of Object.entries(TEXTS)) ClaudeLogin.texts[name] ??= text;

/** A form for one secret. `submit` answers with what is wrong with it, or null. */
function secretForm({ text, id, label, hint, action, submit, check }) {
	const verdict = h('p', { class: 'small verdict', id: `${id}-verdict`, role: 'alert' });
	const input = h('input', { id, type: 'password', ...PLAIN_FIELD, 'aria-describedby': `${id}-hint ${id}-verdict` });
	const go = h('button', { class: 'primary', part: 'button primary' }, text(action));
	const judged = (problem) => {
		verdict.textContent = problem ?? '';
		verdict.className = 'small verdict bad';
		input.setAttribute('aria-invalid', String(Boolean(problem)));
		if (problem) input.focus();
		else input.value = '';
	};
	const form = h(
		'form',
		{
			submit: async (event) => {
				event.preventDefault();
				const value = input.value.trim();
				if (!value || go.disabled) return;
				go.disabled = true;
				judged(check?.(value) ?? (await submit(value)));
				go.disabled = false;
			},
		},
		h('label', { for: id }, text(label)),
		h('div', { class: 'field' }, input, go),
		h('p', { class: 'hint', id: `${id}-hint` }, text(hint)),
		verdict,
	);
	form.input = input;
	return form;
}

/** By the name of the button that opens them: each puts itself into `place`; `close` closes it again. */
export const PANELS = {
	access_key: ({ text, unlock }, place) => {
		place.append(secretForm({ text, id: 'key', label: 'key_label', hint: 'key_hint', action: 'unlock', submit: unlock }));
	},

	use_api_key: ({ text, ask }, place) => {
		const unsupported = { 404: 'api_key_unsupported', 405: 'api_key_unsupported', 501: 'api_key_unsupported' };
		const form = secretForm({
			text,
			id: 'api-key',
			label: 'api_key_label',
			hint: 'api_key_hint',
			action: 'api_key_save',
			check: (value) => (value.startsWith('sk-ant-api') ? null : text('api_key_shape')),
			submit: (apiKey) => ask('api/claude/auth', 'POST', { apiKey }, unsupported),
		});
		place.append(h('div', { class: 'ask' }, form));
		form.input.focus();
	},

	other_device: async ({ text, fetch, say }, place, close) => {
		const answer = await fetch('api/claude/auth/device', 'POST', {}).catch(() => null);
		const said = await answer?.json().catch(() => null);
		if (!answer?.ok || !said?.qr) {
			const words = said?.advice ?? said?.detail ?? text('unreachable_title');
			place.append(h('div', { class: 'notice bad' }, h('p', {}, words)));
			say(words, true);
			return;
		}
		const { size, path } = said.qr;
		const code = svg('', `0 0 ${size} ${size}`, ['path', { d: path, fill: '#000', 'shape-rendering': 'crispEdges' }]);
		const title = h('h3', { tabindex: -1 }, text('device_title'));
		const link = h('p', { class: 'small' }, `${text('device_link')}: `, h('code', {}, said.link));
		place.append(h('div', { class: 'ask device' }, code, h('div', {}, title, h('p', { class: 'small' }, text('device_text')), link)));
		title.focus();
	},

	sign_out: ({ text, revoke, signOut }, place, close) => {
		const problem = h('p', { class: 'small verdict bad', role: 'alert' });
		const really = button(
			text('sign_out'),
			async () => {
				really.disabled = true;
				problem.textContent = (await signOut()) ?? '';
				really.disabled = false;
				if (!problem.textContent) close();
			},
			'danger',
		);
		const title = h('h3', { id: 'sign-out', tabindex: -1 }, text('sign_out_title'));
		const question = h(
			'div',
			{ class: 'ask', role: 'group', 'aria-labelledby': 'sign-out', keydown: ({ key }) => key === 'Escape' && close() },
			title,
			h('p', { class: 'small' }, text('sign_out_text')),
			revoke(),
			problem,
			row(really, button(text('keep'), close)),
		);
		place.append(question);
		title.focus();
	},
};
