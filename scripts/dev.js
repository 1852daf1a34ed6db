/** `npm run dev`: Rollcall starts again when its source changes, and the pages are built again when theirs do. */
import { spawn } from 'node:child_process';

const children = [
  ['--watch-path=src', 'src/main.ts'],
  ['node_modules/vite/bin/vite.js', 'build', '--watch', '--config', 'ui/vite.config.ts'],
].map((args) => spawn(process.execPath, args, { stdio: 'inherit' }));

for (const child of children) {
  child.on('exit', (code) => {
    for (const other of children) other.kill();
    process.exitCode = code ?? 0;
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
