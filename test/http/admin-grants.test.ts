import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cliOf } from '../support/cli.ts';
import { ledgerOf, lineOf, offering, orderOf, record } from '../support/courses.ts';
import { parseMetrics, reading } from '../support/prometheus.ts';
import { push } from '../support/roll.ts';
import { secondSource } from '../support/second-source.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

/** Sends a request about the world's rights. */
function about(world: World, method: string, path = '', body?: unknown) {
  const url = `${world.origin}/api/tenants/${world.tenantId}/grants${path}`;
  return request(url, { method, body, headers: { 'content-type': 'application/json' } });
}

async function tagsOf(world: World, email = ada): Promise<readonly string[]> {
  await world.settled();
  return (await world.store.customer(email))?.tags ?? [];
}

/** What an explanation says of Ada's rights. */
async function grantsStep({ origin, tenantId }: World) {
  const url = `${origin}/api/tenants/${tenantId}/explain?person=${ada}`;
  const { body } = await request(url, { method: 'GET' });
  return body.explanations[0].steps.find(({ name }: { name: string }) => name === 'grants');
}

/** A fully refunded order whose offer asks what that means. */
async function asked(world: World): Promise<{ readonly id: string }> {
  await push(world, userNamed('Ada'));
  await offering(world, 'WELD', ['course-a']);
  const order = orderOf(1001, ada, [lineOf('WELD')]);
  await record(world, [order]);
  assert.deepEqual(await tagsOf(world), ['course-a']);
  const refund = { id: 'r', at: new Date(), amount: 100, lines: [] };
  await record(world, [{ ...order, updatedAt: new Date(), refunds: [refund] }]);
  const { grants } = (await about(world, 'GET', '?attention=true')).body;
  assert.equal(grants.length, 1);
  assert.equal(grants[0].question, '100 % of the money was refunded');
  return grants[0];
}

suite('a right', { concurrency: 2 }, () => {
  test('is given by hand, listed by person, and taken back', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const gift = { person: ada, destination: world.destinationId, membership: 'course-a' };
    const given = await about(world, 'POST', '', { ...gift, note: 'prize' });
    assert.equal(given.status, 201, JSON.stringify(given.body));
    assert.equal(given.body.words, 'admin, by hand: prize');
    assert.deepEqual(await tagsOf(world), ['course-a']);
    assert.match(
      (await grantsStep(world)).words,
      /^course-a because of admin, by hand: prize, from 2/,
    );
    for (const person of [ada, ada.toUpperCase(), id]) {
      const { grants } = (await about(world, 'GET', `?person=${person}`)).body;
      assert.deepEqual([grants.length, grants[0].userName], [1, ada]);
    }
    assert.deepEqual((await about(world, 'GET', '?person=bob')).body.grants, []);
    const withdrawn = await about(world, 'POST', `/${given.body.id}/withdraw`, {});
    assert.deepEqual(
      [withdrawn.body.state, withdrawn.body.reason],
      ['ended', 'withdrawn by admin'],
    );
    assert.deepEqual(await tagsOf(world), []);
    const again = await about(world, 'POST', `/${given.body.id}/withdraw`, {});
    assert.equal(again.status, 409);
    assert.equal(again.body.type, 'urn:problem-type:rollcall:undecidable');
  });

  test('cannot be given to nobody, at no destination, of no form or in the past', async () => {
    await using world = await testWorld();
    await push(world, userNamed('Ada'));
    const gift = { person: ada, destination: world.destinationId, membership: 'course-a' };
    const refused = async (more: object) =>
      (await about(world, 'POST', '', { ...gift, note: 'prize', ...more })).body.detail;
    assert.match(await refused({ person: 'bob' }), /no person bob on the roll/);
    assert.match(await refused({ destination: 'none' }), /no destination none/);
    assert.match(await refused({ membership: 'a,b' }), /must not have a comma/);
    assert.match(await refused({ endsAt: '2020-01-01T00:00:00Z' }), /over already/);
    assert.match(
      await refused({ endsAt: 'tomorrow', note: '' }),
      /note must say why.*endsAt must be/,
    );
    assert.deepEqual(await ledgerOf(world), []);
  });

  test('about which is asked is kept or taken back as somebody answers', async () => {
    await using world = await testWorld();
    const { id } = await asked(world);
    assert.deepEqual(await tagsOf(world), ['course-a'], 'until then it stands');
    const kept = await about(world, 'POST', `/${id}/answer`, { answer: 'keep' });
    assert.deepEqual([kept.body.state, kept.body.question], ['standing', null]);
    assert.deepEqual((await about(world, 'GET', '?attention=true')).body.grants, []);
    assert.equal((await about(world, 'POST', `/${id}/answer`, { answer: 'remove' })).status, 409);
  });

  test('about which is asked is taken back on the command line', async () => {
    await using world = await testWorld();
    const rollcall = cliOf(world.database);
    const run = (...args: string[]) => rollcall(['grant', ...args, '--tenant', world.tenantId]);
    const { id } = await asked(world);
    const metrics = await request(`${world.origin}/metrics`, { method: 'GET' });
    const counted = { tenant: world.tenantId, kind: 'asked' };
    assert.equal(reading(parseMetrics(metrics.body), 'rollcall_rights_attention', counted), 1);
    const status = await rollcall(['status']);
    assert.match(status.out, /^ {2}rights that wait {3}0 held, 1 asked about/m);
    const path = `${world.origin}/api/tenants/${world.tenantId}/status`;
    assert.deepEqual((await request(path, { method: 'GET' })).body.rights, { held: 0, asked: 1 });
    assert.match((await run('list', '--attention')).out, /#1001.*Answer keep, suspend or remove/);
    assert.match((await run('answer', id, 'perhaps')).err, /must be "keep", "suspend" or "remove"/);
    const answered = await run('answer', id, 'remove');
    assert.equal(answered.code, 0, answered.err);
    assert.deepEqual(await tagsOf(world), []);
    assert.match((await run('list', '--order', '#1001')).out, /ended .* of the money was refunded/);
    assert.match((await run('list', '--attention')).out, /Nothing waits for somebody/);
  });

  test('of several people with one address is theirs who is chosen', async () => {
    await using world = await testWorld();
    const other = await secondSource(world, 'Okta');
    const mine = await push(world, userNamed('Ada'));
    await push({ ...world, ...other }, userNamed('Ada'));
    await offering(world, 'WELD', ['course-a']);
    await record(world, [orderOf(1001, ada, [lineOf('WELD')])]);
    const { grants } = (await about(world, 'GET', '?attention=true')).body;
    const [{ id, reason }] = grants;
    assert.match(reason, /more than one person has this address/);
    const several = await about(world, 'POST', `/${id}/choose`, { person: ada });
    assert.match(several.body.detail, new RegExp(`is more than one person: .* is ${mine}`));
    const chosen = await about(world, 'POST', `/${id}/choose`, { person: mine });
    assert.deepEqual([chosen.body.state, chosen.body.resourceId], ['standing', mine]);
    assert.equal((await about(world, 'POST', `/${id}/choose`, { person: mine })).status, 409);
  });

  test('of a line for several goes to the learners that are named', async () => {
    await using world = await testWorld();
    const rollcall = cliOf(world.database);
    await offering(world, 'WELD', ['course-a'], { quantity: 'named' });
    await record(world, [
      orderOf(1001, ada, [lineOf('WELD', { quantity: 2, currentQuantity: 2 })]),
    ]);
    const { grants } = (await about(world, 'GET', '?order=%231001')).body;
    assert.equal(grants.length, 2);
    const path = `/${grants[0].id}/learners`;
    const emails = ['one@example.com', 'two@example.com', 'three@example.com'];
    assert.match((await about(world, 'POST', path, { emails })).body.detail, /for 2 and not 3/);
    assert.equal((await about(world, 'POST', path, { emails: ['one'] })).status, 400);
    const of = ['--tenant', world.tenantId];
    const named = await rollcall(['grant', 'learners', grants[0].id, ...emails.slice(0, 2), ...of]);
    assert.equal(named.out, '2 learners are named.\n', named.err);
    assert.deepEqual(
      (await ledgerOf(world)).map(({ state, person }) => [state, person]),
      [
        ['standing', 'one@example.com'],
        ['standing', 'two@example.com'],
      ],
    );
  });

  test('is given and taken back on the command line', async () => {
    await using world = await testWorld();
    const rollcall = cliOf(world.database);
    await push(world, userNamed('Ada'));
    const give = (...args: string[]) =>
      rollcall(['grant', 'give', ada, 'course-a', '--destination', world.destinationId, ...args]);
    assert.match((await give()).err, /note must say why/);
    assert.match((await give('--note', 'x', '--until', 'soon')).err, /soon is no date/);
    const given = await give('--note', 'prize', '--until', '2999-01-31');
    assert.equal(given.code, 0, given.err);
    const [id = ''] = /[0-9a-f-]{36}/.exec(given.out) ?? [];
    const of = ['--tenant', world.tenantId];
    const listed = await rollcall(['grant', 'list', '--person', ada, ...of]);
    assert.match(listed.out, /course-a at .* standing from .* until 2999-01-31T00:00:00\.000Z/);
    assert.deepEqual(await tagsOf(world), ['course-a']);
    assert.equal((await rollcall(['grant', 'withdraw', id, ...of])).code, 0);
    assert.deepEqual(await tagsOf(world), []);
    assert.match((await rollcall(['grant', 'withdraw', 'x', ...of])).err, /Say which right/);
  });
});
