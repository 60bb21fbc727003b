/** Behind a proxy that serves the bridge below a path, every address of the pages and elements stays below that path. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { control } from './dom.js';
import { click, fresh, open } from './elements.js';
import { status } from './frames.js';
import { bridge, settled } from './world.js';

const WEBROOT = new URL('../../../webroot/', import.meta.url);
const BASE = 'http://bridge.test/tools/claude/';

beforeEach(fresh);

/** The paths that were asked for, by HTTP and by WebSocket. */
const asked = () => [...bridge.requests.map(({ path }) => path), ...bridge.sockets.map((socket) => new URL(socket.url).pathname.slice(1))];

for (const src of [BASE, BASE.slice(0, -1), '/tools/claude', '/tools/claude/']) {
	test(`an element whose src is ${src}`, async () => {
		bridge.answer('GET tools/claude/readyz', 200, { ready: true, checks: [] });
		bridge.answer('POST tools/claude/api/claude/auth/device', 200, { link: `${BASE}d#t`, qr: { size: 29, path: 'M0 0h7v1z' } });
		await open('claude-login', [status('signed_out')], { src });
		assert.ok(control('Login with Claude').href.startsWith(`${BASE}go/ticket-`), control('Login with Claude').href);
		await click('Continue on another device');
		assert.deepEqual(bridge.requests.at(-1).body, { path: '/tools/claude/' }, 'a proxy may have taken the path out of the request');
		assert.ok(asked().length >= 3);
		assert.deepEqual(asked().filter((path) => !path.startsWith('tools/claude/')), []);
	});
}

test('a sign-in link leads nowhere else, whatever it is', async () => {
	for (const link of ['//evil.example/go/x', '/../../go/x', '/go/x']) {
		fresh();
		await open('claude-login', [status('signed_out', { link })], { src: BASE });
		assert.equal(new URL(control('Login with Claude').href).origin, 'http://bridge.test');
	}
});

test('the chat’s login is where the chat is', async () => {
	bridge.answer('GET tools/claude/readyz', 200, { ready: true, checks: [] });
	await open('claude-chat', [status('signed_out')], { src: BASE });
	assert.deepEqual(asked().filter((path) => !path.startsWith('tools/claude/')), []);
	assert.ok(asked().length >= 1);
});

test('the page behind the sign-in link polls beside its script', async () => {
	const part = () => ({ textContent: '' });
	const page = { dataset: { wait: 'made-up-wait' }, querySelector: part, removeAttribute() {} };
	document.getElementById = () => page;
	const path = new URL('go/made-up-wait', WEBROOT).pathname.slice(1);
	bridge.answer(`POST ${path}`, 200, { url: 'https://claude.ai/oauth/authorize' });
	const gone = [];
	location.replace = (address) => gone.push(address);
	await import('../../../webroot/claude-login/go.js');
	await settled();
	assert.deepEqual(asked(), [path]);
	assert.deepEqual(gone, ['https://claude.ai/oauth/authorize']);
});

test('the first page adds the slash to its address where that is missing, and goes nowhere else', () => {
	const script = readFileSync(new URL('slash.js', WEBROOT), 'utf8');
	const rows = [
		['/', '/'],
		['/tools/claude/', '/tools/claude/'],
		['/tools/claude', '/tools/claude/'],
		['/index.html', '/index.html'],
		['/tools/index.html', '/tools/index.html'],
		['//evil.example', '//evil.example/'],
	];
	for (const [pathname, after] of rows) {
		const place = { pathname };
		new Function('location', script)(place);
		assert.equal(place.pathname, after, 'the path alone is set, so neither the host nor the fragment changes');
	}
	assert.match(readFileSync(new URL('index.html', WEBROOT), 'utf8'), /<script async src="\?slash\.js">/);
});

test('no page, script or style sheet has an address that begins at the host', () => {
	const files = readdirSync(WEBROOT, { recursive: true }).map(String).filter((name) => /\.(html|js|css|svg)$/.test(name));
	assert.ok(files.length > 25);
	const found = files.flatMap((name) =>
		readFileSync(new URL(name, WEBROOT), 'utf8')
			.split('\n')
			// The example of an embedding page leads to that page's own path.
			.filter((line) => !line.includes("location.assign('/workspace')"))
			.filter((line) => /(href|src|srcset|action|content|url)\s*[=(]\s*["']?\/|(fetch|import|URL|assign|replace|open)\(\s*[`'"]\/|from '\//.test(line))
			.map((line) => `${name}: ${line.trim()}`),
	);
	assert.deepEqual(found, []);
});
