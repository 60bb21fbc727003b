/** The list of the signed-in browsers on the settings page. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { all, control, focus, isAnnounced, timesShown } from './dom.js';
import { bridge, happens, settled } from './world.js';

document.documentElement.lang = 'en';
globalThis.history = { replaceState: () => (location.hash = '') };
const { show } = await import('../../../webroot/browsers.js');

const HERE = { id: 'session-1', device: 'Firefox on Linux', address: '192.168.7.20', openedAt: '2026-11-17T12:00:00Z', lastUsedAt: '2026-11-20T12:00:00Z', current: true };
const PHONE = { id: 'session/2', device: 'Safari on iPhone', address: '192.168.7.23', openedAt: '2026-11-18T12:00:00Z', lastUsedAt: '2026-11-19T12:00:00Z' };

const login = document.createElement('div');
let reconnected;
login.reconnect = () => (reconnected += 1);
const items = () => all(document.body).filter(({ tagName }) => tagName === 'li').map(({ textContent }) => textContent);
const named = (label) => all(document.body).find((one) => one.getAttribute('aria-label') === label);
const deleted = () => bridge.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path);

beforeEach(async () => {
	bridge.reset();
	reconnected = 0;
	document.body.replaceChildren(login);
	location.hash = '#browsers';
	bridge.answer('GET api/sessions', 200, { sessions: [HERE, PHONE] });
	await show(login);
});

afterEach(() => {
	location.hash = '';
	happens('hashchange');
});

test('the list says which browser is where, when it was used, and which one this is', () => {
	assert.equal(focus(), 'Signed-in browsers');
	const [here, phone] = items();
	assert.match(here, /^Firefox on Linux · this browser192\.168\.7\.20Last used .*20, 2026.*Signed in .*17, 2026/);
	assert.match(phone, /^Safari on iPhone192\.168\.7\.23Last used .*19, 2026/);
});

test('another browser is signed out with one click; the list is read again', async () => {
	bridge.answer('DELETE api/sessions/session%2F2', 204);
	bridge.answer('GET api/sessions', 200, { sessions: [HERE] });
	named('Sign out: Safari on iPhone, 192.168.7.23').click();
	await settled();
	assert.deepEqual(deleted(), ['api/sessions/session%2F2']);
	assert.equal(items().length, 1);
	assert.ok(isAnnounced('Signed out: Safari on iPhone, 192.168.7.23'));
	assert.equal(focus(), 'Signed-in browsers');
	assert.equal(reconnected, 0);
});

test('this browser is signed out only after a question, and its page connects again', async () => {
	bridge.answer('DELETE api/sessions/session-1', 204);
	named('Sign out: Firefox on Linux, 192.168.7.20').click();
	await settled();
	assert.equal(focus(), 'Stay');
	control('Stay').click();
	await settled();
	assert.deepEqual(deleted(), []);
	named('Sign out: Firefox on Linux, 192.168.7.20').click();
	await settled();
	all(document.body).find(({ tagName }) => tagName === 'dialog').close('yes');
	await settled();
	assert.deepEqual(deleted(), ['api/sessions/session-1']);
	assert.equal(focus(), 'This browser is signed out');
	assert.deepEqual(items(), []);
	assert.equal(control('Sign out everywhere'), null);
	assert.equal(reconnected, 1);
});

test('all browsers are signed out at once, after a question', async () => {
	bridge.answer('DELETE api/sessions', 204);
	control('Sign out everywhere').click();
	await settled();
	assert.equal(timesShown('Sign out everywhere?'), 1);
	assert.deepEqual(deleted(), []);
	all(document.body).find(({ tagName }) => tagName === 'dialog').close('yes');
	await settled();
	assert.deepEqual(deleted(), ['api/sessions']);
	assert.equal(focus(), 'This browser is signed out');
	assert.equal(reconnected, 1);
});

test('what went wrong is said, and the list stays', async () => {
	bridge.answer('DELETE api/sessions/session%2F2', 503, { reason: 'busy', detail: 'The server is busy.' });
	named('Sign out: Safari on iPhone, 192.168.7.23').click();
	await settled();
	assert.ok(isAnnounced('The server is busy.'));
	assert.equal(items().length, 2);
	bridge.answer('GET api/sessions', 401, { reason: 'unauthorized', detail: 'An access key is needed.' });
	await show(login);
	assert.ok(isAnnounced('This browser is not signed in to this server.'));
	assert.equal(control('Sign out everywhere'), null);
	bridge.answer('GET api/sessions', new TypeError('no answer'));
	await show(login);
	assert.ok(isAnnounced('The server does not answer.'));
});

test('the list closes with its button, and when the address leads elsewhere', async () => {
	const opener = document.createElement('a');
	opener.textContent = 'Signed-in browsers there';
	document.body.append(opener);
	opener.focus();
	await show(login);
	control('Close').click();
	assert.deepEqual([items().length, location.hash], [0, '']);
	assert.equal(focus(), 'Signed-in browsers there');
	location.hash = '#browsers';
	await show(login);
	assert.equal(items().length, 2);
	location.hash = '';
	happens('hashchange');
	assert.equal(items().length, 0);
});
