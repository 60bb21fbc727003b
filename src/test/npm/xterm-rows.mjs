// Shows what @xterm/headless makes of terminal traffic: the oracle for TerminalScreen.
// usage: node xterm-rows.mjs NPM_DIRECTORY < CASES > ROWS
// CASES: a line each, {"columns": 80, "rows": 24, "frames": ["text as it came", …]}.
// ROWS: a line each, the rows of the screen after every frame, trailing blanks removed.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const npm = resolve(process.argv[2], "package.json");
const { Terminal } = createRequire(npm)("@xterm/headless");

function screen(terminal) {
  const buffer = terminal.buffer.active;
  const rows = [];
  for (let row = 0; row < terminal.rows; row++) {
    rows.push(buffer.getLine(buffer.baseY + row).translateToString(true).replace(/ +$/, ""));
  }
  return rows;
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { columns, rows, frames } = JSON.parse(line);
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, logLevel: "off" });
  const shown = [];
  for (const frame of frames) {
    await new Promise((written) => terminal.write(frame, written));
    shown.push(screen(terminal));
  }
  terminal.dispose();
  process.stdout.write(JSON.stringify(shown) + "\n");
}
