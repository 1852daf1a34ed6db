import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noticeChanges } from '../../src/store/remote-changes.ts';
import { asked, changePolicy, forget, looked, patch, push } from '../support/roll.ts';
import { inboxOf, toldAll } from '../support/webhooks.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const people = 20;

const addresses = [
  { type: 'work', streetAddress: '1 Main St', locality: 'Ottawa', country: 'CA', primary: true },
];

const activityOf = async ({ pool }: World): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await pool.query<{ kind: string; count: number }>(
    `select kind, count(*)::int as count from activity where kind like 'account.%' group by kind`,
  );
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
};

suite('our own writes, told back', { concurrency: 2 }, () => {
  test('cause nothing: no look, no write, no line', async () => {
    await using world = await testWorld({ webhooks: 'on' });
    await changePolicy(world, { memberships: ['staff'] });
    await world.settled();
    const ids = await Promise.all(
      Array.from({ length: people }, (_, index) =>
        push(world, userNamed(`Person${index}`, index % 2 === 0 ? { addresses } : {})),
      ),
    );
    // All is written before it is asked whether all was told.
    await world.settled();
    await toldAll(world);
    assert.ok((await inboxOf(world)).length >= people * 3, 'every write was told');
    assert.equal((await asked(world)).CustomerById, undefined);
    assert.deepEqual(await activityOf(world), { 'account.create': people });

    await forget(world);
    for (const id of ids.slice(0, 8)) {
      await patch(world, id, { 'name.givenName': 'Renamed', title: 'Dr' });
      await patch(world, id, { active: false });
    }
    await world.settled();
    await toldAll(world);
    const reads = (await asked(world)).CustomerById ?? 0;
    const { 'account.update': updates = 0, 'account.deactivate': leaves = 0 } =
      await activityOf(world);
    assert.equal(leaves, 8);
    // Each look of our own reads once; the echoes of its writes add none.
    assert.equal(reads, updates + leaves);
  });
});

suite('what was told of an account', () => {
  test('is a reason to look where it is later than what we saw or wrote', async () => {
    await using world = await testWorld();
    const { pool, tenantId, destinationId } = world;
    const id = await push(world, userNamed('Ada'));
    const { remoteId } = await looked(world, id);
    assert.ok(remoteId);
    const at = (second: number) => new Date(Date.UTC(2026, 10, 27, 10, 0, second));
    const known = (version: string | null) =>
      pool.query('update links set remote_version = $1 where resource_id = $2', [version, id]);
    const notice = (version: Date | null) =>
      noticeChanges(pool, tenantId, 'shopify', [{ remoteId, version }]);
    const nothing = { destinations: [], beingWritten: [] };
    const look = { destinations: [destinationId], beingWritten: [] };

    await known(at(5).toISOString());
    assert.deepEqual(await notice(at(4)), nothing);
    assert.deepEqual(await notice(at(5)), nothing, 'the echo of our last write');
    assert.deepEqual(await notice(at(6)), look);
    assert.deepEqual(await notice(null), look, 'a deletion');
    await known(null);
    assert.deepEqual(await notice(at(1)), look, 'nobody knows what we saw last');
    // While a write is under way nobody can tell whose doing it was.
    await known('infinity');
    assert.deepEqual(await notice(at(6)), { destinations: [], beingWritten: [remoteId] });
    assert.deepEqual(await notice(null), look);
    const others = [
      await noticeChanges(pool, tenantId, 'lms', [{ remoteId, version: null }]),
      await noticeChanges(pool, 'other', 'shopify', [{ remoteId, version: null }]),
    ];
    assert.deepEqual(others, [nothing, nothing]);
  });
});
