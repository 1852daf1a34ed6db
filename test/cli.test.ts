import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTenant } from '../src/directory/tenants.ts';
import { spreadAll } from '../src/provisioning/spread.ts';
import { cliOf, cliProcessOf, type Rollcall } from './support/cli.ts';
import { type TestDatabase, testDatabase } from './support/database.ts';
import { testSecrets } from './support/world.ts';

let database: TestDatabase;
let rollcall: Rollcall;
before(async () => {
  database = await testDatabase();
  rollcall = cliOf(database);
});
after(() => database.close());

test('tokens are made, listed by prefix and revoked from the command line', async () => {
  const none = await rollcall(['token', 'list']);
  assert.equal(none.code, 1);
  assert.match(none.err, /There is no SCIM connection yet/);

  const { sourceId } = await createTenant(database.pool, testSecrets, {
    name: 'Test',
    shop: { shop: 'test.myshopify.com', accessToken: 'none' },
    switches: 'on',
  });
  const made = await rollcall(['token', 'create', '--expires', '30']);
  assert.equal(made.code, 0, made.err);
  assert.match(
    made.out,
    new RegExp(`^SCIM base URL: http://127.0.0.1:3000/scim/v2/${sourceId}$`, 'm'),
  );
  const token = /^Authorization: Bearer (rc_\S+)$/m.exec(made.out)?.[1] ?? '';
  assert.equal(token.length, 46);

  const listed = await rollcall(['token', 'list', '--source', sourceId]);
  assert.match(listed.out, new RegExp(`${token.slice(0, 10)}….*live until`));
  assert.ok(!listed.out.includes(token));

  const tokenId = listed.out.split(' ')[0] ?? '';
  assert.equal((await rollcall(['token', 'revoke', tokenId])).code, 0);
  assert.match((await rollcall(['token', 'list'])).out, /revoked/);
  const again = await rollcall(['token', 'revoke', tokenId]);
  assert.equal(again.code, 1);
  assert.match(again.err, /no live token/);

  const { rows } = await database.pool.query(
    'select count(*) as found from tokens where hash::text like $1',
    [`%${token}%`],
  );
  assert.equal(rows[0].found, 0);
});

test('client secrets are made with what goes with them, listed apart from tokens, and revoked', async () => {
  const { sourceId } = await createTenant(database.pool, testSecrets, {
    name: 'Entra',
    shop: { shop: 'entra.myshopify.com', accessToken: 'none' },
    switches: 'on',
  });
  const of = ['--source', sourceId];
  const made = await rollcall(['secret', 'create', ...of]);
  assert.equal(made.code, 0, made.err);
  assert.match(
    made.out,
    new RegExp(`^Token URL: http://127.0.0.1:3000/oauth/${sourceId}/token$`, 'm'),
  );
  assert.match(made.out, new RegExp(`^Client ID: ${sourceId}$`, 'm'));
  const secret = /^Client secret: (rcs_\S+)$/m.exec(made.out)?.[1] ?? '';
  assert.equal(secret.length, 47);

  assert.match((await rollcall(['token', 'list', ...of])).out, /No tokens yet/);
  const listed = await rollcall(['secret', 'list', ...of]);
  assert.ok(listed.out.includes(`${secret.slice(0, 10)}…`) && !listed.out.includes(secret));
  const [id = ''] = listed.out.split(' ');
  assert.match((await rollcall(['token', 'revoke', id, ...of])).err, /no live token/);
  assert.match((await rollcall(['secret', 'revoke', id, ...of])).out, /refused from now on/);
  assert.match((await rollcall(['secret', 'create', '--user', 'ada', ...of])).err, /--user goes/);
});

test('a token bound to a user names them', async () => {
  const owner = await createTenant(database.pool, testSecrets, {
    name: 'Bound',
    shop: { shop: 'bound.myshopify.com', accessToken: 'none' },
    switches: 'on',
  });
  await database.pool.query(
    `insert into resources (tenant_id, id, source_id, type, user_name, data, created_at, last_modified)
     values ($1, gen_random_uuid(), $2, 'User', 'ada', '{"userName": "Ada"}', now(), now())`,
    [owner.tenantId, owner.sourceId],
  );
  const create = (user: string) =>
    rollcall(['token', 'create', '--source', owner.sourceId, '--user', user]);
  assert.match((await create('nobody')).err, /There is no user nobody in the connection/);
  assert.match((await create('Ada')).out, /It stands for Ada alone/);
  assert.match((await rollcall(['token', 'list', '--source', owner.sourceId])).out, /for Ada$/m);
});

test('the settings of a connection are shown and changed, with a line of activity', async () => {
  const { tenantId, sourceId } = await createTenant(database.pool, testSecrets, {
    name: 'Set',
    shop: { shop: 'set.myshopify.com', accessToken: 'none' },
    switches: 'off',
  });
  const set = (...settings: string[]) =>
    rollcall(['source', 'set', ...settings, '--source', sourceId]);
  const changed = await set('unknownAttributes=keep', 'strictInterop=true');
  assert.match(changed.out, /unknownAttributes=keep/);
  const listed = await rollcall(['source', 'list']);
  assert.match(listed.out, new RegExp(`^${sourceId} .*strictInterop=true`, 'm'));
  const { rows } = await database.pool.query(
    'select kind, actor, detail from activity where tenant_id = $1',
    [tenantId],
  );
  assert.deepEqual(rows, [
    {
      kind: 'source.update',
      actor: 'cli',
      detail: { unknownAttributes: ['ignore', 'keep'], strictInterop: [false, true] },
    },
  ]);
  assert.match((await set('strictInterop=maybe')).err, /strictInterop must be true or false/);
  assert.match((await set('colour=red')).err, /colour is not known here/);
  assert.match((await set()).err, /Say what to set/);
});

test('a tenant is made with its switches off, its access token sealed', async () => {
  const refused = await rollcall(['tenant', 'create', '--name', 'Shop', '--shop', 'not a domain']);
  assert.match(refused.err, /--shop takes a domain/);
  const secret = 'shpat_00112233445566778899';
  const made = await rollcall(
    ['tenant', 'create', '--name', 'Shop', '--shop', 'shop.myshopify.com'],
    {
      ROLLCALL_SHOP_ACCESS_TOKEN: secret,
      ROLLCALL_ENCRYPTION_KEY: 'b'.repeat(64),
    },
  );
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^Tenant \w+$/m);
  const { rows } = await database.pool.query(
    'select settings::text || secrets as kept from destinations',
  );
  assert.ok(rows.every(({ kept }) => !kept.includes(secret)));
  const switches = await database.pool.query(
    "select provisioning_enabled as p, creation_enabled as c from sources s join tenants t using (tenant_id) where t.name = 'Shop'",
  );
  assert.deepEqual(switches.rows, [{ p: false, c: false }]);
});

test('retry has everybody looked at again who waits for somebody to act, and nobody else', async () => {
  const made = await createTenant(database.pool, testSecrets, {
    name: 'Retried',
    shop: { shop: 'retried.myshopify.com', accessToken: 'none' },
    switches: 'on',
  });
  for (const outcome of ['held', 'rejected', 'done']) {
    await database.pool.query(
      `insert into links (tenant_id, id, destination_id, source_id, resource_id, wanted, done, outcome)
       values ($1, gen_random_uuid(), $2, $3, gen_random_uuid(), 1, 1, $4)`,
      [made.tenantId, made.destinationId, made.sourceId, outcome],
    );
  }
  const retried = await rollcall(['retry']);
  assert.equal(retried.code, 0, retried.err);
  const { signal } = new AbortController();
  await spreadAll({ pool: database.pool, wake: () => undefined, signal });
  const { rows } = await database.pool.query(
    'select outcome from links where tenant_id = $1 and wanted > done order by outcome',
    [made.tenantId],
  );
  assert.deepEqual(rows, [{ outcome: 'held' }, { outcome: 'rejected' }]);
});

test('status shows a block for each destination, or JSON, while Rollcall does not run', async () => {
  const made = await createTenant(database.pool, testSecrets, {
    name: 'Stood',
    shop: { shop: 'stood.myshopify.com', accessToken: 'none' },
    switches: 'on',
  });
  for (const outcome of ['held', 'held', null]) {
    await database.pool.query(
      `insert into links (tenant_id, id, destination_id, source_id, resource_id, wanted, done, outcome, reason, requested_at)
       values ($1, gen_random_uuid(), $2, $3, gen_random_uuid(), 2, case when $4::text is null then 1 else 2 end, $4,
               'creation is off', now() - interval '200 seconds')`,
      [made.tenantId, made.destinationId, made.sourceId, outcome],
    );
  }
  const shown = await rollcall(['status']);
  assert.equal(shown.code, 0, shown.err);
  const block = shown.out.split('\n\n').find((one) => one.includes(made.tenantId)) ?? '';
  assert.match(block, /^Stood \(/);
  assert.match(block, /^ {4}state +active$/m);
  assert.match(block, /^ {4}backlog +1 due now, 0 later; 0 of them leavers$/m);
  assert.match(block, /^ {4}oldest waiting +3 min 2\d s; leavers nobody$/m);
  assert.match(block, /^ {4}last success +never$/m);
  assert.match(block, /^ {4}nightly look +none yet; next at 20[\d-]+T[\d:.]+Z$/m);
  assert.match(block, /^ {4}request to effect +last hour: nothing written$/m);
  assert.match(block, /^ {4}stuck +2 held, 0 rejected, 0 failing$/m);
  assert.match(block, /^ +2 held: creation is off$/m);

  const { tenants } = JSON.parse((await rollcall(['status', '--json'])).out);
  const { destinations } = tenants.find(
    ({ tenant }: { tenant: { tenantId: string } }) => tenant.tenantId === made.tenantId,
  );
  assert.equal(destinations[0].destinationId, made.destinationId);
  assert.equal(destinations[0].backlog.dueNow, 1);
  assert.equal(destinations[0].stuck.held, 2);
});

test('a command is a process: its answer is its output, and a refusal its error and exit code', async () => {
  const process = cliProcessOf(database);
  const listed = await process(['tenant', 'list']);
  assert.deepEqual(listed, await rollcall(['tenant', 'list']));
  assert.equal(listed.code, 0);
  const refused = await process(['token', 'list'], { PORT: 'x' });
  assert.deepEqual({ code: refused.code, out: refused.out }, { code: 1, out: '' });
  assert.match(refused.err, /^- PORT must be a port number/m);
});

test('a command that does not exist, and faults of the configuration, are told with their mend', async () => {
  const unknown = await rollcall(['dance']);
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /There is no command dance/);
  const half = await rollcall(['guard']);
  assert.match(
    half.err,
    /There is no command guard\.\n\nUsage:\n {2}guard list .*\n {2}guard allow/,
  );
  assert.doesNotMatch(half.err, /token create/);
  const faulty = await rollcall(['token', 'list'], { PORT: 'x', ROLLCALL_MODE: 'production' });
  assert.match(faulty.err, /PORT must be a port number/);
  assert.match(faulty.err, /ROLLCALL_ENCRYPTION_KEY must be set/);
});

test('a shop that is connected paused is not worked on until it is activated', async () => {
  const token = { ROLLCALL_SHOP_ACCESS_TOKEN: 'none' };
  const named = ['--name', 'Later', '--shop', 'later.myshopify.com'];
  const made = await rollcall(['tenant', 'create', ...named, '--paused'], token);
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /rollcall destination activate does it/);
  const { rows } = await database.pool.query(
    `select d.id, d.state from destinations d join tenants t using (tenant_id) where t.name = 'Later'`,
  );
  assert.equal(rows[0].state, 'paused');
  const of = ['--destination', rows[0].id];
  assert.equal((await rollcall(['destination', 'activate', ...of])).code, 0);
  assert.match((await rollcall(['destination', 'list'])).out, new RegExp(`${rows[0].id}.* active`));
});

test('erasure list shows the proofs, with the rows that are gone', async () => {
  assert.match((await rollcall(['erasure', 'list'])).out, /Nothing was asked to be erased yet/);
  await database.pool.query(
    `insert into erasures (id, what, shop_domain, webhook_id, asked_at, counts)
     values (gen_random_uuid(), 'customer', 'shop.myshopify.com', 'request-1', now(), '{"links":2,"orders":1}')`,
  );
  const { code, out } = await rollcall(['erasure', 'list']);
  assert.equal(code, 0);
  assert.match(out, /customer of shop\.myshopify\.com: 3 rows; asked .*, request request-1/);
  assert.equal(JSON.parse((await rollcall(['erasure', 'list', '--json'])).out).erasures.length, 1);
});
