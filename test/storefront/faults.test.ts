import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { pino } from 'pino';
import { tenantStatus } from '../../src/provisioning/destination-status.ts';
import { storeDelivery } from '../../src/store/inbox.ts';
import { takeShop } from '../../src/store/storefront-sweeps.ts';
import { startInbox } from '../../src/storefront/inbox.ts';
import { offering } from '../support/courses.ts';
import { testDatabase } from '../support/database.ts';
import { waitFor } from '../support/wait.ts';
import { inboxOf, toldAll } from '../support/webhooks.ts';
import { testWorld, type World } from '../support/world.ts';

const log = pino({ level: 'silent' });

async function inStore(world: World, path: string, body?: object, method = 'POST') {
  const answer = await world.store.dev(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function openStore(): Promise<World> {
  const world = await testWorld({ webhooks: 'on' });
  for (const sku of ['WELD', 'HELMET'])
    await inStore(world, 'products', {
      title: sku,
      variants: [{ title: 'Default', sku, price: '40.00' }],
    });
  await offering(world, 'WELD', ['course-a']);
  return world;
}

suite('the storefront', { concurrency: 2 }, () => {
  test('an order that no offer is about may be deleted without a dead letter', async () => {
    await using world = await openStore();
    const lines = [{ sku: 'HELMET', quantity: 1 }];
    const { id } = await inStore(world, 'orders', { email: 'hel@example.com', paid: true, lines });
    await toldAll(world);
    const number = String(id).split('/').at(-1);
    await inStore(world, `orders/${number}?force=true`, undefined, 'DELETE');
    const told = await waitFor('the deletion to be looked at', async () =>
      (await inboxOf(world)).find(
        ({ topic, state, attempts }) =>
          topic === 'orders/delete' && (state !== 'waiting' || attempts > 0),
      ),
    );
    assert.deepEqual([told.state, told.error], ['done', null]);
  });

  test('an order that cannot be written down does not stop the sweep of the others', async () => {
    await using world = await openStore();
    await world.store.fault({ kind: 'drop', times: null });
    const long = `${randomBytes(3_000).toString('hex')}@example.com`;
    const lines = [{ sku: 'WELD', quantity: 1, properties: { 'learner email': long } }];
    await inStore(world, 'orders', { email: 'bea@example.com', paid: true, lines });
    await inStore(world, 'orders', {
      ...{ email: 'carl@example.com', paid: true },
      lines: [{ sku: 'WELD', quantity: 1 }],
    });
    await waitFor('the sweep to find the good order', async () => {
      await world.pool.query('update storefront_sweeps set next_at = now()');
      const { rows } = await world.pool.query(`select from grants where state = 'standing'`);
      return rows.length > 0;
    });
  });

  test('a shop that does not answer does not hold up the webhooks of others', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    for (const name of ['slow', 'quick'])
      await pool.query(
        `insert into tenants (tenant_id, name, shop_domain) values ($1, $1, $1 || '.myshopify.com')`,
        [name],
      );
    const deliver = (name: string) =>
      storeDelivery(pool, {
        ...{ shop: `${name}.myshopify.com`, webhookId: name, eventId: null, triggeredAt: null },
        ...{ topic: 'orders/paid', state: 'waiting', waitMs: 0 },
        body: JSON.stringify({ admin_graphql_api_id: 'gid://shopify/Order/1' }),
      });
    await deliver('slow');
    const stateOf = async (name: string) =>
      (await pool.query('select state, not_before from inbox where tenant_id = $1', [name]))
        .rows[0];
    let release: (() => void) | undefined;
    const inbox = startInbox({
      ...{ pool, now: Date.now, random: Math.random, log, wake: () => undefined },
      shopOf: async (tenantId) => {
        if (tenantId === 'slow')
          await new Promise<void>((done) => {
            release = done;
          });
        return null;
      },
    });
    try {
      await waitFor('the slow shop to be asked', async () => release !== undefined);
      await deliver('quick');
      await waitFor('the other to be told', async () => (await stateOf('quick')).state === 'done');
    } finally {
      release?.();
      await inbox.stop();
    }
  });

  test('the shop that has waited longest is swept first', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    for (let n = 0; n < 40; n += 1) {
      const name = `t${n}`;
      await pool.query(`insert into tenants (tenant_id, name) values ($1, $1)`, [name]);
      await pool.query(
        `insert into offers (tenant_id, id, version, name, terms) values ($1, gen_random_uuid(), 1, 'a', '{}')`,
        [name],
      );
      await pool.query(
        `insert into storefront_sweeps (tenant_id, swept_to, next_at) values ($1, now(), now() - $2 * interval '1 minute')`,
        [name, (n * 17) % 40],
      );
    }
    const { rows } = await pool.query(
      'select tenant_id from storefront_sweeps order by next_at limit 1',
    );
    assert.equal((await takeShop(pool, 1_000))?.tenantId, rows[0].tenant_id);
  });

  test('a shop that does not let its orders be read is told of in the status, until it does', async () => {
    await using world = await testWorld();
    await offering(world, 'WELD', ['course-a']);
    const { pool, tenantId, store } = world;
    const sweptAgain = (error: RegExp | null) =>
      waitFor(`the status to say ${error}`, async () => {
        await pool.query('update storefront_sweeps set next_at = now()');
        const { orders } = await tenantStatus(pool, tenantId, Date.now());
        if (error === null) return orders?.error === null && orders.sweptAt !== null;
        return error.test(orders?.error ?? '');
      });
    assert.equal((await store.dev('POST', 'scopes', { read_orders: false })).status, 200);
    await sweptAgain(/^Shopify denies access: .*read_orders/);
    await store.dev('POST', 'scopes', { read_orders: true });
    await sweptAgain(null);
  });
});
