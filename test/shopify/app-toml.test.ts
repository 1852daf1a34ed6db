/** The app's file agrees with what the code does: topics, version, metafields. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { apiVersion } from '../../src/shopify/admin-client.ts';
import { handledTopics } from '../../src/storefront/topics.ts';
import { call, shop } from '../support/shop.ts';

const file = await readFile(new URL('../../shopify.app.toml', import.meta.url), 'utf8');

/** The texts in the lists of this name. */
const listed = (name: string): string[] =>
  [...file.matchAll(new RegExp(`^ *${name} = \\[([^\\]]*)\\]`, 'gm'))].flatMap(([, list = '']) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, text = '']) => text),
  );

/** They need a scope that only shops with Shopify Payments have: see docs/shopify-app.md. */
const left = ['disputes/create', 'disputes/update'];

test('the app subscribes to every topic that somebody works on, each once', () => {
  const subscribed = [...listed('topics'), ...listed('compliance_topics')];
  assert.deepEqual(
    subscribed.sort(),
    handledTopics().filter((topic) => !left.includes(topic)),
  );
  assert.match(file, new RegExp(`^api_version = "${apiVersion}"$`, 'm'));
  const addresses = [...file.matchAll(/^ *uri = "([^"]+)"$/gm)].map(([, uri]) => uri);
  assert.deepEqual([...new Set(addresses)], ['/webhooks/shopify']);
});

test('the app defines the metafields that the connector would define, with the same types', async () => {
  await using it = await shop();
  await it.target.test(call);
  const query =
    '{ metafieldDefinitions(ownerType: CUSTOMER, namespace: "$app", first: 50) { nodes { key name type { name } } } }';
  const response = await fetch(`${it.store.origin}/admin/api/${apiVersion}/graphql.json`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-shopify-access-token': it.store.accessToken,
    },
    body: JSON.stringify({ query }),
  });
  const { data }: { data: Definitions } = JSON.parse(await response.text());
  const made = data.metafieldDefinitions.nodes.map(({ key, name, type }) => [key, type.name, name]);
  const inFile = file.matchAll(
    /^\[customer\.metafields\.app\.(\w+)\]\ntype = "(\w+)"\nname = "([^"]+)"/gm,
  );
  const defined = [...inFile].map(([, key, type, name]) => [key, type, name]);
  assert.deepEqual(defined.sort(), made.sort());
  assert.ok(made.length > 0);
});

interface Definitions {
  readonly metafieldDefinitions: {
    readonly nodes: readonly {
      readonly key: string;
      readonly name: string;
      readonly type: { readonly name: string };
    }[];
  };
}

test('the scopes of the app each have their reason', async () => {
  const docs = await readFile(new URL('../../docs/shopify-app.md', import.meta.url), 'utf8');
  const scopes = /^scopes = "([^"]+)"$/m.exec(file)?.[1]?.split(',') ?? [];
  for (const scope of [...scopes, ...listed('optional_scopes')])
    assert.match(docs, new RegExp(`^\\|.*\`${scope}\``, 'm'), scope);
  assert.ok(scopes.length > 0);
});
