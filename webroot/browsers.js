/** The list of the browsers that are signed in to the bridge, each of which can be signed out; a part of the settings page. */

import { ask } from './ask.js';
import { BASE, button, h, row, sheet } from './claude-login/parts.js';
import { LOOKS as CARD } from './claude-login/looks.js';

const PATH = 'api/sessions';

const LOOKS = sheet(`
:host { margin-top: 1.5rem }
ul { list-style: none; margin: 1.25rem 0; padding: 0 }
li { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; padding: .75rem 0; border-top: 1px solid var(--line) }
li > div { flex: 1 1 12rem }
b { font-weight: 600 }
.notice { margin: 1.25rem 0 }
.danger { color: var(--danger); border-color: currentColor }
`);

const date = (value) =>
	new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));

/** @returns the answer's body, or the sentence that says what is wrong: {sessions} or {wrong} */
async function request(method, path = PATH) {
	try {
		const answer = await fetch(path, { method, cache: 'no-store' });
		if (answer.ok) return method === 'GET' ? await answer.json() : {};
		if (answer.status === 401) return { wrong: 'This browser is not signed in to this server. Enter your access key above, or open the link that the server printed at its last start.' };
		const { detail } = await answer.json().catch(() => ({}));
		return { wrong: detail ?? 'That did not work. Try again in a moment.' };
	} catch {
		return { wrong: 'The server does not answer. Try again in a moment.' };
	}
}

/** Where it is shown. */
let place = null;

function hide() {
	place?.remove();
	place = null;
}

// As by the browser's own button back, or with a link for another session.
addEventListener('hashchange', () => location.hash !== '#browsers' && hide());

/** Shows the list below the element `login`, which is connected again when this browser is signed out. */
export async function show(login) {
	const opener = /** @type {?HTMLElement} */ (document.activeElement);
	const title = h('h2', { id: 'browsers', tabindex: -1 }, 'Signed-in browsers');
	const lead = h('p', { class: 'lead' }, 'Each of them can use this server as you, until you sign it out here. Claude stays signed in.');
	const wrong = h('p', { class: 'notice bad', role: 'alert', hidden: true });
	const list = h('ul');
	const said = h('p', { class: 'unseen', role: 'status' });
	const everywhere = button('Sign out everywhere', () => endAll(), 'danger');
	everywhere.hidden = true;
	const close = button('Close', () => {
		hide();
		history.replaceState(null, '', location.pathname + location.search);
		opener?.focus();
	});

	const complain = (words = '') => {
		wrong.hidden = !words;
		wrong.textContent = words;
	};
	/** This browser was among those that were signed out. */
	const leave = () => {
		title.textContent = 'This browser is signed out';
		lead.textContent = 'To come back, enter your access key above, or open the link that the server printed at its last start.';
		list.replaceChildren();
		everywhere.hidden = true;
		title.focus();
		login.reconnect();
	};
	const end = async ({ id, current }, name) => {
		const sure = !current || (await ask({ title: 'Sign this browser out?', text: 'To come back, you need the server’s link or its access key.', no: 'Stay', yes: 'Sign out' }));
		if (!sure) return;
		const answer = await request('DELETE', `${PATH}/${encodeURIComponent(id)}`);
		complain(answer.wrong);
		if (answer.wrong) return;
		if (current) return leave();
		await load();
		said.textContent = `Signed out: ${name}`;
		title.focus();
	};
	const endAll = async () => {
		const sure = await ask({
			title: 'Sign out everywhere?',
			text: 'Every browser in the list is signed out, this one, too. To come back, each needs the server’s link or its access key.',
			no: 'Stay',
			yes: 'Sign out everywhere',
		});
		if (!sure) return;
		const answer = await request('DELETE');
		complain(answer.wrong);
		if (!answer.wrong) leave();
	};
	const item = (session) => {
		const { device, address, openedAt, lastUsedAt, current } = session;
		const name = `${device}, ${address}`;
		const out = button('Sign out', () => end(session, name));
		out.setAttribute('aria-label', `Sign out: ${name}`);
		const facts = [address, `Last used ${date(lastUsedAt)}`, `Signed in ${date(openedAt)}`].map((fact) => h('p', { class: 'small' }, fact));
		return h('li', {}, h('div', {}, h('p', {}, h('b', {}, device), current ? ' · this browser' : ''), ...facts), out);
	};
	const load = async () => {
		const { sessions = [], wrong: words } = await request('GET');
		complain(words);
		list.replaceChildren(...sessions.map(item));
		everywhere.hidden = sessions.length === 0;
	};

	hide();
	place = h('div');
	const root = place.attachShadow({ mode: 'open' });
	root.adoptedStyleSheets = [BASE, CARD, LOOKS];
	root.append(h('section', { class: 'card', 'aria-labelledby': 'browsers' }, title, lead, wrong, list, row(everywhere, close), said));
	login.after(place);
	await load();
	title.focus();
}
