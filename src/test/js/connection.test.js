/** The way to the bridge: when it asks, when it gives up, when it comes back. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { bridge, clock, happens, settled, shows } from './world.js';
import { signedIn, status } from './frames.js';

const { BridgeConnection } = await import('../../../webroot/claude-login/connection.js');

let heard;
let failures;
let known;
let connection;

beforeEach(() => {
	bridge.reset();
	heard = [];
	failures = [];
	known = null;
	document.visibilityState = 'visible';
});

afterEach(() => {
	connection.stop();
	clock.reset();
	Math.random = () => 1;
});

async function connect(key = null) {
	connection = new BridgeConnection(new URL('http://bridge.test/'), key, {
		fresh: () => heard.push('fresh'),
		seen: () => known,
		message: ({ event }) => heard.push(event),
		down: (count) => failures.push(count),
	});
	await clock.turn(0);
}

test('asks for the state as soon as it is open', async () => {
	bridge.standing = [status('signed_out')];
	await connect();
	await clock.turn(1);
	assert.equal(bridge.socket.url, 'ws://bridge.test/api/claude/auth/socket');
	assert.deepEqual(heard, ['fresh', 'claude.auth.status']);
	assert.equal(bridge.take('claude.auth.status').length, 1);
});

test('sends its key in each message where it has one, and never in an address', async () => {
	await connect('a-key');
	connection.send('claude.auth.code', { code: 'x' });
	assert.deepEqual(bridge.take('claude.auth.status'), [{ key: 'a-key' }]);
	assert.deepEqual(bridge.take('claude.auth.code'), [{ key: 'a-key', code: 'x' }]);
	assert.ok(!bridge.socket.url.includes('a-key'));
	bridge.answer('POST api/claude/auth', 200);
	await connection.fetch('api/claude/auth', 'POST', { apiKey: 'y' });
	const { headers, body } = bridge.requests.at(-1);
	assert.deepEqual(headers, { 'Content-Type': 'application/json', Authorization: 'Bearer a-key' });
	assert.deepEqual(body, { apiKey: 'y' });
});

test('sends no key where there is a session', async () => {
	await connect();
	assert.deepEqual(bridge.take('claude.auth.status'), [{}]);
});

test('reconnects after growing pauses of at most fifteen seconds', async () => {
	bridge.refusing = true;
	await connect();
	const pauses = [];
	for (let attempt = 1; attempt < 9; attempt += 1) {
		const before = clock.now();
		while (bridge.sockets.length === attempt) await clock.turn(100);
		pauses.push(clock.now() - before);
	}
	assert.deepEqual(pauses, [400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]);
	assert.deepEqual(failures.slice(0, 4), [1, 2, 3, 4]);
});

test('the pauses are jittered down to half, so that pages do not reconnect all at once', async () => {
	Math.random = () => 0;
	bridge.refusing = true;
	await connect();
	await clock.turn(199);
	assert.equal(bridge.sockets.length, 1);
	await clock.turn(1);
	assert.equal(bridge.sockets.length, 2);
});

test('an answer resets the pauses', async () => {
	bridge.refusing = true;
	await connect();
	await clock.turn(3_000);
	bridge.refusing = false;
	bridge.standing = [status('signed_out')];
	await clock.turn(15_000);
	failures = [];
	bridge.drop();
	assert.deepEqual(failures, [1]);
});

test('a handshake that hangs is given up after five seconds', async () => {
	bridge.silent = true;
	await connect();
	await clock.turn(4_999);
	assert.deepEqual(failures, []);
	await clock.turn(1);
	assert.deepEqual(failures, [1]);
	assert.equal(bridge.sockets[0].readyState, WebSocket.CLOSED);
});

test('reconnects within two seconds where a socket died without closing', async () => {
	bridge.standing = [status('awaiting_code')];
	await connect();
	await clock.turn(1);
	bridge.socket.dead = true;
	bridge.standing = [signedIn()];
	heard = [];
	shows(true);
	await clock.turn(1_999);
	assert.deepEqual(heard, ['fresh', 'claude.auth.status']);
	assert.equal(bridge.open.length, 1);
});

for (const [what, comeBack] of [
	['the tab comes to the front', () => shows(true)],
	['the page is thawed', () => document.dispatchEvent(new Event('resume'))],
	['the page is shown again', () => happens('pageshow')],
	['the network is back', () => happens('online')],
]) {
	test(`asks when ${what}, and connects at once where there is no socket`, async () => {
		bridge.standing = [status('signed_out')];
		await connect();
		await clock.turn(1);
		bridge.take('claude.auth.status');
		comeBack();
		assert.equal(bridge.take('claude.auth.status').length, 1);

		bridge.refusing = true;
		bridge.drop();
		await clock.turn(5_000);
		bridge.refusing = false;
		const { length } = bridge.sockets;
		comeBack();
		assert.equal(bridge.sockets.length, length + 1);
		comeBack();
		assert.equal(bridge.sockets.length, length + 1, 'no second one beside one that is being opened');
	});
}

test('a tab that is hidden asks nothing', async () => {
	await connect();
	bridge.take('claude.auth.status');
	shows(false);
	assert.equal(bridge.take('claude.auth.status').length, 0);
});

test('a socket on which an answer comes in time is kept', async () => {
	bridge.standing = [status('signed_out')];
	await connect();
	await clock.turn(1);
	shows(true);
	await clock.turn(20_000);
	assert.equal(bridge.sockets.length, 1);
});

test('asks every 25 seconds whether the socket works, and waits five seconds for the answer', async () => {
	bridge.standing = [status('signed_out')];
	await connect();
	await clock.turn(24_999);
	assert.equal(bridge.take('claude.auth.status').length, 1);
	bridge.socket.dead = true;
	await clock.turn(1 + 4_999);
	assert.deepEqual(failures, []);
	await clock.turn(1);
	assert.deepEqual(failures, [1]);
});

test('notices within five seconds that a socket is dead on which something was sent', async () => {
	bridge.standing = [status('awaiting_code')];
	await connect();
	await clock.turn(1);
	bridge.take('claude.auth.status');
	connection.send('claude.auth.code', { code: 'x' });
	bridge.socket.says('{"event":"claude.auth.status","data":{}}');
	await settled();
	await clock.turn(10_000);
	assert.equal(bridge.take('claude.auth.status').length, 0);
	connection.send('claude.auth.code', { code: 'y' });
	bridge.socket.dead = true;
	await clock.turn(4_999);
	assert.deepEqual(failures, []);
	await clock.turn(1);
	assert.deepEqual(failures, [1]);
});

test('sends the seq that it knows, so that the bridge can answer that nothing changed', async () => {
	bridge.standing = [status('signed_out')];
	await connect();
	assert.deepEqual(bridge.take('claude.auth.status'), [{}]);
	known = 0;
	await clock.turn(25_000);
	assert.deepEqual(bridge.take('claude.auth.status'), [{ seq: 0 }]);
	known = 7;
	shows(true);
	assert.deepEqual(bridge.take('claude.auth.status'), [{ seq: 7 }]);
});

test('holds no socket while the page is in the back/forward cache, and connects when it returns', async () => {
	bridge.standing = [status('awaiting_code')];
	await connect();
	await clock.turn(1);
	happens('pagehide');
	assert.equal(bridge.open.length, 0);
	await clock.turn(60_000);
	assert.equal(bridge.sockets.length, 1);
	happens('pageshow');
	await clock.turn(1);
	assert.equal(bridge.open.length, 1);
});

test('a connection that was stopped stays closed', async () => {
	await connect();
	connection.stop();
	shows(true);
	happens('pageshow');
	connection.wake();
	await clock.turn(60_000);
	assert.equal(bridge.open.length, 0);
	assert.equal(bridge.sockets.length, 1);
	assert.equal(connection.send('claude.auth.status'), false);
});

test('what cannot be parsed is ignored', async () => {
	await connect();
	heard = [];
	for (const text of ['', '{', '[]', 'null', '{"event":7}', '"claude.auth.status"']) bridge.socket.says(text);
	bridge.socket.says('{"event":"claude.auth.status"}');
	await settled();
	assert.deepEqual(heard, ['claude.auth.status']);
});
