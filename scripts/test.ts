/**
 * Runs the tests: those of the files that are named, else all. `npm test [-- FILE...]`
 *
 * A file for itself is a process of its own, as `node --test` has it. Of all of them several share a process,
 * one after the other: to start one, and a first Rollcall in it, costs more than most files do.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const entries = new URL('node_modules/.cache/tests/', root);

/** As many processes; a few more than run at once, so that none is waited for long at the end. */
const groups = 15;
const atOnce = 3;

const named = process.argv.slice(2);
const files = named.length > 0 ? named : await grouped(globSync('test/**/*.test.ts').sort());
const options = [
  '--test-global-setup=test/support/global-setup.ts',
  `--test-concurrency=${atOnce}`,
];
const run = spawn(process.execPath, ['--test', ...options, ...files], {
  cwd: fileURLToPath(root),
  stdio: 'inherit',
});
run.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

/** Writes an entry for each group, neighbours in different ones, and says where they are. */
async function grouped(all: readonly string[]): Promise<readonly string[]> {
  await rm(entries, { recursive: true, force: true });
  await mkdir(entries, { recursive: true });
  const places = Array.from({ length: groups }, (_, at) =>
    fileURLToPath(new URL(`${at}.mjs`, entries)),
  );
  const writes = places.map((place, at) => {
    const own = all.filter((_, index) => index % groups === at);
    return writeFile(place, entryOf(own));
  });
  await Promise.all(writes);
  return places;
}

/** Each file is a suite, which ends before the next begins. */
function entryOf(own: readonly string[]): string {
  return `import { suite } from 'node:test';
import { outliveFiles } from '${new URL('test/support/end.ts', root)}';
const end = outliveFiles();
for (const file of ${JSON.stringify(own)})
  await suite(file, async () => { await import(new URL(file, '${root}').href); });
await end();
`;
}
