/** Modules that pages load when they need them, over a network that fails at first. */

import assert from 'node:assert/strict';
import { register } from 'node:module';
import { beforeEach, test } from 'node:test';
import { control, focus, timesShown } from './dom.js';
import { signedIn, status } from './frames.js';
import { bridge, clock } from './world.js';

// As in browsers, a module that could not be loaded is not requested again under the same name.
const hooks = `
export function resolve(specifier, context, next) {
	if (/\\/(panels|outcomes)\\.js(\\?1)?$/.test(specifier)) throw new Error('no network');
	return next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

await import('../../../webroot/claude-login/claude-login.js');

beforeEach(() => bridge.reset());

async function open(...standing) {
	bridge.standing = standing;
	const login = document.createElement('claude-login');
	login.setAttribute('src', 'http://bridge.test/');
	document.body.append(login);
	await clock.turn(50);
	return login;
}

/** Waits in real time until modules have come from the disk; the page's clock goes on meanwhile. */
async function until(there, millis = 0) {
	const end = performance.now() + 20_000;
	while (!there() && performance.now() < end) await clock.turn(millis);
	assert.ok(there());
}

test('a panel whose module could not be loaded says so, tries again by itself, and opens', async () => {
	const login = await open(signedIn());
	await until(() => control('Sign out'));
	control('Sign out').click();
	await until(() => timesShown('The server does not answer') === 1);
	await until(() => timesShown('Sign this machine out?') === 1, 100);
	assert.equal(focus(), 'Sign this machine out?');
	assert.equal(timesShown('The server does not answer'), 0);
	login.remove();
});

test('a view whose module could not be loaded appears as soon as it can be', async () => {
	const login = await open(status('signed_out'));
	bridge.answer('GET readyz', 503, { checks: [{ name: 'cli', ok: false, error: 'There is no CLI.' }] });
	bridge.push({ event: 'claude.auth.error', data: { reason: 'cli_not_found', loginId: 'login-1', seq: 8 } });
	await clock.turn(50);
	assert.equal(login.state, 'signed_out', 'what it showed stays until the next can be shown');
	await until(() => login.state === 'unavailable', 100);
	assert.equal(timesShown('There is no CLI.'), 1);
	login.remove();
});
