import assert from 'node:assert/strict';
import { type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const scripts = new URL('../../scripts/', import.meta.url);
const rollcall = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url));

/** A checkout whose one dependency lies in it, so that the real npm installs it without a network. */
async function temporaryCheckout() {
  const path = await mkdtemp(join(tmpdir(), 'rollcall-checkout-'));
  const write = async (name: string, content: object) =>
    writeFile(join(path, name), JSON.stringify(content));
  const root = { name: 'checkout', version: '1.0.0', type: 'module' };
  const dependencies = { dep: 'file:dep' };
  await mkdir(join(path, 'scripts'));
  await mkdir(join(path, 'dep'));
  for (const name of ['install.js', 'build.js'])
    await copyFile(new URL(name, scripts), join(path, 'scripts', name));
  await write('package.json', { ...root, dependencies });
  const lock = async (version: string) => {
    await write('dep/package.json', { name: 'dep', version });
    await write('package-lock.json', {
      ...root,
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { ...root, dependencies },
        dep: { version },
        'node_modules/dep': { resolved: 'dep', link: true },
      },
    });
  };
  await lock('1.0.0');
  const install = () => run(join(path, 'scripts', 'install.js'), []);
  return { path, lock, install, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

async function run(
  script: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio = {},
) {
  const child = spawn(process.execPath, [script, ...args], options);
  const [said, [code]] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]),
    once(child, 'exit'),
  ]);
  return { code, said: said.join('') };
}

const installing = /^Installing the dependencies/;

test('a checkout is installed once, and then again when its lock file changes', async () => {
  await using checkout = await temporaryCheckout();
  assert.match((await checkout.install()).said, installing);
  await readFile(join(checkout.path, 'node_modules', 'dep', 'package.json'));
  assert.deepEqual(await checkout.install(), { code: 0, said: '' });
  await checkout.lock('1.1.0');
  assert.match((await checkout.install()).said, installing);
  assert.deepEqual(await checkout.install(), { code: 0, said: '' });
});

test('of two that start at once, one installs and the other waits', async () => {
  await using checkout = await temporaryCheckout();
  const results = await Promise.all([checkout.install(), checkout.install()]);
  assert.deepEqual(
    results
      .map(({ code, said }) => ({ code, installed: installing.test(said) }))
      .sort((a, b) => Number(a.installed) - Number(b.installed)),
    [
      { code: 0, installed: false },
      { code: 0, installed: true },
    ],
  );
});

test('an installation that fails says so in a sentence and fails', async () => {
  await using checkout = await temporaryCheckout();
  await rm(join(checkout.path, 'package.json'));
  const { code, said } = await checkout.install();
  assert.equal(code, 1);
  assert.match(said, /The dependencies could not be installed: npm ci failed, see above\.\n$/);
});

test('the pages are built when they were changed since, and not otherwise', async () => {
  await using checkout = await temporaryCheckout();
  await checkout.install();
  // In place of the bundler: says that it ran, and leaves what it leaves.
  const bundler = join(checkout.path, 'node_modules', 'vite', 'bin');
  const page = join(checkout.path, 'ui', 'page.tsx');
  await mkdir(bundler, { recursive: true });
  await mkdir(join(checkout.path, 'ui', 'dist'), { recursive: true });
  await writeFile(
    join(bundler, 'vite.js'),
    "require('node:fs').writeFileSync('ui/dist/embedded.html', ''); console.log('built');",
  );
  await writeFile(page, '');
  assert.deepEqual(await checkout.install(), { code: 0, said: 'built\n' });
  assert.deepEqual(await checkout.install(), { code: 0, said: '' });
  await utimes(page, new Date(), new Date(Date.now() + 1_000));
  assert.deepEqual(await checkout.install(), { code: 0, said: 'built\n' });
});

test('the command passes its arguments on, and its exit code back', async () => {
  const { code, said } = await run(rollcall, ['no-such-command']);
  assert.notEqual(code, 0);
  assert.match(said, /no-such-command/);
});
