/** `reduce` as a function: data in, data out, for every action in every state. What it decides is in login-client.test.js. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import './world.js';
import { CODE, complete, failed, problem, refusal, signedIn, status, unchanged, url } from './frames.js';

const { NOTHING, reduce } = await import('../../../webroot/claude-login/login.js');

function frozen(data) {
	if (data && typeof data === 'object') Object.values(Object.freeze(data)).forEach(frozen);
	return data;
}

const message = (one) => ({ type: 'message', ...one });
const ACTIONS = [
	{ type: 'connect', paired: false, watches: true },
	{ type: 'connected' },
	{ type: 'down', failures: 1 },
	{ type: 'diagnosed', failures: 1, foreign: false },
	{ type: 'diagnosed', failures: 1, status: 401, foreign: false },
	...['start', 'cancel', 'renew', 'followed', 'opened', 'refresh', 'wake', 'tick', 'look'].map((type) => ({ type })),
	{ type: 'submit', code: CODE },
	{ type: 'signedOut' },
	{ type: 'readiness', said: { checks: [{ name: 'cli', ok: false, error: 'There is no CLI.' }], contact: 'somebody' } },
	{ type: 'readiness', said: null },
	...[status('signed_out'), unchanged(2), status('starting'), url(), problem('code_rejected', 'awaiting_code'), status('verifying'), complete()].map(message),
	...[signedIn(), failed('timed_out'), failed('cancelled'), refusal('unauthorized'), { event: 'claude.auth.novelty', data: {} }].map(message),
];
const DOES = ['send', 'wake', 'hangUp', 'diagnose', 'look', 'later', 'draw', 'tell'];

/** A way through all that can happen, the same in each run. */
function* steps(count) {
	let random = 1;
	for (let step = 0; step < count; step += 1) {
		random = (random * 48_271) % 2_147_483_647;
		const action = ACTIONS[random % ACTIONS.length];
		yield frozen({ ...structuredClone(action), now: 1_000 * step, open: random % 3 > 0, visible: random % 5 > 0 });
	}
}

test('it does not change its arguments, and returns data only', () => {
	let model = frozen(structuredClone(NOTHING));
	const seen = new Set();
	for (const action of steps(5_000)) {
		const result = reduce(model, action);
		// A function or a node cannot be cloned.
		structuredClone(result);
		for (const effect of result.effects) assert.ok(DOES.includes(effect.do), effect.do);
		model = frozen(result.model);
		seen.add(model.state);
	}
	assert.ok(seen.size >= 6, [...seen].join());
});

test('the same arguments give the same result', () => {
	let model = NOTHING;
	for (const action of steps(500)) {
		assert.deepEqual(reduce(model, action), reduce(model, action));
		({ model } = reduce(model, action));
	}
});

test('nothing is sent where there is no connection', () => {
	let model = NOTHING;
	for (const action of steps(5_000)) {
		const { model: next, effects } = reduce(model, action);
		if (!action.open && action.type !== 'message' && action.type !== 'refresh') {
			assert.deepEqual(effects.filter((effect) => effect.do === 'send'), [], action.type);
		}
		model = next;
	}
});

test('no code is in what the page is told', () => {
	let model = NOTHING;
	for (const action of steps(5_000)) {
		const { model: next, effects } = reduce(model, action);
		assert.ok(!JSON.stringify(effects.filter((effect) => effect.do === 'tell')).includes(CODE.slice(0, 8)));
		model = next;
	}
});
