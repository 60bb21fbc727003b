/** Parts that several views of <claude-login> share. */

import { button, h, svg } from './parts.js';

const EXTERNAL = 'M6.5 3H4a1.5 1.5 0 0 0-1.5 1.5V12A1.5 1.5 0 0 0 4 13.5h7.5A1.5 1.5 0 0 0 13 12V9.5M9.5 2.5h4v4M13 3 7.5 8.5';

/** A link that opens in a new tab. */
export const outside = ({ text }, href, name, attributes = {}) =>
	h(
		'a',
		{ class: 'outside', href, target: '_blank', rel: 'noopener noreferrer', ...attributes },
		h('span', {}, text(name)),
		svg('external', '0 0 16 16', ['path', { d: EXTERNAL }]),
		h('span', { class: 'unseen' }, ` ${text('new_tab')}`),
	);

/** The sign-in link: a plain one, which no browser blocks. A disabled button where the bridge gives none. */
export function loginLink(face, name, kind) {
	const { text, login, provide } = face;
	/** Loaded before the click, since the page may be suspended while the sign-in page is open. */
	const soon = () => provide('steps');
	const followed = () => login.act('followed');
	const link = outside(face, '#', name, { class: `button ${kind}`, part: 'button primary', click: followed, auxclick: followed });
	const off = button(text(name), () => {}, kind);
	off.disabled = true;
	return {
		node: h('div', { pointerover: soon, focusin: soon }, link, off),
		current: () => (link.hidden ? null : link),
		update: () => {
			const href = login.link;
			if (href) link.href = href;
			link.hidden = !href;
			off.hidden = Boolean(href);
		},
	};
}

/** Loads a panel and shows it in `place`. */
export async function openPanel(face, name, place, close) {
	// Of its own, so that a panel that loads after it was closed is not shown.
	const own = h('div');
	place.replaceChildren(own);
	const failed = () => own.replaceChildren(h('p', { class: 'notice bad', role: 'alert' }, face.text('unreachable_title')));
	const panels = await face.load('panels', failed, () => own.parentNode);
	if (!own.parentNode) return;
	own.replaceChildren();
	face.adopt(...panels.LOOKS);
	panels.PANELS[name](face, own, close);
}

/** Buttons that open a panel below them. */
export function panelRow(face, names) {
	const place = h('div', { hidden: true, keydown: ({ key }) => key === 'Escape' && close() });
	const close = () => {
		const opener = openers[names.indexOf(opened)];
		show(null);
		opener?.focus();
	};
	let opened = null;
	const show = (name) => {
		opened = name;
		names.forEach((one, index) => openers[index].setAttribute('aria-expanded', String(one === name)));
		place.hidden = !name;
		if (name) openPanel(face, name, place, close);
		else place.replaceChildren();
	};
	const openers = names.map((name) => button(face.text(name), () => show(opened === name ? null : name), 'plain'));
	show(null);
	return { buttons: h('div', { class: 'row quiet', hidden: !names.length }, ...openers), opener: (name) => openers[names.indexOf(name)], place, show };
}
