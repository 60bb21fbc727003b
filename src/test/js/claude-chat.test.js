/** <claude-chat> as somebody uses it: what it sends, shows and does about every answer. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { all, control, field, fill, focus, press, timesShown } from './dom.js';
import { click, codeField, drawn, fresh, open, push, submit } from './elements.js';
import { chatError, CODE, complete, done, refusal, signedIn, status, text, url } from './frames.js';
import { bridge, clock } from './world.js';

const PROMPT = 'What do headless machines like?';
const shown = (words) => timesShown(words) > 0;
const login = () => all(document.body).find(({ tagName }) => tagName === 'claude-login');
const prompt = () => field('Your prompt');
const openChat = (...standing) => open('claude-chat', standing);

beforeEach(fresh);

/** Sends the prompt; its id is what the answer needs. */
async function ask() {
	fill(prompt(), PROMPT);
	await click('Send');
	return nextPrompt();
}

function nextPrompt() {
	const [asked, ...more] = bridge.take('claude.chat.prompt');
	assert.equal(asked?.prompt, PROMPT);
	assert.deepEqual(more, []);
	return asked.id;
}

/** The sign-in in the flow is there, and knows where it stands. */
async function loginIs(state) {
	await drawn();
	await drawn();
	assert.equal(login()?.state, state);
}

test('the answer is shown as it comes, as text', async () => {
	await openChat(signedIn());
	assert.ok(shown('Ask Claude something.'));
	const id = await ask();
	assert.ok(shown('Claude is thinking'));
	assert.ok(!shown('Ask Claude something.'));
	await push(text(id, 'They like '), text(id, '<b>company</b>'));
	assert.ok(all(document.body).some(({ textContent }) => textContent === 'They like <b>company</b>'));
	assert.ok(!shown('Claude is thinking'));
	assert.ok(control('Stop'));
	await push(text(id, ' and quiet.'), done(id));
	assert.ok(all(document.body).some(({ textContent }) => textContent === 'They like <b>company</b> and quiet.'));
	assert.ok(control('Send'));
	assert.equal(prompt().value, '');
});

test('what belongs to another exchange is not shown', async () => {
	await openChat(signedIn());
	const id = await ask();
	await push(text('of-another-tab', 'Not this.'), done('of-another-tab'));
	assert.ok(!all(document.body).some(({ textContent }) => textContent === 'Not this.'));
	assert.ok(control('Stop'));
	await push(done(id));
	await push(text(id, 'Too late.'));
	assert.ok(!shown('Too late.'));
});

test('an answer is stopped', async () => {
	await openChat(signedIn());
	const id = await ask();
	await push(text(id, 'They like '));
	await click('Stop');
	assert.deepEqual(bridge.take('claude.chat.stop'), [{ id }]);
	await push(done(id));
	assert.ok(shown('Stopped.'));
});

test('what was stopped without a connection is stopped once it is back, and not begun anew', async () => {
	await openChat(signedIn());
	const id = await ask();
	await push(text(id, 'They like '));
	bridge.refusing = true;
	bridge.drop();
	await drawn();
	assert.ok(shown('Your prompt goes on as soon as it is back.'));
	await click('Stop');
	bridge.refusing = false;
	await clock.turn(15_000);
	assert.deepEqual(bridge.take('claude.chat.stop'), [{ id }]);
	await push(done(id));
	assert.ok(shown('Stopped.'));
	assert.deepEqual(bridge.take('claude.chat.prompt'), []);
});

test('after a lost connection the same answer goes on, from its beginning', async () => {
	await openChat(signedIn());
	const id = await ask();
	await push(text(id, 'They like '));
	bridge.drop();
	await clock.turn(1_000);
	assert.equal(nextPrompt(), id);
	await push(text(id, 'They like company.'), done(id));
	assert.ok(all(document.body).some(({ textContent }) => textContent === 'They like company.'));
	assert.ok(!shown('No connection just now.'));
});

test('a prompt that is asked without a connection is sent once there is one', async () => {
	await openChat(signedIn());
	bridge.refusing = true;
	bridge.drop();
	fill(prompt(), PROMPT);
	await click('Send');
	assert.ok(shown('Your prompt goes on as soon as it is back.'));
	bridge.refusing = false;
	await clock.turn(15_000);
	nextPrompt();
});

test('the sign-in opens in the flow, and the prompt is sent again once', async () => {
	await openChat(status('signed_out'));
	const id = await ask();
	await push(chatError(id, 'signed_out'));
	await loginIs('signed_out');
	assert.ok(shown('Claude is not signed in here. Sign in, and your prompt is sent again by itself.'));
	bridge.change(status('awaiting_code'), url());
	await drawn();
	await submit(CODE);
	assert.equal(bridge.take('claude.auth.code').length, 1);
	bridge.standing = [signedIn()];
	await push(complete());
	const again = nextPrompt();
	assert.notEqual(again, id);
	assert.equal(login(), undefined);
	await push(text(again, 'They like company.'), done(again));
	assert.ok(all(document.body).some(({ textContent }) => textContent === 'They like company.'));

	const third = await ask();
	await push(chatError(third, 'credential_invalid'));
	await loginIs('signed_in');
	assert.ok(shown('Claude did not accept the sign-in.'));
	assert.deepEqual(bridge.take('claude.chat.prompt'), []);
});

test('who signed in elsewhere meanwhile need not do it again', async () => {
	await openChat(signedIn());
	await push(chatError(await ask(), 'signed_out'));
	await drawn();
	await drawn();
	assert.equal(login(), undefined);
	nextPrompt();
});

test('no third time where the sign-in did not help', async () => {
	await openChat(status('signed_out'));
	await push(chatError(await ask(), 'signed_out'));
	await loginIs('signed_out');
	await push(complete());
	await push(chatError(nextPrompt(), 'signed_out'));
	assert.ok(control('Send again'));
	assert.equal(login(), undefined);
});

for (const [reason, words] of [
	['busy', 'The server’s own words.'],
	['rate_limited', 'The server’s own words.'],
	['network', 'The server could not reach Claude.'],
	['timed_out', 'Claude took too long to answer.'],
	['cli_not_found', 'The Claude CLI is missing on the server'],
	['cli_failed', 'The server’s own words.'],
	['storage_failed', 'The server’s own words.'],
]) {
	test(`${reason} has a sentence and a way on`, async () => {
		await openChat(signedIn());
		const id = await ask();
		await push(chatError(id, reason));
		assert.ok(shown(words));
		assert.equal(login(), undefined);
		await click('Send again');
		assert.equal(focus(), 'Stop');
		const again = nextPrompt();
		assert.notEqual(again, id);
		await push(text(again, 'Now it works.'), done(again));
		assert.ok(shown('Now it works.'));
		assert.ok(!shown(words));
	});
}

test('that the chat is switched off is only told', async () => {
	await openChat(signedIn());
	await push(chatError(await ask(), 'disabled'));
	assert.ok(shown('The chat is switched off on this server.'));
	assert.equal(control('Send again'), null);
});

test('it comes back to the login that is open', async () => {
	await openChat(status('awaiting_code'), url());
	await loginIs('awaiting_code');
	assert.ok(shown('A sign-in is open. Finish it here.'));
	await submit(CODE);
	bridge.standing = [signedIn()];
	await push(complete());
	assert.equal(login(), undefined);
	assert.equal(focus(), 'Your prompt');
});

test('a login that somebody opens elsewhere does not open here', async () => {
	await openChat(signedIn());
	bridge.change(status('awaiting_code', { seq: 12 }), url({ seq: 12 }));
	await drawn();
	await drawn();
	assert.equal(login(), undefined);
});

test('it asks for its key where there is none, and goes on with it', async () => {
	await openChat(refusal('unauthorized'));
	await loginIs('unauthorized');
	assert.ok(field('Access key'));
	bridge.answer('POST api/session', 204);
	bridge.standing = [signedIn()];
	fill(field('Access key'), 'made-up-access-key');
	press('Enter');
	await clock.turn(1_000);
	assert.equal(login(), undefined);
	await ask();
});

test('an empty prompt and one that is too long are not sent', async () => {
	await openChat(signedIn());
	await click('Send');
	assert.equal(focus(), 'Your prompt');
	fill(prompt(), 'x'.repeat(2_001));
	await click('Send');
	assert.ok(shown('That is too long: at most 2000 characters.'));
	assert.equal(prompt().value.length, 2_001);
	assert.deepEqual(bridge.take('claude.chat.prompt'), []);
});

test('Enter sends; not with Shift, not while a word is composed, not while an answer comes', async () => {
	await openChat(signedIn());
	fill(prompt(), PROMPT);
	press('Enter', { shiftKey: true });
	press('Enter', { isComposing: true });
	assert.deepEqual(bridge.take('claude.chat.prompt'), []);
	press('Enter');
	nextPrompt();
	fill(prompt(), 'and more');
	press('Enter');
	assert.deepEqual(bridge.take('claude.chat.stop'), []);
	assert.equal(prompt().value, 'and more');
});

test('a prompt is kept by the browser until it is answered', async () => {
	const chat = await openChat(signedIn());
	const id = await ask();
	assert.equal(chat.kept, PROMPT);
	await push(text(id, 'Company.'), done(id));
	assert.equal(chat.kept, '');
	chat.formStateRestoreCallback('half a prom');
	assert.equal(prompt().value, 'half a prom');
});
