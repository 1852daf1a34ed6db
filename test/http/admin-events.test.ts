/** Server-sent events: lines of activity as they arrive, and how far long work has come. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { suite, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { NewsReader } from '../../src/http/admin-news.ts';
import { transaction } from '../../src/store/statement.ts';
import { newTenant, startAdmin } from '../support/admin.ts';
import { openTest, testDatabase } from '../support/database.ts';
import { push } from '../support/roll.ts';
import { secondSource } from '../support/second-source.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed } from '../support/world.ts';

interface Told {
  readonly id: string | undefined;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it expects
  readonly data: any;
}

/** Reads a stream by `fetch`, as the page does, until it is left. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  const told: Told[] = [];
  const reading = (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) =>
          block
            .split('\n')
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2);
        const [event, data] = [field('event'), field('data')];
        if (event !== undefined && data !== undefined)
          told.push({ id: field('id'), event, data: JSON.parse(data) });
      }
    }
  })().catch(() => undefined);
  return {
    response,
    told,
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await reading;
    },
  };
}

/** Asks for a stream. @returns what leaves, and waits until the server has closed the connection as well */
async function leaver(url: string) {
  const { hostname, port, pathname } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  return async () => {
    socket.resume().end();
    await once(socket, 'close');
  };
}

const kindsOf = (told: readonly Told[]) =>
  told.filter(({ event }) => event === 'activity').map(({ data }) => data.kind);

suite('events', { concurrency: 2 }, () => {
  test('tell of a source what happens, as it happens, and nothing of another', async () => {
    await using world = await testWorld();
    const other = await secondSource(world, 'Other');
    const url = `${world.origin}/api/tenants/${world.tenantId}/events`;
    await using one = await listen(`${url}?source=${world.sourceId}`);
    await using all = await listen(url);
    assert.equal(one.response.headers.get('content-type'), 'text/event-stream');
    await push(other, userNamed('Grace'));
    const id = await push(world, userNamed('Ada'));
    const line = await waitFor('the line', async () =>
      one.told.find(({ data }) => data.kind === 'User.create'),
    );
    assert.equal(line.data.resourceId, id);
    assert.match(line.data.summary, /was received$/);
    assert.equal(line.id, line.data.id);
    await waitFor('both', async () => kindsOf(all.told).length >= 2);
    assert.ok(one.told.every(({ event, data }) => event !== 'activity' || data.resourceId === id));
    assert.equal(new Set(all.told.map(({ id: one }) => one)).size, all.told.length);
  });

  test('go on where a stream ended, by the id of its last line', async () => {
    await using world = await testWorld();
    const url = `${world.origin}/api/tenants/${world.tenantId}/events`;
    const first = await listen(url);
    const begun = await waitFor('the beginning', async () => first.told[0]);
    assert.equal(begun.event, 'open');
    await first[Symbol.asyncDispose]();
    await push(world, userNamed('Ada'));
    await using second = await listen(url, { 'last-event-id': String(begun.id) });
    await waitFor('what was missed', async () => kindsOf(second.told).includes('User.create'));
  });

  test('tell a line once that was written late, under an earlier id', async () => {
    await using database = await testDatabase();
    // By a clock that stands: a line may be late by some seconds, and a busy machine takes longer.
    const now = Date.now();
    await using admin = await startAdmin({ pool: database.pool, now: () => now });
    const { tenantId } = await newTenant(database.pool);
    await using stream = await listen(`${admin.origin}/api/tenants/${tenantId}/events`);
    const late = uuidv7();
    const write = (id: string, kind: string) =>
      database.pool.query(
        `insert into activity (tenant_id, id, kind, outcome) values ($1, $2, $3, 'done')`,
        [tenantId, id, kind],
      );
    await write(uuidv7(), 'second');
    await waitFor('the second line', async () => kindsOf(stream.told).includes('second'));
    await write(late, 'first');
    await waitFor('the late line', async () => kindsOf(stream.told).includes('first'));
    assert.deepEqual(kindsOf(stream.told), ['second', 'first']);
  });

  test('tell a line also when others are written while it is read', async () => {
    await using database = await testDatabase();
    const { pool } = database;
    const { tenantId } = await newTenant(pool);
    const since = uuidv7();
    const write = (kind: string) =>
      pool.query(
        `insert into activity (tenant_id, id, kind, outcome) values ($1, $2, $3, 'done')`,
        [tenantId, uuidv7(), kind],
      );
    await write('first');
    let writing = true;
    const busy = Object.create(pool, {
      query: {
        value: async (...asked: Parameters<typeof pool.query>) => {
          const answer = await pool.query(...asked);
          if (writing) await write('another');
          return answer;
        },
      },
    });
    const reader = new NewsReader(busy, { tenantId, sourceId: null }, since);
    const told = [...(await reader.next(Date.now()))];
    writing = false;
    told.push(...(await reader.next(Date.now())));
    const kinds = kindsOf(told as readonly Told[]);
    const { rows } = await pool.query('select from activity where tenant_id = $1', [tenantId]);
    assert.equal(kinds[0], 'first');
    assert.equal(kinds.length, rows.length);
  });

  test('tell how far an import has come, and its end', async () => {
    await using world = await testWorld();
    const at = `${world.origin}/api/tenants/${world.tenantId}`;
    await using stream = await listen(`${at}/events`);
    const begun = await request(`${at}/destinations/${world.destinationId}/import`, {
      method: 'POST',
      body: {},
      headers: { 'content-type': 'application/json' },
    });
    const end = await waitFor('its end', async () =>
      stream.told.find(({ event, data }) => event === 'work' && data.state === 'done'),
    );
    assert.deepEqual(
      [end.data.kind, end.data.id, end.data.destinationId],
      ['import', begun.body.id, world.destinationId],
    );
  });

  test('are kept for twenty pages of a tenant, and again for one when another leaves', async () => {
    await using database = await testDatabase();
    await using admin = await startAdmin({ pool: database.pool });
    const { tenantId } = await newTenant(database.pool);
    const url = `${admin.origin}/api/tenants/${tenantId}/events`;
    const streams = await Promise.all(Array.from({ length: 20 }, () => listen(url)));
    const refused = await admin.send('GET', `/api/tenants/${tenantId}/events`);
    assert.equal(refused.status, 429);
    assert.match(refused.body.type, /too-many-streams$/);
    const other = await newTenant(database.pool);
    await using elsewhere = await listen(`${admin.origin}/api/tenants/${other.tenantId}/events`);
    assert.equal(elsewhere.response.status, 200);
    await streams[0]?.[Symbol.asyncDispose]();
    await waitFor('a place', async () => {
      await using again = await listen(url);
      return again.response.status === 200;
    });
    await Promise.all(streams.map((stream) => stream[Symbol.asyncDispose]()));
  });

  test('of pages that left before they had begun take no place', async () => {
    await using database = await testDatabase();
    await using admin = await startAdmin({ pool: database.pool });
    const { tenantId } = await newTenant(database.pool);
    const url = `${admin.origin}/api/tenants/${tenantId}/events`;
    await using other = await openTest(database.url);
    await transaction(other.pool, async (client) => {
      await client.query('lock table tenants');
      const leave = await Promise.all(Array.from({ length: 20 }, () => leaver(url)));
      await waitFor('all of them to be asked for', async () => {
        const { totalCount, idleCount, waitingCount } = database.pool;
        return totalCount - idleCount + waitingCount === leave.length;
      });
      await Promise.all(leave.map((one) => one()));
    });
    await waitFor('all of them to be worked off', async () => {
      const { totalCount, idleCount } = database.pool;
      return totalCount === idleCount;
    });
    await using stream = await listen(url);
    assert.equal(stream.response.status, 200);
  });

  test('end when the server stops, which waits for none of them', async () => {
    await using database = await testDatabase();
    const admin = await startAdmin({ pool: database.pool });
    const { tenantId } = await newTenant(database.pool);
    await using stream = await listen(`${admin.origin}/api/tenants/${tenantId}/events`);
    await waitFor('the beginning', async () => stream.told[0]);
    const begun = performance.now();
    await admin[Symbol.asyncDispose]();
    assert.ok(performance.now() - begun < 40_000, 'a stream lives for 50 s');
  });
});
