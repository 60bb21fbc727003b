// Measures the same as src/test/bench/Screen.java, with @xterm/headless.
// usage: node src/test/bench/screen-xterm.mjs NPM_DIRECTORY
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const { Terminal } = createRequire(resolve(process.argv[2], 'package.json'))('@xterm/headless');
for (const line of readFileSync(`${import.meta.dirname}/costly-output`, 'utf8').trim().split('\n')) {
	const [before, piece] = line.replaceAll('ESC', '\x1b').replaceAll('LF', '\n').split(' ').map((text) => Buffer.from(text));
	const all = Buffer.alloc(8192, piece);
	const times = [];
	for (let round = 0; round < 5; round += 1) {
		const terminal = new Terminal({ cols: 1000, rows: 200, scrollback: 0, allowProposedApi: true });
		await new Promise((written) => terminal.write(before, written));
		const start = performance.now();
		await new Promise((written) => terminal.write(all, written));
		times.push(performance.now() - start);
		terminal.dispose();
	}
	const [first] = times;
	times.sort((a, b) => a - b);
	console.log(`${line.padEnd(28)} ${times[2].toFixed(2).padStart(8)} ms, the first time ${first.toFixed(2).padStart(8)} ms`);
}
