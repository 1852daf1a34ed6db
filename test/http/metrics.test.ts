import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertProblem, startAdmin } from '../support/admin.ts';
import { testDatabase } from '../support/database.ts';
import { type Family, parseMetrics, reading } from '../support/prometheus.ts';
import { existingCustomer, patch, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed } from '../support/world.ts';

async function metricsOf({ origin }: { origin: string }): Promise<ReadonlyMap<string, Family>> {
  const { status, headers, body } = await request(`${origin}/metrics`, { method: 'GET' });
  assert.equal(status, 200, body);
  assert.equal(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.doesNotMatch(body, /@|\bada\b|lovelace|example\.com/i);
  return parseMetrics(body);
}

suite('GET /metrics', { concurrency: 4 }, () => {
  test('tells what was asked, refused and done, in ids and words of ours alone', async () => {
    let skewMs = 0;
    await using world = await testWorld({ now: () => Date.now() + skewMs });
    const { tenantId: tenant, destinationId: destination } = world;
    const labels = { tenant, destination };
    const phone = '+16134505293';
    await existingCustomer(world, { email: 'somebody@example.com', phone });
    const id = await push(world, userNamed('Ada'));
    await push(world, userNamed('Grace', { phoneNumbers: [{ value: phone, type: 'mobile' }] }));
    await world.scim('POST', '/Users', userNamed('Ada'));
    await world.scim('GET', '/Users?filter=userName%20eq');
    await world.scim('GET', `/Users/${id}`);
    await world.scim('GET', '/Users/ada@example.com');
    await world.scim('GET', '/Nothing/ada@example.com');
    await request(`${world.origin}/ada@example.com`, { method: 'GET' });
    await request(`${world.origin}/scim/v2/%ZZ`, { method: 'GET' });
    await world.settled();
    await patch(world, id, { active: false });
    await world.settled();

    const first = await waitFor('the last look to be counted', async () => {
      const metrics = await metricsOf(world);
      const counted = reading(metrics, 'rollcall_effect_seconds_count', {
        ...labels,
        lane: 'urgent',
      });
      return counted === 1 && metrics;
    });
    const looks = (plan: string) =>
      reading(first, 'rollcall_looks_total', { ...labels, plan, outcome: 'done' });
    assert.deepEqual([looks('create'), looks('deactivate')], [1, 1]);
    assert.equal(reading(first, 'rollcall_failures_total', { ...labels, kind: 'rejected' }), 1);
    assert.ok(
      reading(first, 'rollcall_destination_requests_total', { ...labels, answer: 'taken' }) > 3,
    );
    assert.ok(reading(first, 'rollcall_points_spent_total', labels) > 10);
    const requests = (route: string, method: string, status: string) =>
      reading(first, 'rollcall_http_requests_total', { route, method, status });
    assert.equal(requests('scim_users', 'POST', '201'), 2);
    assert.equal(requests('scim_users', 'POST', '409'), 1);
    assert.equal(requests('scim_users', 'PATCH', '200'), 1);
    assert.equal(requests('scim_users', 'GET', '404'), 1);
    assert.equal(requests('none', 'GET', '404'), 1);
    const took = { route: 'scim_users', method: 'POST' };
    assert.equal(reading(first, 'rollcall_http_request_duration_seconds_count', took), 3);
    const refused = (scimType: string, status: string) =>
      reading(first, 'rollcall_scim_refusals_total', { scim_type: scimType, status });
    assert.equal(refused('uniqueness', '409'), 1);
    assert.equal(refused('invalidFilter', '400'), 1);
    assert.ok(reading(first, 'process_cpu_seconds_total') > 0);

    // What is counted is written every second, and read every few.
    const fresh = await waitFor('the last success to be told', async () => {
      skewMs += 6_000;
      const metrics = await metricsOf(world);
      return reading(metrics, 'rollcall_last_success_timestamp_seconds', labels) > 1.7e9 && metrics;
    });
    assert.equal(reading(fresh, 'rollcall_gauges_up'), 1);
    assert.equal(reading(fresh, 'rollcall_destination_state', { ...labels, state: 'active' }), 1);
    assert.equal(reading(fresh, 'rollcall_destination_state', { ...labels, state: 'paused' }), 0);
    assert.equal(reading(fresh, 'rollcall_stuck', { ...labels, kind: 'rejected' }), 1);
    assert.equal(reading(fresh, 'rollcall_backlog', { ...labels, due: 'now' }), 0);
    assert.ok(reading(fresh, 'rollcall_allowance_maximum_points', labels) > 0);
  });

  test('tells who waits and since when, asking the database at most every few seconds', async () => {
    let now = Date.now();
    await using database = await testDatabase();
    await using admin = await startAdmin({ pool: database.pool, now: () => now });
    const { pool } = database;
    await pool.query("insert into tenants (tenant_id, name) values ('t', 'Ada’s \"shop\"')");
    await pool.query(
      `insert into destinations (tenant_id, id, connector, name, settings, policy) values ('t', 'd', 'shopify', 'Ada', '{}', '{}')`,
    );
    const wait = (seconds: number, urgent: boolean) =>
      pool.query(
        `insert into links (tenant_id, id, destination_id, source_id, resource_id, requested_at, urgent)
         values ('t', gen_random_uuid(), 'd', 's', gen_random_uuid(), now() - $1 * interval '1 second', $2)`,
        [seconds, urgent],
      );
    await wait(100, false);
    await wait(40, true);
    now = Date.now();
    const before = await metricsOf(admin);
    const oldest = (lane: string) => reading(before, 'rollcall_oldest_waiting_seconds', { lane });
    assert.equal(Math.floor(oldest('ordinary') / 10), 10);
    assert.equal(Math.floor(oldest('urgent') / 10), 4);
    assert.equal(reading(before, 'rollcall_backlog', { due: 'now' }), 2);
    assert.equal(reading(before, 'rollcall_backlog_leavers'), 1);

    await wait(1, false);
    assert.equal(reading(await metricsOf(admin), 'rollcall_backlog', { due: 'now' }), 2);
    now += 6_000;
    assert.equal(reading(await metricsOf(admin), 'rollcall_backlog', { due: 'now' }), 3);
    await pool.query('delete from destinations');
    now += 6_000;
    assert.equal((await metricsOf(admin)).get('rollcall_backlog')?.samples.length, 0);
  });

  test('leaves out what the database does not tell in time, and says so', async () => {
    let skewMs = 0;
    await using database = await testDatabase();
    await using admin = await startAdmin({ pool: database.pool, now: () => Date.now() + skewMs });
    const client = await database.pool.connect();
    await client.query('begin');
    await client.query('lock table destinations');
    const startedAt = performance.now();
    assert.equal(reading(await metricsOf(admin), 'rollcall_gauges_up'), 0);
    assert.ok(performance.now() - startedAt < 30_000, 'which is locked until it has told');
    await client.query('rollback');
    client.release();
    skewMs = 6_000;
    assert.equal(reading(await metricsOf(admin), 'rollcall_gauges_up'), 1);
  });

  test('is open to this machine in development, and off in production', async () => {
    await using database = await testDatabase();
    await using development = await startAdmin({ pool: database.pool });
    const { port } = new URL(development.origin);
    const rebound = await requestAs(development.origin, `rebound.example:${port}`);
    assert.equal(rebound, 403);
    await using production = await startAdmin({ pool: database.pool, mode: 'production' });
    assertProblem(
      await production.send('GET', '/metrics'),
      404,
      'metrics-off',
      /set ROLLCALL_METRICS_TOKEN/,
    );
  });

  test('asks for its token where it has one, and for nothing else', async () => {
    await using database = await testDatabase();
    const token = 'a-token-of-the-metrics';
    await using admin = await startAdmin({
      pool: database.pool,
      mode: 'production',
      metricsToken: token,
    });
    const none = await admin.send('GET', '/metrics');
    assertProblem(none, 401, 'token-needed', /ROLLCALL_METRICS_TOKEN/);
    assert.match(none.headers.get('www-authenticate') ?? '', /^Bearer /);
    const ask = (authorization: string) =>
      admin.send('GET', '/metrics', undefined, { authorization });
    assert.equal((await ask(`Bearer ${token}x`)).status, 401);
    assert.equal((await ask(`Basic ${token}`)).status, 401);
    assert.equal((await ask(`Bearer ${token}`)).status, 200);
    for (let time = 0; time < 30; time += 1) await ask('Bearer wrong');
    assert.equal((await ask('Bearer wrong')).status, 429);
  });
});

/** Asks under another name, as `fetch` does not let one. */
async function requestAs(origin: string, host: string): Promise<number | undefined> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    get(`${origin}/metrics`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject);
  });
}
