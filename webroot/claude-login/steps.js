/** The three steps of a login: sign in and approve, paste the code, wait for the check. */

import { FIELDS, PLAIN_FIELD } from './fields.js';
import { installing } from './login.js';
import { button, h, row, sheet, svg } from './parts.js';
import { examine, NEVER } from './paste.js';
import { outside, panelRow } from './pieces.js';
import './reasons.js';
import { addWords } from './words.js';

addWords({
	steps_label: 'Steps of the sign-in',
	here: 'You are here',
	authorize: 'Sign in and approve',
	preparing: 'Preparing your sign-in link. This takes a few seconds.',
	waiting_for_cli: 'The Claude CLI is still being installed ({percent}%). Your sign-in starts by itself as soon as it is ready.',
	authorize_hint: 'Claude’s own page opens in a new tab. Your password stays there.',
	authorize_again: 'Open the sign-in page again',
	open_page: 'Open the sign-in page',
	code_step: 'Paste the code',
	code_label: 'Code from the sign-in page',
	code_hint: 'Long, with a # in the middle. All of it, please.',
	code_whole: 'That looks like a whole code.',
	paste: 'Paste',
	paste_refused: 'The browser did not hand over the clipboard. Paste into the field instead.',
	confirm: 'Confirm',
	sending: 'Sending…',
	queued: 'No connection just now. Your code is sent as soon as there is one.',
	finish: 'Connect',
	verifying: 'Checking the code with Claude.',
	time_left: 'This link is good for {time}.',
	minute_left: 'One minute left.',
	time_over: 'This link has expired.',
	new_link: 'New link',
	cancel: 'Cancel',
	started_by: 'Started from {address}, {device}.',
	give_to_nobody: 'Paste the code only here, and give it to nobody.',
	paired_by: 'This sign-in was started from {address}, {device}. Continue only if that was you.',
	paired_with: 'Continued on another device: {device}, {address}. If that is not yours, remove it.',
	remove_device: 'Remove this device',
	device_removed: 'The other device was removed. A code from it is no longer accepted.',
	restarted: 'The old link has expired. This is a new one.',
	stays: 'Your present sign-in is kept until the new one is complete.',
});

const LOOKS = sheet(`
.steps { list-style: none; margin: 0; padding: 0 }
.notice + .steps { margin-top: 1.75rem }
.step {
	position: relative; padding: 0 0 1.75rem 3.25rem;
	&::before { content: ""; position: absolute; inset: 2.25rem auto .25rem 1rem; width: 2px; margin-left: -1px; background: var(--line); border-radius: 1px }
	&.past::before { background: var(--accent) }
	&:last-child { padding-bottom: .25rem; &::before { display: none } }
	&:not(.current) h3 { font-weight: 500; color: var(--muted) }
}
.mark {
	position: absolute; left: 0; top: -.125rem; width: 2rem; height: 2rem; border-radius: 50%;
	display: grid; place-items: center; font-size: .9375rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1;
	color: var(--muted); border: 2px solid var(--line);
	svg { width: 1em; height: 1em; flex: none; fill: none; stroke: currentColor; stroke-width: 2.25; stroke-linecap: round; stroke-linejoin: round }
	.current > & { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
	.past > & { background: var(--soft); border-color: var(--soft); color: var(--accent) }
}
.title { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline }
.here { font-size: .8125rem; font-weight: 600; color: var(--accent) }
.body { margin-top: .5rem; > * + * { margin-top: .75rem } }
.send { margin-top: .75rem }
.joined button { margin-top: .75rem }
.good.verdict { color: var(--accent); font-weight: 500 }
.foot {
	border-top: 1px solid var(--line); padding-top: 1rem;
	display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between;
	.row { margin-inline-end: max(-.75rem, -3cqi) }
}
.clock { font-variant-numeric: tabular-nums }
@container (max-width: 30rem) {
	.step { padding-left: 2.75rem }
}
@container (max-width: 14rem) {
	.step { padding-left: 0; &::before { display: none } }
	.title { min-height: 2rem; padding-left: 2.75rem }
}
@media (forced-colors: active) {
	.current > .mark { forced-color-adjust: none }
}
`);

const working = (label) => h('p', { class: 'working' }, h('span', { class: 'spinner' }), label);

function makeStep(text, number, name, ...body) {
	const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
	const here = h('span', { class: 'here' }, text('here'));
	const content = h('div', { class: 'body' }, ...body);
	const node = h('li', { part: 'step' }, mark, h('div', { class: 'title' }, h('h3', {}, text(name)), here), content);
	const set = (current) => {
		const place = number < current ? 'past' : number === current ? 'current' : 'next';
		node.className = `step ${place}`;
		if (place === 'current') node.setAttribute('aria-current', 'step');
		else node.removeAttribute('aria-current');
		here.hidden = place !== 'current';
		mark.replaceChildren(place === 'past' ? svg('', '0 0 16 16', ['path', { d: 'm3.5 8.5 3 3 6-7' }]) : String(number));
	};
	return { node, content, set };
}

/** The field for the code; below it stands what `examine` finds. */
function codeForm({ text, say, redraw, keep, kept, login }) {
	let url = null;
	let warned = null;
	const verdict = h('p', { class: 'small verdict', id: 'verdict' });
	const typed = () => {
		keep(input.value);
		judge(false);
		redraw();
	};
	const input = h('input', { id: 'code', type: 'text', ...PLAIN_FIELD, 'aria-describedby': 'code-hint verdict', input: typed });
	const judged = (words, kind = '') => {
		verdict.textContent = words;
		verdict.className = `small verdict ${kind}`;
		input.setAttribute('aria-invalid', String(kind === 'bad'));
	};
	/** Examines the field; complains of an empty one only where the person asked. */
	const judge = (asked) => {
		const found = examine(input.value, url);
		if (found === 'whole') judged(text('code_whole'), 'good');
		else if (found === 'paste_empty' && !asked) judged('');
		else judged(text(found), 'bad');
		return found;
	};
	const complain = () => {
		say(verdict.textContent, true);
		input.focus();
	};
	const paste = button(text('paste'), async () => {
		try {
			fill(await navigator.clipboard.readText());
			const found = judge(true);
			redraw();
			if (found === 'whole') input.focus();
			else complain();
		} catch {
			judged(text('paste_refused'), 'bad');
			complain();
		}
	});
	paste.hidden = !navigator.clipboard?.readText;
	const confirm = h('button', { class: 'primary', part: 'button primary' }, text('confirm'));
	const submit = (event) => {
		event.preventDefault();
		if (confirm.disabled || login.model.sending) return;
		const found = judge(true);
		// Confirmed a second time, a doubtful code is sent, for the server to decide. A token never is.
		if (found !== 'whole' && (NEVER.includes(found) || warned !== input.value)) {
			warned = input.value;
			complain();
		} else login.act('submit', { code: input.value });
	};
	const node = h(
		'form',
		{ submit },
		h('label', { for: 'code' }, text('code_label')),
		h('div', { class: 'field' }, input, paste),
		h('p', { class: 'hint', id: 'code-hint' }, text('code_hint')),
		verdict,
		h('div', { class: 'row send' }, confirm),
	);
	const fill = (value) => {
		// The field would drop line breaks, and so join a label to the code.
		input.value = value.replace(/[\r\n]+/g, ' ');
		warned = null;
		keep(input.value);
		judge(false);
	};
	fill(kept());
	return {
		node,
		input,
		fill,
		/** Shows why the code was refused; takes the focus where the field was `present` when that came. */
		refuse: (words, present) => {
			judged(words, 'bad');
			if (present) complain();
			else say(words, true);
		},
		update: (address) => {
			url = address ?? url;
			const { sending, sent, connected } = login.model;
			input.readOnly = sending;
			confirm.disabled = input.value.trim() === '';
			// Not `disabled`, which would lose the focus.
			confirm.setAttribute('aria-disabled', String(sending || confirm.disabled));
			confirm.textContent = text(sending ? 'sending' : 'confirm');
			if (sent && !connected) judged(text('queued'));
		},
	};
}

export function stepsView(face) {
	const { text, login } = face;
	face.adopt(FIELDS, LOOKS);
	const paired = face.paired();
	let shown = {};

	const waiting = h('span', {}, text('preparing'));
	const preparing = working(waiting);
	const hint = h('p', { class: 'small' }, text('authorize_hint'));
	const toPage = () => login.act('opened');
	const open = outside(face, '#', 'open_page', { click: toPage, auxclick: toPage, part: 'button' });
	const opening = row(open);
	const form = codeForm(face);
	const first = makeStep(text, 1, 'authorize', preparing, hint, opening);
	const second = makeStep(text, 2, 'code_step', form.node);
	const third = makeStep(text, 3, 'finish', working(text('verifying')));
	const list = h('ol', { class: 'steps', part: 'steps', 'aria-label': text('steps_label') }, first.node, second.node, third.node);

	const joined = h('p');
	let removed = null;
	const stillIn = h('p', { class: 'small verdict bad', role: 'alert' });
	const removeDevice = button(text('remove_device'), async () => {
		const { loginId } = login.model;
		stillIn.textContent = face.told(await login.ask('api/claude/auth/device', 'DELETE'));
		if (stillIn.textContent) return;
		removed = loginId;
		face.say(text('device_removed'));
	});
	const other = h('div', { class: 'notice joined' }, joined, stillIn, removeDevice);
	const startedBy = h('p', { class: paired ? 'notice' : 'small' });
	const stays = h('p', { class: 'small' }, text('stays'));
	const panels = panelRow(face, face.shareable() ? ['other_device'] : []);
	const told = h('div', { class: 'row quiet' });
	if ('Notification' in globalThis && !paired) face.load('notify').then(({ offer }) => offer(told, text));
	const clock = h('p', { class: 'small clock', role: 'timer', 'aria-live': 'off' });
	const renew = button(text('new_link'), () => login.act('renew'), 'plain');
	const ways = h('div', { class: 'row quiet' }, renew, button(text('cancel'), () => login.act('cancel'), 'plain'));
	const foot = h('div', { class: 'foot' }, clock, paired ? null : ways);

	return {
		title: 'signed_out_title',
		nodes: paired ? [startedBy, list, foot] : [other, list, startedBy, stays, panels.buttons, panels.place, told, foot],
		announce: ({ state, problem }) => text(problem?.reason ?? { starting: 'preparing', awaiting_code: 'code_step' }[state] ?? state),
		update: ({ state, loginId, url, problem, credential, opened, startedBy: by, pairedWith }) => {
			const awaiting = state === 'awaiting_code';
			const verifying = state === 'verifying';
			const atCode = awaiting && (opened || Boolean(problem) || form.input.value !== '');
			[first, second, third].forEach((one) => one.set(verifying ? 3 : atCode ? 2 : 1));
			const link = awaiting && /^https:\/\//.test(url);
			if (link) open.href = url;
			open.className = atCode ? 'outside' : 'button primary';
			open.firstChild.textContent = text(atCode ? 'authorize_again' : 'open_page');
			preparing.hidden = state !== 'starting';
			const progress = installing(login.model);
			waiting.textContent = progress
				? text('waiting_for_cli', { percent: Math.floor((100 * progress.done) / progress.total) })
				: text('preparing');
			opening.hidden = !link;
			hint.hidden = !link || atCode;
			first.content.hidden = verifying;
			second.content.hidden = !awaiting;
			third.content.hidden = !verifying;
			form.update(url);
			const news = problem && awaiting && (problem !== shown.problem || state !== shown.state);
			if (news) form.refuse(text(problem.reason), shown.state === 'awaiting_code');
			clock.hidden = startedBy.hidden = renew.hidden = told.hidden = !awaiting;
			panels.buttons.hidden = verifying || !face.shareable();
			// A QR code is for one login.
			if (verifying || (shown.loginId && loginId !== shown.loginId) || (pairedWith && removeDevice.hidden)) panels.show(null);
			if (face.panel) panels.show(face.panel);
			face.panel = null;
			other.hidden = !pairedWith && removed !== loginId;
			joined.textContent = pairedWith ? text('paired_with', pairedWith) : text('device_removed');
			removeDevice.hidden = !pairedWith;
			stays.hidden = !credential?.fingerprint;
			foot.hidden = paired && !awaiting;
			startedBy.textContent = `${by ? text(paired ? 'paired_by' : 'started_by', by) : ''} ${text('give_to_nobody')}`;
			shown = { problem, state, loginId };
		},
		clock: (seconds) => {
			const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
			clock.textContent = text(seconds > 0 ? 'time_left' : 'time_over', { time });
		},
		focus: () => (second.content.hidden ? null : first.node.hasAttribute('aria-current') ? open : form.input),
		fill: form.fill,
	};
}
