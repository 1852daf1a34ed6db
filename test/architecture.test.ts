import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const src = new URL('../src/', import.meta.url).pathname;

/** Imports only point down this list; modules on one line do not know each other. */
const layers: readonly (readonly string[])[] = [
  ['main.ts', 'cli.ts'],
  ['cli'],
  ['rollcall.ts', 'development.ts'],
  ['http'],
  ['storefront'],
  ['courses'],
  ['directory'],
  ['notices'],
  ['connectors'],
  ['provisioning'],
  ['shopify'],
  ['store'],
  ['scim'],
  ['model.ts', 'config.ts', 'at-most.ts'],
];

// The command line reads the development secrets and the form of a base URL.
const moduleOf = (path: string): string => path.split('/')[0] ?? path;
const layerOf = (module: string): number => layers.findIndex((layer) => layer.includes(module));

async function sources(): Promise<readonly string[]> {
  const files = await readdir(src, { recursive: true });
  return files.filter((file) => file.endsWith('.ts')).map((file) => normalize(file));
}

async function importsOf(file: string): Promise<readonly string[]> {
  const text = await readFile(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  );
}

test('every module of src has its place in the layers', async () => {
  const unplaced = (await sources()).map(moduleOf).filter((module) => layerOf(module) < 0);
  assert.deepEqual([...new Set(unplaced)], []);
});

test('imports only point down the layers, or stay in their module', async () => {
  const wrong: string[] = [];
  for (const file of await sources()) {
    for (const imported of await importsOf(file)) {
      if (imported.startsWith('..')) wrong.push(`${file} imports ${imported}, outside of src`);
      const [from, to] = [moduleOf(file), moduleOf(imported)];
      if (from !== to && layerOf(to) <= layerOf(from)) wrong.push(`${file} imports ${imported}`);
    }
  }
  assert.deepEqual(wrong, []);
});

/** Of Node's own modules, those that only compute. */
const pure = new Set(['node:util']);

test('the protocol module does no input or output and knows no library', async () => {
  const files = (await sources()).filter((file) => moduleOf(file) === 'scim');
  for (const file of files) {
    const text = await readFile(join(src, file), 'utf8');
    const imports = [...text.matchAll(/from\s*'([^.'][^']*)'/g)].map(([, name = '']) => name);
    assert.deepEqual(
      imports.filter((name) => !pure.has(name)),
      [],
      `${file} imports ${imports.join(', ')}`,
    );
  }
});

test('connectors see the connector interface and nothing of the engine or the store', async () => {
  const allowed = new Set(['provisioning/connector.ts', 'provisioning/failure.ts', 'scim/json.ts']);
  const files = (await sources()).filter((file) => moduleOf(file) === 'connectors');
  for (const file of files) {
    const imports = (await importsOf(file)).filter((path) =>
      ['provisioning', 'store', 'scim'].includes(moduleOf(path)),
    );
    assert.deepEqual(
      imports.filter((path) => !allowed.has(path)),
      [],
      file,
    );
  }
});

test('SQL is only in the store', async () => {
  const files = (await sources()).filter((file) => moduleOf(file) !== 'store');
  for (const file of files) {
    const text = await readFile(join(src, file), 'utf8');
    const found = /\b(select\s.+\sfrom|insert into|update\s\w+\sset|delete from)\b/.exec(text);
    assert.equal(found, null, `${file} has SQL: ${found?.[0]}`);
  }
});

for (const standIn of ['devstore', 'devlms', 'standin']) {
  test(`${standIn} stands apart from src`, async () => {
    const folder = new URL(`../${standIn}/`, import.meta.url).pathname;
    const files = await readdir(folder, { recursive: true });
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      const text = await readFile(join(folder, file), 'utf8');
      assert.equal(/from\s*'[^']*\/src\//.test(text), false, `${file} imports from src`);
    }
  });
}
