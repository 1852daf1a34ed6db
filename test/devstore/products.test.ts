/** Products: what is sold, found by the app and changed by staff. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { placeOrder, readOrder, sellCourses } from './order-support.ts';
import { startStore, type TestStore } from './support.ts';

const productFields = `id title handle status tags updatedAt
  variants(first: 10) { nodes { id title sku price } pageInfo { hasNextPage } }`;

async function found(store: TestStore, query: string, sortKey = 'ID'): Promise<unknown[]> {
  const { data, extensions } = await store.graphql(
    `query ($query: String) { products(first: 10, query: $query, sortKey: ${sortKey}) { nodes { title } } }`,
    { query },
  );
  assert.equal(extensions.search, undefined, query);
  return Object.values(data.products?.nodes ?? {}).map(({ title }) => title);
}

test('The app reads a product with its variants, by id and among others', async (t) => {
  const store = await startStore(t);
  const [course] = Object.values(await sellCourses(store));
  const { data } = await store.graphql(
    `query ($id: ID!, $ids: [ID!]!) {
      product(id: $id) { ${productFields} }
      nodes(ids: $ids) { id ... on ProductVariant { sku displayName product { title } } }
      productsCount { count }
    }`,
    { id: course?.id, ids: [course?.id, course?.variants?.[1]?.id, 'gid://shopify/Product/1'] },
  );
  assert.deepEqual(data.product, {
    id: course?.id,
    title: 'Welding 101',
    handle: 'welding-101',
    status: 'ACTIVE',
    tags: ['course'],
    updatedAt: '2026-10-05T09:00:00Z',
    variants: {
      nodes: [
        {
          id: course?.variants?.[0]?.id,
          title: 'Self-paced',
          sku: 'WELD-101',
          price: '149.00',
        },
        {
          id: course?.variants?.[1]?.id,
          title: 'With tutor',
          sku: 'WELD-101-TUTOR',
          price: '299.00',
        },
      ],
      pageInfo: { hasNextPage: false },
    },
  });
  assert.deepEqual(data.nodes, [
    { id: course?.id },
    {
      id: course?.variants?.[1]?.id,
      sku: 'WELD-101-TUTOR',
      displayName: 'Welding 101 - With tutor',
      product: { title: 'Welding 101' },
    },
    null,
  ]);
  assert.deepEqual(data.productsCount, { count: 3 });
});

test('Products are found by title, tag, SKU, status and the time of their last change', async (t) => {
  const store = await startStore(t);
  await store.control('POST', 'search', { lagMs: 0 });
  const products = await sellCourses(store);
  store.advance(60_000);
  await store.control('PATCH', `products/${products[2]?.number}`, { status: 'DRAFT' });
  assert.deepEqual(await found(store, '', 'TITLE'), ['First Aid', 'Helmet', 'Welding 101']);
  assert.deepEqual(await found(store, 'title:welding'), ['Welding 101']);
  assert.deepEqual(await found(store, 'aid'), ['First Aid']);
  assert.deepEqual(await found(store, 'tag:course'), ['Welding 101', 'First Aid']);
  assert.deepEqual(await found(store, 'tag_not:course'), ['Helmet']);
  assert.deepEqual(await found(store, 'sku:WELD-101-TUTOR'), ['Welding 101']);
  assert.deepEqual(await found(store, 'status:active'), ['Welding 101', 'First Aid']);
  assert.deepEqual(await found(store, "updated_at:>='2026-10-05T09:01:00Z'"), ['Helmet']);
  assert.deepEqual(await found(store, `id:${products[1]?.number}`), ['First Aid']);
});

test('Staff change a product; its variants keep their ids, and no two products a handle', async (t) => {
  const store = await startStore(t);
  const [course] = Object.values(await sellCourses(store));
  const twin = await store.control('POST', 'products', { title: 'Welding 101!' });
  assert.equal(twin.handle, 'welding-101-1');
  assert.equal(twin.variants?.[0]?.title, 'Default Title');
  const taken = { handle: 'welding-101' };
  await store.control('PATCH', `products/${twin.number}`, taken, 422);
  const changed = await store.control('PATCH', `products/${course?.number}`, {
    title: 'Welding 1',
    variants: [{ id: course?.variants?.[0]?.id, price: '99.00' }, { title: 'At night' }],
  });
  assert.equal(changed.handle, 'welding-101');
  assert.equal(changed.variants?.[0]?.id, course?.variants?.[0]?.id);
  assert.equal(changed.variants?.[0]?.sku, 'WELD-101');
  assert.equal(changed.variants?.[0]?.price, '99.00');
  assert.equal(changed.variants?.[1]?.title, 'At night');
});

test('A product that is gone stays in the orders by its name', async (t) => {
  const store = await startStore(t);
  const products = await sellCourses(store);
  const { id } = await placeOrder(store, { lines: [{ sku: 'HELMET' }] });
  await store.control('DELETE', `products/${products[2]?.number}`);
  const line = (await readOrder(store, id)).lineItems?.nodes?.[0];
  assert.deepEqual(
    [line?.title, line?.sku, line?.product, line?.variant],
    ['Helmet', 'HELMET', null, null],
  );
});

test('A new store begins with something to sell, once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'devstore-'));
  t.after(() => rm(folder, { recursive: true }));
  const options = { data: join(folder, 'store.sqlite'), seed: true };
  const titles = async (store: TestStore) =>
    Object.values((await store.control('GET', 'products')).products ?? {}).map(
      ({ title }) => title,
    );
  await t.test('the first start', async (inner) => {
    const store = await startStore(inner, { ...options, webhookUrl: 'http://127.0.0.1:9' });
    assert.deepEqual(await titles(store), [
      'Welding 101',
      'Welding 201',
      'First Aid',
      'Workplace Safety',
      'Welding helmet',
    ]);
    assert.deepEqual((await store.control('GET', 'webhooks')).pending, []);
    await store.control('POST', 'reset');
  });
  assert.deepEqual(await titles(await startStore(t, options)), []);
});
