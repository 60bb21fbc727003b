/** Tells what was pasted before it is sent. The server decides, by the same rules. */

import { addWords } from './words.js';

addWords({
	paste_empty: 'Paste the code that the sign-in page shows.',
	paste_too_long: 'That is far too long to be a sign-in code. Copy only the code.',
	paste_control: 'That contains control characters. Copy the code from the sign-in page again.',
	paste_token: 'That is an access token or API key, not a sign-in code. Keep it to yourself.',
	paste_broken_address: 'That address holds no sign-in code. Copy the code that the page shows.',
	paste_page_address: 'That is the address of a page. Sign in there, then copy the code that it shows.',
	paste_number: 'That is the number from the e-mail. Enter it on the sign-in page; the code comes after it.',
	paste_half: 'That is only part of the code. Copy all of it, including the # in the middle.',
	paste_several: 'There is more than one code in that. Copy only the one that the sign-in page shows now.',
	paste_other: 'That is not a sign-in code. Copy the code that the sign-in page shows, with the # in the middle.',
});

// None of these patterns can backtrack: a paste may have 4,096 characters.
const CONTROL = /[\u0000-\u0008\u000E-\u001F\u007F-\u009F]/;
const HIDDEN = /[\u00AD\u034F\u061C\u180B-\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u20E3\uFE00-\uFE0F\uFEFF\uFFF9-\uFFFC]/g;
const WIDE = /[\uFF01-\uFF5E]/g;
const HYPHENS = /[\u2010\u2011\u2212\uFE63]/g;
/** Also the marks that mail, chats and terminals put around a line. */
const BLANKS = /[ \t\n\v\f\r\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000>|\u2502\u2503]+/g;
const ENTITY = /&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,16}));/g;
const PERCENT = /(?:%[0-9A-Fa-f]{2})+/g;
const BACKSLASH = /\\(?:u00|x)([2-7][0-9A-Fa-f])|\\([nrt])|\\([!-/:-@[-`{-~])/g;
const BREAK = /<\/?br ?\/?>|(<\/?wbr ?\/?>|\\\r?\n)/gi;
/** A line that quoted-printable has broken. */
const SOFT_BREAK = /([\w.~+/-]{16})(?<!code|state)= (?=[A-Za-z0-9#])/gi;
const QUOTED_PRINTABLE = /=(?:([2-7][0-9A-F])| )/g;
const AROUND_KEY = / ?(?<![=:])([=:])(?![=:]) ?/g;
/** Of terminals. */
const BRACKETED = /^ ?(?:\^\[)?\[?2?0?0~|(?:\^\[)?\[?2?0?1~ ?$/g;
/** Halves that are marked one by one. */
const MARKED_HALVES = /(?<=[\w=-])["'`*]{1,3}#["'`*]{1,3}(?=[\w-])/g;

/** A = within a run ends a name: in a code it is only at the end of a half. */
const NAMING = /=(?=[\w.~+/-])|(?<=code|state)=(?=["'`])/gi;
/** Characters of a code that nothing interrupts. */
const RUN = /[\w.~+/#=-]+/g;
const NAME = /(?:^|[^A-Za-z0-9])(code|state)$/i;
/** A letter, a dash or an omission beside a run: part of the code was changed or is missing. Some scripts have no blanks. */
const SPOILT_BEFORE = /(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}])[\p{L}\p{N}\p{M}\p{Pd}\u2026\uFFFD%]$/u;
const SPOILT_AFTER = /^(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}])[\p{L}\p{N}\p{M}\p{Pd}\u2026\uFFFD%]/u;
/** The same between two runs: no program puts these in place of a blank. */
const SPOILING = /^[!?$*@^\u2022\p{Sc}\p{So}]+$/u;
const FOREIGN_WORD = /(?<![^ ])(?=[A-Za-z-]{0,40}[^ -~])\p{Lu}?\p{Ll}{1,23}(?:-\p{Lu}?\p{Ll}{1,23})?(?=[ .,;:!?]|$)/gu;
const WORD = /^(?:[A-Z]?[a-z]{0,14}|[A-Z]{1,15}|[0-9]{1,4})$/;
/** The length of each half of a real code (measured). */
const USUAL = 43;

const AROUND = '"\'`<>()[]{}*|\\\u2018\u2019\u201C\u201D\u00AB\u00BB\u2026';
const AFTER = `${AROUND},;`;
const ONE_HALF = /^[\w.~+/=-]{16,1024}$/;
const SHAPE = /^[\w.~+/=-]{16,1024}#[\w.~+/=-]{16,1024}$/;
// With the # outside of the group, a long text would be tried in every possible division.
const HALF = /^[\w.~+/=-]*(?:#[\w.~+/=-]*)?$/;
const ADDRESS = /^(?:https?:\/\/|(?:[a-z]+\.)?(?:claude\.(?:ai|com)|anthropic\.com)(?:[/?#:]|$))/i;
const BROKEN_ADDRESS = /^https?:\/\/(?:[/?#]|$)|%(?![0-9a-f]{2})/i;

const ENTITIES = {
	num: '#', amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '', zwj: '', zwnj: '', lrm: '', rlm: '',
	hyphen: '-', lowbar: '_', equals: '=', period: '.', sol: '/', percnt: '%', colon: ':', ast: '*', zerowidthspace: '',
};

/** Never sent, however often the person confirms it. */
export const NEVER = ['paste_empty', 'paste_too_long', 'paste_control', 'paste_token'];

/**
 * Tells what was pasted: `whole`, or the name of the text that says what is wrong.
 *
 * @param {string} pasted
 * @param {string} [url] the authorization URL that the code should answer, where it shows its `state`
 */
export function examine(pasted, url) {
	const { found, code } = read(pasted);
	return code && !issuedFor(code, url) ? 'code_stale' : found;
}

/**
 * Finds the code in what was pasted, by the same rules as the server's PastedCode.
 *
 * @param {string} pasted
 * @returns {{found: string, code?: string}}
 */
export function read(pasted) {
	if (pasted.length > 4096) return { found: 'paste_too_long' };
	if (CONTROL.test(pasted)) return { found: 'paste_control' };
	const flat = unwrapped(legible(pasted).replace(BLANKS, ''));
	if (flat === '') return { found: 'paste_empty' };
	const text = plain(pasted);
	if (flat.includes('sk-ant-') || text.replaceAll(' ', '').includes('sk-ant-')) return { found: 'paste_token' };
	if (CONTROL.test(text)) return { found: 'paste_control' };
	const address = ADDRESS.test(flat);
	const { wholes, codes, states } = foundIn(text, address);
	if (wholes.length === 1) return { found: 'whole', code: wholes[0] };
	if (wholes.length || codes.length > 1) return { found: 'paste_several' };
	if (address && BROKEN_ADDRESS.test(flat)) return { found: 'paste_broken_address' };
	if (address && !codes.length) return { found: 'paste_page_address' };
	if (codes.length || states.length) return { found: 'paste_half' };
	if (/^[0-9]+$/.test(flat.slice(flat.lastIndexOf(':') + 1).replaceAll('-', ''))) return { found: 'paste_number' };
	return { found: HALF.test(flat) ? 'paste_half' : 'paste_other' };
}

/** What is found in the text, or else in what it may be besides: a broken address, or quoted-printable. */
function foundIn(text, address) {
	let found = candidates(text.includes('code=3D') && text.includes('state=3D') ? printable(text) : text);
	if (!found.wholes.length && address) found = candidates(text.replaceAll(' ', ''));
	if (!found.wholes.length && !text.includes('#') && text.includes('=23')) found = candidates(printable(text));
	return found;
}

function printable(text) {
	return text.replace(QUOTED_PRINTABLE, (_, hex) => (hex ? character(hex, 16) : ''));
}

function character(digits, base) {
	const point = parseInt(digits, base);
	return point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD';
}

/** The text with ordinary characters for those that look like them, and without the invisible ones. */
function legible(text) {
	return text
		.replace(HIDDEN, '')
		.replace(WIDE, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
		.replace(HYPHENS, '-')
		.replace(/[\uFE5F\u266F]/g, '#');
}

/** The text as it was before programs encoded it, with single blanks. */
function plain(pasted) {
	let text = legible(pasted);
	// What is in an address that is in an address is encoded twice.
	for (let round = 0; round < 3; round++) {
		const encoded = text;
		text = legible(
			text
				.replace(ENTITY, (entity, decimal, hex, name) => (name ? (ENTITIES[name.toLowerCase()] ?? entity) : character(decimal ?? hex, decimal ? 10 : 16)))
				.replace(PERCENT, unescaped)
				.replace(BACKSLASH, (_, hex, blank, mark) => (hex ? character(hex, 16) : blank ? ' ' : mark))
				.replace(BREAK, (_, soft) => (soft ? '' : ' ')),
		);
		if (text === encoded) break;
	}
	return text.replace(BLANKS, ' ').replace(SOFT_BREAK, '$1').replace(BRACKETED, '').replace(AROUND_KEY, '$1').replace(MARKED_HALVES, '#');
}

function unescaped(escapes) {
	try {
		return decodeURIComponent(escapes);
	} catch {
		return escapes;
	}
}

/** The whole codes in a text, and the halves that stand beside the names `code` and `state`. */
function candidates(text) {
	const named = text.replace(FOREIGN_WORD, ';').replace(NAMING, ':');
	const wholes = new Set();
	const halves = { code: new Set(), state: new Set() };
	for (const { words, name, from, to, spoilt } of phrases(named)) {
		const found = wholesOf(name === 'state' ? words.slice(1) : words);
		const half = name && !found.length && halfOf(words);
		if (spoilt || ((found.length || half) && isSpoilt(named, from, to))) continue;
		for (const whole of found) wholes.add(whole);
		if (half) halves[name].add(half);
	}
	const pair = halves.code.size === 1 && halves.state.size === 1 ? trimmed([...halves.code, ...halves.state].join('#')) : [];
	return { wholes: wholes.size ? [...wholes] : pair, codes: [...halves.code], states: [...halves.state] };
}

/** Cuts a text into phrases: words with nothing but blanks between them, and the name that stands before them. */
function phrases(text) {
	const all = [];
	let phrase = { words: [''], name: '', from: 0, to: 0, spoilt: false };
	for (const { 0: word, index } of text.matchAll(RUN)) {
		const gap = text.slice(phrase.to, index);
		if (gap !== ' ' || !all.length) {
			const last = phrase.words.at(-1) ?? '';
			const spoilt = SPOILING.test(gap) && !isProse(word) && !isProse(last);
			phrase.spoilt ||= spoilt;
			const name = gap.length <= 8 && /[=:]/.test(gap) ? (NAME.exec(last)?.[1].toLowerCase() ?? '') : '';
			phrase = { words: [], name, from: index, to: index, spoilt };
			all.push(phrase);
		}
		phrase.words.push(word);
		phrase.to = index + word.length;
	}
	return all;
}

function isSpoilt(text, from, to) {
	return SPOILT_BEFORE.test(text.slice(Math.max(0, from - 2), from)) || SPOILT_AFTER.test(text.slice(to, to + 2));
}

/** The whole codes in a phrase. It may be in pieces; several words with a # are taken only if each is whole. */
function wholesOf(words) {
	const marked = words.filter((word) => word.includes('#') && !isAddress(word));
	if (!marked.length) return [];
	const pieces = marked.length === 1 && marked[0].split('#');
	if (pieces?.length === 2) {
		const at = words.indexOf(marked[0]);
		const first = withoutProse([...words.slice(0, at), pieces[0]]).join('');
		const second = withoutProse([pieces[1], ...words.slice(at + 1)].reverse()).reverse().join('');
		return [`${first}#${second}`].flatMap(trimmed);
	}
	return words.every((word) => word.includes('#') || isProse(word)) ? marked.map(once).flatMap(trimmed) : [];
}

/** The half in a phrase, up to a # without the other half. */
function halfOf(words) {
	const at = words.findIndex((word) => word.includes('#'));
	const own = at < 0 ? withoutProse([...words].reverse()).reverse() : [...words.slice(0, at), words[at].split('#')[0]];
	const half = own.join('');
	return ONE_HALF.test(half) && !half.includes('..') ? half : '';
}

/** Without what is before (the outer end comes first) the usual length, or else prose. */
function withoutProse(pieces) {
	let length = 0;
	for (let at = pieces.length - 1; at >= 0; at--) {
		length += pieces[at].length;
		if (length === USUAL) return pieces.slice(at);
	}
	let prose = 0;
	while (prose < pieces.length - 1 && isProse(pieces[prose])) prose++;
	return pieces.slice(prose);
}

function isProse(word) {
	return isAddress(word) || word.split(/[._~+/=-]/).every((part) => WORD.test(part));
}

function isAddress(word) {
	return word.startsWith('//') || ADDRESS.test(word);
}

/** Some paste twice. */
function once(word) {
	const half = word.slice(0, word.length / 2);
	return half + half === word ? half : word;
}

/** The code without full stops and emphasis around it; nothing if that is no code, or cut. */
function trimmed(code) {
	const mark = code.indexOf('#');
	let from = 0;
	let to = code.length;
	for (;;) {
		if ('.~=+/'.includes(code[from])) from++;
		else if ('.~/'.includes(code[to - 1])) to--;
		else if (code[from] === '_' && code[to - 1] === '_' && mark - from !== USUAL) from++, to--;
		else break;
	}
	const bare = code.slice(from, to);
	return SHAPE.test(bare) && !code.includes('..') && !isAddress(bare) ? [bare] : [];
}

/** Without the quotes and brackets that mail and chat programs put around a copied text. */
function unwrapped(text) {
	let from = 0;
	let to = text.length;
	while (from < to && AROUND.includes(text[from])) from++;
	while (to > from && AFTER.includes(text[to - 1])) to--;
	return text.slice(from, to);
}

function tryUrl(text) {
	try {
		return new URL(text);
	} catch {
		return null;
	}
}

function issuedFor(code, url) {
	const state = url && tryUrl(url)?.searchParams.get('state');
	return !state || code.slice(code.indexOf('#') + 1) === state;
}
