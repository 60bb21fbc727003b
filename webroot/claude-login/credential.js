/** The view of who is signed in: method, dates, and whether the credential works. */

import { button, h, row } from './parts.js';
import { loginLink, panelRow } from './pieces.js';
import { addWords } from './words.js';

addWords({
	method: 'Method',
	oauth_token: 'Claude account, long-lived token',
	api_key: 'API key, billed by use',
	since: 'Since',
	until: 'Good until',
	no_end: 'No end date',
	about: 'about {date}',
	checked: 'Last checked',
	valid: '{date}: it works',
	invalid: '{date}: refused',
	unknown: '{date}: no answer yet',
	checking: 'Checking…',
	check_now: 'Check now',
	used: 'Last used',
	fingerprint: 'Fingerprint',
	named: 'Name',
	name_it: 'Name it',
	organization: 'Organization',
	held_title: 'Held back',
	hold: 'Hold back',
});

export function credentialView(face) {
	const { text, login } = face;
	const date = (value, time) =>
		new Intl.DateTimeFormat(face.language(), { dateStyle: time ? 'medium' : 'long', timeStyle: time ? 'short' : undefined }).format(new Date(value));
	const facts = h('dl', { part: 'facts' });
	const notes = h('div');
	const again = loginLink(face, 'sign_in_again', '');
	const panels = panelRow(face, ['sign_out', 'use_api_key', 'use_token', 'name_it', 'hold']);
	const verdict = h('p', { class: 'small verdict bad', role: 'alert' });
	let checking = false;
	const ask = async () => {
		// Not disabled meanwhile: it would lose the focus.
		if (checking) return;
		checking = true;
		check.textContent = text('checking');
		const problem = await login.ask('api/claude/auth/validate', 'POST', {});
		if (problem) await face.provide('reasons');
		verdict.textContent = face.told(problem);
		check.textContent = text('check_now');
		checking = false;
	};
	const check = button(text('check_now'), ask, 'plain');
	const fact = (name, ...value) => [h('dt', {}, text(name)), h('dd', {}, ...value)];
	const held = () => login.model.credential?.heldSince;
	return {
		get title() {
			return held() ? 'held_title' : 'signed_in_title';
		},
		get lead() {
			return held() ? '' : text('signed_in_lead');
		},
		nodes: [notes, facts, verdict, row(again.node), panels.buttons, panels.place],
		update: (model) => {
			again.update();
			panels.opener('hold').hidden = Boolean(held());
			const { label, organization, heldSince, otherOrganization, method = 'oauth_token', madeAt, expiresAt, checkedAt, validity, lastUsed, fingerprint, warning } = model.credential ?? {};
			if (heldSince || otherOrganization || model.others || notes.firstChild) face.load('notes').then(({ note }) => note(face, notes));
			const urgent = validity === 'invalid' || warning != null;
			for (const way of again.node.children) way.classList.toggle('primary', urgent);
			const shown = [label, method, checkedAt, validity, fingerprint, organization, madeAt, expiresAt, lastUsed].join();
			if (facts.of === shown) return;
			facts.of = shown;
			const focused = check.matches(':focus');
			const outcome = checkedAt && text(validity ?? 'unknown', { date: date(checkedAt, true) });
			facts.replaceChildren(
				...(label ? fact('named', label) : []),
				...fact('method', text(method)),
				...(madeAt ? fact('since', date(madeAt)) : []),
				...fact('until', expiresAt ? text('about', { date: date(expiresAt) }) : text('no_end')),
				...(checkedAt ? fact('checked', outcome, check) : []),
				...(lastUsed ? fact('used', date(lastUsed, true)) : []),
				...(fingerprint ? fact('fingerprint', h('code', {}, fingerprint)) : []),
				...(organization ? fact('organization', h('code', {}, organization)) : []),
			);
			if (!focused) return;
			check.focus();
			face.say(outcome);
		},
	};
}
