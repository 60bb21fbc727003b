/** No regular expression of the pages takes long, whatever it is applied to; PatternsTest holds the server's to the same. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { examine } from '../../../webroot/claude-login/paste.js';

const WEBROOT = new URL('../../../webroot/', import.meta.url);
const LITERAL = /(?<=[=(,:!&|?]\s*|return )\/(?![*/])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/g;
const LONGEST_PASTE = 4096;
const MOST_MILLISECONDS = 2;
const RUNS = 50;

/** The shortest of several times, as far as more than one is needed. */
function milliseconds(work) {
	let shortest = Infinity;
	for (let run = 0; run < RUNS && shortest > MOST_MILLISECONDS; run++) {
		const before = performance.now();
		work();
		shortest = Math.min(shortest, performance.now() - before);
	}
	return shortest;
}

/** Texts made of these pieces, alone and in pairs, with and without an end that makes a match fail. */
function* texts(pieces) {
	for (const piece of pieces) {
		for (const end of ['', '!', '\u0001', '\n']) yield piece.repeat(LONGEST_PASTE / piece.length) + end;
		for (const other of pieces) {
			yield piece + other.repeat(LONGEST_PASTE / other.length) + '\u0001';
			yield (piece + other).repeat(LONGEST_PASTE / (piece + other).length);
		}
	}
}

function piecesOf(source) {
	return [...new Set(['a', '0', ' ', '-', '\u00e9', ...source.match(/[\w:-]{2,}|[^\w\s\\]/g) ?? []])].slice(0, 16);
}

const patterns = readdirSync(WEBROOT, { recursive: true })
	.filter((name) => name.endsWith('.js'))
	.flatMap((name) => [...readFileSync(new URL(name, WEBROOT), 'utf8').matchAll(LITERAL)].map((found) => [name, found]));

test('the patterns are found', () => assert.ok(patterns.length >= 8, `${patterns.length} patterns`));

for (const [name, [, source, flags]] of patterns) {
	test(`${name}: /${source}/${flags}`, () => {
		const pattern = new RegExp(source, flags);
		for (const text of texts(piecesOf(source))) {
			const time = milliseconds(() => text.replace(pattern, ''));
			assert.ok(time <= MOST_MILLISECONDS, `${time} ms for ${text.slice(0, 10)}…${text.slice(-2)}`);
		}
	});
}

test('no paste of full length takes long to examine', () => {
	for (const text of texts(['a', '#', ']', '"', ',', ' ', '\u200b', 'https://a/?code=', '%', '&', 'sk-ant-', '\u201c', '0'])) {
		const paste = text.slice(-LONGEST_PASTE);
		const time = milliseconds(() => examine(paste, 'https://claude.ai/oauth/authorize?state=a'));
		assert.ok(time <= MOST_MILLISECONDS, `${time} ms for ${paste.slice(0, 10)}…`);
	}
});
