/** The access key in a page's link: removed from the address at once, exchanged for a session, and kept nowhere. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { all, control, focus, timesShown } from './dom.js';
import { bridge, happens, settled } from './world.js';

const { session } = await import('../../../webroot/session.js');
// Loaded beforehand, so that no test waits for a module that pages load when they need it.
await Promise.all(['open-session', 'ask'].map((name) => import(`../../../webroot/${name}.js`)));

let addresses;
/** How often a page was told. Pages of earlier tests still listen, and the first one takes the key. */
let reopened;
const told = () => (reopened += 1);

beforeEach(() => {
	bridge.reset();
	addresses = [];
	reopened = 0;
	globalThis.history = {
		replaceState(state, title, address) {
			addresses.push(address);
			location.hash = '';
		},
	};
	bridge.answer('POST api/session', 204);
});

test('the key is removed from the address before it is sent', async () => {
	location.hash = '#key=made-up-access-key';
	const opened = session(told);
	assert.deepEqual(addresses, ['/']);
	await opened;
	assert.deepEqual(bridge.requests.map(({ path, body }) => [path, body]), [['api/session', { key: 'made-up-access-key' }]]);
});

test('a page without a key asks for no session', async () => {
	location.hash = '';
	await session(told);
	assert.deepEqual(bridge.requests, []);
	assert.deepEqual(addresses, []);
});

test('a key that is opened in a tab that already shows the page is used, too', async () => {
	location.hash = '';
	await session(told);
	location.hash = '#key=another-made-up-key';
	happens('hashchange');
	await settled();
	assert.equal(bridge.requests.at(-1).body.key, 'another-made-up-key');
	assert.equal(reopened, 1);
	location.hash = '#elsewhere';
	happens('hashchange');
	await settled();
	assert.equal(reopened, 1);
	assert.equal(location.hash, '#elsewhere');
});

test('a page starts even if the bridge does not answer', async () => {
	bridge.answer('POST api/session', new TypeError('no answer'));
	location.hash = '#key=made-up-access-key';
	await session(told);
	assert.deepEqual(addresses, ['/']);
});

// ---- a link for another owner than the one whose session this browser has

const dialog = () => all(document.body).find(({ tagName }) => tagName === 'dialog');

/** Opens a link whose key is Bob's, where Alice is signed in. */
async function openLinkOfBob() {
	bridge.answer('POST api/session', 409, { reason: 'other_owner', error: 'Whose?', owner: 'alice', newOwner: 'bob' });
	location.hash = '#key=key-of-bob';
	const opened = session(told);
	await settled();
	assert.deepEqual(addresses, ['/'], 'the key is removed from the address before anything is asked');
	assert.equal(timesShown('Switch to “bob”?'), 1);
	assert.equal(timesShown('This browser uses this server as “alice”.'), 1);
	assert.equal(focus(), 'Stay as “alice”', 'Enter changes nothing');
	return opened;
}

test('a link with the key of another owner replaces the session only after a click', async () => {
	const opened = openLinkOfBob();
	await settled();
	assert.deepEqual(bridge.requests.map(({ body }) => body), [{ key: 'key-of-bob' }]);
	bridge.answer('POST api/session', 204);
	control('Switch to “bob”').click();
	await opened;
	assert.deepEqual(bridge.requests.slice(1).map(({ body }) => body), [{ key: 'key-of-bob', replace: true }]);
	assert.equal(dialog(), undefined);
});

test('whoever stays, or presses Escape, keeps the session', async () => {
	for (const answer of [() => control('Stay as “alice”').click(), () => dialog().close()]) {
		bridge.requests = [];
		addresses = [];
		const opened = openLinkOfBob();
		await settled();
		answer();
		await opened;
		assert.deepEqual(bridge.requests.map(({ body }) => body), [{ key: 'key-of-bob' }]);
		assert.equal(dialog(), undefined);
	}
});

test('a second link of that kind asks anew, and the first question is answered with no', async () => {
	const first = openLinkOfBob();
	await settled();
	addresses = [];
	bridge.answer('POST api/session', 409, { reason: 'other_owner', error: 'Whose?', owner: 'alice', newOwner: 'carol' });
	location.hash = '#key=key-of-carol';
	happens('hashchange');
	await first;
	await settled();
	assert.equal(timesShown('Switch to “bob”?'), 0);
	assert.equal(timesShown('Switch to “carol”?'), 1);
	assert.ok(!bridge.requests.some(({ body }) => body.replace));
	control('Stay as “alice”').click();
});
