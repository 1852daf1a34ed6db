import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PreviewEvent } from '../../src/provisioning/preview.ts';
import { checkAgreement, isInactive } from '../support/checker.ts';
import {
  activeOf,
  addSource,
  crowdOf,
  decided,
  guardOf,
  guardRows,
  heldAre,
  heldOf,
  type Member,
} from '../support/guard.ts';
import {
  asked,
  changePolicy,
  forget,
  looked,
  patch,
  push,
  remove,
  sweep,
  writesBy,
} from '../support/roll.ts';
import { secondInstance } from '../support/second-instance.ts';
import { waitFor } from '../support/wait.ts';
import {
  request,
  scim,
  testWorld,
  userNamed,
  type World,
  type WorldOptions,
} from '../support/world.ts';

/** A world of 20 people whose guard lets three leave, as more than 10 % of 20 are more than two. */
async function worldOf20(more: object = {}, count = 20, options: WorldOptions = {}) {
  const world = await testWorld(options);
  await changePolicy(world, { guard: { floor: 3, share: 0.1 }, settleMs: 0, ...more });
  const crowd = await crowdOf(world, count, (at) => ({ title: at % 2 === 0 ? 'even' : 'odd' }));
  return { world, crowd };
}

const removeAll = (world: World, people: readonly Member[]) =>
  Promise.all(people.map(({ id }) => remove(world, id)));

const deactivateAll = (world: World, people: readonly Member[]) =>
  Promise.all(people.map(({ id }) => patch(world, id, { active: false })));

const noticesOf = async ({ pool }: World): Promise<readonly string[]> =>
  (await pool.query<{ kind: string }>('select kind from notices order by id')).rows.map(
    ({ kind }) => kind,
  );

/** Asks the admin API about the world's destination. */
const adminOf = (world: World, method: string, path: string, body?: object) =>
  request(
    `${world.origin}/api/tenants/${world.tenantId}/destinations/${world.destinationId}${path}`,
    {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: body ?? {} } : {}),
    },
  );

/** What a preview says of each person, and in sum. */
async function previewOf(world: World, policy: object | null = null) {
  const { body } = await adminOf(world, 'POST', '/preview', { policy });
  const events: PreviewEvent[] = String(body)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const summary = events.at(-1);
  assert.ok(summary?.type === 'summary', JSON.stringify(summary));
  return { summary, people: events.flatMap((event) => (event.type === 'person' ? [event] : [])) };
}

const nobody = { create: 0, adopt: 0, update: 0, leave: 0, hold: 0, nothing: 0 };

/** Stops draining while a crowd leaves, as a mass change at an identity provider is faster than a store. */
async function atOnce(world: World, work: () => Promise<unknown>): Promise<void> {
  const until = (at: string) =>
    world.pool.query(`update destinations set paused_until = ${at}, epoch = epoch + 1`);
  await until(`now() + interval '1 hour'`);
  await work();
  await until('null');
}

suite('a crowd that leaves at once', { concurrency: 2 }, () => {
  test('by DELETE is held whole, by name, with one notice, and nothing is written for it', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    await forget(world);
    await atOnce(world, () => removeAll(world, crowd.slice(0, 6)));
    const held = await heldAre(world, 6);
    await world.settled();
    assert.equal(await activeOf(world), 20);
    assert.deepEqual(writesBy(await asked(world)), {});
    const reason =
      '6 of 20 accounts (30 %) would have left within 24 hours, and more than 3 wait for an administrator: ' +
      'allow or discard it, or have the identity provider put it right';
    assert.ok(held.every((row) => row.outcome === 'held' && row.reason === reason));
    assert.deepEqual(await noticesOf(world), ['guard.tripped']);
    const guard = await guardOf(world);
    assert.equal(guard.state, 'tripped');
    assert.deepEqual(guard.limits, { floor: 3, share: 0.1, most: 3 });
    assert.deepEqual(guard.counts, {
      accounts: 20,
      left: 0,
      waiting: 0,
      heldAccounts: 6,
      heldMemberships: 0,
      discarded: 0,
    });
    const names = guard.people.map(({ name }: { name: string }) => name).sort();
    assert.deepEqual(
      names,
      crowd
        .slice(0, 6)
        .map(({ email }) => email)
        .sort(),
    );
    const { rows } = await world.pool.query(
      `select count(*) as lines from activity where kind = 'account.guard'`,
    );
    assert.equal(rows[0].lines, 6);
  });

  test('by active: false is held', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    await atOnce(world, () => deactivateAll(world, crowd.slice(0, 6)));
    await heldAre(world, 6);
    assert.equal(await activeOf(world), 20);
  });

  test('by a change of the scope is held while it still settles', async () => {
    const { world } = await worldOf20({ settleMs: 1_500 });
    await using _ = world;
    await changePolicy(world, { scope: 'title eq "even"' });
    await heldAre(world, 10);
    assert.equal(await activeOf(world), 20);
    await world.settled();
    await changePolicy(world, { scope: null });
    await heldAre(world, 0);
    await world.settled();
    await checkAgreement(world);
  });

  test('without settling leaves no more than the guard lets through', async () => {
    const { world } = await worldOf20();
    await using _ = world;
    await changePolicy(world, { scope: 'title eq "even"' });
    await heldAre(world, 7);
    await world.settled();
    assert.equal(await activeOf(world), 17);
  });

  test('is held where leaving deletes, also of those who were inactive', async () => {
    const { world, crowd } = await worldOf20({ leave: 'delete' });
    await using _ = world;
    const inactive = crowd.slice(0, 3);
    for (const one of inactive) await patch(world, one.id, { active: false });
    await world.settled();
    assert.equal(await activeOf(world), 17);
    await world.pool.query(`update links set left_at = left_at - interval '30 days'`);
    await atOnce(world, () => removeAll(world, crowd.slice(0, 6)));
    await heldAre(world, 6);
    assert.equal((await world.store.customers()).length, 20);
    assert.equal(await decided(world, 'allow', { all: true }), 6);
    await waitFor('all to be deleted', async () => (await world.store.customers()).length === 14);
  });

  test('from two sources adds up', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    const other = await addSource(world);
    const guest = await scim(world.origin, other, {
      method: 'POST',
      path: '/Users',
      body: userNamed('Guest Crowd'),
    });
    assert.equal(guest.status, 201);
    await world.settled();
    await atOnce(world, async () => {
      await removeAll(world, crowd.slice(0, 3));
      await scim(world.origin, other, { method: 'DELETE', path: `/Users/${guest.body.id}` });
    });
    const held = await heldAre(world, 4);
    assert.ok(held.some(({ userId }) => userId === guest.body.id));
    assert.equal(await activeOf(world), 21);
  });

  test('is held also where a scope cannot be read: nobody is touched', async () => {
    const { world } = await worldOf20();
    await using _ = world;
    await changePolicy(world, { scope: 'title eq' });
    await waitFor('the destination to be quarantined', async () => {
      const { rows } = await world.pool.query('select state from destinations');
      return rows[0].state === 'quarantined';
    });
    assert.deepEqual(await heldOf(world), []);
    assert.equal(await activeOf(world), 20);
  });
});

suite('a preview of a crowd that leaves', { concurrency: 2 }, () => {
  test('says that the guard holds each, with its reason, and equals what activation does', async () => {
    const { world, crowd } = await worldOf20({ settleMs: 200 });
    await using _ = world;
    await adminOf(world, 'POST', '/pause');
    await deactivateAll(world, crowd.slice(0, 2));
    await removeAll(world, crowd.slice(2, 4));
    const { policy } = (await adminOf(world, 'GET', '')).body;
    await changePolicy(world, { scope: 'title ne "none"' });
    for (const { id } of crowd.slice(4, 6)) await patch(world, id, { title: 'none' });
    const { people, summary } = await previewOf(world);
    assert.deepEqual(summary.counts, { ...nobody, hold: 6, nothing: 14 });
    assert.equal(summary.guarded, 6);
    const reasons = new Set(people.flatMap(({ guarded, reason }) => (guarded ? [reason] : [])));
    assert.deepEqual(reasons.size, 1);
    assert.match([...reasons].join(), /^6 of 20 accounts \(30 %\) would have left within 24 hours/);
    assert.deepEqual(await noticesOf(world), [], 'nobody is told of what did not happen');

    await adminOf(world, 'POST', '/activate');
    await heldAre(world, 6);
    await world.settled();
    const { body } = await adminOf(world, 'GET', `/previews/${summary.previewId}`);
    assert.deepEqual(body.since, { asPreviewed: 20, waiting: 0, different: 0, differences: [] });
    const again = await previewOf(world);
    assert.equal(again.summary.guarded, 6, 'who is held stays so');

    const everybody = await previewOf(world, { ...policy, scope: 'title eq "odd"' });
    assert.equal(everybody.summary.counts.leave, 7, 'by another policy: to be confirmed with it');
    assert.equal(everybody.summary.guarded, 6);
  });

  test('up to the limit lets them leave, and tells of a crowd that grew since', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    await adminOf(world, 'POST', '/pause');
    await deactivateAll(world, crowd.slice(0, 3));
    const { summary } = await previewOf(world);
    assert.deepEqual(summary.counts, { ...nobody, leave: 3, nothing: 17 });
    assert.equal(summary.guarded, 0);
    await deactivateAll(world, crowd.slice(3, 6));
    await adminOf(world, 'POST', '/activate');
    await heldAre(world, 6);
    await world.settled();
    const { body } = await adminOf(world, 'GET', `/previews/${summary.previewId}`);
    assert.equal(body.since.different, 6);
    for (const { happened, reason } of body.since.differences) {
      assert.equal(happened, 'hold');
      assert.match(reason, /^6 of 20 accounts/);
    }
  });

  test('of a membership says who loses it and who is held', async () => {
    const { world } = await worldOf20({ memberships: ['staff'] });
    await using _ = world;
    await adminOf(world, 'POST', '/pause');
    await changePolicy(world, { memberships: [] });
    const { summary } = await previewOf(world);
    assert.deepEqual(summary.counts, { ...nobody, update: 3, hold: 17 });
    assert.equal(summary.guarded, 17);
  });
});

suite('what is edited in the store', { concurrency: 2 }, () => {
  const edited = async (world: World, { email }: Member, change: object) => {
    const customer = await world.store.customer(email);
    assert.ok(customer);
    await world.store.dev('PATCH', `customers/${encodeURIComponent(customer.id)}`, change);
  };
  const nameOf = async (world: World, { email }: Member) =>
    (await world.store.customer(email))?.firstName;

  test('of somebody who is held or discarded stays until they are back, and is then put right', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    const people = crowd.slice(0, 6);
    const [held, discarded] = people;
    assert.ok(held && discarded);
    await atOnce(world, () => deactivateAll(world, people));
    const rows = await heldAre(world, 6);
    const links = rows.filter(({ userId }) => userId === discarded.id).map(({ id }) => id);
    assert.equal(await decided(world, 'discard', { links }), 1);
    for (const one of [held, discarded]) await edited(world, one, { firstName: 'Augusta' });
    await forget(world);
    await sweep(world);
    assert.deepEqual(writesBy(await asked(world)), {});
    assert.equal((await heldOf(world)).length, 5);
    for (const one of [held, discarded]) {
      await patch(world, one.id, { active: true });
      await world.settled();
      assert.notEqual(await nameOf(world, one), 'Augusta');
    }
    assert.equal((await heldOf(world)).length, 4);
  });

  test('so that many who had left are active again counts, when they are taken away again', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    const people = crowd.slice(0, 6);
    await atOnce(world, () => deactivateAll(world, people));
    await heldAre(world, 6);
    await decided(world, 'allow', { all: true });
    await waitFor('them to leave', async () => (await activeOf(world)) === 14);
    await world.settled();
    for (const one of people) await edited(world, one, { tags: [] });
    await sweep(world);
    await heldAre(world, 3);
    await world.settled();
    assert.equal(await activeOf(world), 17);
    assert.match((await heldOf(world))[0]?.reason ?? '', / accounts \(\d+ %\) would have left/);
    await decided(world, 'allow', { all: true });
    await waitFor('them to leave again', async () => (await activeOf(world)) === 14);
    await world.settled();
    await checkAgreement(world);
  });
});

suite('single leavers', { concurrency: 2 }, () => {
  test('leave at once up to the floor, and the next is held; the window then moves on', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    for (const [at, { id }] of crowd.slice(0, 3).entries()) {
      await remove(world, id);
      await waitFor('the leave', async () => (await activeOf(world)) === 19 - at);
    }
    const [, , , fourth, fifth, sixth] = crowd;
    assert.ok(fourth && fifth && sixth);
    await remove(world, fourth.id);
    await heldAre(world, 1);
    await atOnce(world, () =>
      world.pool.query(`update links set left_at = left_at - interval '25 hours'`),
    );
    await remove(world, fifth.id);
    await waitFor('the leave', async () => (await activeOf(world)) === 16);
    assert.equal((await heldOf(world)).length, 1, 'who is held waits for a decision');
    assert.deepEqual(await noticesOf(world), ['guard.tripped']);
    const { body } = await world.scim('POST', '/Users', userNamed('Newcomer Crowd'));
    assert.ok(body.id);
    await patch(world, sixth.id, { title: 'changed meanwhile' });
    await world.settled();
    const customer = await world.store.customer(sixth.email);
    assert.ok(customer && JSON.stringify(customer.metafields).includes('changed meanwhile'));
    assert.equal(await activeOf(world), 17);
  });

  test('leave at once after a crowd was allowed', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    await atOnce(world, () => removeAll(world, crowd.slice(0, 6)));
    await heldAre(world, 6);
    const [next] = crowd.slice(6);
    assert.ok(next);
    await remove(world, next.id);
    await heldAre(world, 7);
    assert.equal(await decided(world, 'allow', { all: true }), 7);
    await waitFor('them to leave', async () => (await activeOf(world)) === 13);
    const after = await crowd.slice(7, 10);
    for (const [at, { id }] of after.entries()) {
      await remove(world, id);
      await waitFor('the leave', async () => (await activeOf(world)) === 12 - at);
    }
    assert.deepEqual(await heldOf(world), []);
    await world.settled();
    await checkAgreement(world);
  });

  for (const what of ['allow', 'discard'] as const)
    test(`are not judged by what was counted before an administrator ${what}s a crowd`, async () => {
      // By a clock that stands, whatever was counted is fresh for as long as one drain goes on.
      const now = Date.now();
      const { world, crowd } = await worldOf20({}, 20, { now: () => now });
      await using _ = world;
      const [straggler, next, ...others] = crowd;
      assert.ok(straggler && next);
      await world.store.fault({ kind: 'slow', match: { text: 'goes on' }, delayMs: 4_000 });
      await patch(world, straggler.id, { title: 'goes on' });
      await atOnce(world, () => removeAll(world, others.slice(0, 6)));
      await heldAre(world, 6);
      assert.equal(await decided(world, what, { all: true }), 6);
      const left = what === 'allow' ? 6 : 0;
      await waitFor('them to leave', async () => (await activeOf(world)) === 20 - left);
      await remove(world, next.id);
      await waitFor('the leave', async () => (await activeOf(world)) === 19 - left);
    });
});

suite('a decision', { concurrency: 2 }, () => {
  test('to allow some lets them leave; to discard the others keeps their accounts', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    const people = crowd.slice(0, 6);
    await atOnce(world, () => deactivateAll(world, people));
    const held = await heldAre(world, 6);
    const links = held.slice(0, 2).map(({ id }) => id);
    assert.equal(await decided(world, 'allow', { links }), 2);
    await waitFor('them to leave', async () => (await activeOf(world)) === 18);
    await heldAre(world, 4);
    assert.equal(await decided(world, 'discard', { all: true }), 4);
    await world.settled();
    await forget(world);
    await sweep(world);
    assert.deepEqual(writesBy(await asked(world)), {});
    assert.equal(await activeOf(world), 18);
    assert.equal((await guardOf(world)).state, 'watching');
    assert.equal((await guardOf(world)).counts.discarded, 4);
    const discarded = (await guardOf(world, '?state=discarded')).people;
    assert.equal(discarded.length, 4);
    const [later] = discarded;
    assert.equal(await decided(world, 'allow', { links: [later.link] }), 1);
    await waitFor('it to be allowed later', async () => (await activeOf(world)) === 17);
    const { rows } = await world.pool.query(
      `select kind, count(*) as lines from activity where kind like 'guard.%' and actor = 'admin' group by kind order by kind`,
    );
    assert.deepEqual(rows, [
      { kind: 'guard.allow', lines: 3 },
      { kind: 'guard.discard', lines: 4 },
    ]);
  });

  test('is not needed for who returns while held: nothing is asked of the store', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    const people = crowd.slice(0, 6);
    await atOnce(world, () => deactivateAll(world, people));
    await heldAre(world, 6);
    await decided(world, 'discard', { links: [(await heldOf(world))[0]?.id ?? ''] });
    await forget(world);
    for (const { id } of people) await patch(world, id, { active: true });
    await heldAre(world, 0);
    await world.settled();
    assert.deepEqual(await asked(world), {});
    assert.ok((await guardRows(world)).every(({ leave, left }) => leave === null && !left));
    await checkAgreement(world);
  });

  test('is not needed for who is created again while held', async () => {
    const { world, crowd } = await worldOf20();
    await using _ = world;
    await atOnce(world, () => removeAll(world, crowd.slice(0, 6)));
    await heldAre(world, 6);
    const again = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((at) =>
        push(world, userNamed(`Member${at} Crowd`, { title: at % 2 === 0 ? 'even' : 'odd' })),
      ),
    );
    await heldAre(world, 0);
    for (const id of again) await looked(world, id);
    assert.equal((await world.store.customers()).length, 20);
    await checkAgreement(world);
  });
});

suite('what is held', { concurrency: 2 }, () => {
  test('stays held for another instance and after a sweep, and each is told once', async () => {
    const { world, crowd } = await worldOf20();
    await atOnce(world, () => removeAll(world, crowd.slice(0, 6)));
    await heldAre(world, 6);
    const other = await secondInstance(world);
    await world.rollcall.engine.stop();
    const [next] = crowd.slice(6);
    assert.ok(next);
    assert.equal((await other.scim('DELETE', `/Users/${next.id}`)).status, 204);
    await heldAre(world, 7);
    await world.pool.query(
      `insert into spreads (tenant_id, destination_id, what) values ($1, $2, '{"kind":"everybody"}')`,
      [world.tenantId, world.destinationId],
    );
    await waitFor(
      'the sweep',
      async () =>
        (await world.pool.query('select from spreads where not_before <= now()')).rowCount === 0,
    );
    await world.settled();
    assert.equal((await heldOf(world)).length, 7);
    assert.equal(await activeOf(world), 20);
    assert.deepEqual(await noticesOf(world), ['guard.tripped']);
    const { rows } = await world.pool.query(
      `select count(*) as lines from activity where kind = 'account.guard'`,
    );
    assert.equal(rows[0].lines, 7);
    await other.close();
    await world.close();
  });
});

suite('memberships taken back from a crowd', { concurrency: 2 }, () => {
  const tagged = async (world: World, tag: string) =>
    (await world.store.customers()).filter(({ tags }) => tags.includes(tag)).length;

  test('are held beyond the floor and the share; the rest of the change is written', async () => {
    const { world } = await worldOf20({ memberships: ['staff', 'all'] });
    await using _ = world;
    await changePolicy(world, { memberships: ['all', 'new'] });
    await heldAre(world, 17);
    await world.settled();
    assert.equal(await tagged(world, 'staff'), 17);
    assert.equal(await tagged(world, 'new'), 20);
    const held = await heldOf(world);
    assert.ok(held.every(({ withheld }) => String(withheld) === 'staff'));
    assert.match(held[0]?.reason ?? '', /^4 of 20 people with staff \(20 %\) would have lost it/);
    assert.equal((await guardOf(world)).counts.heldMemberships, 17);
    const links = held.slice(0, 2).map(({ id }) => id);
    await decided(world, 'allow', { links });
    await waitFor('two to lose it', async () => (await tagged(world, 'staff')) === 15);
    await decided(world, 'discard', { all: true });
    await sweep(world);
    assert.equal(await tagged(world, 'staff'), 15);
    await changePolicy(world, { memberships: ['all', 'new', 'staff'] });
    await waitFor('all to have it', async () => (await tagged(world, 'staff')) === 20);
    await world.settled();
    assert.ok((await guardRows(world)).every(({ leave }) => leave === null));
    await checkAgreement(world);
  });

  test('are allowed all at once', async () => {
    const { world } = await worldOf20({ memberships: ['staff'] });
    await using _ = world;
    await changePolicy(world, { memberships: [] });
    await heldAre(world, 17);
    await decided(world, 'allow', { all: true });
    await waitFor('all to lose it', async () => (await tagged(world, 'staff')) === 0);
    await world.settled();
    assert.ok((await world.store.customers()).every((customer) => !isInactive(customer)));
  });

  test('from a group that is emptied among many people are counted against that group', async () => {
    const { world, crowd } = await worldOf20({ guard: { floor: 3, share: 0.5 } });
    await using _ = world;
    const group = (members: readonly Member[]) => ({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Club',
      members: members.map(({ id }) => ({ value: id })),
    });
    const { body } = await world.scim('POST', '/Groups', group(crowd.slice(0, 8)));
    const when = { group: { source: world.sourceId, id: body.id, name: 'Club' } };
    await changePolicy(world, { rules: [{ when, memberships: ['club'] }] });
    await waitFor('the group to be tagged', async () => (await tagged(world, 'club')) === 8);
    await world.settled();
    const emptied = await world.scim('PUT', `/Groups/${body.id}`, group([]));
    assert.equal(emptied.status, 200, JSON.stringify(emptied.body));
    await heldAre(world, 4);
    await world.settled();
    assert.equal(await tagged(world, 'club'), 4);
    await world.scim('PUT', `/Groups/${body.id}`, group(crowd.slice(0, 8)));
    await waitFor('the group to be tagged', async () => (await tagged(world, 'club')) === 8);
    await heldAre(world, 0);
  });
});
