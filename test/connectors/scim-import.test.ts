/** Users of SCIM servers that are read many at a time: for an import, for a preview of many, and every night. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pushMany, setState } from '../support/bulk.ts';
import { cliOf } from '../support/cli.ts';
import { push } from '../support/roll.ts';
import { addServer, type ScimServer, scimServer } from '../support/scim-server.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const cliKey = { ROLLCALL_ENCRYPTION_KEY: '07'.repeat(32), ROLLCALL_PRIVATE_NETWORK: 'allowed' };

type Of = Pick<World, 'origin' | 'tenantId'> & { readonly destinationId: string };

async function about(
  { origin, tenantId, destinationId }: Of,
  method: 'GET' | 'POST',
  path: string,
) {
  return request(`${origin}/api/tenants/${tenantId}/destinations/${destinationId}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: {} } : {}),
  });
}

/** Runs an import to its end. */
async function imported(of: Of) {
  const { status, body } = await about(of, 'POST', '/import');
  assert.equal(status, 202, JSON.stringify(body));
  return waitFor('the import to end', async () => {
    const now = await about(of, 'GET', `/imports/${body.id}`);
    assert.notEqual(now.body.state, 'failed', now.body.error);
    return now.body.state === 'done' && now.body;
  });
}

/** Adds strangers whom nobody on the roll is; the filters of this server need everybody to have addresses. */
function strangers(server: ScimServer, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) =>
    server.addUser(userOf(`stranger${n}@example.net`)),
  );
}

const userOf = (userName: string, ...addresses: readonly string[]) => ({
  userName,
  active: true,
  emails: (addresses.length === 0 ? [userName] : addresses).map((value) => ({ value })),
});

const reads = ({ requests }: ScimServer) => requests.filter(({ method }) => method === 'GET');
const writes = ({ requests }: ScimServer) => requests.filter(({ method }) => method !== 'GET');
const lists = (server: ScimServer) =>
  reads(server).filter(({ url }) => /\/Users\?startIndex=/.test(url) && !url.includes('filter'));

suite('an import of a SCIM server', { concurrency: 2 }, () => {
  test('says of each user whose it is, also of one who moved between two pages, and writes nothing', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const destinationId = await addServer(world, { baseUrl, token });
    const of = { ...world, destinationId };
    await push(world, userNamed('Linked'));
    await world.settled();
    await about(of, 'POST', '/pause');
    for (const name of ['Adopted', 'Doubted', 'Moved']) await push(world, userNamed(name));
    const mail = (name: string) => `${name}.lovelace@example.com`;
    const [gone = ''] = strangers(server, 98);
    server.addUser(userOf('a1', mail('adopted')));
    // The hundred and first: it is on no page once one of the first hundred is gone.
    const moved = server.addUser(userOf(mail('moved')));
    server.addUser(userOf(mail('doubted'), 'd1@example.com'));
    server.addUser(userOf('d2', 'd2@example.com', mail('doubted')));
    server.misbehave(({ url }) => {
      if (url.includes('startIndex=101')) server.users.delete(gone);
      return false;
    }, 'hang');
    server.requests.length = 0;
    const done = await imported(of);
    assert.deepEqual(writes(server), []);
    assert.deepEqual(done.counts, { linked: 1, adopt: 2, conflict: 2, ignore: 98 });
    assert.equal(done.read, 103);
    const { body } = await about(of, 'GET', `/imports/${done.id}/accounts?verdict=adopt`);
    assert.ok(body.accounts.some(({ remoteId }: { remoteId: string }) => remoteId === moved));
    await about(of, 'POST', '/activate');
    await world.settled();
    assert.equal(server.users.size, 102, 'nobody is made');
    assert.match(server.users.get(moved).externalId, /^[\da-f-]{36}$/);
  });

  test('takes nobody for gone whom its pages passed over', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const destinationId = await addServer(world, { baseUrl, token });
    const of = { ...world, destinationId };
    await pushMany(world.scim, 5);
    await world.settled();
    const everybody = JSON.stringify({ totalResults: 5, Resources: [] });
    server.misbehave(({ url }) => url.includes('startIndex=1&count=100'), {
      status: 200,
      body: everybody,
    });
    const done = await imported(of);
    assert.deepEqual(done.counts, { linked: 5, adopt: 0, conflict: 0, ignore: 0 });
    assert.equal(server.users.size, 5);
  });

  test('that is asked to wait goes on where it was', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const of = { ...world, destinationId: await addServer(world, { baseUrl, token }) };
    strangers(server, 250);
    server.misbehave(({ url }) => url.includes('startIndex=101'), {
      status: 429,
      headers: { 'retry-after': '1' },
    });
    const done = await imported(of);
    assert.deepEqual([done.read, done.about, done.counts.ignore], [250, 250, 250]);
    assert.equal(
      lists(server).filter(({ url }) => url.includes('startIndex=1&count=100')).length,
      1,
    );
  });

  test('that is asked to wait for years asks again within the hour', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const of = { ...world, destinationId: await addServer(world, { baseUrl, token }) };
    server.misbehave(({ url }) => url.includes('startIndex=1&count=100'), {
      status: 429,
      headers: { 'retry-after': '99999999999' },
    });
    const { body } = await about(of, 'POST', '/import');
    const wait = await waitFor('the wait', async () => {
      const { rows } = await world.pool.query<{ until: Date }>(
        `select not_before as until from listings where tenant_id = $1 and id = $2 and error like '%asks to wait.'`,
        [world.tenantId, body.id],
      );
      return rows[0];
    });
    assert.ok(Number(wait.until) <= Date.now() + 3_600_000);
  });

  test('of another Rollcall reads it by cursor', async () => {
    await using there = await testWorld();
    await using directory = await testWorld();
    await pushMany(there.scim, 120);
    await push(there, userNamed('Ada'));
    const baseUrl = `${there.origin}/scim/v2/${there.sourceId}`;
    const destinationId = await addServer(directory, { baseUrl, token: there.token });
    const of = { ...directory, destinationId };
    await about(of, 'POST', '/pause');
    await push(directory, userNamed('Ada'));
    const done = await imported(of);
    assert.deepEqual(done.counts, { linked: 0, adopt: 1, conflict: 0, ignore: 120 });
    assert.deepEqual([done.read, done.about], [121, 121]);
  });
});

suite('a preview of a SCIM server', { concurrency: 2 }, () => {
  const eventsOf = (lines: unknown) =>
    String(lines)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  /** A server of which nothing is expected yet. */
  async function paused(world: World, { baseUrl, token }: ScimServer) {
    const of = { ...world, destinationId: await addServer(world, { baseUrl, token }) };
    await about(of, 'POST', '/pause');
    await setState(world, 'paused');
    return of;
  }

  const wait = (seconds: number) => ({
    status: 429,
    headers: { 'retry-after': String(seconds) },
  });

  test('of many reads its users page by page, waits where it is asked to, and goes on where it was', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const of = await paused(world, server);
    await pushMany(world.scim, 510);
    for (let n = 0; n < 500; n += 1)
      server.addUser(userOf(`u${n}`, `person${n}.lovelace@example.com`));
    server.misbehave(({ url }) => url.includes('startIndex=101'), wait(1));
    server.misbehave(({ url }) => url.includes('filter'), wait(1));
    server.requests.length = 0;
    const { status, body } = await about(of, 'POST', '/preview');
    assert.equal(status, 200);
    const events = eventsOf(body);
    const read = events.filter(({ type }) => type === 'reading');
    assert.deepEqual([...new Set(read.map((one) => one.read))], [100, 200, 300, 400, 500]);
    assert.ok(read.every(({ about }) => about === 500));
    const waits = events.flatMap(({ type, until }, at) =>
      type === 'waiting' ? [[at, until]] : [],
    );
    assert.deepEqual([waits.length, waits[0]?.[0]], [2, 1]);
    assert.ok(waits.every(([, until]) => Math.abs(Date.parse(until) - Date.now()) < 30_000));
    const { counts } = events.at(-1);
    assert.deepEqual([counts.adopt, counts.create], [500, 10]);
    const told = events.filter(({ type }) => type === 'person').map(({ person }) => person);
    assert.deepEqual([told.length, new Set(told).size], [510, 510]);
    assert.deepEqual(writes(server), []);
    assert.ok(reads(server).length < 20, `${reads(server).length} requests`);
    assert.equal(
      lists(server).filter(({ url }) => url.includes('startIndex=1&count=100')).length,
      1,
    );
  });

  test('that waits ends when nobody listens any more', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { destinationId } = await paused(world, server);
    await pushMany(world.scim, 510);
    server.misbehave(({ url }) => url.includes('startIndex=1&'), wait(600));
    const gone = new AbortController();
    const path = `/api/tenants/${world.tenantId}/destinations/${destinationId}/preview`;
    const { body } = await fetch(`${world.origin}${path}`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
      signal: gone.signal,
    });
    const first = await body?.getReader().read();
    assert.equal(JSON.parse(Buffer.from(first?.value ?? []).toString()).type, 'waiting');
    gone.abort();
    await waitFor('the preview to end', async () => {
      const { rows } = await world.pool.query(
        `select from listings where tenant_id = $1 and kind = 'preview' and ended_at is not null`,
        [world.tenantId],
      );
      return rows.length === 1;
    });
    assert.equal(lists(server).length, 1);
  });

  test('of few waits as well, and for no longer than a quarter of an hour', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const of = await paused(world, server);
    await push(world, userNamed('Ada'));
    await push(world, userNamed('Grace'));
    server.misbehave(({ url }) => url.includes('filter'), wait(1));
    const events = eventsOf((await about(of, 'POST', '/preview')).body);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['waiting', 'person', 'person', 'summary'],
    );
    server.misbehave(({ url }) => url.includes('filter'), wait(1));
    const cli = cliOf(world.database, cliKey);
    const tenant = ['--tenant', of.tenantId, '--destination', of.destinationId];
    const { out, err } = await cli(['preview', ...tenant]);
    assert.match(err, /^the destination asks to wait until 2\S+Z$/m);
    assert.match(out, /^create: 2$/m);
    server.misbehave(({ url }) => url.includes('filter'), wait(1_000));
    const { status, body } = await about(of, 'POST', '/preview');
    assert.equal(status, 502);
    assert.match(body.detail, /asks to wait\. A preview waits for a quarter of an hour at most/);
  });
});

suite('the nightly look at a SCIM server', { concurrency: 2 }, () => {
  const sweep = async ({ rollcall, tenantId, settled, destinationId }: World) => {
    await rollcall.engine.respread({ tenantId, destinationId }, { kind: 'everybody' });
    await settled();
  };

  test('reads users many at a time, puts right who differs, and makes whoever is gone again', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const at = { ...world, destinationId: await addServer(world, { baseUrl, token }) };
    await pushMany(world.scim, 120);
    await world.settled(60_000);
    server.requests.length = 0;
    await sweep(at);
    assert.deepEqual(writes(server), []);
    assert.ok(reads(server).length < 60, `${reads(server).length} requests`);

    const [renamed, gone] = [...server.users.values()];
    renamed.name.familyName = 'Byron';
    server.users.delete(gone.id);
    await sweep(at);
    assert.equal(server.users.size, 120);
    assert.equal(server.users.get(renamed.id).name.familyName, 'Lovelace');
    const again = [...server.users.values()].find(({ userName }) => userName === gone.userName);
    assert.equal(again.externalId, gone.externalId);
  });

  test('looks one by one where it cannot be asked for several, and takes nobody for gone', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const at = { ...world, destinationId: await addServer(world, { baseUrl, token }) };
    await pushMany(world.scim, 40);
    await world.settled();
    server.requests.length = 0;
    const nobody = JSON.stringify({ totalResults: 0, Resources: [] });
    for (let times = 0; times < 9; times += 1)
      server.misbehave(({ url }) => url.includes('id%20eq'), { status: 200, body: nobody });
    await sweep(at);
    assert.deepEqual(writes(server), []);
    assert.equal(server.users.size, 40);
    assert.equal(reads(server).filter(({ url }) => /\/Users\/[\w-]+$/.test(url)).length, 40);
  });
});
