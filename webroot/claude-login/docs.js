/** The live examples of the component's own page. */

import { ClaudeLogin } from './claude-login.js';

const log = document.querySelector('output');
for (const name of /** @type {const} */ (['claude-login-statechange', 'claude-login-complete', 'claude-login-error'])) {
	addEventListener(name, ({ type, target, detail }) => {
		if (/** @type {Element} */ (target).id === 'first') log.append(`${type} ${JSON.stringify(detail)}\n`);
	});
}

/** @type {ClaudeLoginElement} */ (document.querySelector('.harbour')).texts = { signed_out_title: 'Moor here', signed_in_title: 'Moored' };

/** @type {ClaudeLoginElement} */ (document.querySelector('#german')).texts = {
	signed_out_title: 'Bei Claude anmelden',
	signed_out_lead: 'Diese Maschine hat keinen Bildschirm. Melde dich hier mit deinem eigenen Konto an.',
	owner: 'Diese Anmeldung gehört „{owner}“.',
	login: 'Mit Claude anmelden',
	new_tab: '(öffnet einen neuen Tab)',
	first_step: 'Auf Claudes eigener Seite anmelden und zustimmen.',
	second_step: 'Den Code kopieren, den sie zeigt.',
	third_step: 'Hier einfügen. Das war’s.',
	use_api_key: 'Stattdessen einen API-Schlüssel verwenden',
	signed_in_title: 'Angemeldet',
	signed_in_lead: 'Claude arbeitet auf dieser Maschine, als du.',
	sign_in_again: 'Neu anmelden',
	sign_out: 'Abmelden',
};

// The texts of all modules, including those that pages load only when they need them.
await Promise.all([import('./steps.js'), import('./credential.js'), import('./notes.js'), import('./notify.js'), import('./outcomes.js'), import('./panels.js')]);
for (const [name, text] of Object.entries(ClaudeLogin.texts)) {
	const term = document.createElement('dt');
	const code = document.createElement('code');
	const meaning = document.createElement('dd');
	code.append(name);
	term.append(code);
	meaning.append(text);
	document.querySelector('#texts').append(term, meaning);
}
