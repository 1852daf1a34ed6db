/** The products of the shop in the admin API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../support/admin.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, type World } from '../support/world.ts';

const ask = ({ origin, tenantId }: World, path: string) =>
  request(`${origin}/api/tenants/${tenantId}/shop/products${path}`, { method: 'GET' });

/** Waits until the shop finds so many: it finds what is new a moment later. */
const search = async (world: World, path: string, count: number) =>
  waitFor(`${count} products`, async () => {
    const { body } = await ask(world, path);
    return body.products.length === count ? body : null;
  });

const product = (title: string, variants: readonly object[]) => ({ title, variants });

test('products are found by words of theirs, page by page, and named by their ids', async () => {
  await using world = await testWorld();
  const fusion = product('Fusion welding', [
    { title: 'Morning', sku: 'FUSE-AM' },
    { title: 'Evening', sku: 'FUSE-PM' },
  ]);
  await world.store.dev('POST', 'products', fusion);
  const found = await search(world, '?query=Welding%20fus', 1);
  assert.deepEqual(
    found.products.map(({ title }: { title: string }) => title),
    ['Fusion welding'],
  );
  assert.deepEqual(
    found.products[0].variants.map(({ title, sku }: { title: string; sku: string }) => [
      title,
      sku,
    ]),
    [
      ['Morning', 'FUSE-AM'],
      ['Evening', 'FUSE-PM'],
    ],
  );
  assert.equal(found.next, null);
  const variant = found.products[0].variants[1].id;
  const gone = 'gid://shopify/Product/999999';
  const { body: named } = await ask(world, `/names?ids=${found.products[0].id},${variant},${gone}`);
  assert.deepEqual(named.names, [
    { id: found.products[0].id, title: 'Fusion welding', product: null },
    { id: variant, title: 'Evening', product: 'Fusion welding' },
  ]);

  const many = Array.from({ length: 25 }, (_, index) => `Course ${index + 10}`);
  const made = many.map((title) => product(title, [{ sku: title }]));
  await world.store.dev('POST', 'products', made);
  await search(world, '?query=course%2034', 1); // the last of them
  const first = await search(world, '?query=course', 20);
  const { body: second } = await ask(world, `?query=course&cursor=${first.next}`);
  const titles = [...first.products, ...second.products].map(({ title }) => title);
  assert.deepEqual(titles, many);
  assert.equal(first.products[0].variants[0].title, null);
  assert.equal(second.next, null);
});

test('a shop that does not answer, and what is no id, are told', async () => {
  await using world = await testWorld();
  assertProblem(await ask(world, '/names?ids=7'), 400, 'invalid-input', /ids of products/);
  await world.store.fault({ kind: 'invalid-token', match: { operation: 'ProductsFound' } });
  assertProblem(
    await ask(world, '?query=a'),
    502,
    'destination-failed',
    /refuses the access token/,
  );
});
