/** The paste doctor: tells what was pasted before it is sent. The server decides, by the same rules. */

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
	paste_other: 'That is not a sign-in code. Copy the code that the sign-in page shows, with the # in the middle.',
});

const BLANKS = /[ \t\n\r\u00A0\u200B-\u200D\u2028\u2029\u2060\uFEFF]+/g;
const AROUND = '"\'`<>()[]\u2018\u2019\u201C\u201D\u00AB\u00BB';
const AFTER = `${AROUND},;`;
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/;
const SHAPE = /^[A-Za-z0-9._~+/=-]{16,1024}#[A-Za-z0-9._~+/=-]{16,1024}$/;
// With the # outside of the group, a long text that does not match would be tried in every possible division.
const HALF = /^[A-Za-z0-9._~+/=-]*(?:#[A-Za-z0-9._~+/=-]*)?$/;

/** Never sent, however often the person confirms it. */
export const NEVER = ['paste_empty', 'paste_too_long', 'paste_control', 'paste_token'];

/**
 * Tells what was pasted: `whole`, or the name of the text that says what is wrong. The same rules, in the
 * same order, as the server's AuthorizationCode.
 *
 * @param {string} pasted
 * @param {string} [url] the authorization URL that the code should answer, where it shows its `state`
 */
export function examine(pasted, url) {
	if (pasted.length > 4096) return 'paste_too_long';
	if (CONTROL.test(pasted)) return 'paste_control';
	let text = unwrapped(pasted.replace(BLANKS, ''));
	if (text === '') return 'paste_empty';
	if (text.includes('sk-ant-')) return 'paste_token';
	if (/^https?:\/\//i.test(text)) {
		const address = tryUrl(text);
		if (!address || /%(?![0-9a-f]{2})/i.test(text)) return 'paste_broken_address';
		const code = address.searchParams.get('code');
		if (!code || code === 'true' || address.pathname.endsWith('/oauth/authorize')) return 'paste_page_address';
		const state = address.searchParams.get('state') || decodeURIComponent(address.hash.slice(1));
		text = code.includes('#') ? code : `${code}#${state}`;
	}
	if (SHAPE.test(text)) return issuedFor(text, url) ? 'whole' : 'code_stale';
	if (/^[0-9]+$/.test(text)) return 'paste_number';
	return HALF.test(text) ? 'paste_half' : 'paste_other';
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
