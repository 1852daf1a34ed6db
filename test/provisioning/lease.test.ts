import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { pino } from 'pino';
import { connectorNamed } from '../../src/connectors/index.ts';
import { createConnections } from '../../src/provisioning/connect.ts';
import { type DrainWorld, drainSlice, usualLimits } from '../../src/provisioning/drain.ts';
import { activate, pause } from '../../src/store/destination-switch.ts';
import { acquireLease } from '../../src/store/destinations.ts';
import { announce } from '../../src/store/presence.ts';
import { checkAgreement } from '../support/checker.ts';
import { testDatabase } from '../support/database.ts';
import { processWorld } from '../support/process.ts';
import { asked, forget, linkOf, patch, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { settled, testSecrets, testWorld, userNamed, type World } from '../support/world.ts';

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';

/** A world whose people nobody drains but the test itself. */
async function undrained(): Promise<World> {
  const world = await testWorld();
  await world.rollcall.engine.stop();
  return world;
}

const keyOf = ({ tenantId, destinationId }: World) => ({ tenantId, destinationId });

async function takeLease(world: World): Promise<void> {
  assert.ok(await acquireLease(world.pool, keyOf(world), 'another worker'));
}

/**
 * Drains once; before a request of this operation is sent the lease is lost: another worker takes it, if nothing else is said.
 * @returns how the drain ended
 */
async function drain(world: World, losingAt: string | null, lose = takeLease): Promise<string> {
  const key = keyOf(world);
  let lost = false;
  const fetchThenLose: typeof fetch = async (input, init) => {
    if (!lost && String(init?.body).includes(`"operationName":"${losingAt}"`)) {
      lost = true;
      await lose(world);
    }
    return fetch(input, init);
  };
  const parts = { now: Date.now, log: pino({ level: 'silent' }), measure: () => undefined };
  const connect = createConnections({
    ...parts,
    db: world.pool,
    fetch: fetchThenLose,
    transfer: fetchThenLose,
    secrets: testSecrets,
    connectorNamed,
  });
  const drainWorld: DrainWorld = { ...parts, pool: world.pool, random: Math.random, connect };
  // A slice that is not over before everybody is done, however busy the machine is.
  const limits = { ...usualLimits, sliceMs: 60_000 };
  const { signal } = new AbortController();
  const ended = await drainSlice(drainWorld, key, 'this worker', signal, limits);
  assert.equal(lost, losingAt !== null);
  return ended;
}

suite('a drain whose lease has passed', () => {
  test('before its first write writes nothing and records nothing', async () => {
    await using world = await undrained();
    const id = await push(world, userNamed('Ada'));
    assert.equal(await drain(world, 'CustomerByIdentifier'), 'unavailable');
    const { due, outcome, remoteId } = await linkOf(world, id);
    assert.deepEqual({ due, outcome, remoteId }, { due: true, outcome: null, remoteId: null });
    assert.deepEqual(await world.store.customers(), []);
    assert.equal(await drain(world, null), 'drained');
    await checkAgreement(world);
  });

  test('because the destination was paused says that it is done with it, and not after another has begun', async () => {
    await using world = await undrained();
    const ownerAfter = async (lose: (world: World) => Promise<void>) => {
      assert.equal(await drain(world, 'CustomerByIdentifier', lose), 'unavailable');
      const { rows } = await world.pool.query('select owner from destinations');
      return rows[0].owner;
    };
    await push(world, userNamed('Ada'));
    const pauseIt = async () => assert.ok(await pause(world.pool, keyOf(world)));
    assert.equal(await ownerAfter(pauseIt), null);
    assert.ok(await activate(world.pool, keyOf(world)));
    assert.equal(await ownerAfter(takeLease), 'another worker');
  });

  test('while it reads many at once stops there, and nobody is written down', async () => {
    await using world = await undrained();
    await Promise.all(Array.from({ length: 12 }, (_, at) => push(world, userNamed(`Ada${at}`))));
    assert.equal(await drain(world, null), 'drained');
    await world.pool.query('update links set wanted = wanted + 1, look_again = true');
    await forget(world);
    assert.equal(await drain(world, 'CustomersByIds'), 'unavailable');
    assert.equal((await asked(world)).CustomersByIds, 1);
    const { rows } = await world.pool.query('select from links where wanted > done and look_again');
    assert.equal(rows.length, 12);
    assert.equal(await drain(world, null), 'drained');
    await checkAgreement(world);
  });

  test('in the middle of a creation stops there, and its successor finishes the same customer', async () => {
    await using world = await undrained();
    const id = await push(world, userNamed('Ada'));
    assert.equal(await drain(world, 'CustomerSet'), 'unavailable');
    const { due, outcome, remoteId } = await linkOf(world, id);
    assert.deepEqual({ due, outcome, remoteId }, { due: true, outcome: null, remoteId: null });
    assert.equal((await asked(world)).MetafieldsSet, undefined);
    const [begun] = await world.store.customers();
    assert.equal(await drain(world, null), 'drained');
    assert.equal((await linkOf(world, id)).remoteId, begun?.id);
    await checkAgreement(world);
  });

  test('in the middle of a change that is taken back leaves nothing of it', async () => {
    await using world = await undrained();
    const id = await push(world, userNamed('Ada'));
    await drain(world, null);
    await patch(world, id, { [department]: 'Mathematics', 'name.familyName': 'King' });
    assert.equal(await drain(world, 'MetafieldsSet'), 'unavailable');
    await patch(world, id, { [department]: 'Engineering', 'name.familyName': 'Lovelace' });
    assert.equal(await drain(world, null), 'drained');
    await checkAgreement(world);
  });
});

suite('an instance that is stopped', { concurrency: 4 }, () => {
  test('is replaced, and writes nothing more when it goes on', async () => {
    await using world = await processWorld();
    await using stopped = await world.start();
    await world.store.fault({
      kind: 'slow',
      match: { operation: 'CustomerSet' },
      delayMs: 5_000,
      times: 8,
    });
    const people = Array.from({ length: 12 }, (_, index) => userNamed(`Person${index}`));
    for (const person of people) await push(world.at(stopped), person);
    await waitFor('a write to be under way', async () => (await asked(world)).CustomerSet);
    await using other = await world.start();
    stopped.signal('SIGSTOP');

    await settled(world.pool);
    await checkAgreement({ ...world, ...world.at(other) });
    const before = await world.store.customers();
    await forget(world);

    stopped.signal('SIGCONT');
    await push(world.at(stopped), userNamed('Grace Hopper'));
    await settled(world.pool);
    // Stopping waits for the drain that was interrupted.
    await stopped.stop();
    // A request that was allowed before the stop, and not sent yet, is sent all the same: no store can
    // refuse it. It writes what is there already.
    assert.equal((await asked(world)).CustomerSet, 1, 'Grace’s only');
    const after = await world.store.customers();
    assert.deepEqual(after.slice(0, before.length), before);
    await checkAgreement({ ...world, ...world.at(other) });
    await other.stop();
  });

  test('leads no longer, so that what only a leader does goes on', async () => {
    await using database = await testDatabase();
    const log = pino({ level: 'silent' });
    const silent = await announce(database.connectionOptions, log);
    const other = await announce(database.connectionOptions, log);
    assert.equal(await silent.leads(), true);
    assert.equal(await other.leads(), false);
    await waitFor('another to lead', () => other.leads());
    await waitFor('the first to notice', async () => !(await silent.leads()) && !silent.leading());
    await Promise.all([silent.close(), other.close()]);
  });

  test('by its end hands the lead over at once', async () => {
    await using database = await testDatabase();
    const log = pino({ level: 'silent' });
    const [leader, other] = [
      await announce(database.connectionOptions, log),
      await announce(database.connectionOptions, log),
    ];
    assert.equal(await leader.leads(), true);
    await leader.close();
    // Not by its silence, which takes ten seconds.
    await waitFor('the other to lead at once', () => other.leads(), 8_000);
    await other.close();
  });
});
