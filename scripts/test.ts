/**
 * Runs the tests: those of the files that are named, else all. `npm test [-- FILE...]`
 *
 * A file for itself is a process of its own, as `node --test` has it. All of them share a few processes, each of
 * which takes the next when it is done with one: to start one, and a first Rollcall in it, costs more than most files do.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const entries = new URL('node_modules/.cache/tests/', root);

/** As many processes run at once: more than cores, as tests also wait. */
const atOnce = 4;

const named = process.argv.slice(2);
const files =
  named.length > 0 ? named : await grouped(globSync('test/**/*.test.ts').sort().reverse());
const options = [
  // Most of what tests make is garbage a moment later: with more room, little of it is ever copied.
  '--min-semi-space-size=32',
  '--max-semi-space-size=64',
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

/** Writes the entries of as many processes as run at once, and says where they are. */
async function grouped(all: readonly string[]): Promise<readonly string[]> {
  await rm(entries, { recursive: true, force: true });
  await mkdir(entries, { recursive: true });
  const places = Array.from({ length: atOnce }, (_, at) =>
    fileURLToPath(new URL(`${at}.mjs`, entries)),
  );
  await Promise.all(places.map((place) => writeFile(place, entryOf(all))));
  return places;
}

/** Each file is a suite, which ends before the next begins; whoever makes its directory first has it. */
function entryOf(all: readonly string[]): string {
  return `import { mkdirSync } from 'node:fs';
import { suite } from 'node:test';
import { outliveFiles } from '${new URL('test/support/end.ts', root)}';
const end = outliveFiles();
const taken = (at) => {
  try {
    mkdirSync(new URL(\`./\${at}\`, import.meta.url));
    return true;
  } catch {
    return false;
  }
};
for (const [at, file] of ${JSON.stringify(all)}.entries())
  if (taken(at))
    await suite(file, async () => { await import(new URL(file, '${root}').href); });
await end();
`;
}
