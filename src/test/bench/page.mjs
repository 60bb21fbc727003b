#!/usr/bin/env node
// Measures how long it takes until the settings page is usable, compared with an empty page of the same server: medians in
// milliseconds, measured in turns, in a fresh profile (first), with its cache (again), and in a tab that has been open for a
// while (settled).
// usage: src/test/bench/page.mjs [ROUNDS]   Needs target/claude-auth-bridge.jar and target/npm (mvn verify makes both),
// Chromium and Firefox ESR; uses 127.0.0.1 only.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const top = resolve(import.meta.dirname, '../../..');
const { chromium, firefox } = createRequire(join(top, 'target/npm/'))('playwright-core');
const rounds = Number(process.argv[2] ?? 15);
const data = mkdtempSync(join(tmpdir(), 'bench-page-'));

const server = spawn('java', ['-jar', join(top, 'target/claude-auth-bridge.jar')], {
	stdio: ['ignore', 'pipe', 'ignore'],
	env: {
		PATH: process.env.PATH,
		HOME: data,
		CLAUDE_CREDENTIALS_PATH: join(data, 'data'),
		CLAUDE_AUTH_PORT: '0',
		CLAUDE_AUTH_WARM: '0',
		CLAUDE_COMMAND: join(top, 'target/npm/node_modules/@anthropic-ai/claude-code-linux-x64/claude'),
		HTTPS_PROXY: 'http://127.0.0.1:9',
	},
});
const link = await new Promise((found, gone) => {
	let said = '';
	server.stdout.on('data', (piece) => {
		said += piece;
		const match = /http:\/\/127\.0\.0\.1:\d+\/#key=\S+/.exec(said);
		if (match) found(new URL(match[0]));
	});
	server.on('exit', () => gone(new Error(`the server did not start: ${said}`)));
});

/** The time from the start of the navigation until the button can be pressed. */
async function usable(page, address) {
	await page.goto(address);
	await page.waitForFunction(() => window.usableAfter !== undefined);
	return page.evaluate(() => window.usableAfter);
}

/** From the start of the navigation to the end of the load. */
async function loaded(page, address) {
	await page.goto(address);
	return page.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd);
}

const listen = () =>
	addEventListener('claude-login-statechange', ({ detail }) => {
		if (detail.state === 'signed_out') window.usableAfter ??= performance.now();
	});
const median = (times) => Math.round(times.sort((a, b) => a - b)[times.length >> 1]);

async function measure(name, launch) {
	const browser = await launch();
	const times = { empty: [], first: [], again: [], settled: [] };
	for (let round = 0; round < rounds; round += 1) {
		const context = await browser.newContext();
		await context.addInitScript(listen);
		const page = await context.newPage();
		times.empty.push(await loaded(page, new URL('/healthz', link).href));
		times.first.push(await usable(page, link.href));
		await page.goto('about:blank');
		times.again.push(await usable(page, new URL('/', link).href));
		await context.close();
	}
	const context = await browser.newContext();
	await context.addInitScript(listen);
	const tab = await context.newPage();
	await usable(tab, link.href);
	for (let round = 0; round < rounds; round += 1) {
		await tab.goto('about:blank');
		times.settled.push(await usable(tab, new URL('/', link).href));
	}
	await browser.close();
	for (const [kind, all] of Object.entries(times)) console.log(`${name.padEnd(10)} ${kind.padEnd(7)} ${String(median(all)).padStart(5)} ms`);
}

try {
	await measure('Chromium', () => chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-background-networking'] }));
	await measure('Firefox', () => firefox.launch({ channel: 'moz-firefox', executablePath: '/usr/bin/firefox-esr' }));
	console.log(`load average: ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ')}`);
} finally {
	server.removeAllListeners('exit');
	server.kill();
	await new Promise((ended) => server.on('exit', ended));
	rmSync(data, { recursive: true, force: true });
}
