/** <claude-login> as a person uses it: what it shows, announces and sends. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { control, field, fill, focus, isAnnounced, press, primary, timesShown, all } from './dom.js';
import { change, ClaudeLogin, click, codeField, drawn, fresh, open, openAtCode, openLogin, push, submit, told, toldOf } from './elements.js';
import { CODE, complete, CREDENTIAL, failed, problem, refusal, refused, signedIn, status, url, URL_SHOWN } from './frames.js';
import { bridge, clock, happens, shows } from './world.js';

const TOKEN = `sk-ant-oat01-${'a'.repeat(95)}`;
const OTHER = { loginId: 'login-2' };
const shown = (words) => timesShown(words) > 0;
const named = (part) => all(document.body).find((one) => one.seen && one.getAttribute('part') === part);
const verdict = () => all(document.body).find(({ id }) => id === 'verdict').textContent;
const step = () => all(document.body).find((one) => one.getAttribute('aria-current') === 'step').textContent;

beforeEach(fresh);

// ---- the way through a login

test('a whole login: link, code, check, signed in; its states are told in order', async () => {
	const login = await openLogin(status('signed_out'));
	assert.deepEqual(primary(), ['Login with Claude']);
	const link = control('Login with Claude');
	assert.deepEqual([link.getAttribute('target'), link.getAttribute('rel')], ['_blank', 'noopener noreferrer']);
	assert.match(link.href, /^http:\/\/bridge\.test\/go\//);
	await click('Login with Claude');
	await change(status('starting'));
	assert.ok(shown('Preparing your sign-in link'));
	await change(status('awaiting_code'), url());
	assert.match(step(), /Paste the code/);
	await submit(CODE);
	assert.deepEqual(bridge.take('claude.auth.code'), [{ code: CODE }]);
	await change(status('verifying'));
	assert.ok(shown('Checking the code with Claude.'));
	bridge.standing = [signedIn()];
	await push(complete());
	assert.equal(login.state, 'signed_in');
	assert.ok(shown('7f3a 91c2 0be4'));
	assert.deepEqual(
		toldOf('statechange').map(({ state }) => state),
		['connecting', 'signed_out', 'starting', 'awaiting_code', 'verifying', 'signed_in'],
	);
	assert.deepEqual(toldOf('complete'), [{ credential: CREDENTIAL }]);
	assert.ok(!JSON.stringify(told).includes(CODE.slice(0, 8)));
	assert.equal(login.kept, '', 'nothing is left for the browser to keep');
});

test('a page that joins a login from elsewhere offers the sign-in page first', async () => {
	await openAtCode();
	assert.match(step(), /Sign in and approve/);
	assert.equal(control('Open the sign-in page').className, 'button primary');
	assert.equal(control('Open the sign-in page').href, URL_SHOWN);
	await click('Open the sign-in page');
	assert.match(step(), /Paste the code/);
	assert.ok(control('Open the sign-in page again'));
});

test('an address that is no https address becomes no link', async () => {
	await openLogin(status('awaiting_code'), url({ url: 'javascript:alert(1)' }));
	assert.equal(control('Open the sign-in page'), null);
	assert.ok(!all(document.body).some((one) => one.href?.startsWith('javascript:')));
});

test('the text of a rejected code is kept for another try', async () => {
	await openAtCode();
	await submit(CODE);
	bridge.take('claude.auth.code');
	await change(status('verifying'));
	await push(problem('code_rejected', 'starting', { seq: 3 }), status('starting', { seq: 4 }));
	await change(status('awaiting_code', { seq: 5 }), refused('code_rejected', { seq: 5 }));
	assert.equal(codeField().value, CODE);
	assert.equal(codeField().getAttribute('aria-invalid'), 'true');
	assert.match(verdict(), /Claude did not accept that code/);
	assert.ok(isAnnounced('Claude did not accept that code'));
	await click('Confirm');
	assert.deepEqual(bridge.take('claude.auth.code'), [{ code: CODE }]);
});

test('a page says what is wrong with a paste before it is sent', async () => {
	await openAtCode();
	for (const [paste, words] of [
		['482913', /number from the e-mail/],
		[TOKEN, /access token or API key/],
		[CODE.slice(0, 40), /only part of the code/],
		['https://claude.ai/settings', /address of a page/],
		[CODE.replace('#s1T', '#xxx'), /another sign-in link/],
	]) {
		await submit(paste);
		assert.match(verdict(), words);
		assert.equal(focus(), 'Code from the sign-in page');
		assert.equal(codeField().value, paste);
	}
	fill(codeField(), CODE);
	assert.match(verdict(), /That looks like a whole code/);
	assert.deepEqual(bridge.take('claude.auth.code'), []);
});

test('a doubtful code is sent when confirmed again, for the server to decide, but a token never', async () => {
	await openAtCode();
	await submit(TOKEN);
	await submit(TOKEN);
	await submit('some-new-kind-of-code');
	assert.deepEqual(bridge.take('claude.auth.code'), []);
	await submit('some-new-kind-of-code');
	assert.deepEqual(bridge.take('claude.auth.code'), [{ code: 'some-new-kind-of-code' }]);
	await push(problem('code_incomplete', 'awaiting_code'));
	assert.match(verdict(), /not the whole code/);
	assert.equal(codeField().value, 'some-new-kind-of-code');
});

test('a code is sent once, however often Enter is pressed', async () => {
	await openAtCode();
	await submit(CODE);
	assert.ok(shown('Sending…'));
	assert.ok(codeField().readOnly);
	press('Enter');
	press('Enter');
	assert.equal(bridge.take('claude.auth.code').length, 1);
	await push(problem('code_rejected', 'awaiting_code'));
	assert.ok(!codeField().readOnly);
});

test('an empty field is not sent', async () => {
	await openAtCode();
	assert.ok(all(document.body).find((one) => one.textContent === 'Confirm' && one.tagName === 'button').disabled);
	fill(codeField(), '   ');
	press('Enter');
	assert.deepEqual(bridge.take('claude.auth.code'), []);
});

test('the clipboard is examined as typed text is; a page that may not read it says so', async () => {
	navigator.clipboard = { readText: async () => CODE };
	await openAtCode();
	await click('Paste');
	assert.equal(codeField().value, CODE);
	assert.equal(focus(), 'Code from the sign-in page');
	navigator.clipboard.readText = async () => '482913';
	await click('Paste');
	assert.match(verdict(), /number from the e-mail/);
	navigator.clipboard.readText = () => Promise.reject(new Error('denied'));
	await click('Paste');
	assert.match(verdict(), /did not hand over the clipboard/);
});

test('where there is no clipboard there is no button for it', async () => {
	await openAtCode();
	assert.equal(control('Paste'), null);
});

test('asking for a new link shows no failure, and begins with the first step', async () => {
	const login = await openAtCode();
	await click('Open the sign-in page');
	await click('New link');
	assert.equal(bridge.take('claude.auth.cancel').length, 1);
	assert.equal(bridge.take('claude.auth.start').length, 1);
	await push(failed('cancelled'), status('starting', { seq: 9, ...OTHER }));
	assert.equal(login.state, 'starting');
	assert.ok(!shown('The sign-in was cancelled.'));
	await push(url({ seq: 10, ...OTHER }));
	assert.equal(login.state, 'awaiting_code');
	assert.match(step(), /Sign in and approve/);
});

test('an expired link is replaced once, which the page says; what was typed stays', async () => {
	const login = await openAtCode();
	fill(codeField(), CODE.slice(0, 20));
	await push(failed('timed_out'));
	assert.ok(isAnnounced(ClaudeLogin.texts.restarted));
	await change(status('starting', { seq: 9, ...OTHER }));
	await change(status('awaiting_code', { seq: 10, ...OTHER }), url({ seq: 10, ...OTHER }));
	assert.equal(named('notice').textContent, 'The old link has expired. This is a new one.');
	assert.equal(timesShown(ClaudeLogin.texts.restarted), 1);
	assert.equal(codeField().value, CODE.slice(0, 20));
	bridge.take('claude.auth.start');
	await push(failed('timed_out', { seq: 11, ...OTHER }));
	assert.equal(login.state, 'failed');
	assert.ok(shown('The sign-in took too long and was closed.'));
	assert.deepEqual(bridge.take('claude.auth.start'), []);
});

test('the time left for a link is counted down, and its last minute is announced', async () => {
	const now = clock.now() - 3 * 3_600_000;
	await openLogin(status('awaiting_code'), url({ now: new Date(now).toISOString(), expiresAt: new Date(now + 300_000).toISOString() }));
	bridge.standing = [];
	assert.ok(shown('This link is good for 5:00.'));
	await clock.turn(231_000);
	assert.ok(shown('This link is good for 1:09.'));
	assert.ok(!isAnnounced('One minute left.'));
	await clock.turn(9_000);
	assert.ok(isAnnounced('One minute left.'));
	await clock.turn(61_000);
	assert.ok(shown('This link has expired.'));
});

test('that a login was cancelled is said beside the button for the next', async () => {
	const login = await openAtCode();
	await click('Cancel');
	assert.equal(bridge.take('claude.auth.cancel').length, 1);
	await change(status('signed_out', { seq: 8 }), failed('cancelled'));
	assert.equal(login.state, 'signed_out');
	assert.equal(named('notice').textContent, 'The sign-in was cancelled.');
	await click('Login with Claude');
	await change(status('starting', { seq: 9, ...OTHER }));
	assert.equal(named('notice'), undefined);
});

test('a new login keeps the present sign-in until it is complete, and its failure is shown beside the facts', async () => {
	const login = await openLogin(signedIn());
	await change(status('awaiting_code', { seq: 12, credential: CREDENTIAL }), url({ seq: 12 }));
	assert.ok(shown('Your present sign-in is kept until the new one is complete.'));
	await change(signedIn({ seq: 13 }), failed('network', { seq: 13 }));
	assert.equal(login.state, 'signed_in');
	assert.ok(isAnnounced(ClaudeLogin.texts.network));
	assert.equal(timesShown(ClaudeLogin.texts.network), 1);
});

// ---- the order of notices

test('a notice is about one thing: first a refused credential, then a failure, then a note, then a near expiry', async () => {
	const credential = { ...CREDENTIAL, validity: 'valid', checkedAt: '2026-11-20T11:00:00Z', warning: 7 };
	await openLogin(signedIn({ credential }));
	assert.equal(named('notice').textContent, ClaudeLogin.texts.ends_soon);
	await change(signedIn({ credential, seq: 12 }), failed('cancelled', { seq: 12 }));
	assert.equal(named('notice').textContent, ClaudeLogin.texts.cancelled);
	await change(signedIn({ credential, seq: 13 }), failed('network', { seq: 13 }));
	assert.equal(named('notice').textContent, ClaudeLogin.texts.network);
	await change(signedIn({ credential: { ...credential, validity: 'invalid' }, seq: 14 }), failed('network', { seq: 14 }));
	assert.equal(named('notice').textContent, ClaudeLogin.texts.credential_invalid);
	await change(signedIn({ credential: CREDENTIAL, seq: 15 }));
	assert.equal(named('notice'), undefined);
});

// ---- connection

test('a connection that is lost for a moment is not mentioned; a longer loss is, and the code is sent after it', async () => {
	await openAtCode();
	fill(codeField(), CODE);
	bridge.refusing = true;
	bridge.drop();
	await clock.turn(1_400);
	assert.equal(named('banner'), undefined);
	await clock.turn(200);
	assert.equal(named('banner').textContent, 'Connection lost. Reconnecting…');
	await click('Confirm');
	assert.ok(shown('Your code is sent as soon as there is one.'));
	assert.equal(codeField().value, CODE);
	bridge.refusing = false;
	await clock.turn(15_000);
	assert.deepEqual(bridge.take('claude.auth.code'), [{ code: CODE }]);
	assert.equal(named('banner'), undefined);
});

test('being offline is said at once', async () => {
	await openAtCode();
	navigator.onLine = false;
	happens('offline');
	assert.equal(named('banner').textContent, 'You are offline. This page continues when you are back.');
	navigator.onLine = true;
	happens('online');
	await clock.turn(1_600);
	assert.equal(named('banner'), undefined);
});

test('an end that the page missed while away is shown and told', async () => {
	const login = await openAtCode();
	assert.deepEqual(toldOf('complete'), []);
	bridge.standing = [signedIn()];
	bridge.drop();
	await clock.turn(1_000);
	assert.equal(login.state, 'signed_in');
	assert.equal(toldOf('complete').length, 1);
});

test('what the bridge says twice is told once, and no state flickers', async () => {
	await openAtCode();
	await change(signedIn({ credential: { ...CREDENTIAL, validity: 'valid', checkedAt: '2026-11-20T11:00:00Z' } }), complete());
	assert.ok(control('Check now'));
	assert.equal(toldOf('complete').length, 1);
	await push(status('starting', { seq: 20, ...OTHER }), status('awaiting_code', { seq: 21, ...OTHER }), url({ seq: 21, ...OTHER }));
	assert.ok(!toldOf('statechange').some(({ state }) => state === 'starting'));
});

test('for a bridge that does not allow this origin, the page says what to ask its administrator for', async () => {
	bridge.refusing = true;
	bridge.answer('GET claude-login/words.js', 200);
	await open('claude-login', [], { src: 'http://elsewhere.test/' });
	assert.ok(shown('its administrator has to add http://bridge.test to CLAUDE_AUTH_ORIGINS'));
});

test('an expired session makes the page ask for the key; a wrong one is said, with the focus in its field', async () => {
	const login = await openAtCode();
	await submit(CODE);
	await change(refusal('unauthorized'));
	assert.equal(login.state, 'unauthorized');
	assert.equal(timesShown(ClaudeLogin.texts.unauthorized), 1);
	assert.ok(isAnnounced('This page needs its key'));
	assert.equal(focus(), 'This page needs its key');
	bridge.answer('POST api/session', 401, { reason: 'unauthorized' });
	fill(field('Access key'), 'wrong');
	press('Enter');
	await drawn();
	assert.ok(shown('The server does not know that key.'));
	assert.ok(isAnnounced('The server does not know that key.'));
	assert.deepEqual(primary(), ['Unlock']);
	assert.equal(focus(), 'Access key');

	bridge.answer('POST api/session', 204);
	bridge.standing = [status('signed_out', { seq: 0 })];
	fill(field('Access key'), 'made-up-access-key');
	press('Enter');
	await drawn();
	assert.deepEqual(bridge.requests.findLast(({ path }) => path === 'api/session').body, { key: 'made-up-access-key' });
	assert.equal(login.state, 'signed_out');
});

test('where a key is asked for, the page names the header of a proxy because of which no session counts', async () => {
	const sentence = 'Each proxy has to pass on the headers Origin and Sec-Fetch-Site.';
	bridge.answer('POST api/claude/auth/socket', 401, { reason: 'unauthorized', detail: sentence });
	await openLogin(status('signed_out'));
	await change(refusal('unauthorized'));
	await clock.turn(0);
	assert.ok(shown(sentence));
	// The administrator has mended it, and the page connects again.
	bridge.answer('POST api/claude/auth/socket', 426, { detail: 'Open a WebSocket here.' });
	bridge.drop();
	await clock.turn(1_000);
	assert.ok(!shown(sentence));
	assert.deepEqual(primary(), ['Unlock']);
});

test('a key of another owner than the browser’s session is used once it was confirmed', async () => {
	await openLogin(refusal('unauthorized'));
	const sent = () => bridge.requests.filter(({ path }) => path === 'api/session').map(({ body }) => body);
	bridge.answer('POST api/session', 409, { reason: 'other_owner', owner: 'alice', newOwner: 'bob' });
	fill(field('Access key'), 'key-of-bob');
	press('Enter');
	await drawn();
	assert.ok(isAnnounced('signed in here as “alice”, and that key is for “bob”'));
	assert.equal(focus(), 'Access key');
	fill(field('Access key'), 'another-key-of-bob');
	press('Enter');
	await drawn();
	assert.deepEqual(sent(), [{ key: 'key-of-bob' }, { key: 'another-key-of-bob' }]);
	bridge.answer('POST api/session', 204);
	press('Enter');
	await drawn();
	assert.deepEqual(sent().at(-1), { key: 'another-key-of-bob', replace: true });
});

test('on another site the key stays in memory and is sent with each message', async () => {
	bridge.refusing = true;
	bridge.answer('GET api/claude/auth', 401);
	const login = await open('claude-login', [status('signed_out')], { src: 'http://elsewhere.test/' });
	assert.equal(login.state, 'unauthorized');
	bridge.refusing = false;
	fill(field('Access key'), 'made-up-access-key');
	press('Enter');
	await drawn();
	assert.equal(login.state, 'signed_out');
	assert.ok(!bridge.requests.some(({ path }) => path === 'api/session'));
	assert.deepEqual(bridge.take('claude.auth.status').at(-1), { key: 'made-up-access-key' });
	assert.equal(login.key, undefined);
});

// ---- the server’s own faults

const FAULT = 'The folder /data cannot be written. Make it writable.';
const faulty = (more = {}) => bridge.answer('GET readyz', 503, { checks: [{ name: 'vault', ok: false, error: FAULT, ...more }], contact: 'harbour-master@example.org' });
const mended = () => bridge.answer('GET readyz', 200, { ready: true, checks: [] });

test('the sign-in is disabled, with the administrator’s address, until the fault is mended', async () => {
	faulty();
	const login = await openLogin(status('signed_out'));
	assert.equal(login.state, 'unavailable');
	assert.ok(shown(FAULT));
	assert.ok(shown('Administrator: harbour-master@example.org'));
	assert.deepEqual(primary(), ['Login with Claude (off)']);
	mended();
	await clock.turn(4_100);
	assert.equal(login.state, 'signed_out');
	assert.deepEqual(primary(), ['Login with Claude']);
});

test('a server that has just started is not reported as faulty', async () => {
	faulty({ pending: true });
	await openLogin(status('signed_out'));
	mended();
	await clock.turn(2_000);
	assert.deepEqual(toldOf('statechange').map(({ state }) => state), ['connecting', 'signed_out']);
});

test('while a server is still getting ready, nobody is asked to do something', async () => {
	faulty({ pending: true });
	const login = await openLogin(status('signed_out'));
	await clock.turn(1_600);
	assert.equal(login.state, 'unavailable');
	assert.ok(shown(FAULT));
	assert.ok(shown('This page then continues by itself.'));
	assert.ok(!shown('harbour-master'));
	mended();
	await clock.turn(4_100);
	assert.equal(login.state, 'signed_out');
});

test('while the CLI is being installed, the page shows the progress, and a sign-in can be started', async () => {
	faulty({ pending: true, progress: { done: 120_400_000, total: 402_000_000, unit: 'bytes' } });
	const login = await openLogin(status('signed_out'));
	assert.equal(login.state, 'unavailable');
	assert.ok(shown('Almost ready'));
	assert.ok(shown('120 of about 402 MB'));
	assert.deepEqual(primary(), ['Login with Claude']);
	faulty({ pending: true, progress: { done: 300_000_000, total: 402_000_000, unit: 'bytes' } });
	await clock.turn(1_100);
	assert.ok(shown('300 of about 402 MB'));
	mended();
	await clock.turn(1_100);
	assert.equal(login.state, 'signed_out');
});

test('a fault of the server does not hide that somebody is signed in', async () => {
	faulty();
	const login = await openLogin(signedIn());
	assert.equal(login.state, 'signed_in');
	assert.ok(!shown(FAULT));
});

test('an unreadable credential is reported with the way out, and a login goes on beside it', async () => {
	const credential = { state: 'unreadable', error: 'The key is gone.' };
	const login = await openLogin(status('signed_out', { credential }));
	assert.equal(login.state, 'unreadable');
	assert.ok(shown(ClaudeLogin.texts.unreadable_title));
	assert.ok(control('Sign out'));
	await change(status('awaiting_code', { credential }), url());
	assert.equal(login.state, 'awaiting_code');
	assert.ok(!shown('Your present sign-in stays'));
	await change(status('signed_out', { seq: 8, credential }), failed('network'));
	assert.equal(login.state, 'unreadable');
	assert.deepEqual(toldOf('complete'), []);
});

test('a fault of single owners is shown by their own status only', async () => {
	faulty({ owners: ['somebody'] });
	const login = await openLogin(status('signed_out'));
	assert.equal(login.state, 'signed_out');
});

test('where signing in is switched off, the button is disabled and the page says why', async () => {
	await openLogin(status('signed_out', { link: undefined }));
	assert.deepEqual(primary(), ['Login with Claude (off)']);
	assert.ok(shown('Sign-in is switched off on this server'));
	assert.ok(!control('Use an API key instead').disabled);
});

// ---- the credential

test('before signing out the page asks, and says what that does not do', async () => {
	const login = await openLogin(signedIn());
	bridge.answer('DELETE api/claude/auth', 204);
	await click('Sign out');
	assert.equal(focus(), 'Sign this machine out?');
	assert.equal(control('Revoke at Claude').href, 'https://claude.ai/settings/claude-code');
	press('Escape');
	assert.equal(focus(), 'Sign out');
	assert.ok(!shown('Sign this machine out?'));

	await click('Sign out');
	bridge.standing = [status('signed_out', { seq: 10 })];
	const really = all(document.body).findLast((one) => one.seen && one.tagName === 'button' && one.textContent === 'Sign out');
	really.click();
	await drawn();
	assert.equal(bridge.requests.at(-1).method, 'DELETE');
	assert.equal(login.state, 'signed_out');
	assert.ok(shown('Signed out here.'));
	assert.ok(control('Revoke at Claude'));
});

test('where the server could not sign out, the page says why and still shows the sign-in', async () => {
	const login = await openLogin(signedIn());
	bridge.answer('DELETE api/claude/auth', 503, { reason: 'storage_failed', detail: FAULT });
	await click('Sign out');
	all(document.body).findLast((one) => one.seen && one.textContent === 'Sign out').click();
	await drawn();
	assert.ok(isAnnounced(FAULT));
	assert.equal(login.state, 'signed_in');
});

const UNREADABLE = { state: 'unreadable', reason: 'storage_failed', error: 'anna.credential was damaged; restore it, or sign out.' };

test('an unreadable credential is shown as such, and can be signed out of', async () => {
	const login = await openLogin(status('signed_out', { credential: UNREADABLE }));
	assert.equal(login.state, 'unreadable');
	assert.ok(shown('The stored sign-in cannot be read'));
	assert.ok(shown(UNREADABLE.error));
	assert.ok(!control('Login with Claude'));
	bridge.answer('DELETE api/claude/auth', 204);
	await click('Sign out');
	bridge.standing = [status('signed_out', { seq: 10 })];
	all(document.body).findLast((one) => one.seen && one.tagName === 'button' && one.textContent === 'Sign out').click();
	await drawn();
	assert.equal(login.state, 'signed_out');
	assert.deepEqual(primary(), ['Login with Claude']);
});

test('an open login goes on although the stored credential has become unreadable', async () => {
	const login = await openAtCode();
	await push(status('awaiting_code', { credential: UNREADABLE }), url());
	assert.equal(login.state, 'awaiting_code');
	assert.ok(codeField().seen);
	assert.ok(all(document.body).some((one) => one.seen && one.href === URL_SHOWN));
	assert.ok(!shown('The stored sign-in cannot be read'));
});

test('a login that is refused for an unreadable credential leads back to it', async () => {
	const login = await openLogin(status('signed_out', { credential: UNREADABLE }));
	await push(failed('storage_failed'));
	assert.equal(login.state, 'unreadable');
	assert.ok(shown('The stored sign-in cannot be read'));
});

test('what concerns single owners is not shown as a fault of the server', async () => {
	bridge.answer('GET readyz', 200, { ready: true, checks: [{ name: 'credentials', ok: false, error: FAULT, owners: ['ben'] }] });
	const login = await openLogin(status('signed_out'));
	assert.equal(login.state, 'signed_out');
	assert.ok(!shown(FAULT));
});

test('an API key can be stored instead', async () => {
	const login = await openLogin(status('signed_out'));
	await click('Use an API key instead');
	const label = 'API key from the Claude console';
	assert.equal(focus(), label);
	fill(field(label), 'not-a-key');
	await click('Keep this key');
	assert.ok(shown('An API key begins with sk-ant-api.'));
	assert.ok(!bridge.requests.some(({ method }) => method === 'POST'));

	bridge.answer('POST api/claude/auth', 501);
	fill(field(label), 'sk-ant-api03-made-up');
	await click('Keep this key');
	assert.ok(shown('This server takes no API keys.'));

	bridge.answer('POST api/claude/auth', 422, { reason: 'credential_invalid' });
	await click('Keep this key');
	assert.ok(shown('Claude does not accept that key.'));

	bridge.answer('POST api/claude/auth', 200);
	bridge.standing = [status('signed_in', { seq: 3, credential: { method: 'api_key', fingerprint: 'aaaa bbbb cccc' } })];
	await click('Keep this key');
	assert.deepEqual(bridge.requests.findLast(({ method }) => method === 'POST').body, { apiKey: 'sk-ant-api03-made-up' });
	assert.equal(login.state, 'signed_in');
	assert.ok(shown('API key, billed by use'));
	assert.ok(shown('No end date'));
	assert.equal(toldOf('complete').length, 1);
});

test('a token that was made elsewhere is taken over as it was pasted', async () => {
	const login = await openLogin(status('signed_out'));
	await click('Use a token made elsewhere');
	const label = 'Token from claude setup-token';
	assert.equal(focus(), label);
	const pasted = 'export CLAUDE_CODE_OAUTH_TOKEN=sk-ant-oat01-made-up';
	fill(field(label), pasted);
	bridge.answer('POST api/claude/auth', 502, { reason: 'network', detail: 'The service could not be asked.' });
	await click('Keep this token');
	assert.ok(shown('The service could not be asked.'));
	assert.equal(field(label).value, pasted);
	bridge.answer('POST api/claude/auth', 200);
	bridge.standing = [signedIn()];
	await click('Keep this token');
	assert.deepEqual(bridge.requests.findLast(({ method }) => method === 'POST').body, { token: pasted });
	assert.equal(login.state, 'signed_in');
	assert.equal(toldOf('complete').length, 1);
});

const WAITING = { method: 'oauth_token', fingerprint: 'bbbb', organization: 'bbbb-2222', until: '2026-11-21T12:00:00Z' };
const ASKED = { ...CREDENTIAL, organization: 'aaaa-1111', otherOrganization: WAITING };

test('a sign-in of another organization is asked about, and the old one stays until the person says yes', async () => {
	const credential = { ...CREDENTIAL, organization: 'aaaa-1111' };
	await openLogin(status('awaiting_code', { credential }), url());
	await submit(CODE);
	await change(status('verifying', { credential }));
	await change(signedIn({ credential: ASKED }), failed('other_organization', { seq: 9 }));
	assert.ok(shown('Switch to another organization?'));
	assert.ok(shown('The new sign-in belongs to organization bbbb-2222, the one before to aaaa-1111. The old one stays in use until you switch.'));
	assert.ok(shown(ClaudeLogin.texts.other_organization));
	assert.equal(toldOf('complete').length, 0);
	bridge.answer('POST api/claude/auth/organization', 410, { reason: 'timed_out', detail: 'A day has passed.' });
	await click('Switch');
	assert.ok(shown('A day has passed.'));
	bridge.answer('POST api/claude/auth/organization', 200);
	bridge.standing = [signedIn({ credential: { ...CREDENTIAL, fingerprint: 'bbbb', organization: 'bbbb-2222' } })];
	await click('Switch');
	assert.deepEqual(bridge.requests.findLast(({ method }) => method === 'POST').body, { accept: true, fingerprint: 'bbbb' });
	assert.ok(!shown('Switch to another organization?'));
	assert.equal(toldOf('complete').length, 1);
	assert.equal(focus(), 'Signed in');
	assert.ok(shown('bbbb-2222'));
});

test('whoever keeps the old organization is not asked again', async () => {
	await openLogin(signedIn({ credential: ASKED }));
	bridge.answer('POST api/claude/auth/organization', 200);
	bridge.standing = [signedIn({ credential: { ...CREDENTIAL, organization: 'aaaa-1111' } })];
	await click('Keep the old one');
	assert.deepEqual(bridge.requests.findLast(({ method }) => method === 'POST').body, { accept: false, fingerprint: 'bbbb' });
	assert.ok(!shown('Switch to another organization?'));
	assert.equal(toldOf('complete').length, 0);
});

test('a token of another organization closes its form, since the question is asked above', async () => {
	await openLogin(signedIn());
	await click('Use a token made elsewhere');
	fill(field('Token from claude setup-token'), 'sk-ant-oat01-made-up');
	bridge.answer('POST api/claude/auth', 409, { reason: 'other_organization', detail: 'Another organization.' });
	bridge.standing = [signedIn({ credential: ASKED })];
	await click('Keep this token');
	await push(signedIn({ credential: ASKED }));
	assert.equal(field('Token from claude setup-token'), null);
	assert.ok(shown('Switch to another organization?'));
});

test('a credential can be held back, and released', async () => {
	await openLogin(signedIn());
	await click('Hold back');
	assert.equal(focus(), 'Hold this credential back?');
	bridge.answer('POST api/claude/auth/hold', 200);
	bridge.standing = [signedIn({ credential: { ...CREDENTIAL, heldSince: '2026-11-20T11:00:00Z' } })];
	await click('Hold it back');
	assert.deepEqual(bridge.requests.findLast(({ method }) => method === 'POST').body, { held: true });
	assert.ok(shown('Held back'));
	assert.ok(shown(ClaudeLogin.texts.held_text));
	assert.ok(!shown(ClaudeLogin.texts.signed_in_lead));
	assert.equal(control('Hold back'), null);
	bridge.standing = [signedIn()];
	await click('Release it');
	assert.deepEqual(bridge.requests.findLast(({ method }) => method === 'POST').body, { held: false });
	assert.equal(focus(), 'Signed in');
	assert.ok(!shown(ClaudeLogin.texts.held_text));
});

test('the credential can be named, and the name removed', async () => {
	await openLogin(signedIn());
	await click('Name it');
	const label = 'A name of your own';
	assert.equal(focus(), label);
	const credential = { ...CREDENTIAL, label: 'Harbour team', lastUsed: '2026-11-20T10:00:00Z' };
	bridge.standing = [signedIn({ credential })];
	bridge.answer('POST api/claude/auth/label', 200);
	fill(field(label), 'Harbour team');
	press('Enter');
	await drawn();
	assert.deepEqual(bridge.requests.findLast(({ method }) => method === 'POST').body, { label: 'Harbour team' });
	const facts = named('facts').children.map(({ textContent }) => textContent);
	assert.deepEqual(facts.slice(0, 2), ['Name', 'Harbour team']);
	assert.match(facts[facts.indexOf('Last used') + 1], /Nov.*2026/);
	assert.equal(field(label), null);

	await click('Name it');
	assert.equal(field(label).value, 'Harbour team');
	fill(field(label), '');
	press('Enter');
	await drawn();
	assert.deepEqual(bridge.requests.findLast(({ method }) => method === 'POST').body, { label: '' });
});

test('other credentials on the machine are named, with the one that wins', async () => {
	const others = {
		found: [
			{ source: 'anthropic_api_key', method: 'api_key' },
			{ source: 'cli_file', method: 'oauth_token' },
		],
		conflict: true,
		usedByHand: 'anthropic_api_key',
		usedThroughBridge: 'bridge',
	};
	await openLogin(signedIn({ others }));
	assert.ok(shown('Also on this machine: ANTHROPIC_API_KEY, the CLI’s own login. A Claude that is started there by hand uses ANTHROPIC_API_KEY.'));
});

test('a setting that is in the way is named with its file and with what to do', async () => {
	const file = '/home/me/.claude/settings.json';
	const advice = `apiKeyHelper in ${file} wins. Remove it.`;
	const found = [
		{ source: 'settings_file', method: 'api_key', file, entry: 'apiKeyHelper', advice },
		{ source: 'settings_file', method: 'none', file: '/etc/x.json', advice: '/etc/x.json cannot be read.' },
	];
	await openLogin(signedIn({ others: { found, conflict: true, usedByHand: 'settings_file', usedThroughBridge: 'settings_file' } }));
	const named = `apiKeyHelper in ${file}`;
	assert.ok(shown(`Also on this machine: ${named}. A Claude that is started there by hand uses ${named}.`));
	assert.ok(shown(advice));
	assert.ok(shown('/etc/x.json cannot be read.'));
});

test('why a credential could not be checked is shown beside its facts', async () => {
	await openLogin(signedIn({ credential: { ...CREDENTIAL, validity: 'valid', checkedAt: '2026-11-20T11:00:00Z' } }));
	bridge.answer('POST api/claude/auth/validate', 429, { reason: 'rate_limited', detail: 'Ten checks a minute are enough.' });
	await click('Check now');
	assert.ok(shown('Ten checks a minute are enough.'));
	assert.equal(focus(), 'Check now');
});

test('it works on a page whose language is not a valid language tag', async () => {
	document.documentElement.lang = 'en_US.UTF-8';
	await openLogin(signedIn());
	assert.ok(shown('7f3a 91c2 0be4'));
	assert.ok(shown('about November 17, 2027'));
});

// ---- another device

test('a QR code is for one login, and closes when it is taken', async () => {
	const login = await openLogin(status('signed_out'));
	bridge.answer('POST api/claude/auth/device', 200, { link: 'http://bridge.test/d#t', qr: { size: 29, path: 'M0 0h7v1z' } });
	await click('Continue on another device');
	assert.equal(bridge.take('claude.auth.start').length, 1);
	await drawn();
	assert.equal(login.state, 'starting');
	assert.ok(shown('Scan with a phone’s camera'));
	assert.ok(shown('http://bridge.test/d#t'));
	await change(status('awaiting_code', { pairedWith: { device: 'Safari on iPhone', address: '10.0.0.7' } }), url());
	assert.ok(!shown('Scan with a phone’s camera'));
	assert.ok(shown('Continued on another device: Safari on iPhone, 10.0.0.7. If that is not yours, remove it.'));
});

test('a device that came in can be removed before its code is spent', async () => {
	const pairedWith = { device: 'Safari on iPhone', address: '10.0.0.7' };
	await openLogin(status('awaiting_code', { pairedWith }), url());
	bridge.answer('DELETE api/claude/auth/device', 503, { reason: 'busy', detail: 'The server is busy.' });
	await click('Remove this device');
	assert.ok(isAnnounced('The server is busy.'));
	assert.equal(focus(), 'Remove this device');
	bridge.answer('DELETE api/claude/auth/device', 204);
	bridge.standing = [status('awaiting_code'), url()];
	await click('Remove this device');
	assert.deepEqual(bridge.requests.filter(({ method }) => method === 'DELETE').length, 2);
	assert.ok(shown('The other device was removed. A code from it is no longer accepted.'));
	assert.ok(isAnnounced('The other device was removed.'));
	assert.equal(control('Remove this device'), null);
	assert.equal(focus(), 'Sign in to Claude', 'the button is gone');
	await change(status('awaiting_code', { pairedWith }), url());
	assert.ok(control('Remove this device'), 'another one came in');
	await change(status('verifying', { pairedWith }));
	assert.ok(control('Remove this device'), 'the bridge cancels the check of its code');
});

// ---- whose sign-in it is

test('where several owners may sign in, every state names the one whose sign-in this is', async () => {
	const whose = 'This sign-in is for “alice”.';
	const alice = { owner: 'alice', severalOwners: true };
	await openLogin(status('signed_out', { owner: 'default' }));
	assert.ok(!shown('This sign-in is for'), 'there is no other owner');
	for (const [state, more] of [['signed_out'], ['starting'], ['verifying'], ['signed_in', { credential: CREDENTIAL }]]) {
		await change(status(state, { seq: 10, ...more, ...alice }));
		assert.ok(shown(whose), state);
	}
	await change(refusal('unauthorized'));
	assert.ok(!shown(whose), 'nothing is known without a key');
});

test('another session of this browser, of another owner, is named at once', async () => {
	const login = await openLogin(status('signed_out', { owner: 'alice', severalOwners: true }));
	bridge.standing = [status('awaiting_code'), url({ owner: 'bob', severalOwners: true })];
	login.reconnect();
	await drawn();
	assert.ok(shown('This sign-in is for “bob”.'));
});

test('where no other device could reach the server, none is offered', async () => {
	await open('claude-login', [status('signed_out')], { src: 'http://127.0.0.1:8765/' });
	assert.equal(control('Continue on another device'), null);
});

test('the other device shows who started the login, cannot end it, and says when it is done', async () => {
	const login = await open('claude-login', [status('awaiting_code', { owner: 'alice' }), url()], { src: 'http://bridge.test/d/', paired: '' });
	assert.ok(shown('This sign-in is for “alice”.'), 'against links that somebody else sends');
	assert.ok(shown('This sign-in was started from 127.0.0.1, Firefox on Linux. Continue only if that was you.'));
	assert.ok(shown('give it to nobody'));
	assert.equal(control('New link'), null);
	assert.equal(control('Cancel'), null);
	await submit(CODE);
	await change(status('verifying'));
	await push(complete());
	assert.equal(login.state, 'signed_in');
	assert.ok(shown('You can put this device away; the other one continues by itself.'));
	assert.ok(!shown('Fingerprint'));
});

test('a used link says so', async () => {
	await open('claude-login', [refusal('unauthorized')], { src: 'http://bridge.test/d/', paired: '' });
	assert.ok(shown('This link has been used. Start again on the first device.'));
});

// ---- the element

test('an element’s own texts win over the shared ones, also in modules that are loaded later', async () => {
	const login = await openLogin(status('signed_out'));
	login.texts = { signed_out_title: 'Moor here', code_step: 'Give the code' };
	await drawn();
	assert.ok(shown('Moor here'));
	assert.ok(!shown('Sign in to Claude'));
	await change(status('awaiting_code'), url());
	assert.ok(shown('Give the code'));
});

test('the browser keeps what is typed, for its login only', async () => {
	const login = await openAtCode();
	fill(codeField(), 'half a co');
	assert.equal(login.kept, 'login-1 half a co');
	const again = document.createElement('claude-login');
	again.setAttribute('src', 'http://bridge.test/');
	login.remove();
	document.body.append(again);
	again.formStateRestoreCallback(login.kept);
	await drawn();
	assert.equal(codeField().value, 'half a co');
	again.formStateRestoreCallback('login-0 half a co');
	assert.equal(codeField().value, '');
	again.remove();
});

test('an element that is removed disconnects, and connects when it is put back', async () => {
	const login = await openAtCode();
	login.remove();
	assert.equal(bridge.open.length, 0);
	await clock.turn(60_000);
	assert.equal(bridge.open.length, 0);
	document.body.append(login);
	await drawn();
	assert.equal(bridge.open.length, 1);
});

test('after a visit to the sign-in page the code field has the focus, unless another element of the page has it', async () => {
	await openAtCode();
	await click('Open the sign-in page');
	shows(false);
	document.body.append(Object.assign(document.createElement('input'), { id: 'own' }));
	shows(true);
	assert.equal(focus(), 'Code from the sign-in page');
	const own = document.body.querySelector('#own');
	own.focus();
	shows(false);
	shows(true);
	assert.equal(document.activeElement, own);
	own.remove();
});
