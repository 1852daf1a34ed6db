import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setState } from '../support/bulk.ts';
import { isInactive, metafield } from '../support/checker.ts';
import {
  asked,
  changePolicy,
  customerById,
  forget,
  linkOf,
  looked,
  patch,
  push,
  remove,
  sweep,
  writesBy,
} from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { inboxEmpty, toldAll } from '../support/webhooks.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

/** A world with Ada, under a drift policy, told of changes or not; counted from here on. */
async function worldWithAda(
  drift: 'correct' | 'report',
  webhooks: 'on' | 'off' = 'on',
  logTo: (line: string) => void = () => undefined,
) {
  const world = await testWorld({ webhooks, logTo });
  await changePolicy(world, { drift, memberships: ['staff'] });
  await world.settled();
  const id = await push(world, userNamed('Ada'));
  const { remoteId } = await looked(world, id);
  assert.ok(remoteId);
  if (webhooks === 'on') await toldAll(world);
  await forget(world);
  return { world, id, remoteId, [Symbol.asyncDispose]: () => world.close() };
}

const staffEdit = async (world: World, remoteId: string, change: object) => {
  const path = `customers/${encodeURIComponent(remoteId)}`;
  const { status, body } = await world.store.dev('PATCH', path, change);
  assert.equal(status, 200, JSON.stringify(body));
};

const linesOf = async ({ pool }: World, kind: string): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ message: string }>(
    'select message from activity where kind = $1 order by id',
    [kind],
  );
  return rows.map(({ message }) => message);
};

suite('drift', { concurrency: 2 }, () => {
  test('is corrected and told once; what is not ours stays', async () => {
    await using it = await worldWithAda('correct');
    const note = 'rang us';
    await staffEdit(it.world, it.remoteId, { firstName: 'Augusta', tags: ['vip'], note });
    await toldAll(it.world);
    const { body } = await customerById(it.world, it.remoteId);
    assert.equal(body.firstName, 'Ada');
    assert.equal(body.note, note);
    assert.deepEqual(body.tags, ['staff', 'vip']);
    const lines = await linesOf(it.world, 'account.drift');
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /firstName is “Augusta” instead of “Ada”; it lacks staff$/);
    await sweep(it.world);
    assert.equal((await linesOf(it.world, 'account.drift')).length, 1);
  });

  test('is reported once and left, until the roll changes the person', async () => {
    await using it = await worldWithAda('report', 'off');
    await staffEdit(it.world, it.remoteId, { firstName: 'Augusta' });
    for (let times = 0; times < 2; times += 1) await sweep(it.world);
    assert.deepEqual(writesBy(await asked(it.world)), {});
    assert.equal((await linesOf(it.world, 'account.report')).length, 1);
    const reported = await linkOf(it.world, it.id);
    assert.equal(reported.outcome, 'done');
    assert.match(reported.reason ?? '', /left as it is: firstName is “Augusta”/);

    await staffEdit(it.world, it.remoteId, { firstName: 'Adele' });
    await sweep(it.world);
    assert.equal((await linesOf(it.world, 'account.report')).length, 2, 'it changed');
    await patch(it.world, it.id, { title: 'Countess' });
    await it.world.settled();
    assert.equal((await it.world.store.customer(ada))?.firstName, 'Ada');
  });

  test('that was reported is put right at once when the policy says so', async () => {
    await using it = await worldWithAda('report', 'off');
    await staffEdit(it.world, it.remoteId, { firstName: 'Augusta' });
    await sweep(it.world);
    await changePolicy(it.world, { drift: 'correct' });
    await waitFor('the correction', async () => {
      const customer = await it.world.store.customer(ada);
      return customer?.firstName === 'Ada';
    });
    await it.world.settled();
    assert.match((await linesOf(it.world, 'account.drift'))[0] ?? '', /put right: firstName/);
  });

  test('that gives access back is corrected, or raises a notice', async () => {
    for (const drift of ['correct', 'report'] as const) {
      const lines: string[] = [];
      await using it = await worldWithAda(drift, 'on', (line) => lines.push(line));
      await patch(it.world, it.id, { active: false });
      await toldAll(it.world);
      await staffEdit(it.world, it.remoteId, { tags: [] });
      await toldAll(it.world);
      await sweep(it.world);
      const { body } = await customerById(it.world, it.remoteId);
      assert.equal(isInactive(body), drift === 'correct');
      const { rows } = await it.world.pool.query(
        `select message from notices where kind = 'account.reactivated'`,
      );
      assert.equal(rows.length, drift === 'correct' ? 0 : 1);
      if (drift === 'correct') continue;
      assert.match(rows[0].message, /^ada\.lovelace@.*active again\.$/);
      const told = await waitFor('the log', async () =>
        lines.find((line) => JSON.parse(line).kind === 'account.reactivated'),
      );
      assert.equal(JSON.parse(told).person.remoteId, it.remoteId);
      assert.doesNotMatch(lines.join(''), /ada\.lovelace/);
    }
  });
});

suite('a customer that is gone', { concurrency: 2 }, () => {
  for (const webhooks of ['on', 'off'] as const) {
    test(`is created again, ${webhooks === 'on' ? 'when told' : 'when swept'}`, async () => {
      await using it = await worldWithAda('report', webhooks);
      await it.world.store.dev('DELETE', `customers/${encodeURIComponent(it.remoteId)}`);
      await (webhooks === 'on' ? toldAll(it.world) : sweep(it.world));
      const customer = await it.world.store.customer(ada);
      assert.ok(customer && customer.id !== it.remoteId);
      const { id, remoteId } = await linkOf(it.world, it.id);
      assert.equal(remoteId, customer.id);
      assert.equal(metafield(customer, 'link_id'), id);
      const [, again] = await linesOf(it.world, 'account.create');
      assert.match(again ?? '', /is gone: created again$/);
    });
  }

  test('because it was merged: the kept one is adopted', async () => {
    await using it = await worldWithAda('report');
    const kept = await it.world.store.dev('POST', 'customers', { email: 'a.l@home.example' });
    const merge = `customers/${encodeURIComponent(it.remoteId)}/merge`;
    const { status, body } = await it.world.store.dev('POST', merge, { into: kept.body.id });
    assert.equal(status, 200, JSON.stringify(body));
    await toldAll(it.world);
    assert.equal((await linkOf(it.world, it.id)).remoteId, kept.body.id);
    const customers = await it.world.store.customers();
    assert.deepEqual(
      customers.map(({ email, firstName }) => [email, firstName]),
      [[ada, 'Ada']],
    );
  });

  test('because it was merged, of which the shop tells last: the kept one is adopted all the same', async () => {
    await using it = await worldWithAda('report');
    const kept = await it.world.store.dev('POST', 'customers', { email: 'a.l@home.example' });
    await toldAll(it.world);
    await it.world.store.fault({
      ...{ kind: 'delay', delayMs: 1_500, match: { topic: 'customers/merge' } },
    });
    const merge = `customers/${encodeURIComponent(it.remoteId)}/merge`;
    assert.equal((await it.world.store.dev('POST', merge, { into: kept.body.id })).status, 200);
    await toldAll(it.world);
    assert.equal((await linkOf(it.world, it.id)).remoteId, kept.body.id);
    assert.equal((await it.world.store.customers()).length, 1);
  });

  test('because it was merged: who is deleted before that is seen leaves the kept one', async () => {
    await using it = await worldWithAda('report');
    const kept = await it.world.store.dev('POST', 'customers', { email: 'a.l@home.example' });
    await setState(it.world, 'paused');
    const merge = `customers/${encodeURIComponent(it.remoteId)}/merge`;
    assert.equal((await it.world.store.dev('POST', merge, { into: kept.body.id })).status, 200);
    await inboxEmpty(it.world, 1);
    await waitFor('the merge to be told', async () => {
      const { rows } = await it.world.pool.query('select from merged_accounts');
      return rows.length === 1;
    });
    await remove(it.world, it.id);
    await setState(it.world, 'active');
    await it.world.settled();
    const [customer, ...others] = await it.world.store.customers();
    assert.deepEqual(others, []);
    assert.ok(customer && isInactive(customer));
    assert.ok(!customer.tags.includes('staff'), 'what we gave is taken back');
  });

  test('because it was merged into another person’s: the second is held until somebody chooses', async () => {
    await using it = await worldWithAda('report');
    const grace = await push(it.world, userNamed('Grace'));
    const { remoteId, id: holder } = await looked(it.world, grace);
    await toldAll(it.world);
    const merge = `customers/${encodeURIComponent(it.remoteId)}/merge`;
    assert.equal((await it.world.store.dev('POST', merge, { into: remoteId })).status, 200);
    await toldAll(it.world);
    const link = await linkOf(it.world, it.id);
    assert.equal(link.outcome, 'held');
    assert.match(link.reason ?? '', /merged into that of grace\.lovelace@example\.com/);
    assert.equal((await it.world.store.customers()).length, 1);

    const { origin, tenantId, destinationId } = it.world;
    const reviews = `${origin}/api/tenants/${tenantId}/destinations/${destinationId}/reviews`;
    const { status } = await request(`${reviews}/${link.id}`, {
      method: 'POST',
      body: { remoteId, takeFrom: holder },
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(status, 200);
    await it.world.settled();
    assert.equal((await linkOf(it.world, it.id)).remoteId, remoteId);
    assert.equal((await linkOf(it.world, grace)).remoteId, null);
    assert.ok(await it.world.store.customer(ada));
  });
});
