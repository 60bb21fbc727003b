/** What a login's client knows, sends and tells, for everything that the bridge says and a person does. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { bridge, clock, shows } from './world.js';
import { CODE, complete, failed, LOGIN, problem, refusal, refused, signedIn, status, unchanged, url, URL_SHOWN } from './frames.js';

const { LoginClient } = await import('../../../webroot/claude-login/login-client.js');
// Loaded beforehand, so that no test waits for a module that pages load when they need it.
await import('../../../webroot/claude-login/why.js');

const OTHER = { loginId: 'login-2' };
let told;
let secondsLeft;
let drawn;
let client;

beforeEach(() => {
	bridge.reset();
	told = [];
	document.visibilityState = 'visible';
});

afterEach(() => {
	client.stop();
	clock.reset();
});

async function open(...standing) {
	bridge.standing = standing;
	client = new LoginClient({
		complete: (credential) => told.push(['complete', credential]),
		error: (detail) => told.push(['error', detail]),
		clock: (left) => (secondsLeft = left),
		now: () => (drawn += 1),
		soon: () => (drawn += 1),
	});
	client.connect(new URL('http://bridge.test/'), null);
	await clock.turn(10);
}

const awaitingCode = () => open(status('awaiting_code'), url());
const isQueued = () => client.model.sent !== null && !client.model.connected;
const names = () => told.map(([name]) => name);

/** The connection is lost and comes back, to a bridge that stands like this. */
async function reconnect(...standing) {
	bridge.standing = standing;
	bridge.drop();
	await clock.turn(1_000);
}

async function losesTheConnection() {
	bridge.refusing = true;
	bridge.drop();
	await clock.turn(100);
}

async function isBack(millis = 20_000) {
	bridge.refusing = false;
	await clock.turn(millis);
}

// ---- what the bridge says

test('every message is a whole state', async () => {
	await open(status('signed_out'));
	assert.equal(client.model.state, 'signed_out');
	assert.match(client.link, /^http:\/\/bridge\.test\/go\/ticket-/);
	bridge.change(status('starting'));
	assert.equal(client.model.state, 'starting');
	bridge.change(status('awaiting_code'), url());
	assert.equal(client.model.state, 'awaiting_code');
	assert.equal(client.model.url, URL_SHOWN);
	bridge.change(status('verifying'));
	assert.equal(client.model.state, 'verifying');
	assert.equal(client.model.url, undefined);
	bridge.push(complete());
	assert.equal(client.model.state, 'signed_in');
	assert.equal(client.model.credential.fingerprint, '7f3a 91c2 0be4');
});

test('a message older than what is known is ignored', async () => {
	await awaitingCode();
	bridge.push(status('starting', { seq: 1 }));
	assert.equal(client.model.state, 'awaiting_code');
	bridge.push(refused('network', { seq: 3 }));
	assert.equal(client.model.problem.reason, 'network');
});

test('a restarted server counts from the beginning', async () => {
	await open(signedIn({ seq: 900 }));
	await reconnect(status('signed_out', { seq: 0 }));
	assert.equal(client.model.state, 'signed_out');
});

test('sends the seq that it knows; an answer that nothing changed changes nothing and draws nothing', async () => {
	await open(status('awaiting_code'), refused('code_rejected', { seq: 4 }));
	assert.deepEqual(bridge.take('claude.auth.status'), [{}]);
	const { model } = client;
	drawn = 0;
	bridge.standing = [unchanged(4)];
	await clock.turn(25_000);
	assert.deepEqual(bridge.take('claude.auth.status'), [{ seq: 4 }]);
	assert.deepEqual(client.model, model);
	assert.equal(drawn, 0);
	bridge.standing = [signedIn()];
	await clock.turn(25_000);
	assert.equal(client.model.state, 'signed_in');
	assert.ok(drawn > 0);
	assert.equal(bridge.sockets.length, 1);
});

test('asks for the whole state on a new connection, after the sign-in link was followed, and after a request', async () => {
	await open(status('signed_out'));
	bridge.take('claude.auth.status');
	client.act('followed');
	await clock.turn(0);
	bridge.answer('POST api/claude/auth/validate', 200);
	await client.ask('api/claude/auth/validate', 'POST', {});
	await reconnect(status('signed_out'));
	assert.deepEqual(bridge.take('claude.auth.status'), [{}, {}, {}]);
});

test('a code is still being sent when the bridge says that nothing changed', async () => {
	await awaitingCode();
	client.act('submit', { code: CODE });
	bridge.push(unchanged(2));
	assert.equal(client.model.sending, true);
});

test('that the key is no longer valid counts whatever its seq is', async () => {
	await open(signedIn({ seq: 900 }));
	bridge.change(refusal('unauthorized'));
	assert.equal(client.model.state, 'unauthorized');
});

test('an unknown event changes nothing', async () => {
	await awaitingCode();
	bridge.push({ event: 'claude.auth.novelty', data: { seq: 4 } });
	assert.equal(client.model.state, 'awaiting_code');
	assert.equal(client.model.url, URL_SHOWN);
});

test('a shutdown of the server does not end a login', async () => {
	await awaitingCode();
	bridge.push(refusal('cancelled'));
	assert.equal(client.model.state, 'awaiting_code');
	assert.equal(client.model.failure, null);
});

test('what is known of one login is not kept for the next', async () => {
	await open(status('awaiting_code'), refused('code_rejected', { pairedWith: undefined }));
	bridge.change(status('awaiting_code', { seq: 5, ...OTHER }));
	const { problem: left, url: address, startedBy, expiresAt } = client.model;
	assert.deepEqual([left, address, startedBy, expiresAt], [null, undefined, undefined, undefined]);
});

test('a status of the same login keeps what was known with its URL', async () => {
	await open(status('awaiting_code'), refused('code_rejected'));
	bridge.push(status('awaiting_code', { seq: 3 }));
	const { problem: left, url: address, startedBy, expiresAt } = client.model;
	assert.equal(left.reason, 'code_rejected');
	assert.equal(address, URL_SHOWN);
	assert.equal(startedBy.device, 'Firefox on Linux');
	assert.ok(expiresAt);
});

for (const [reason, credential, state] of [
	['network', undefined, 'failed'],
	['cancelled', undefined, 'signed_out'],
	['signed_out', undefined, 'signed_out'],
	['network', 'there', 'signed_in'],
	['cancelled', 'there', 'signed_in'],
]) {
	test(`a login that ends by ${reason} leaves ${state}, ${credential ? 'for there is a credential' : 'without a credential'}`, async () => {
		await open(status('verifying', credential && { credential: { fingerprint: 'aaaa bbbb cccc' } }));
		bridge.push(failed(reason));
		assert.equal(client.model.state, state);
		assert.equal(client.model.failure.reason, reason);
	});
}

// ---- what is told, and how often

test('a login that was completed while the page was away is told', async () => {
	await awaitingCode();
	assert.deepEqual(told, []);
	await reconnect(signedIn());
	assert.deepEqual(names(), ['complete']);
	assert.equal(told[0][1].fingerprint, '7f3a 91c2 0be4');
});

test('a sign-in from before the page was loaded is not told', async () => {
	await open(signedIn());
	await reconnect(signedIn());
	assert.deepEqual(told, []);
});

test('the end of a login is told once though the bridge says it twice, and no details are lost', async () => {
	await awaitingCode();
	bridge.change(signedIn({ credential: { ...complete().data.credential, validity: 'valid', checkedAt: '2026-11-20T11:00:00Z' } }));
	bridge.push(complete());
	assert.deepEqual(names(), ['complete']);
	assert.equal(client.model.credential.validity, 'valid');
});

test('an error is told once though the bridge repeats how the login ended', async () => {
	await awaitingCode();
	const ended = [status('signed_out', { seq: 8 }), failed('cli_failed')];
	bridge.change(...ended);
	assert.equal(client.model.state, 'failed');
	await reconnect(...ended);
	bridge.push(...ended);
	bridge.change(status('starting', { seq: 9 }));
	assert.deepEqual(told, [['error', { reason: 'cli_failed', retryable: true }]]);
});

test('the same error is told again after another code', async () => {
	await awaitingCode();
	client.act('submit', { code: CODE });
	bridge.push(problem('code_rejected', 'awaiting_code'));
	bridge.push(problem('code_rejected', 'awaiting_code'));
	client.act('submit', { code: CODE });
	bridge.push(problem('code_rejected', 'awaiting_code'));
	assert.deepEqual(names(), ['error', 'error']);
});

test('how a login ended before the page was loaded is shown but never told, even after a lost connection', async () => {
	await open(status('signed_out', { seq: 8 }), failed('network'));
	assert.equal(client.model.state, 'failed');
	await reconnect(status('signed_out', { seq: 8 }), failed('network'));
	assert.deepEqual(told, []);
	client.act('start');
	bridge.push(status('starting', { seq: 9, ...OTHER }), failed('network', { seq: 10, ...OTHER }));
	assert.deepEqual(names(), ['error']);
});

test('how a login ended while the page was away is told', async () => {
	await awaitingCode();
	await reconnect(status('signed_out', { seq: 8 }), failed('network'));
	assert.deepEqual(names(), ['error']);
});

test('no code, key or token is ever told', async () => {
	await awaitingCode();
	client.act('submit', { code: CODE });
	bridge.push(problem('code_rejected', 'awaiting_code'));
	bridge.push(complete());
	assert.ok(!JSON.stringify(told).includes(CODE.slice(0, 8)));
});

// ---- codes

test('a code counts as being sent until the bridge says something', async () => {
	await awaitingCode();
	client.act('submit', { code: CODE });
	assert.ok(client.model.sending);
	assert.deepEqual(bridge.take('claude.auth.code'), [{ code: CODE }]);
	bridge.change(status('verifying'));
	assert.ok(!client.model.sending);
});

test('a code that is submitted while offline is sent after reconnecting', async () => {
	await awaitingCode();
	await losesTheConnection();
	client.act('submit', { code: CODE });
	assert.ok(isQueued());
	assert.ok(!client.model.sending);
	await isBack();
	assert.deepEqual(bridge.take('claude.auth.code'), [{ code: CODE }]);
	assert.ok(!isQueued());
});

test('a code that was lost with the connection is sent again', async () => {
	await awaitingCode();
	bridge.socket.dead = true;
	client.act('submit', { code: CODE });
	await reconnect(status('awaiting_code'), url());
	assert.deepEqual(bridge.take('claude.auth.code'), [{ code: CODE }]);
	// Once.
	await reconnect(status('awaiting_code'), url());
	assert.equal(bridge.take('claude.auth.code').length, 1, 'this one had not been answered either');
});

test('a code that reached the bridge is not sent again', async () => {
	await awaitingCode();
	client.act('submit', { code: CODE });
	bridge.take('claude.auth.code');
	await reconnect(status('awaiting_code', { seq: 7 }), refused('code_rejected', { seq: 7 }));
	assert.deepEqual(bridge.take('claude.auth.code'), []);
	assert.equal(client.model.problem.reason, 'code_rejected');
});

test('a code is not sent to another login', async () => {
	await awaitingCode();
	await losesTheConnection();
	client.act('submit', { code: CODE });
	bridge.standing = [status('awaiting_code', OTHER), url(OTHER)];
	await isBack();
	assert.deepEqual(bridge.take('claude.auth.code'), []);
});

test('on one connection a code is sent once, however often the URL comes', async () => {
	await awaitingCode();
	client.act('submit', { code: CODE });
	bridge.push(url(), url());
	assert.equal(bridge.take('claude.auth.code').length, 1);
});

// ---- wishes

test('a new link ends one login and starts the next, and no failure is shown', async () => {
	await awaitingCode();
	client.act('opened');
	client.act('renew');
	assert.equal(bridge.take('claude.auth.cancel').length, 1);
	assert.equal(bridge.take('claude.auth.start').length, 1);
	bridge.push(failed('cancelled'));
	assert.equal(client.model.state, 'starting');
	assert.equal(client.model.failure, null);
	bridge.push(status('starting', { seq: 9, ...OTHER }));
	assert.equal(client.model.state, 'starting');
	bridge.push(url({ seq: 10, ...OTHER }));
	assert.equal(client.model.state, 'awaiting_code');
	assert.ok(!client.model.opened, 'its page has not been opened yet');
});

test('whether the sign-in page was opened is forgotten with its login', async () => {
	await awaitingCode();
	client.act('opened');
	bridge.change(status('awaiting_code', { seq: 5 }), url({ seq: 5 }));
	assert.ok(client.model.opened);
	bridge.change(status('starting', { seq: 9, ...OTHER }));
	assert.ok(!client.model.opened);
});

test('another try clears the failure at once', async () => {
	await open(status('signed_out'), failed('network'));
	client.act('start');
	assert.equal(bridge.take('claude.auth.start').length, 1);
	assert.equal(client.model.state, 'starting');
	assert.equal(client.model.failure, null);
});

test('what was asked for while offline is done after reconnecting', async () => {
	await open(status('signed_out'), failed('network'));
	bridge.standing = [status('signed_out')];
	await losesTheConnection();
	client.act('start');
	// Not long enough to ask the scripted bridge again, which would still say that nobody has started.
	await isBack(2_000);
	assert.equal(bridge.take('claude.auth.start').length, 1);
	assert.equal(client.model.state, 'starting');
	bridge.change(status('awaiting_code'), url());
	await losesTheConnection();
	client.act('cancel');
	await isBack();
	assert.equal(bridge.take('claude.auth.cancel').length, 1);
	assert.equal(bridge.take('claude.auth.start').length, 0);
});

test('what was asked for while offline is not done where the login or the credential has changed', async () => {
	await awaitingCode();
	await losesTheConnection();
	client.act('cancel');
	bridge.standing = [status('awaiting_code', { seq: 20, ...OTHER }), url({ seq: 20, ...OTHER })];
	await isBack();
	assert.deepEqual(bridge.take('claude.auth.cancel'), []);

	bridge.change(status('signed_out', { seq: 30 }));
	await losesTheConnection();
	client.act('start');
	bridge.standing = [signedIn({ seq: 31 })];
	await isBack();
	assert.deepEqual(bridge.take('claude.auth.start'), []);
	assert.equal(client.model.state, 'signed_in');
});

test('a click makes the page connect at once', async () => {
	await open(status('signed_out'));
	bridge.refusing = true;
	bridge.drop();
	await clock.turn(5_000);
	bridge.refusing = false;
	const { length } = bridge.sockets;
	client.act('start');
	assert.equal(bridge.sockets.length, length + 1);
});

test('a link works once, so after a click the next one is asked for', async () => {
	await open(status('signed_out'));
	const before = client.link;
	bridge.take('claude.auth.status');
	bridge.standing = [status('starting')];
	client.act('followed');
	assert.equal(bridge.take('claude.auth.status').length, 0, 'first the click does its work');
	await clock.turn(10);
	assert.equal(bridge.take('claude.auth.status').length, 1);
	assert.notEqual(client.link, before);
	assert.ok(client.model.opened);
});

// ---- time

test('a link that expires in a visible tab is renewed, once', async () => {
	await awaitingCode();
	bridge.push(failed('timed_out'));
	assert.equal(bridge.take('claude.auth.start').length, 1);
	assert.equal(client.model.state, 'starting');
	assert.equal(client.model.note, 'restarted');
	bridge.change(status('starting', { seq: 9, ...OTHER }));
	bridge.change(status('awaiting_code', { seq: 10, ...OTHER }), url({ seq: 10, ...OTHER }));
	assert.equal(client.model.note, 'restarted');

	bridge.push(failed('timed_out', { seq: 11, ...OTHER }));
	assert.equal(client.model.state, 'failed');
	assert.deepEqual(bridge.take('claude.auth.start'), []);
	assert.deepEqual(names(), ['error', 'error']);
});

test('a link that expires in a hidden tab is not renewed', async () => {
	await awaitingCode();
	shows(false);
	bridge.push(failed('timed_out'));
	assert.deepEqual(bridge.take('claude.auth.start'), []);
	assert.equal(client.model.state, 'failed');
});

test('a code whose check timed out is no expired link', async () => {
	await open(status('verifying'));
	bridge.push(failed('timed_out'));
	assert.deepEqual(bridge.take('claude.auth.start'), []);
	assert.equal(client.model.state, 'failed');
});

test('after a sign-in the next link may be renewed once, too', async () => {
	await awaitingCode();
	bridge.push(failed('timed_out'));
	bridge.change(signedIn({ seq: 12 }));
	bridge.change(status('awaiting_code', { seq: 20, ...OTHER }), url({ seq: 20, ...OTHER }));
	bridge.take('claude.auth.start');
	bridge.push(failed('timed_out', { seq: 21, ...OTHER }));
	assert.equal(bridge.take('claude.auth.start').length, 1);
});

test('time is counted by the server’s clock', async () => {
	const now = clock.now() - 3 * 3_600_000;
	const at = (millis) => new Date(now + millis).toISOString();
	await open(status('awaiting_code'), url({ now: at(0), expiresAt: at(300_000) }));
	bridge.standing = [];
	client.act('tick');
	assert.equal(secondsLeft, 300);
	await clock.turn(60_000 - 10);
	client.act('tick');
	assert.equal(secondsLeft, 240);
	client.stop();
	await clock.turn(600_000);
	client.act('tick');
	assert.equal(secondsLeft, 0);
});

test('where nobody knows when a link expires, nothing is counted', async () => {
	await open(status('signed_out'));
	secondsLeft = 'not told';
	client.act('tick');
	assert.equal(secondsLeft, 'not told');
});

// ---- what is in the way

const fault = (more = {}) => ({ ready: false, checks: [{ name: 'vault', ok: true }, { name: 'cli', ok: false, error: 'There is no CLI.', ...more }], contact: 'harbour-master@example.org' });

test('faults are asked for again until they are mended', async () => {
	bridge.answer('GET readyz', 503, fault());
	await open(status('signed_out'));
	assert.deepEqual(client.model.faults.map(({ error }) => error), ['There is no CLI.']);
	assert.ok(!client.model.passing);
	assert.equal(client.model.contact, 'harbour-master@example.org');
	bridge.answer('GET readyz', 200, { ready: true, checks: [] });
	await clock.turn(3_900);
	assert.equal(client.model.faults.length, 1);
	await clock.turn(100);
	assert.deepEqual(client.model.faults, []);
	const asked = bridge.requests.length;
	await clock.turn(20_000);
	assert.equal(bridge.requests.length, asked, 'and then no more');
});

test('a check that is not ready in a bridge’s first second is not shown', async () => {
	bridge.answer('GET readyz', 503, fault({ pending: true }));
	await open(status('signed_out'));
	assert.deepEqual(client.model.faults, []);
	bridge.answer('GET readyz', 200, { ready: true, checks: [] });
	await clock.turn(1_500);
	assert.deepEqual(client.model.faults, []);
	assert.equal(bridge.requests.length, 2);
});

test('a check that is still not ready later is shown, though it passes by itself', async () => {
	bridge.answer('GET readyz', 503, fault({ pending: true }));
	await open(status('signed_out'));
	await clock.turn(1_500);
	assert.equal(client.model.faults.length, 1);
	assert.ok(client.model.passing);
	bridge.answer('GET readyz', 503, fault());
	await clock.turn(4_000);
	assert.ok(!client.model.passing);
});

test('after a failed login the page asks for faults', async () => {
	await open(status('verifying'));
	assert.deepEqual(client.model.faults, []);
	bridge.answer('GET readyz', 503, fault());
	bridge.push(failed('storage_failed'));
	await clock.turn(0);
	assert.equal(client.model.faults.length, 1);
});

test('a bridge that does not answer about itself is not reported as faulty', async () => {
	bridge.answer('GET readyz', new TypeError('no answer'));
	await open(status('signed_out'));
	assert.deepEqual(client.model.faults, []);
	assert.equal(client.model.state, 'signed_out');
});

// ---- no connection

test('why a connection was refused is asked over HTTP: there is no key', async () => {
	bridge.refusing = true;
	bridge.answer('GET api/claude/auth', 401);
	await open();
	assert.equal(client.model.state, 'unauthorized');
});

test('the first failure is ignored, the second means that the bridge does not answer', async () => {
	bridge.refusing = true;
	bridge.answer('GET api/claude/auth', 200);
	await open();
	assert.equal(client.model.state, 'connecting');
	await clock.turn(500);
	assert.equal(client.model.state, 'unreachable');
	bridge.standing = [status('signed_out')];
	await isBack();
	assert.equal(client.model.state, 'signed_out');
});

test('a bridge on another site that serves its script but refuses the connection does not allow this origin', async () => {
	bridge.refusing = true;
	bridge.answer('GET claude-login/words.js', 200);
	client = new LoginClient({});
	client.connect(new URL('http://elsewhere.test/'), null);
	await clock.turn(10);
	assert.equal(client.model.state, 'unreachable');
	assert.deepEqual(client.model.refusal, ['foreign_lead', { origin: 'http://bridge.test', bridge: 'http://elsewhere.test' }]);
});

test('a bridge that serves nothing is gone, and not one that does not allow this origin', async () => {
	bridge.refusing = true;
	await open();
	assert.equal(client.model.state, 'unreachable');
	assert.ok(!client.model.refusal);
});

test('what the bridge says against the requests of this page is told at once, whether or not there is a key', async () => {
	for (const [asked, refusedWith] of [[200, 403], [401, 403], [401, 401]]) {
		bridge.reset();
		bridge.refusing = true;
		bridge.answer('GET api/claude/auth', asked);
		bridge.answer('POST api/claude/auth/socket', refusedWith, { reason: 'unauthorized', detail: 'X-Forwarded-Proto says "http".' });
		await open();
		assert.equal(client.model.state, 'unreachable');
		assert.deepEqual(client.model.refusal, ['X-Forwarded-Proto says "http".']);
		client.stop();
		clock.reset();
	}
});

test('a paired device asks at its own address', async () => {
	bridge.refusing = true;
	bridge.answer('GET d/api/claude/auth', 401);
	bridge.answer('POST d/api/claude/auth/socket', 403, { detail: 'Origin says "null".' });
	client = new LoginClient({});
	client.connect(new URL('http://bridge.test/d/'), null, { paired: true });
	await clock.turn(10);
	assert.deepEqual(client.model.refusal, ['Origin says "null".']);
});

test('where only the WebSocket does not open, a proxy may not pass it on', async () => {
	bridge.refusing = true;
	bridge.answer('GET api/claude/auth', 200);
	bridge.answer('POST api/claude/auth/socket', 426, { detail: 'Open a WebSocket here.' });
	await open();
	await clock.turn(500);
	assert.ok(!client.model.refusal, 'a server that restarts is not taken for one behind such a proxy');
	await clock.turn(2_000);
	assert.deepEqual(client.model.refusal, ['socket_lead']);
	bridge.standing = [status('signed_out')];
	await isBack();
	assert.equal(client.model.state, 'signed_out');
});

/** By the name of a permission: its state, which can be changed; others are unknown to the browser. */
function permits(states) {
	const known = Object.fromEntries(Object.entries(states).map(([name, state]) => [name, Object.assign(new EventTarget(), { state })]));
	navigator.permissions = { query: async ({ name }) => known[name] ?? Promise.reject(new TypeError(name)) };
	return known;
}

async function openFrom(origin, address) {
	bridge.silent = true;
	const url_ = new URL(origin);
	Object.assign(location, { origin: url_.origin, hostname: url_.hostname, protocol: url_.protocol });
	client = new LoginClient({});
	client.connect(new URL(address), null);
	await clock.turn(7_000);
}

afterEach(() => {
	delete navigator.permissions;
	delete globalThis.isSecureContext;
	Object.assign(location, { origin: 'http://bridge.test', hostname: 'bridge.test', protocol: 'http:' });
});

for (const [name, origin, address, states, answer, text] of [
	['the browser asks the person first', 'https://app.test', 'http://127.0.0.1:8765/', { 'loopback-network': 'prompt' }, 'none', 'asked_lead'],
	['the same in a private network', 'https://app.test', 'http://192.168.1.5:8765/', { 'local-network': 'prompt' }, 'none', 'asked_lead'],
	['the same in an older Chrome', 'https://app.test', 'http://[::1]:8765/', { 'local-network-access': 'prompt' }, 'none', 'asked_lead'],
	['the person said no', 'https://app.test', 'http://localhost:8765/', { 'loopback-network': 'denied', 'local-network-access': 'prompt' }, 'fails', 'denied_lead'],
	['the page was not loaded over https', 'http://app.test', 'http://127.0.0.1:8765/', { 'loopback-network': 'prompt' }, 'fails', 'insecure_lead'],
	['a browser that blocks http', 'https://app.test', 'http://127.0.0.1:8765/', {}, 'fails', 'mixed_lead'],
	['a server that is down', 'https://app.test', 'https://bridge.internal/', { 'local-network': 'prompt' }, 'fails', undefined],
	['a page of this device', 'http://localhost:3000', 'http://127.0.0.1:8765/', { 'loopback-network': 'prompt' }, 'none', undefined],
]) {
	test(`on a page of another site: ${name}`, async () => {
		globalThis.isSecureContext = origin.startsWith('https:') || origin.includes('localhost');
		permits(states);
		if (answer === 'none') bridge.answer(`GET ${address}api/claude/auth`, new Promise(() => {}));
		await openFrom(origin, address);
		assert.equal(client.model.refusal?.[0], text);
		if (text) assert.equal(client.model.refusal[1].bridge, new URL(address).origin);
	});
}

test('once the person has allowed it, the page connects at once', async () => {
	const { 'loopback-network': permission } = permits({ 'loopback-network': 'prompt' });
	bridge.answer('GET http://127.0.0.1:8765/api/claude/auth', new Promise(() => {}));
	await openFrom('https://app.test', 'http://127.0.0.1:8765/');
	assert.deepEqual(client.model.refusal[0], 'asked_lead');
	bridge.sockets.forEach((socket) => socket.ends());
	bridge.silent = false;
	bridge.standing = [status('signed_out')];
	permission.state = 'granted';
	permission.dispatchEvent(new Event('change'));
	await clock.turn(10);
	assert.equal(client.model.state, 'signed_out');
});

test('what is known is kept while the connection is lost', async () => {
	await awaitingCode();
	await losesTheConnection();
	assert.ok(!client.model.connected);
	assert.equal(client.model.state, 'awaiting_code');
	await clock.turn(60_000);
	assert.equal(client.model.state, 'awaiting_code');
});

// ---- requests

test('after a successful request the state is asked for', async () => {
	await open(signedIn());
	bridge.take('claude.auth.status');
	bridge.answer('POST api/claude/auth/label', 200);
	assert.equal(await client.ask('api/claude/auth/label', 'POST', { label: 'Harbour' }), null);
	assert.deepEqual(bridge.requests.at(-1).body, { label: 'Harbour' });
	assert.equal(bridge.take('claude.auth.status').length, 1);
});

test('a refused request says why, and one without an answer says so', async () => {
	await open(signedIn());
	bridge.answer('DELETE api/claude/auth', 503, { reason: 'storage_failed', detail: 'The folder cannot be written.' });
	assert.deepEqual(await client.ask('api/claude/auth', 'DELETE'), { status: 503, reason: 'storage_failed', detail: 'The folder cannot be written.' });
	bridge.answer('DELETE api/claude/auth', new TypeError('no answer'));
	assert.deepEqual(await client.ask('api/claude/auth', 'DELETE'), { status: 0 });
});

// ---- a device that was let in for one login

test('a device that was let in for one login disconnects when that is done, and asks for no faults', async () => {
	bridge.standing = [status('awaiting_code'), url()];
	client = new LoginClient({});
	client.connect(new URL('http://bridge.test/d/'), null, { paired: true });
	await clock.turn(10);
	assert.equal(bridge.socket.url, 'ws://bridge.test/d/api/claude/auth/socket');
	assert.deepEqual(bridge.requests, []);
	bridge.push(complete());
	assert.equal(bridge.open.length, 0);
	await clock.turn(60_000);
	assert.equal(bridge.sockets.length, 1);
	assert.equal(client.model.state, 'signed_in');
	assert.equal(client.model.loginId, LOGIN);
});
