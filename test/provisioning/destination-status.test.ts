import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DestinationStatus } from '../../src/provisioning/destination-status.ts';
import { changePolicy, existingCustomer, looked, patch, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

async function statusOf({ origin, tenantId, destinationId }: World): Promise<DestinationStatus> {
  const url = `${origin}/api/tenants/${tenantId}/destinations/${destinationId}/status`;
  const { status, body } = await request(url, { method: 'GET' });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** The status once it reads like this: counts are written every second. */
async function statusThat(
  world: World,
  what: string,
  holds: (status: DestinationStatus) => boolean,
): Promise<DestinationStatus> {
  return waitFor(what, async () => {
    const status = await statusOf(world);
    return holds(status) && status;
  });
}

suite('the status of a destination', { concurrency: 2 }, () => {
  test('of a store nothing was asked of is empty', async () => {
    await using world = await testWorld();
    const { backlog, oldestWaiting, lastSuccessAt, allowance, effect, stuck } =
      await statusOf(world);
    assert.deepEqual(backlog, { dueNow: 0, later: 0, leavers: 0, exact: true });
    assert.deepEqual(oldestWaiting, { ordinary: null, leavers: null });
    assert.equal(lastSuccessAt, null);
    assert.equal(allowance, null);
    const none = { count: 0, p50: null, p95: null, p99: null };
    assert.deepEqual(effect.lastDay, { ordinary: none, leavers: none });
    assert.deepEqual(stuck, { held: 0, rejected: 0, failing: 0, exact: true, reasons: [] });
  });

  test('tells how long changes took to take effect, and what they cost', async () => {
    await using world = await testWorld({ plan: 'standard' });
    const startedAt = Date.now();
    const ids = await Promise.all(
      ['Ada', 'Grace', 'Alan'].map((name) => push(world, userNamed(name))),
    );
    await world.settled();
    await patch(world, ids[0] ?? '', { active: false });
    await world.settled();
    const took = Date.now() - startedAt;

    await statusThat(world, 'the counts', (status) => status.effect.lastHour.leavers.count === 1);
    const { effect, lastSuccessAt, allowance } = await statusOf(world);
    assert.equal(effect.lastHour.ordinary.count, 3);
    assert.deepEqual(effect.lastHour, effect.lastDay);
    const { p50, p99 } = effect.lastHour.ordinary;
    assert.ok(p50 !== null && p99 !== null && p50 <= p99 && p99 <= took * 1.05, `${p50} ${p99}`);
    assert.ok(lastSuccessAt !== null && new Date(lastSuccessAt).getTime() >= startedAt);

    const { body: stats } = await world.store.dev('GET', 'stats');
    assert.ok(allowance);
    assert.equal(allowance.lastHour.points, stats.costUsed);
    assert.equal(allowance.restoreRate, 100);
    assert.equal(allowance.lastMinute.throttled, 0);
    const { points, seconds, share } = allowance.lastMinute;
    assert.equal(share, points / (100 * seconds));
  });

  test('somebody who settles is not late before the time is over', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    const before = await statusThat(
      world,
      'the creation',
      (status) => status.effect.lastHour.ordinary.count === 1,
    );
    const settleMs = 3_600_000;
    await changePolicy(world, { scope: 'userName eq "nobody@example.com"', settleMs });
    await statusThat(world, 'somebody who waits for a later moment', ({ backlog }) => {
      assert.ok(backlog.dueNow <= 1);
      return backlog.later === 1;
    });
    const startedAt = Date.now();
    // As if all had begun so much earlier that the time is over now.
    await world.pool.query(
      `update links set leaving_since = leaving_since - (not_before - now()),
              requested_at = requested_at - (not_before - now()), not_before = now()`,
    );
    await looked(world, id);
    const afterSettlingMs = Date.now() - startedAt;
    const { effect } = await statusThat(
      world,
      'the leave',
      (status) => status.effect.lastHour.ordinary.count === 2,
    );
    const slowest = Math.max(afterSettlingMs, Number(before.effect.lastHour.ordinary.p99));
    assert.ok(Number(effect.lastHour.ordinary.p99) <= slowest * 1.05 + 1, JSON.stringify(effect));
  });

  test('names what is stuck, with its reason and how many', async () => {
    await using world = await testWorld();
    const phone = '+16134505293';
    await existingCustomer(world, { email: 'somebody@example.com', phone });
    await push(world, userNamed('Ada', { phoneNumbers: [{ value: phone, type: 'mobile' }] }));
    await push(world, userNamed('Grace', { emails: [], userName: 'grace' }));
    await push(world, userNamed('Alan', { emails: [], userName: 'alan' }));
    await world.settled();
    await world.store.fault({
      kind: 'status',
      status: 500,
      match: { operation: 'CustomerSet' },
      times: 100,
    });
    await push(world, userNamed('Emmy'));

    const { stuck, oldestWaiting } = await statusThat(
      world,
      'somebody who is tried again and again',
      (status) => (status.stuck.reasons.find(({ kind }) => kind === 'failing')?.attempts ?? 0) >= 2,
    );
    assert.deepEqual([stuck.held, stuck.rejected, stuck.failing], [2, 1, 1]);
    const held = stuck.reasons.find(({ kind }) => kind === 'held');
    assert.equal(held?.count, 2);
    assert.match(held?.reason ?? '', /e-mail/);
    const rejected = stuck.reasons.find(({ kind }) => kind === 'rejected');
    assert.match(rejected?.reason ?? '', /Phone has already been taken/);
    const failing = stuck.reasons.find(({ kind }) => kind === 'failing');
    assert.match(failing?.reason ?? '', /500/);
    assert.ok(oldestWaiting.ordinary !== null && oldestWaiting.ordinary.ms >= 500);
    assert.equal(oldestWaiting.leavers, null);
  });

  test('counts refusals for want of points, and who waits meanwhile', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    await world.store.fault({ kind: 'throttle', match: { operation: 'CustomerById' }, times: 1 });
    await patch(world, id, { active: false });
    const { allowance } = await statusThat(
      world,
      'the refusal',
      (status) => status.allowance?.lastMinute.throttled === 1,
    );
    assert.ok(Number(allowance?.lastMinute.requests) > 1);
    await world.settled();
  });

  test('of another tenant is not to be had', async () => {
    await using world = await testWorld();
    await using other = await testWorld();
    const { tenantId, origin } = world;
    const path = `/api/tenants/${tenantId}/destinations/${other.destinationId}/status`;
    assert.equal((await request(origin + path, { method: 'GET' })).status, 404);
  });
});
