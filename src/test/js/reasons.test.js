/**
 * Every reason of the contract: one sentence, read out, one action, and the focus in the right place. `ReasonTest` makes sure
 * that the table names every reason; ErrorsIT tries one of each kind in a browser.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { control, focus, isAnnounced, primary, timesShown } from './dom.js';
import { change, ClaudeLogin, codeField, drawn, fresh, openAtCode, openLogin, push, submit } from './elements.js';
import { CODE, failed, problem, refused, signedIn, status, url } from './frames.js';
import { bridge, clock } from './world.js';

const table = JSON.parse(readFileSync(new URL('../resources/reasons.json', import.meta.url), 'utf8'));
const words = (name) => ClaudeLogin.texts[name];

beforeEach(fresh);

/** Holds for all: the sentence is shown once, and is read out. */
function says(sentence) {
	assert.equal(timesShown(sentence), 1, sentence);
	assert.ok(isAnnounced(sentence), sentence);
}

for (const [reason, { action, focus: where = action }] of Object.entries(table)) {
	test(`${reason} has one sentence`, () => {
		assert.match(words(reason), /^[A-Z].*\.$/);
		assert.ok(words(reason).length < 120, words(reason));
	});

	if (!action) continue;
	test(`a login that ends by ${reason} offers: ${action}`, async () => {
		await openAtCode();
		await submit(CODE);
		await change(status('verifying'));
		await change(status('signed_out'), failed(reason));
		says(words(reason));
		assert.deepEqual(primary(), [action]);
		assert.equal(focus().replace(` ${words('new_tab')}`, ''), where);
	});
}

function theFieldStays() {
	assert.equal(focus(), 'Code from the sign-in page');
	assert.equal(codeField().value, CODE);
	assert.equal(codeField().getAttribute('aria-invalid'), 'true');
	assert.deepEqual(primary(), ['Confirm']);
	assert.ok(control('New link'));
}

for (const reason of ['code_incomplete', 'code_stale', 'code_rejected', 'network', 'rate_limited']) {
	test(`${reason}, at once after the code, leaves the code in its field`, async () => {
		await openAtCode();
		await submit(CODE);
		await push(problem(reason, 'awaiting_code'));
		says(words(reason));
		theFieldStays();
	});
}

for (const reason of ['code_rejected', 'network', 'timed_out']) {
	test(`${reason}, once the code was checked, brings the code back`, async () => {
		await openAtCode();
		await submit(CODE);
		await change(status('verifying'));
		await change(problem(reason, 'starting', { seq: 4 }));
		assert.ok(isAnnounced(words(reason)));
		await change(status('awaiting_code', { seq: 5 }), refused(reason, { seq: 5 }));
		says(words(reason));
		theFieldStays();
	});
}

test('that another CLI took over is said beside the new link, until it is used', async () => {
	await openAtCode();
	await submit(CODE);
	await change(status('verifying'));
	await change(problem('code_rejected', 'starting', { seq: 4 }));
	await change(status('awaiting_code', { seq: 5 }), refused('code_rejected', { seq: 5, restarted: true }));
	says(words('new_cli'));
	assert.equal(timesShown(words('code_rejected')), 1);
	theFieldStays();
	await submit(CODE);
	await change(status('verifying', { seq: 6 }));
	assert.equal(timesShown(words('new_cli')), 0);
});

for (const [reason, shown] of [['cli_failed', true], ['not_allowed', true], ['network', false]]) {
	test(`the server’s own words about ${reason} are ${shown ? 'shown' : 'folded away'}`, async () => {
		await openAtCode();
		await change(status('signed_out'), failed(reason, { error: 'It said: needs an update.' }));
		assert.equal(timesShown('It said: needs an update.'), 1);
		assert.equal(document.querySelector('claude-login').shadowRoot.querySelector('details').open, shown);
	});
}

test('what the CLI said is shown beside the credential that stays', async () => {
	await openLogin(signedIn());
	await change(failed('cli_failed', { error: 'It said: needs an update.', seq: 12 }));
	assert.equal(timesShown('It said: needs an update.'), 1);
});

test('a refused sign-in offers a new one', async () => {
	await openLogin(signedIn({ credential: { fingerprint: 'aaaa', validity: 'invalid', checkedAt: '2026-11-20T11:00:00Z' } }));
	says(words('credential_invalid'));
	assert.equal(timesShown(words('refused_title')), 1);
	assert.deepEqual(primary(), ['Sign in again']);
});

test('after a network failure a click tries again, and the failure is cleared', async () => {
	await openAtCode();
	await submit(CODE);
	await change(status('verifying'));
	await change(status('signed_out'), failed('network'));
	control('Try again').click();
	await drawn();
	assert.equal(bridge.take('claude.auth.start').length, 1);
	assert.equal(timesShown(words('network')), 0);
	const next = { loginId: 'login-2' };
	await change(status('starting', { seq: 9, ...next }));
	await change(status('awaiting_code', { seq: 10, ...next }), url({ seq: 10, ...next }));
	assert.equal(codeField().getAttribute('aria-invalid'), 'false');
	assert.notEqual(focus(), '');
});

const FAULT = 'There is no Claude CLI. Install @anthropic-ai/claude-code through npm.';

for (const reason of ['cli_not_found', 'storage_failed']) {
	test(`${reason} with a fault of the server’s turns the button off until that is mended`, async () => {
		await openAtCode();
		await submit(CODE);
		await change(status('verifying'));
		bridge.answer('GET readyz', 503, { checks: [{ name: 'cli', ok: false, error: FAULT }] });
		await change(status('signed_out'), failed(reason));
		says(FAULT);
		assert.deepEqual(primary(), ['Login with Claude (off)']);
		assert.equal(focus(), 'Not possible just now');
		bridge.answer('GET readyz', 200, { ready: true, checks: [] });
		bridge.standing = [status('signed_out', { seq: 20 })];
		await clock.turn(4_050);
		assert.ok(!primary().some((one) => one.endsWith('(off)')));
		assert.notEqual(focus(), '');
	});
}

test('a server that does not answer is asked again by itself, and on a click', async () => {
	bridge.refusing = true;
	await openLogin();
	await clock.turn(1_000);
	assert.equal(timesShown('The server does not answer'), 1);
	assert.ok(isAnnounced('The server does not answer'));
	assert.deepEqual(primary(), ['Try again']);
	bridge.refusing = false;
	bridge.standing = [status('awaiting_code'), url()];
	control('Try again').click();
	await drawn();
	assert.ok(codeField());
});

test('the documentation lists the texts of every module', () => {
	const folder = new URL('../../../webroot/claude-login/', import.meta.url);
	const listed = new Set();
	const add = (name) => {
		if (listed.has(name)) return;
		listed.add(name);
		const source = readFileSync(new URL(name, folder), 'utf8');
		// What is loaded with import() does not come with a module, except with the documentation's own.
		const imports = name === 'docs.js' ? /\bimport\('\.\/(\S+?)'\)|from '\.\/(\S+?)'/g : /^import (?:.* from )?'\.\/(\S+?)'/gm;
		for (const [, one, other] of source.matchAll(imports)) add(one ?? other);
	};
	add('docs.js');
	for (const name of readdirSync(folder)) {
		const source = name.endsWith('.js') ? readFileSync(new URL(name, folder), 'utf8') : '';
		if (/^addWords\(/m.test(source)) assert.ok(listed.has(name), name);
	}
});
