/** Whether a page offers to notify the person. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import './dom.js';
import './world.js';

const { offer } = await import('../../../webroot/claude-login/notify.js');

test('notifications are offered only where the browser can ask for them', () => {
	for (const secure of [true, false]) {
		globalThis.isSecureContext = secure;
		const place = document.createElement('div');
		document.body.append(place);
		offer(place, (name) => name, false);
		assert.equal(place.children.length > 0, secure);
		place.remove();
	}
	delete globalThis.isSecureContext;
});
