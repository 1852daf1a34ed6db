/** What Shopify asks every app of: telling what is held of a customer, and erasing one, carried through. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { tablesOfTenants } from '../../src/store/erase-tenant.ts';
import { insertListing, keepListed } from '../../src/store/listings.ts';
import { offering } from '../support/courses.ts';
import { directory } from '../support/directory.ts';
import { addMoodle, testLms } from '../support/lms.ts';
import { push } from '../support/roll.ts';
import { keepSweepOut } from '../support/sales.ts';
import { waitFor } from '../support/wait.ts';
import { inboxOf, sendWebhook, toldAll } from '../support/webhooks.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

/** A shop that sells a course, and its LMS. */
async function academy() {
  const [world, lms] = await Promise.all([testWorld({ webhooks: 'on' }), testLms()]);
  // It would read again what is erased: the stand-in for the shop keeps its orders.
  await keepSweepOut(world);
  const destinationId = await addMoodle(world, lms);
  const product = { title: 'WELD', variants: [{ title: 'Default', sku: 'WELD', price: '40.00' }] };
  assert.equal((await world.store.dev('POST', 'products', product)).status, 200);
  await offering({ ...world, destinationId }, 'WELD', ['course:2']);
  return {
    ...{ world, lms, destinationId },
    /** Buys the course for somebody, and waits until they are in it. */
    buy: async (email: string) => {
      const order = { email, paid: true, lines: [{ sku: 'WELD', quantity: 1 }] };
      const { status, body } = await world.store.dev('POST', 'orders', order);
      assert.equal(status, 200, JSON.stringify(body));
      await waitFor(`${email} to be in the course`, async () => {
        const users = await lms.users();
        const known = users.some((user) => user.email === email && !user.deleted);
        return known && (await lms.enrolments(email)).length > 0;
      });
      await toldAll(world);
    },
    comply: (topic: string, customer: string) =>
      world.store.dev('POST', 'app/compliance', { topic, customer }),
    [Symbol.asyncDispose]: async () => {
      await world.close();
      await lms[Symbol.asyncDispose]();
    },
  };
}

const usersOf = async ({ lms }: Awaited<ReturnType<typeof academy>>) =>
  (await lms.users()).filter(({ deleted }) => !deleted).map(({ email }) => email);

/** The tables of a tenant in which a text stands somewhere. */
async function tracesOf({ pool, tenantId }: World, text: string): Promise<readonly string[]> {
  const traces: string[] = [];
  for (const table of await tablesOfTenants(pool)) {
    const { rows } = await pool.query(
      `select x::text as row from ${table} x where tenant_id = $1 and position($2 in lower(x::text)) > 0`,
      [tenantId, text],
    );
    traces.push(...rows.map(({ row }) => `${table}: ${row}`));
  }
  return traces;
}

const erasures = async ({ pool }: World) =>
  (await pool.query('select what, shop_domain, webhook_id, counts from erasures order by id')).rows;

const erased = (world: World) =>
  waitFor('the customer to be erased', async () => (await erasures(world))[0]);

suite('a customer who is to be erased', { concurrency: 2 }, () => {
  test('is erased in the LMS, then in every table here; a proof stays, and everybody else', async () => {
    await using it = await academy();
    const { world } = it;
    const ada = 'ada.lovelace@example.com';
    await push(world, userNamed('Ada'));
    // Somebody whose address ends as hers does.
    await push(world, userNamed('Bada'));
    await it.buy(ada);
    await it.buy('bada.lovelace@example.com');
    const customer = await world.store.customer(ada);
    assert.ok((await tracesOf(world, ada)).length > 3);
    await it.comply('customers/redact', ada);
    const proof = await erased(world);
    await toldAll(world);
    assert.deepEqual(await usersOf(it).then((all) => all.filter((one) => one.includes('ada'))), [
      'bada.lovelace@example.com',
    ]);
    const hers = (await tracesOf(world, ada)).filter((row) => !row.includes(`b${ada}`));
    assert.deepEqual(hers, []);
    assert.deepEqual(await tracesOf(world, String(customer?.id).toLowerCase()), []);
    assert.equal(proof.what, 'customer');
    assert.equal(proof.counts.orders, 1);
    assert.equal(proof.counts.links, 2);
    assert.doesNotMatch(JSON.stringify(proof), /\bada\b|lovelace/i);
    assert.ok((await tracesOf(world, `b${ada}`)).length > 3);
    const kept = await world.store.customer(ada);
    assert.deepEqual(kept?.tags, customer?.tags, 'the shop erases its customer itself');
  });

  test('who only bought, and is on nobody’s list, is erased as well', async () => {
    await using it = await academy();
    await it.buy('bea@example.com');
    await it.comply('customers/redact', 'bea@example.com');
    await erased(it.world);
    assert.equal((await usersOf(it)).includes('bea@example.com'), false);
    assert.deepEqual(await tracesOf(it.world, 'bea@example.com'), []);
  });

  test('waits for an LMS that does not answer, and is erased there when it does', async () => {
    await using it = await academy();
    await it.buy('bea@example.com');
    const operation = 'core_user_delete_users';
    await it.lms.fault({ kind: 'status', status: 500, times: null, match: { operation } });
    await it.comply('customers/redact', 'bea@example.com');
    await waitFor('the LMS to have failed', async () => {
      const { rows } = await it.world.pool.query('select from links where erase and attempts > 0');
      return rows.length > 0;
    });
    assert.deepEqual(await erasures(it.world), []);
    await it.lms.dev('DELETE', 'faults');
    await erased(it.world);
    assert.equal((await usersOf(it)).includes('bea@example.com'), false);
  });

  test('by an address that is not their first is erased as well, when the LMS has done its part', async () => {
    await using it = await academy();
    const { world } = it;
    const [ada, countess] = ['ada.lovelace@example.com', 'countess@example.com'];
    const emails = [{ value: ada, primary: true }, { value: countess }];
    await push(world, userNamed('Ada', { emails }));
    await it.buy(ada);
    await world.pool.query(
      `insert into activity (tenant_id, id, kind, outcome, message) values ($1, gen_random_uuid(), 'test', 'done', $2)`,
      [world.tenantId, `${countess} wrote`],
    );
    // An account that was read somewhere, under another address of its own.
    const listing = { tenantId: world.tenantId, listingId: uuidv7() };
    await insertListing(world.pool, world, { id: listing.listingId, kind: 'preview' });
    const observed = { emails: [countess] };
    await keepListed(
      world.pool,
      listing,
      [
        {
          remoteId: 'theirs',
          key: null,
          email: 'a@example.com',
          phone: null,
          aliases: [countess],
          observed,
        },
        {
          remoteId: 'another',
          key: null,
          email: 'b@example.com',
          phone: null,
          aliases: ['b'],
          observed: {},
        },
      ],
      { from: null, next: '1', about: null },
    );
    await sendWebhook(world.origin, {
      topic: 'customers/redact',
      body: `{"customer":{"id":99007199254740993,"email":"${countess}"},"orders_to_redact":[]}`,
    });
    const { counts } = await erased(world);
    await toldAll(world);
    assert.equal(counts.links, 2);
    assert.deepEqual([counts.listed_accounts, counts.listed_aliases], [1, 1]);
    assert.equal((await usersOf(it)).includes(ada), false);
    assert.deepEqual(await tracesOf(world, ada), []);
    assert.deepEqual(await tracesOf(world, countess), []);
  });

  test('is erased here in time, and what an LMS did not do is told', async () => {
    await using it = await academy();
    await it.buy('bea@example.com');
    await it.world.pool.query(
      `update destinations set state = 'paused' where connector = 'moodle'`,
    );
    await it.comply('customers/redact', 'bea@example.com');
    await waitFor('the request to have come', async () =>
      (await inboxOf(it.world)).some(({ topic }) => topic === 'customers/redact'),
    );
    await it.world.pool.query(
      `update inbox set received_at = now() - interval '26 days' where topic = 'customers/redact'`,
    );
    const { counts } = await erased(it.world);
    assert.equal(Object.values(counts.left)[0], 1);
    const { rows } = await it.world.pool.query(
      `select message from notices where kind = 'privacy.left'`,
    );
    assert.match(rows[0]?.message, /erase \d+ at /);
    assert.deepEqual(await tracesOf(it.world, 'bea@example.com'), []);
  });

  test('and comes back is somebody new', async () => {
    await using it = await academy();
    const { world } = it;
    const ada = 'ada.lovelace@example.com';
    const before = await push(world, userNamed('Ada'));
    await it.buy(ada);
    await it.comply('customers/redact', ada);
    await erased(world);
    const after = await push(world, userNamed('Ada'));
    assert.notEqual(after, before);
    await world.settled();
    const { rows } = await world.pool.query('select count(*)::int as count from grants');
    assert.deepEqual(rows, [{ count: 0 }]);
  });

  test('whom nobody here knows is proved to be erased, too', async () => {
    await using it = await academy();
    await sendWebhook(it.world.origin, {
      topic: 'customers/redact',
      id: 'request-1',
      body: '{"customer":{"id":99007199254740993,"email":"nobody@example.com","phone":null},"orders_to_redact":[]}',
    });
    const proof = await erased(it.world);
    assert.equal(proof.webhook_id, 'request-1');
    assert.deepEqual(await tracesOf(it.world, 'nobody@example.com'), []);
  });

  test('is nobody where the request is forged', async () => {
    await using it = await academy();
    await push(it.world, userNamed('Ada'));
    const { status } = await sendWebhook(it.world.origin, {
      topic: 'customers/redact',
      secret: 'shpss_forged',
      body: '{"customer":{"id":1,"email":"ada.lovelace@example.com"}}',
    });
    assert.equal(status, 401);
    const told = (await inboxOf(it.world)).map(({ topic }) => topic);
    assert.equal(told.includes('customers/redact'), false);
  });
});

suite('a customer who asks what is held of them', () => {
  test('is answered with an export, which an administrator is told of and downloads', async () => {
    await using it = await academy();
    const { world } = it;
    const ada = 'ada.lovelace@example.com';
    await push(world, userNamed('Ada'));
    await it.buy(ada);
    const customer = await world.store.customer(ada);
    await it.comply('customers/data_request', ada);
    await toldAll(world);
    const { rows: notices } = await world.pool.query(
      `select detail, message from notices where kind = 'privacy.export'`,
    );
    assert.equal(notices.length, 1);
    assert.doesNotMatch(notices[0].message, /\bada\b/);
    const api = (path: string) =>
      request(`${world.origin}/api/tenants/${world.tenantId}/exports${path}`, { method: 'GET' });
    const { exports } = (await api('')).body;
    assert.deepEqual(
      exports.map(({ id, customerId }: { id: string; customerId: string }) => [id, customerId]),
      [[notices[0].detail.exportId, customer?.id]],
    );
    const { body, headers } = await api(`/${exports[0].id}`);
    assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="customer-data-/);
    assert.equal(body.customer.email, ada);
    const [person] = body.people;
    assert.equal(person.resource.userName, ada);
    assert.deepEqual(
      person.accounts.map(({ account }: { account: string }) => account).includes(customer?.id),
      true,
    );
    assert.equal(person.rights[0].membership, 'course:2');
    assert.ok(person.activity.length > 1);
    assert.equal(body.orders.length, 1);
    const { rows } = await world.pool.query(
      `select actor from activity where kind = 'export.download'`,
    );
    assert.deepEqual(rows, [{ actor: 'admin' }]);
    assert.equal((await api('/nonsense')).status, 404);
  });

  test('is told what is kept of who was deleted from the directory, whichever address is theirs, and has it erased', async () => {
    await using world = await testWorld({ webhooks: 'on' });
    const people = await directory(world.pool, world.tenantId);
    const ada = 'ada.lovelace@example.com';
    const emails = [{ value: ada, primary: true }, { value: 'Countess@Example.com' }];
    await people.remove(await people.add('Ada', { emails }));
    await people.remove(await people.add('Grace'));
    const body = '{"customer":{"id":7,"email":"countess@example.com"}}';
    await sendWebhook(world.origin, { topic: 'customers/data_request', body });
    await toldAll(world);
    const { rows: told } = await world.pool.query(
      `select person #> '{deleted,resource}' as resource, person #>> '{deleted,by}' as by
       from exports, jsonb_array_elements(data -> 'people') person`,
    );
    const { rows: kept } = await world.pool.query(
      'select data as resource, deleted_by as by from deleted_users where user_name = $1',
      [ada],
    );
    assert.equal(kept.length, 1);
    assert.deepEqual(told, kept);
    await sendWebhook(world.origin, { topic: 'customers/redact', body });
    await erased(world);
    await toldAll(world);
    assert.deepEqual(await tracesOf(world, ada), []);
    assert.deepEqual(await tracesOf(world, 'countess@example.com'), []);
    const { rows } = await world.pool.query('select user_name from deleted_users');
    assert.deepEqual(rows, [{ user_name: 'grace.lovelace@example.com' }]);
  });

  test('and is erased later leaves no export behind', async () => {
    await using it = await academy();
    await it.buy('bea@example.com');
    await it.comply('customers/data_request', 'bea@example.com');
    await toldAll(it.world);
    await it.comply('customers/redact', 'bea@example.com');
    await erased(it.world);
    const { rows } = await it.world.pool.query('select from exports');
    assert.equal(rows.length, 0);
  });
});
