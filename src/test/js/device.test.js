/** The page of another device: its link is traded for access to one login, after a question where that is another owner's. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { control, focus, timesShown } from './dom.js';
import { status } from './frames.js';
import { bridge, clock, happens, settled } from './world.js';

const addresses = [];
globalThis.history = {
	replaceState(state, title, address) {
		addresses.push(address);
		location.hash = '';
	},
};

/** Waits in real time until modules have come from the disk. */
async function until(there) {
	const end = performance.now() + 20_000;
	while (!there() && performance.now() < end) await clock.turn(50);
	assert.ok(there());
}

test('a browser of somebody else joins only after a click, and the link works until then', async () => {
	bridge.answer('POST d/made-up-token', 409, { reason: 'other_owner', error: 'Whose?', owner: 'alice', newOwner: 'bob' });
	const login = document.createElement('claude-login');
	login.setAttribute('paired', '');
	login.append(document.createElement('div'));
	document.body.append(login);
	location.hash = '#made-up-token';
	const loaded = import('../../../webroot/device.js');
	await until(() => timesShown('Sign in for “bob”?') === 1);
	assert.deepEqual(addresses, ['/']);
	assert.equal(timesShown('This browser uses this server as “alice”.'), 1);
	assert.equal(focus(), 'Do not go on');
	control('Do not go on').click();
	await loaded;
	assert.equal(timesShown('Nothing was done, and the link still works.'), 1);
	assert.match(focus(), /^Nothing was done/, 'and read out');
	assert.deepEqual(bridge.sockets, [], 'nothing connects');

	location.hash = '#made-up-token';
	happens('hashchange');
	await until(() => timesShown('Sign in for “bob”?') === 1);
	bridge.answer('POST d/made-up-token', 200, { owner: 'bob' });
	bridge.standing = [status('awaiting_code', { owner: 'bob' })];
	control('Go on for “bob”').click();
	await until(() => bridge.sockets.length > 0 || customElements.get('claude-login'));
	assert.deepEqual(bridge.requests.filter(({ method }) => method === 'POST').map(({ body }) => body), [undefined, undefined, { confirm: true }]);
	await settled();
});
