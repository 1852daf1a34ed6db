#!/usr/bin/env node
/**
 * The command `rollcall`: runs src/cli.ts on the Node 24 of this checkout, whatever Node started us,
 * and installs the dependencies first where they are missing.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { install } from '../scripts/install.js';

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

try {
  run(install());
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function run(node) {
  const child = spawn(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C at a terminal reaches the child by itself: twice would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code);
    } else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal); // end as the child did
    }
  });
}
