/** What has to be said about the credential above its facts, loaded when there is something. */

import { button, h, row, sheet } from './parts.js';
import './reasons.js';
import { addWords } from './words.js';

addWords({
	others: 'Also on this machine: {found}. A Claude that is started there by hand uses {used}.',
	cli_file: 'the CLI’s own login',
	cli_key: 'the CLI’s own API key',
	setting: '{entry} in {file}',
	held_text: 'Nobody gets this credential, and the chat does not answer, until you release it. Programs that have it already keep it until you revoke it at Claude.',
	release: 'Release it',
	organization_title: 'Switch to another organization?',
	organization_text: 'The new sign-in belongs to organization {organization}, the one before to {before}. The old one stays in use until you switch.',
	organization_yes: 'Switch',
	organization_no: 'Keep the old one',
});

const LOOKS = sheet('.note > * + * { margin-top: .75rem }');

/** Names other credentials on the bridge's machine, since they may outrank this one, and what to do about settings that do. */
function othersNotes({ text, login }) {
	const { found = [], usedByHand } = login.model.others ?? {};
	const name = ({ source, entry, file }) => (entry ? text('setting', { entry, file }) : source.startsWith('cli_') ? text(source) : source.toUpperCase());
	const usable = found.filter(({ method }) => method !== 'none');
	const used = usable.find(({ source }) => source === usedByHand);
	const words = used && text('others', { found: usable.map(name).join(', '), used: name(used) });
	return [words, ...found.map(({ advice }) => advice)].filter(Boolean).map((each) => h('p', { class: 'small' }, each));
}

/** A notice with buttons, each of which makes one request; it is read out. */
function question(face, title, words, actions) {
	const problem = h('p', { class: 'small verdict bad', role: 'alert' });
	let asking = false;
	const ask = async (path, body) => {
		// The buttons are not disabled meanwhile: they would lose the focus.
		if (asking) return;
		asking = true;
		problem.textContent = face.told(await face.login.ask(`api/claude/auth/${path}`, 'POST', body));
		asking = false;
	};
	const buttons = actions.map(([name, path, body, kind]) => button(face.text(name), () => ask(path, body), kind));
	face.say(`${title} ${words}`.trim());
	return h('div', { class: 'note notice bad', role: 'group' }, title && h('h3', {}, title), h('p', {}, words), problem, row(...buttons));
}

function organizationNote(face) {
	const { organization: before, otherOrganization } = face.login.model.credential;
	if (!otherOrganization) return null;
	const { organization, fingerprint } = otherOrganization;
	const words = face.text('organization_text', { organization, before });
	return question(face, face.text('organization_title'), words, [
		['organization_yes', 'organization', { accept: true, fingerprint }, ''],
		['organization_no', 'organization', { accept: false, fingerprint }, 'primary'],
	]);
}

function heldNote(face) {
	if (!face.login.model.credential.heldSince) return null;
	return question(face, '', face.text('held_text'), [['release', 'hold', { held: false }, 'primary']]);
}

/** Fills `place` with what there is to say now. */
export function note(face, place) {
	const { credential, others } = face.login.model;
	const shown = JSON.stringify([credential?.heldSince, credential?.otherOrganization, others]);
	if (place.of === shown) return;
	place.of = shown;
	face.adopt(LOOKS);
	const root = place.getRootNode();
	const focused = place.contains(root.activeElement);
	place.replaceChildren(...(credential ? [organizationNote(face), heldNote(face), ...othersNotes(face)] : []).filter(Boolean));
	if (focused) root.querySelector('h2').focus();
}
