/** The access key in a page's link: removed from the address at once, exchanged for a session, and kept nowhere. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { bridge, happens, settled } from './world.js';

const { session } = await import('../../../webroot/session.js');

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
