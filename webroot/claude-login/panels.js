/** The panels that buttons of <claude-login> open, loaded when one is. */

import { FIELDS, PLAIN_FIELD } from './fields.js';
import { button, h, row, sheet, svg } from './parts.js';
import { outside } from './pieces.js';
import './reasons.js';
import { objection } from './why.js';
import { addWords } from './words.js';

addWords({
	api_key_label: 'API key from the Claude console',
	api_key_hint: 'Billed by use. It is stored encrypted and never shown again.',
	api_key_save: 'Keep this key',
	api_key_unsupported: 'This server takes no API keys.',
	api_key_refused: 'Claude does not accept that key.',
	api_key_shape: 'An API key begins with sk-ant-api.',
	sign_out_title: 'Sign this machine out?',
	sign_out_text: 'The credential is deleted here. Claude accepts it until you revoke it on Claude’s own page.',
	revoke: 'Revoke at Claude',
	signed_out_notice: 'Signed out here. Claude accepts the credential until you revoke it there.',
	keep: 'Stay signed in',
	unauthorized_title: 'This page needs its key',
	unauthorized: 'Open the link that the server printed at its last start, or enter your access key.',
	key_label: 'Access key',
	key_hint: 'It is the part after #key= in that link.',
	unlock: 'Unlock',
	key_refused: 'The server does not know that key.',
	key_switches: 'This browser is signed in here as “{owner}”, and that key is for “{newOwner}”. Press Unlock again to switch to “{newOwner}”.',
	device_title: 'Scan with a phone’s camera',
	device_text: 'It lets that phone complete this one sign-in, and works once. Show it to nobody else.',
	device_link: 'Or open this link there',
	token_label: 'Token from claude setup-token',
	token_hint: 'It is stored once Claude has accepted it, encrypted, and never shown again.',
	token_save: 'Keep this token',
	hold_title: 'Hold this credential back?',
	hold_text: 'It stays stored, but nobody gets it until you release it: no program, no sandbox, no chat. A leaked one has to be revoked at Claude as well.',
	hold_now: 'Hold it back',
	not_hold: 'Leave it in use',
	name_label: 'A name of your own',
	name_hint: 'Such as the account or the team it belongs to.',
	name_save: 'Save',
});

export const LOOKS = [
	FIELDS,
	sheet(`
.device {
	display: grid; grid-template-columns: 10rem 1fr; gap: 1.25rem; align-items: center;
	svg { width: 100%; background: #fff; border-radius: .5rem }
	> div > * + * { margin-top: .5rem }
}
.ask { padding: 1.25rem; border: 1px solid var(--line); border-radius: .75rem; > * + * { margin-top: .75rem } }
@container (max-width: 30rem) {
	.device { grid-template-columns: 1fr }
	.device svg { max-width: 12rem }
}
.danger { color: var(--danger); border-color: currentColor }
@media (hover: hover) {
	.danger:not(:disabled, [aria-disabled=true]):hover { background: var(--danger-soft) }
}
`),
];

/**
 * A form for one value, a secret unless `type` says otherwise. `check` and `submit` return what is wrong with it, as a text
 * for people, or an empty one.
 */
function valueForm({ text }, { id, type = 'password', value = '', label, hint, action, check = (_given) => '', submit }) {
	const verdict = h('p', { class: 'small verdict bad', id: `${id}-verdict`, role: 'alert' });
	const input = h('input', { id, type, value, ...PLAIN_FIELD, 'aria-describedby': `${id}-hint ${id}-verdict` });
	const go = h('button', { class: 'primary', part: 'button primary' }, text(action));
	const send = async (event) => {
		event.preventDefault();
		const given = input.value.trim();
		if (go.disabled || (!given && !value)) return;
		go.disabled = true;
		const problem = check(given) || (await submit(given));
		go.disabled = false;
		verdict.textContent = problem;
		input.setAttribute('aria-invalid', String(Boolean(problem)));
		if (problem) input.focus();
		else input.value = '';
	};
	const node = h(
		'form',
		{ submit: send },
		h('label', { for: id }, text(label)),
		h('div', { class: 'field' }, input, go),
		h('p', { class: 'hint', id: `${id}-hint` }, text(hint)),
		verdict,
	);
	return { node, input };
}

const REVOKE_PAGES = { oauth_token: 'https://claude.ai/settings/claude-code', api_key: 'https://platform.claude.com/settings/keys' };
const revokeLink = (face, method) => outside(face, REVOKE_PAGES[method] ?? REVOKE_PAGES.oauth_token, 'revoke');

/** Asks whether to do something with the credential; the names are those of its texts. */
function confirmation(face, place, { title, words, yes, no, ask, done, close }) {
	const { text, login, told } = face;
	const problem = h('p', { class: 'small verdict bad', role: 'alert' });
	const act = async () => {
		really.disabled = true;
		problem.textContent = told(await ask());
		really.disabled = false;
		if (problem.textContent) really.focus();
		else done();
	};
	const really = button(text(yes), act, 'danger');
	const heading = h('h3', { id: 'really', tabindex: -1 }, text(title));
	place.append(
		h(
			'div',
			{ class: 'ask', role: 'group', 'aria-labelledby': 'really' },
			heading,
			h('p', { class: 'small' }, text(words)),
			revokeLink(face, login.model.credential?.method),
			problem,
			row(really, button(text(no), close)),
		),
	);
	heading.focus();
}

/** A client without a key or session. */
export function unauthorizedView(face) {
	face.adopt(...LOOKS);
	let warned = null;
	const submit = async (key) => {
		// Confirmed a second time, the key replaces a session of another owner, such as one that may not sign in.
		const refused = await face.unlock(key, key === warned || undefined);
		warned = refused?.reason === 'other_owner' ? key : null;
		return warned ? face.text('key_switches', refused) : face.told(refused, { 401: 'key_refused' });
	};
	const { node } = valueForm(face, { id: 'key', label: 'key_label', hint: 'key_hint', action: 'unlock', submit });
	// A key is of no use while a proxy changes this page's requests so that no session counts.
	const fault = h('p', { class: 'notice bad', role: 'alert', hidden: true });
	let asked = -1;
	const update = async ({ connection }) => {
		if (asked === connection) return;
		asked = connection;
		fault.textContent = await objection(face.login.base);
		fault.hidden = !fault.textContent;
	};
	return { title: 'unauthorized_title', lead: face.text('unauthorized'), nodes: [fault, node], update };
}

/** By the name of the button that opens it: adds the panel to `place`; `close` closes it again. */
export const PANELS = {
	use_api_key: (face, place) => {
		const { text, login, told } = face;
		const words = { 404: 'api_key_unsupported', 405: 'api_key_unsupported', 501: 'api_key_unsupported', credential_invalid: 'api_key_refused' };
		const { node, input } = valueForm(face, {
			id: 'api-key',
			label: 'api_key_label',
			hint: 'api_key_hint',
			action: 'api_key_save',
			check: (value) => (value.includes('sk-ant-api') ? '' : text('api_key_shape')),
			submit: async (apiKey) => told(await login.ask('api/claude/auth', 'POST', { apiKey }), words),
		});
		place.append(h('div', { class: 'ask' }, node));
		input.focus();
	},

	use_token: (face, place, close) => {
		const { login, told } = face;
		const submit = async (token) => {
			const refused = await login.ask('api/claude/auth', 'POST', { token });
			// The question is asked above.
			if (refused?.reason === 'other_organization') close();
			return told(refused);
		};
		const { node, input } = valueForm(face, { id: 'token', label: 'token_label', hint: 'token_hint', action: 'token_save', submit });
		place.append(h('div', { class: 'ask' }, node));
		input.focus();
	},

	name_it: (face, place, close) => {
		const { login, told } = face;
		const submit = async (label) => {
			const problem = told(await login.ask('api/claude/auth/label', 'POST', { label }));
			if (!problem) close();
			return problem;
		};
		const value = login.model.credential?.label;
		const { node, input } = valueForm(face, { id: 'name', type: 'text', value, label: 'name_label', hint: 'name_hint', action: 'name_save', submit });
		place.append(h('div', { class: 'ask' }, node));
		input.focus();
	},

	other_device: async ({ text, login, say }, place) => {
		const answer = await login.fetch('api/claude/auth/device', 'POST', { path: login.base.pathname }).catch(() => null);
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

	sign_out: (face, place, close) => {
		const { login } = face;
		const { method } = login.model.credential ?? {};
		const done = () => {
			close();
			face.revoke = () => revokeLink(face, method);
			login.act('signedOut');
		};
		const ask = () => login.ask('api/claude/auth', 'DELETE');
		confirmation(face, place, { title: 'sign_out_title', words: 'sign_out_text', yes: 'sign_out', no: 'keep', ask, done, close });
	},

	hold: (face, place, close) => {
		const ask = () => face.login.ask('api/claude/auth/hold', 'POST', { held: true });
		confirmation(face, place, { title: 'hold_title', words: 'hold_text', yes: 'hold_now', no: 'not_hold', ask, done: close, close });
	},
};
