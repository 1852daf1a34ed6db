import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noticeChanges } from '../../src/store/remote-changes.ts';
import {
  emailOf,
  hurry,
  inFlight,
  many,
  nameOf,
  operationsAt,
  pushMany,
  restNoMore,
  runIn,
  runsOf,
  type StoredRun,
  setPace,
  setState,
} from '../support/bulk.ts';
import { checkAgreement, isInactive, metafield } from '../support/checker.ts';
import {
  asked,
  existingCustomer,
  forget,
  linkOf,
  looked,
  patch,
  push,
  remove,
} from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const finishedMs = 60_000;

/** A world in which people wait who are to be created. */
async function waitingWorld(
  count: number = many,
  more: (index: number) => object = () => ({}),
): Promise<{ readonly world: World; readonly ids: readonly string[] }> {
  const world = await testWorld({ plan: 'standard' });
  await setState(world, 'paused');
  const ids = await pushMany(world.scim, count, more);
  return { world, ids };
}

const requestsOf = (operations: Readonly<Record<string, number>>): number =>
  Object.values(operations).reduce((sum, count) => sum + count, 0);

suite('many who wait to be created', () => {
  test('are created by a few requests, whole', async () => {
    const { world, ids } = await waitingWorld(600, (index) => ({
      title: index % 2 === 0 ? 'Analyst' : undefined,
      addresses: [{ streetAddress: `${index} Main Street`, locality: 'Ottawa', country: 'CA' }],
    }));
    await using _ = world;
    await forget(world);
    await setState(world, 'active');
    await world.settled(finishedMs);
    await runIn(world, 'done');
    const requests = requestsOf(await asked(world));
    assert.ok(requests <= 50, `${requests} requests: ${JSON.stringify(await asked(world))}`);
    const [run, ...more] = await runsOf(world);
    assert.deepEqual(
      { ...run, id: '', reason: null },
      {
        ...{ id: '', state: 'done', reason: null },
        lines: 600,
        made: 600,
        returned: 0,
        unknown: 0,
      },
    );
    assert.deepEqual(more, []);
    const customer = await world.store.customer(emailOf(7));
    assert.equal(customer?.defaultAddress?.address1, '7 Main Street');
    await checkAgreement(world);
    // What the shop tells of its new customers is an echo: nobody is looked at again for it.
    const { rows } = await world.pool.query(
      'select remote_id as "remoteId", remote_version as version from links',
    );
    await noticeChanges(world.pool, world.tenantId, 'shopify', rows);
    assert.equal((await linkOf(world, ids[7] ?? '')).due, false);
  });

  test('and whom the shop knows already are adopted by single calls', async () => {
    const { world, ids } = await waitingWorld();
    await using _ = world;
    const known = await existingCustomer(world, { email: emailOf(3), tags: ['vip'] });
    await setState(world, 'active');
    await world.settled(finishedMs);
    const link = await looked(world, ids[3] ?? '');
    assert.equal(link.remoteId, known.id);
    const run = await runIn(world, 'done');
    assert.deepEqual([run.made, run.returned, run.unknown], [many - 1, 1, 0]);
    assert.deepEqual((await world.store.customer(emailOf(3)))?.tags, ['vip']);
    await checkAgreement(world);
  });
});

suite('somebody whose line is under way', () => {
  test('and who changes ends as the change has it', async () => {
    const { world, ids } = await waitingWorld();
    await using _ = world;
    await setPace(world, 0);
    await setState(world, 'active');
    await runIn(world, 'running');
    assert.equal(await inFlight(world), many);
    await patch(world, ids[5] ?? '', { title: 'Countess' });
    await setPace(world, null);
    await world.settled(finishedMs);
    const customer = await world.store.customer(emailOf(5));
    assert.equal(customer && metafield(customer, 'title'), 'Countess');
    await checkAgreement(world);
  });

  test('and whose address somebody else has keeps the account that was made for them', async () => {
    const { world, ids } = await waitingWorld();
    await using _ = world;
    await setPace(world, 0);
    await setState(world, 'active');
    await runIn(world, 'running');
    // The operation is done, and nobody has read its results yet.
    await world.store.fault({ kind: 'hang', match: { operation: 'BulkById' }, delayMs: 4_000 });
    await setPace(world, null);
    const first = await waitFor('the customer', () => world.store.customer(emailOf(7)));
    const other = await push(world, {
      ...userNamed('Somebody Else'),
      emails: [{ value: emailOf(7), primary: true }],
    });
    await world.settled(finishedMs);
    assert.equal((await linkOf(world, ids[7] ?? '')).remoteId, first.id);
    const { outcome, reason } = await linkOf(world, other);
    assert.deepEqual([outcome, /belongs to another person/.test(reason ?? '')], ['held', true]);
  });

  test('and who is deleted or deactivated ends deactivated', async () => {
    const { world, ids } = await waitingWorld();
    await using _ = world;
    await setPace(world, 0);
    await setState(world, 'active');
    await runIn(world, 'running');
    await remove(world, ids[5] ?? '');
    await patch(world, ids[6] ?? '', { active: false });
    await setPace(world, null);
    await world.settled(finishedMs);
    for (const index of [5, 6]) {
      const customer = await world.store.customer(emailOf(index));
      assert.ok(customer && isInactive(customer), `${nameOf(index)} is not inactive`);
    }
    await checkAgreement(world);
  });
});

/** Lets the world begin, and waits until its first run has come to nothing. */
async function failedRun(world: World): Promise<StoredRun> {
  await setState(world, 'active');
  return runIn(world, 'failed');
}

/** A run that failed keeps nobody: single calls go on, and once bulk has rested it does the others. */
async function othersFollow(world: World): Promise<void> {
  const before = await linksMade(world);
  await waitFor('single calls', async () => (await linksMade(world)) > before);
  assert.equal(await inFlight(world), 0);
  await restNoMore(world);
  await world.settled(finishedMs);
  await checkAgreement(world);
}

suite('an operation that does not come to its end', () => {
  test('failed midway: what it did is recorded, the others follow', async () => {
    const { world } = await waitingWorld(500);
    await using _ = world;
    await world.store.fault({ kind: 'bulk-fail', afterLines: 100 });
    const run = await failedRun(world);
    assert.deepEqual([run.made, run.unknown], [100, 400]);
    assert.match(run.reason ?? '', /FAILED \(INTERNAL_SERVER_ERROR\)/);
    await othersFollow(world);
    assert.equal(await operationsAt(world), 2);
  });

  test('cancelled by staff: what it did is found again, nobody is created twice', async () => {
    const { world } = await waitingWorld(500);
    await using _ = world;
    await world.store.fault({ kind: 'bulk-cancel', afterLines: 100 });
    const run = await failedRun(world);
    assert.deepEqual([run.made, run.unknown], [0, 500]);
    assert.match(run.reason ?? '', /CANCELED/);
    assert.equal((await world.store.customers()).length >= 100, true);
    await othersFollow(world);
    assert.equal((await world.store.customers()).length, 500);
  });

  test('expired: likewise', async () => {
    const { world } = await waitingWorld();
    await using _ = world;
    await world.store.fault({ kind: 'bulk-expire' });
    const run = await failedRun(world);
    assert.match(run.reason ?? '', /EXPIRED/);
    await othersFollow(world);
    assert.equal((await world.store.customers()).length, many);
  });
});

suite('a file that the store does not take at once', () => {
  test('is started when the shop is not throttled any more', async () => {
    const { world } = await waitingWorld();
    await using _ = world;
    await world.store.fault({ kind: 'throttle', match: { operation: 'BulkStart' }, times: 2 });
    await setState(world, 'active');
    await world.settled(finishedMs);
    assert.equal((await runIn(world, 'done')).made, many);
    assert.equal((await runsOf(world)).length, 1);
    assert.equal(await operationsAt(world), 1);
    await checkAgreement(world);
  });

  test('is uploaded again where the upload is cut', async () => {
    const { world } = await waitingWorld();
    await using _ = world;
    await world.store.fault({ kind: 'cut-before', match: { transfer: 'upload' } });
    await setState(world, 'active');
    await world.settled(finishedMs);
    assert.equal((await runIn(world, 'done')).made, many);
    await checkAgreement(world);
  });

  test('waits its turn where five operations run already', async () => {
    const { world } = await waitingWorld();
    await using _ = world;
    await world.store.fault({
      ...{ kind: 'user-error', match: { operation: 'BulkStart' } },
      error: {
        message: 'A bulk mutation operation is already in progress',
        code: 'OPERATION_IN_PROGRESS',
      },
    });
    await setState(world, 'active');
    await waitFor('the run to wait', async () =>
      (await runsOf(world))[0]?.reason?.includes('already in progress'),
    );
    await hurry(world);
    await world.settled(finishedMs);
    assert.equal((await runIn(world, 'done')).made, many);
  });

  test('is refused: single calls do the work, and bulk is left alone', async () => {
    const { world } = await waitingWorld();
    await using _ = world;
    await world.store.fault({
      ...{ kind: 'user-error', match: { operation: 'BulkUploadTarget' } },
      error: { message: 'Access denied' },
    });
    const run = await failedRun(world);
    assert.match(run.reason ?? '', /Shopify takes no file: Access denied/);
    const before = await linksMade(world);
    await waitFor('single calls', async () => (await linksMade(world)) > before);
    const { origin, tenantId, destinationId } = world;
    const path = `/api/tenants/${tenantId}/destinations/${destinationId}/bulk`;
    const { inForce, restingUntil, reason, runs } = (
      await request(origin + path, { method: 'GET' })
    ).body;
    assert.equal(inForce, false);
    assert.ok(Date.parse(restingUntil) > Date.now() + 3_600_000);
    assert.equal(reason, run.reason);
    assert.equal(runs[0].state, 'failed');
  });

  test('is left alone while the destination is paused, and goes on afterwards', async () => {
    const { world } = await waitingWorld();
    await using _ = world;
    await setPace(world, 0);
    await setState(world, 'active');
    await runIn(world, 'running');
    await setState(world, 'paused');
    await waitFor('the worker to let go', async () => !(await workedOn(world)));
    await forget(world);
    await hurry(world);
    await setPace(world, 100);
    await waitFor('the store to be done', async () => {
      return (await world.store.customers()).length === many;
    });
    assert.deepEqual(await asked(world), {}, 'a paused destination was asked something');
    assert.equal(await inFlight(world), many);
    await setState(world, 'active');
    await world.settled(finishedMs);
    await checkAgreement(world);
  });
});

test('whoever cannot be created in one line is not kept waiting by the others', async () => {
  const { world, ids } = await waitingWorld(many, (index) =>
    index === 4 ? { active: false } : index === 8 ? { emails: [], userName: 'nobody' } : {},
  );
  await using _ = world;
  await setPace(world, 0);
  await setState(world, 'active');
  await runIn(world, 'running');
  assert.equal((await looked(world, ids[4] ?? '')).remoteId, null);
  assert.equal((await looked(world, ids[8] ?? '')).outcome, 'held');
  await setPace(world, null);
  await world.settled(finishedMs);
  assert.equal((await runIn(world, 'done')).made, many - 2);
});

async function workedOn({ pool }: World): Promise<boolean> {
  const { rows } = await pool.query('select from bulk_loads where owner is not null');
  return rows.length > 0;
}

async function linksMade({ pool }: World): Promise<number> {
  const { rows } = await pool.query(
    'select count(*) as made from links where remote_id is not null',
  );
  return rows[0].made;
}
