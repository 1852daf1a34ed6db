import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Effect, PreviewEvent } from '../../src/provisioning/preview.ts';
import {
  asked,
  changePolicy,
  existingCustomer,
  forget,
  patch,
  push,
  pushCopies,
  remove,
  writesBy,
} from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const pathOf = (world: World, path: string) =>
  `${world.origin}/api/tenants/${world.tenantId}/destinations/${world.destinationId}${path}`;

const post = (world: World, path: string, body: object = {}) =>
  request(pathOf(world, path), {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });

/** Previews the world's destination; nothing may be written to the store meanwhile. */
async function previewed(
  world: World,
  policy: object | null = null,
): Promise<readonly PreviewEvent[]> {
  await forget(world);
  const { status, body } = await post(world, '/preview', { policy });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(writesBy(await asked(world)), {}, 'nothing is written');
  return String(body)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const summaryOf = (events: readonly PreviewEvent[]) => {
  const last = events.at(-1);
  assert.ok(last?.type === 'summary', JSON.stringify(last));
  return last;
};

const effectsOf = (events: readonly PreviewEvent[]): Readonly<Record<string, Effect>> =>
  Object.fromEntries(
    events.flatMap((event) =>
      event.type === 'person' ? [[event.person.split('.')[0] ?? '', event.effect]] : [],
    ),
  );

const policyOf = async (world: World) =>
  (await request(pathOf(world, ''), { method: 'GET' })).body.policy;

/** Somebody for every effect, at a destination that is paused. */
async function mixed(world: World): Promise<void> {
  const [changed, leaves, gone] = [
    await push(world, userNamed('Changed')),
    await push(world, userNamed('Leaves')),
    await push(world, userNamed('Gone')),
  ];
  await push(world, userNamed('Stays'));
  await world.settled();
  await post(world, '/pause');
  await patch(world, changed, { title: 'Countess' });
  await patch(world, leaves, { active: false });
  await remove(world, gone);
  await push(world, userNamed('Created'));
  await existingCustomer(world, { email: 'adopted.lovelace@example.com' });
  await push(world, userNamed('Adopted'));
  await push(world, { ...userNamed('Held'), userName: 'held', emails: [] });
}

suite('a preview', { concurrency: 2 }, () => {
  test('says what becomes of everybody, writes nothing, and equals what activation then does', async () => {
    await using world = await testWorld();
    await mixed(world);
    const events = await previewed(world);
    assert.deepEqual(effectsOf(events), {
      changed: 'update',
      leaves: 'leave',
      gone: 'leave',
      stays: 'nothing',
      created: 'create',
      adopted: 'adopt',
      held: 'hold',
    });
    const { counts, previewId } = summaryOf(events);
    assert.deepEqual(counts, { create: 1, adopt: 1, update: 1, leave: 2, hold: 1, nothing: 1 });
    const title = events.find((event) => event.type === 'person' && event.effect === 'update');
    assert.ok(title?.type === 'person');
    assert.deepEqual(title.changes, { title: [null, 'Countess'] });

    await post(world, '/activate');
    await world.settled();
    const compared = await waitFor('everybody to be done', async () => {
      const { body } = await request(pathOf(world, `/previews/${previewId}`), { method: 'GET' });
      return body.since.waiting === 0 && body.since;
    });
    assert.deepEqual(compared, { asPreviewed: 7, waiting: 0, different: 0, differences: [] });
  });

  test('tells what happened otherwise, and why', async () => {
    await using world = await testWorld();
    await post(world, '/pause');
    const id = await push(world, userNamed('Ada'));
    const { previewId } = summaryOf(await previewed(world));
    await existingCustomer(world, { email: 'ada.lovelace@example.com' });
    await post(world, '/activate');
    await waitFor('the look', async () => {
      const { rows } = await world.pool.query(
        'select from links where resource_id = $1 and wanted = done',
        [id],
      );
      return rows.length === 1;
    });
    const { body } = await request(pathOf(world, `/previews/${previewId}`), { method: 'GET' });
    assert.equal(body.since.different, 1);
    const [difference] = body.since.differences;
    assert.equal(difference.previewed, 'create');
    assert.equal(difference.happened, 'adopt');
    assert.equal(difference.userName, 'ada.lovelace@example.com');
  });

  test('of another policy says what that would do, and does not put it in force', async () => {
    await using world = await testWorld();
    await push(world, userNamed('Ada', { title: 'Countess' }));
    await push(world, userNamed('Grace'));
    await world.settled();
    const policy = await policyOf(world);
    const scoped = { ...policy, scope: 'title pr', memberships: ['titled'], settleMs: 0 };
    assert.deepEqual(effectsOf(await previewed(world, scoped)), { ada: 'update', grace: 'leave' });
    assert.deepEqual(await policyOf(world), policy);
    const unreadable = await post(world, '/preview', { policy: { ...policy, scope: 'title' } });
    assert.equal(unreadable.status, 400);
    assert.match(unreadable.body.detail, /The scope cannot be read/);
  });

  test('of many reads all accounts once instead of asking for each', async () => {
    await using world = await testWorld();
    await post(world, '/pause');
    const id = await push(world, userNamed('Template'));
    await pushCopies(world, { id, name: 'template', count: 600 });
    const customers = Array.from({ length: 300 }, (_, n) => ({
      email: `person${n + 1}.lovelace@example.com`,
    }));
    await world.store.dev('POST', 'search', { lagMs: 0 });
    assert.equal((await world.store.dev('POST', 'customers', customers)).status, 200);
    const events = await previewed(world);
    assert.deepEqual(summaryOf(events).counts, {
      create: 301,
      adopt: 300,
      update: 0,
      leave: 0,
      hold: 0,
      nothing: 0,
    });
    assert.deepEqual(
      events.filter(({ type }) => type === 'reading'),
      [
        { type: 'reading', read: 250, about: 300 },
        { type: 'reading', read: 300, about: 300 },
      ],
    );
    const requests = Object.values(await asked(world)).reduce((sum, count) => sum + count, 0);
    assert.ok(requests <= 5, `${requests} requests`);
    const { rows } = await world.pool.query('select from listed_accounts');
    assert.equal(rows.length, 0, 'what was read is forgotten');
  });

  test('ends when nobody listens any more, and is refused where the destination cannot be looked at', async () => {
    await using world = await testWorld();
    await push(world, userNamed('Ada'));
    await world.settled();
    await changePolicy(world, { memberships: ['customer'] });
    await world.settled();
    await post(world, '/pause');
    await patch(world, await push(world, userNamed('Grace')), { title: 'Admiral' });
    await world.store.fault({ kind: 'invalid-token', times: null });
    const refused = await post(world, '/preview');
    assert.equal(refused.status, 502);
    assert.match(refused.body.detail, /refuses the access token/);
    await world.store.dev('DELETE', 'faults');
    await world.store.fault({ kind: 'slow', delayMs: 3_000, times: null });
    await forget(world);
    const gone = new AbortController();
    const cut = fetch(pathOf(world, '/preview'), {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
      signal: gone.signal,
    });
    await waitFor(
      'the look to be under way',
      async () => (await asked(world)).CustomerByIdentifier,
    );
    gone.abort();
    await assert.rejects(cut);
    await world.store.dev('DELETE', 'faults');
    assert.equal(summaryOf(await previewed(world)).counts.create, 1, 'the next one works');
  });
});
