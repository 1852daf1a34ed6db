import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import { endOffer } from '../../src/courses/offers.ts';
import { findBackfill } from '../../src/store/backfills.ts';
import { allOffers, putOffer } from '../../src/store/offers.ts';
import {
  beginBackfill,
  offerToApply,
  previewBackfill,
  undo,
} from '../../src/storefront/backfill.ts';
import { createShops, type ShopOf } from '../../src/storefront/shop.ts';
import { ledgerOf, offering } from '../support/courses.ts';
import { keepSweepOut } from '../support/sales.ts';
import { waitFor } from '../support/wait.ts';
import { inboxEmpty, inboxOf, sendWebhook, toldAll } from '../support/webhooks.ts';
import { testSecrets, testWorld, type World } from '../support/world.ts';

const bea = 'bea@example.com';

/** Something that staff or a buyer does in the store. */
async function inStore(world: World, path: string, body: object = {}, method = 'POST') {
  const answer = await world.store.dev(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function order(world: World, skus: readonly string[], more: object = {}): Promise<number> {
  const lines = skus.map((sku) => ({ sku, quantity: 1 }));
  const { id } = await inStore(world, 'orders', { email: bea, paid: true, lines, ...more });
  return numberOf(id);
}

const numberOf = (id: unknown): number => Number(String(id).split('/').at(-1));

async function selling(world: World): Promise<void> {
  await keepSweepOut(world);
  for (const sku of ['WELD', 'AID', 'HELMET'])
    await inStore(world, 'products', {
      title: sku,
      variants: [{ title: 'Default', sku, price: '40.00' }],
    });
}

async function openStore(): Promise<World> {
  const world = await testWorld({ webhooks: 'on' });
  await selling(world);
  await offering(world, 'WELD', ['course-a']);
  await offering(world, 'AID', ['course-b']);
  return world;
}

const tagsOf = async (world: World, email = bea) => {
  await toldAll(world);
  return ((await world.store.customer(email))?.tags ?? []).toSorted();
};

const shopsOf = ({ pool }: World): ShopOf =>
  createShops({
    ...{ db: pool, fetch, log: pino({ level: 'silent' }), secrets: testSecrets },
    ...{ measure: () => undefined, requestMs: 5_000 },
  });

suite('what is bought in the shop', { concurrency: 2 }, () => {
  test('is given within seconds, and taken back line by line', async () => {
    await using world = await openStore();
    const id = await order(world, ['WELD', 'AID', 'HELMET']);
    assert.deepEqual(await tagsOf(world), ['course-a', 'course-b']);
    const { body } = await world.store.dev('GET', `orders/${id}`);
    const weld = body.lines.find(({ sku }: { sku: string }) => sku === 'WELD');
    await inStore(world, `orders/${id}/refund`, { lines: [{ line: weld.id, quantity: 1 }] });
    assert.deepEqual(await tagsOf(world), ['course-b']);
    await inStore(world, `orders/${id}/cancel`);
    assert.deepEqual(await tagsOf(world), []);
  });

  test('waits until it is paid, and goes with a chargeback until that is won', async () => {
    await using world = await openStore();
    const id = await order(world, ['WELD'], { paid: false });
    assert.deepEqual(await tagsOf(world), []);
    assert.equal((await ledgerOf(world))[0]?.state, 'waiting');
    await inStore(world, `orders/${id}/pay`);
    assert.deepEqual(await tagsOf(world), ['course-a']);
    await inStore(world, `orders/${id}/dispute`, { type: 'CHARGEBACK' });
    assert.deepEqual(await tagsOf(world), []);
    await inStore(world, `orders/${id}/dispute`, { status: 'WON' });
    assert.deepEqual(await tagsOf(world), ['course-a']);
  });

  test('follows edits and deletion', async () => {
    await using world = await openStore();
    const id = await order(world, ['WELD', 'HELMET']);
    await inStore(world, `orders/${id}/edit`, { remove: ['WELD'] });
    assert.deepEqual(await tagsOf(world), []);
    assert.equal((await ledgerOf(world))[0]?.reason, 'the line was removed from the order');
    const second = await order(world, ['AID']);
    assert.deepEqual(await tagsOf(world), ['course-b']);
    await inStore(world, `orders/${second}?force=true`, undefined, 'DELETE');
    assert.deepEqual(await tagsOf(world), []);
    assert.equal((await ledgerOf(world))[1]?.reason, 'the order was deleted');
  });

  test('is for the learner whom the line names, and for guests', async () => {
    await using world = await openStore();
    const carl = 'carl@example.com';
    const lines = [{ sku: 'WELD', quantity: 1, properties: { 'Learner email': carl } }];
    await inStore(world, 'orders', { email: bea, paid: true, lines });
    await order(world, ['AID'], { guest: true, email: 'guest@example.com' });
    await toldAll(world);
    const rights = await ledgerOf(world);
    assert.deepEqual(
      rights.map(({ person, membership }) => [person, membership]),
      [
        [carl, 'course-a'],
        ['guest@example.com', 'course-b'],
      ],
    );
  });

  test('is found in an order of many lines', async () => {
    await using world = await openStore();
    const lines = Array.from({ length: 45 }, () => ({ sku: 'HELMET', quantity: 1 }));
    await inStore(world, 'orders', {
      ...{ email: bea, paid: true },
      lines: [...lines, { sku: 'WELD', quantity: 1 }],
    });
    assert.deepEqual(await tagsOf(world), ['course-a']);
  });

  test('comes to the same when deliveries are lost, repeated and late', async () => {
    await using world = await openStore();
    for (const fault of [
      { kind: 'duplicate', probability: 0.5, times: 20 },
      { kind: 'reorder', probability: 0.5, times: 20 },
    ])
      await world.store.fault(fault);
    const ids: number[] = [];
    for (let count = 0; count < 6; count += 1) ids.push(await order(world, ['WELD', 'AID']));
    for (const id of ids.slice(1)) await inStore(world, `orders/${id}/refund`);
    await toldAll(world);
    const rights = await ledgerOf(world);
    assert.deepEqual(
      rights.map(({ state }) => state),
      ['standing', 'standing', ...Array.from({ length: 10 }, () => 'ended')],
    );
    assert.deepEqual(await tagsOf(world), ['course-a', 'course-b']);
  });
});

suite('what the shop does not tell', { concurrency: 2 }, () => {
  test('is found when its orders are listed again', async () => {
    await using world = await openStore();
    await world.store.fault({ kind: 'drop', times: null });
    await order(world, ['WELD']);
    await toldAll(world);
    assert.deepEqual(await ledgerOf(world), []);
    // As if the last sweep had been a while ago; a shop's search lags a second behind.
    await waitFor('the sweep to find it', async () => {
      await world.pool.query('update storefront_sweeps set next_at = now()');
      return (await ledgerOf(world)).length === 1;
    });
    assert.deepEqual(await tagsOf(world), ['course-a']);
  });

  test('waits for a shop that cannot be read, and is nobody’s fault', async () => {
    await using world = await openStore();
    await world.store.fault({ kind: 'status', match: { operation: 'OrdersByIds' }, times: 2 });
    await order(world, ['WELD']);
    await waitFor('deliveries to wait', async () =>
      (await inboxOf(world)).some(({ error }) => error?.includes('answered with status')),
    );
    assert.deepEqual(await tagsOf(world), ['course-a']);
    const all = await inboxOf(world);
    assert.deepEqual([...new Set(all.map(({ attempts }) => attempts))], [0]);
  });

  test('of an order of long ago is told with its mend', async () => {
    await using world = await openStore();
    const id = 'gid://shopify/Order/5000000000001';
    const body = JSON.stringify({ admin_graphql_api_id: id });
    await sendWebhook(world.origin, { topic: 'orders/updated', body });
    await waitFor('the delivery to fail', async () =>
      (await inboxOf(world)).some(({ error }) =>
        /does not show .*read_all_orders/.test(error ?? ''),
      ),
    );
  });
});

test('an id beyond what a number can hold is read as it is', async () => {
  await using world = await openStore();
  const body = '{"id":1,"order_id":9007199254740993}';
  await sendWebhook(world.origin, { topic: 'refunds/create', body, id: randomUUID() });
  await waitFor('the delivery to fail', async () =>
    (await inboxOf(world)).some(
      ({ attempts, error }) => attempts > 0 && error?.includes('Order/9007199254740993'),
    ),
  );
});

test('a buyer’s new name and address arrive', async () => {
  await using world = await openStore();
  await order(world, ['WELD']);
  await toldAll(world);
  const customer = await world.store.customer(bea);
  await inStore(
    world,
    `customers/${numberOf(customer?.id)}`,
    { firstName: 'Beatrice', email: 'beatrice@example.com' },
    'PATCH',
  );
  await waitFor('the person to change', async () => {
    const { rows } = await world.pool.query('select user_name, data from resources');
    return rows[0]?.user_name === 'beatrice@example.com' && rows[0].data.name.givenName;
  });
});

test('a buyer whose customer was merged into another is the same learner', async () => {
  await using world = await openStore();
  await order(world, ['WELD']);
  await toldAll(world);
  const [bought] = await world.store.customers();
  const kept = await inStore(world, 'customers', { email: 'home@example.com' });
  await inStore(world, `customers/${numberOf(bought?.id)}/merge`, { into: kept.id });
  await toldAll(world);
  await order(world, ['AID'], { email: undefined, customerId: kept.id });
  await toldAll(world);
  const people = new Set((await ledgerOf(world)).map(({ person }) => person));
  assert.equal(people.size, 1, JSON.stringify(await ledgerOf(world)));
});

test('an offer whose product is deleted raises one notice', async () => {
  await using world = await openStore();
  const product = await inStore(world, 'products', {
    title: 'Gone',
    variants: [{ title: 'Default', sku: 'GONE', price: '1.00' }],
  });
  await offering(world, 'GONE', ['course-c'], { match: { product: product.id } });
  await inStore(world, `products/${numberOf(product.id)}`, undefined, 'DELETE');
  await waitFor('the notice', async () => {
    const { rows } = await world.pool.query(
      `select message from notices where kind = 'offer.product_gone'`,
    );
    return rows.length === 1;
  });
});

test('an offer is applied to past orders, as its preview said, and that is undone', async () => {
  await using world = await testWorld({ webhooks: 'on' });
  await selling(world);
  await order(world, ['WELD']);
  await order(world, ['HELMET'], { email: 'hel@example.com' });
  await order(world, ['WELD'], { email: 'carl@example.com', paid: false });
  await toldAll(world);
  const offerId = await offering(world, 'WELD', ['course-a'], {});
  await world.pool.query('update offers set valid_from = now()');
  const shopOf = shopsOf(world);
  const shop = await shopOf(world.tenantId, new AbortController().signal);
  assert.ok(shop);
  const reach = {
    ...{ tenantId: world.tenantId, offerId },
    ...{ since: new Date(Date.now() - 86_400_000), until: new Date(Date.now() + 60_000) },
  };
  const offer = await offerToApply(world, reach);
  assert.ok(offer);
  const preview = async () => {
    const lines: string[] = [];
    for await (const event of previewBackfill(world, shop, { reach, offer }))
      if (event.type === 'right')
        lines.push(`${event.learner} ${event.effect}${event.reason ? `: ${event.reason}` : ''}`);
    return lines;
  };
  // The store's search lags a second behind.
  const said = await waitFor('both orders to be found', async () => {
    const lines = await preview();
    return lines.length === 2 ? lines : null;
  });
  assert.deepEqual(said, [`${bea} give`, 'carl@example.com skip: not paid yet (pending)']);
  assert.deepEqual(await ledgerOf(world), []);
  const id = await beginBackfill(world, { reach, offer, actor: 'test' });
  const ended = async () => {
    const backfill = await findBackfill(world.pool, world.tenantId, id);
    return backfill?.state === 'done' ? backfill : null;
  };
  const { seen, applied } = await waitFor('the back-fill to end', ended);
  assert.deepEqual({ seen, applied }, { seen: 3, applied: 2 });
  assert.deepEqual(await tagsOf(world), ['course-a']);
  assert.deepEqual((await preview())[0], `${bea} has it`);
  const { wake } = world.rollcall.engine;
  const { pool, tenantId } = world;
  await undo({ pool, now: Date.now, wake }, { tenantId, id, actor: 'test' });
  assert.deepEqual(await tagsOf(world), []);
  assert.equal((await ledgerOf(world))[0]?.reason, 'no offer gives it any more');
  const by = { actor: 'test', requestId: null };
  assert.equal(await endOffer({ pool, now: Date.now }, tenantId, offerId, by), true);
});

test('a newer version is applied to earlier orders of the same offer, and undone', async () => {
  await using world = await testWorld({ webhooks: 'on' });
  const { pool, tenantId } = world;
  await selling(world);
  const offerId = await offering(world, 'WELD', ['course-a'], { access: { days: 30 } });
  await order(world, ['WELD']);
  await toldAll(world);
  const version = { id: offerId, name: 'WELD', at: new Date(Date.now() + 60_000) };
  const [first] = await allOffers(pool, tenantId);
  assert.ok(first);
  await putOffer(pool, tenantId, {
    ...version,
    terms: { ...first.terms, access: { days: 90 } },
  });
  const shop = await shopsOf(world)(tenantId, new AbortController().signal);
  const days = [new Date(Date.now() - 86_400_000), new Date(Date.now() + 60_000)] as const;
  const reach = { tenantId, offerId, since: days[0], until: days[1] };
  const offer = await offerToApply(world, reach);
  assert.ok(shop && offer);
  const length = async () => {
    const { rows } = await pool.query(
      `select offer_version as version, extract(day from ends_at - starts_at)::int as days from grants`,
    );
    return rows;
  };
  assert.deepEqual(await length(), [{ version: 1, days: 30 }]);
  const effects = await waitFor('the order to be found', async () => {
    const seen: string[] = [];
    for await (const event of previewBackfill(world, shop, { reach, offer }))
      if (event.type === 'right') seen.push(`${event.effect}: ${event.reason}`);
    return seen.length > 0 ? seen : null;
  });
  assert.deepEqual(effects, ['change: it is by version 1']);
  const id = await beginBackfill(world, { reach, offer, actor: 'test' });
  await waitFor('the longer access', async () => (await length())[0]?.days === 90);
  assert.deepEqual(await length(), [{ version: 2, days: 90 }]);
  const { wake } = world.rollcall.engine;
  await undo({ pool, now: Date.now, wake }, { tenantId, id, actor: 'test' });
  assert.deepEqual(await length(), [{ version: 1, days: 30 }]);
  assert.deepEqual(await tagsOf(world), ['course-a']);
});

test('any of the webhooks of several orders, in any order and as often as may be, come to the same', async () => {
  await using world = await testWorld();
  await selling(world);
  await offering(world, 'WELD', ['course-a'], { access: { days: 30 } });
  await offering(world, 'AID', ['course-b'], { again: 'replace', access: { days: 10 } });
  const numbers: number[] = [];
  for (const done of ['paid', 'refund', 'cancel', 'paid'] as const) {
    const number = await order(world, ['WELD', 'AID']);
    if (done !== 'paid') await inStore(world, `orders/${number}/${done}`);
    numbers.push(number);
  }
  const deliveries = numbers.flatMap((number) => {
    const whole = { admin_graphql_api_id: `gid://shopify/Order/${number}` };
    return [
      { number, topic: 'orders/create', body: whole },
      { number, topic: 'orders/paid', body: whole },
      { number, topic: 'orders/updated', body: whole },
      { number, topic: 'orders/cancelled', body: whole },
      { number, topic: 'orders/edited', body: { order_edit: { order_id: number } } },
      { number, topic: 'refunds/create', body: { id: 1, order_id: number } },
    ];
  });
  const told = async (sent: readonly (typeof deliveries)[number][]) => {
    for (const table of ['grants', 'orders', 'inbox'])
      await world.pool.query(`delete from ${table}`);
    for (const { topic, body } of sent)
      await sendWebhook(world.origin, { topic, body: JSON.stringify(body) });
    await inboxEmpty(world, sent.length);
    const { rows } = await world.pool.query(
      `select order_id, line_id, membership, state, reason, ends_at - starts_at as length
       from grants order by order_id, line_id`,
    );
    return rows;
  };
  const ofEach = numbers.map((number) => deliveries.filter((one) => one.number === number));
  const expected = await told(deliveries);
  assert.equal(expected.length, 8);
  const some = fc.tuple(
    ...ofEach.map((own) => fc.array(fc.constantFrom(...own), { minLength: 1, maxLength: 4 })),
  );
  const shuffled = some.chain((chosen) => {
    const all = chosen.flat();
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
  await fc.assert(
    fc.asyncProperty(shuffled, async (sent) => {
      assert.deepEqual(await told(sent), expected);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
