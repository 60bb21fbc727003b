/** The paste doctor, held to the server's PastedCode by one table: PastedCodeTest reads the same. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { examine, NEVER, read } from '../../../webroot/claude-login/paste.js';
import '../../../webroot/claude-login/reasons.js';
import { TEXTS } from '../../../webroot/claude-login/words.js';

const table = JSON.parse(readFileSync(new URL('../resources/pastes.json', import.meta.url), 'utf8'));

for (const { what, paste, times = 1, found } of table.pastes) {
	const pasted = paste.repeat(times).replaceAll('{code}', table.code).replaceAll('{state}', table.state);
	test(`a paste: ${what}`, () => {
		assert.equal(examine(pasted, table.url), found);
		if (found === 'whole') assert.equal(read(pasted).code, `${table.code}#${table.state}`);
	});
}

test('the page says the same as the server', () => {
	for (const [name, words] of Object.entries(table.words)) assert.equal(TEXTS[name], words);
});

test('the table has an example for each verdict', () => {
	const said = new Set(table.pastes.map(({ found }) => found));
	const known = Object.keys(TEXTS).filter((name) => name.startsWith('paste_') && name !== 'paste_refused');
	assert.deepEqual([...known, 'code_stale', 'whole'].filter((name) => !said.has(name)), []);
});

test('any whole code may be tried where the link does not show its state', () => {
	const stale = table.pastes.find(({ found }) => found === 'code_stale').paste;
	assert.equal(examine(stale, 'https://claude.ai/oauth/authorize?IjDq7a3NaneNm761lcc'), 'whole');
	assert.equal(examine(stale, undefined), 'whole');
});

test('a token is among what is never sent', () => assert.ok(NEVER.includes(examine('sk-ant-oat01-abc'))));
