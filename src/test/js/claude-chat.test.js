/** <claude-chat> as a person uses it: what it sends, and what it shows for each answer. */

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

/** Sends the prompt. @returns its id, which answers carry */
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

/** Waits until the sign-in in the conversation is there and has its state. */
async function loginIs(state) {
	await drawn();
	await drawn();
	assert.equal(login()?.state, state);
}

test('an answer is shown as it arrives, and as text only', async () => {
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

test('where several owners may sign in, the chat names the one whose account it uses', async () => {
	await openChat(signedIn({ owner: 'default' }));
	assert.ok(!shown('You use this server as'));
	await push(signedIn({ owner: 'alice', severalOwners: true, seq: 10 }));
	assert.ok(shown('You use this server as “alice”.'));
	await push(refusal('unauthorized'));
	assert.ok(!shown('You use this server as'));
});

test('what belongs to another prompt is not shown', async () => {
	await openChat(signedIn());
	const id = await ask();
	await push(text('of-another-tab', 'Not this.'), done('of-another-tab'));
	assert.ok(!all(document.body).some(({ textContent }) => textContent === 'Not this.'));
	assert.ok(control('Stop'));
	await push(done(id));
	await push(text(id, 'Too late.'));
	assert.ok(!shown('Too late.'));
});

test('the Stop button ends an answer', async () => {
	await openChat(signedIn());
	const id = await ask();
	await push(text(id, 'They like '));
	await click('Stop');
	assert.deepEqual(bridge.take('claude.chat.stop'), [{ id }]);
	await push(done(id));
	assert.ok(shown('Stopped.'));
});

test('a prompt that was stopped while offline is stopped after reconnecting, and not started again', async () => {
	await openChat(signedIn());
	const id = await ask();
	await push(text(id, 'They like '));
	bridge.refusing = true;
	bridge.drop();
	await drawn();
	assert.ok(shown('Your prompt continues as soon as there is one.'));
	await click('Stop');
	bridge.refusing = false;
	await clock.turn(15_000);
	assert.deepEqual(bridge.take('claude.chat.stop'), [{ id }]);
	await push(done(id));
	assert.ok(shown('Stopped.'));
	assert.deepEqual(bridge.take('claude.chat.prompt'), []);
});

test('after a lost connection the same answer is shown again from its beginning', async () => {
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

test('a prompt that is asked while offline is sent after reconnecting', async () => {
	await openChat(signedIn());
	bridge.refusing = true;
	bridge.drop();
	fill(prompt(), PROMPT);
	await click('Send');
	assert.ok(shown('Your prompt continues as soon as there is one.'));
	bridge.refusing = false;
	await clock.turn(15_000);
	nextPrompt();
});

test('the sign-in opens in the conversation, and then the prompt is sent again, once', async () => {
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

test('somebody who has signed in elsewhere meanwhile need not do it again', async () => {
	await openChat(signedIn());
	await push(chatError(await ask(), 'signed_out'));
	await drawn();
	await drawn();
	assert.equal(login(), undefined);
	nextPrompt();
});

test('a prompt is not sent a third time where the sign-in did not help', async () => {
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

test('where the chat is switched off, trying again is not offered', async () => {
	await openChat(signedIn());
	await push(chatError(await ask(), 'disabled'));
	assert.ok(shown('The chat is switched off on this server.'));
	assert.equal(control('Send again'), null);
});

test('a page that is loaded again shows the login that is open', async () => {
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

test('it asks for the access key where it has none, and continues with it', async () => {
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

test('Enter sends, but not with Shift, not while a word is being composed, and not while an answer arrives', async () => {
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

test('the browser keeps a prompt until it is answered', async () => {
	const chat = await openChat(signedIn());
	const id = await ask();
	assert.equal(chat.kept, PROMPT);
	await push(text(id, 'Company.'), done(id));
	assert.equal(chat.kept, '');
	chat.formStateRestoreCallback('half a prom');
	assert.equal(prompt().value, 'half a prom');
});
