/** People of the roll in the courses of a Moodle, the whole way: SCIM, the engine, a site reached over HTTP. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { moodle } from '../../src/connectors/moodle.ts';
import { defaultPolicy, type Policy } from '../../src/provisioning/policy.ts';
import { updatePolicy } from '../../src/store/destinations.ts';
import { lineOf, offering, orderOf, record, refunded } from '../support/courses.ts';
import { addMoodle, type TestLms, testLms } from '../support/lms.ts';
import { patch, patchOf, push, remove } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

/** A world with a Moodle whose policy gives a group of the roll Welding 101. */
async function school(): Promise<
  AsyncDisposable & {
    readonly world: World;
    readonly lms: TestLms;
    readonly destinationId: string;
    readonly group: string;
    readonly policy: Policy;
    change(policy: Policy): Promise<void>;
  }
> {
  const [world, lms] = await Promise.all([testWorld(), testLms()]);
  const destinationId = await addMoodle(world, lms);
  const { pool, tenantId, sourceId } = world;
  const { status, body } = await world.scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Welders',
  });
  assert.equal(status, 201, JSON.stringify(body));
  const group = { source: sourceId, id: body.id, name: 'Welders' };
  const policy: Policy = {
    ...defaultPolicy(moodle),
    rules: [{ when: { group }, memberships: ['course:2'] }],
  };
  const change = (to: Policy) => updatePolicy(pool, { tenantId, destinationId }, { ...to });
  await change(policy);
  return {
    world,
    lms,
    destinationId,
    group: body.id,
    policy,
    change,
    [Symbol.asyncDispose]: async () => {
      await world.close();
      await lms[Symbol.asyncDispose]();
    },
  };
}

async function changeGroup(world: World, group: string, operation: object): Promise<void> {
  const { status, body } = await world.scim('PATCH', `/Groups/${group}`, patchOf(operation));
  assert.ok(status < 300, JSON.stringify(body));
}

const join = (world: World, group: string, id: string) =>
  changeGroup(world, group, { op: 'add', path: 'members', value: [{ value: id }] });

const leave = (world: World, group: string, id: string) =>
  changeGroup(world, group, { op: 'remove', path: `members[value eq "${id}"]` });

/** Waits until somebody's enrolment in Welding 101 stands so. */
async function standing(lms: TestLms, email: string, status: string): Promise<void> {
  let last: string | undefined;
  await waitFor(`${email} to be ${status}`, async () => {
    const enrolments = await lms.enrolments(email);
    last = enrolments.find(({ course }) => course.id === 2)?.status;
    return last === status;
  }).catch((error: Error) => assert.fail(`${error.message}, not ${last}`));
}

suite('people in courses', { concurrency: 2 }, () => {
  test('who joins a group is a participant, and suspended in the course when they leave it', async () => {
    await using it = await school();
    const { world, lms, group } = it;
    const id = await push(world, userNamed('Ada'));
    await world.settled();
    assert.equal(
      (await lms.users()).some(({ email }) => email === ada),
      false,
    );
    await join(world, group, id);
    await standing(lms, ada, 'active');
    const { id: number, idnumber, firstname, lastname } = await lms.user(ada);
    assert.deepEqual([firstname, lastname], ['Ada', 'Lovelace']);
    assert.match(idnumber, /^[\da-f-]{36}$/);
    await leave(world, group, id);
    await standing(lms, ada, 'suspended');
    assert.equal((await lms.user(ada)).suspended, false);
    await join(world, group, id);
    await standing(lms, ada, 'active');
    assert.equal((await lms.user(ada)).id, number);
  });

  test('who is deactivated is shut out of both, and comes back to the same account', async () => {
    await using it = await school();
    const { world, lms, group } = it;
    const id = await push(world, userNamed('Ada'));
    await join(world, group, id);
    await standing(lms, ada, 'active');
    const before = await lms.user(ada);
    const [enrolment] = await lms.enrolments(ada);
    await patch(world, id, { active: false });
    await standing(lms, ada, 'suspended');
    assert.equal((await lms.user(ada)).suspended, true);
    await patch(world, id, { active: true });
    await standing(lms, ada, 'active');
    assert.deepEqual(await lms.user(ada), before);
    assert.equal((await lms.enrolments(ada))[0]?.id, enrolment?.id);
  });

  test('who is removed is suspended, and found again when they are created anew', async () => {
    await using it = await school();
    const { world, lms, group } = it;
    const id = await push(world, userNamed('Ada'));
    await join(world, group, id);
    await standing(lms, ada, 'active');
    const { id: number } = await lms.user(ada);
    await remove(world, id);
    await standing(lms, ada, 'suspended');
    assert.equal((await lms.user(ada)).suspended, true);
    await join(world, group, await push(world, userNamed('Ada')));
    await standing(lms, ada, 'active');
    const after = await lms.user(ada);
    assert.deepEqual([after.id, after.suspended], [number, false]);
  });

  test('who is called otherwise, or has another address, is so in Moodle', async () => {
    await using it = await school();
    const { world, lms, group } = it;
    const id = await push(world, userNamed('Ada'));
    await join(world, group, id);
    await standing(lms, ada, 'active');
    const { id: number } = await lms.user(ada);
    const email = 'ada.king@example.com';
    await patch(world, id, {
      'name.familyName': 'King',
      'emails[type eq "work"].value': email,
    });
    await waitFor('the new address', async () => (await lms.user(number)).email === email);
    assert.equal((await lms.user(number)).lastname, 'King');
    await standing(lms, email, 'active');
  });

  test('whose creation nobody learned of has one account all the same', async () => {
    await using it = await school();
    const { world, lms, group } = it;
    const id = await push(world, userNamed('Ada'));
    await lms.fault({ kind: 'cut-after', match: { operation: 'core_user_create_users' } });
    await join(world, group, id);
    await standing(lms, ada, 'active');
    assert.equal((await lms.users()).filter(({ email }) => email === ada).length, 1);
  });

  test('everybody is where they belong after failures of all kinds', async () => {
    await using it = await school();
    const { world, lms, group } = it;
    const people = Array.from({ length: 12 }, (_, number) => `Person${number}`);
    const ids = await Promise.all(people.map((name) => push(world, userNamed(name))));
    for (const [seed, kind] of ['status', 'cut-before', 'cut-after'].entries())
      await lms.fault({ kind, probability: 0.1, seed, times: 2 });
    await Promise.all(ids.map((id) => join(world, group, id)));
    await world.settled(60_000);
    for (const id of ids.slice(6)) await leave(world, group, id);
    await world.settled(60_000);
    const emails = (await lms.users()).map(({ email }) => email);
    for (const [number, name] of people.entries()) {
      const email = `${name}.lovelace@example.com`.toLowerCase();
      assert.equal(emails.filter((one) => one === email).length, 1, email);
      await standing(lms, email, number < 6 ? 'active' : 'suspended');
    }
  });

  test('a second look writes nothing', async () => {
    await using it = await school();
    const { world, lms, group } = it;
    const id = await push(world, userNamed('Ada', { preferredLanguage: 'en-GB' }));
    await join(world, group, id);
    await standing(lms, ada, 'active');
    await world.settled();
    const writes = async () =>
      Object.entries(await lms.asked()).filter(([name]) => /create|update|manual/.test(name));
    const before = await writes();
    const { rows } = await world.pool.query(
      `update links set wanted = wanted + 1, look_again = true where resource_id = $1 returning id`,
      [id],
    );
    assert.equal(rows.length, 2);
    await world.settled();
    assert.deepEqual(await writes(), before);
  });

  test('a policy that names a course Moodle does not have stops the destination, and says which', async () => {
    await using it = await school();
    const { world, policy, change } = it;
    await change({ ...policy, memberships: ['course:99'] });
    await push(world, userNamed('Ada'));
    await waitFor('the destination to be stopped', async () => {
      const { rows } = await world.pool.query(
        `select reason from destinations where connector = 'moodle' and state = 'quarantined'`,
      );
      return /course 99, which Moodle does not have/.test(rows[0]?.reason);
    });
  });
});

suite('courses that are bought', { concurrency: 2 }, () => {
  const bea = 'bea.buyer@example.com';
  const ends = async (lms: TestLms) => (await lms.enrolments(bea))[0]?.timeEnd;
  const days = (from: Date, count: number) => Math.floor(from.getTime() / 1_000) + count * 86_400;

  test('are had until they end, and longer when they are bought again', async () => {
    await using it = await school();
    const { world, lms, destinationId } = it;
    const at = { ...world, destinationId };
    await offering(at, 'WELD', ['course:2'], { access: { days: 30 } });
    const order = orderOf(1001, bea, [lineOf('WELD')]);
    await record(world, [order]);
    await standing(lms, bea, 'active');
    assert.equal(await ends(lms), days(order.processedAt, 30));
    const { firstname, lastname, suspended } = await lms.user(bea);
    assert.deepEqual([firstname, lastname, suspended], ['Bea', 'Buyer', false]);
    await record(world, [orderOf(1002, bea, [lineOf('WELD')])]);
    await waitFor('the later end', async () => (await ends(lms)) === days(order.processedAt, 60));
    await standing(lms, bea, 'active');
  });

  for (const [line, left] of [
    ['suspend', 'suspended'],
    ['remove', undefined],
  ] as const)
    test(`are taken back by a refund that says ${line}, and given again`, async () => {
      await using it = await school();
      const { world, lms, destinationId } = it;
      await offering({ ...world, destinationId }, 'WELD', ['course:2'], { refunds: { line } });
      const order = orderOf(1001, bea, [lineOf('WELD')]);
      await record(world, [order]);
      await standing(lms, bea, 'active');
      const user = await lms.user(bea);
      await record(world, [refunded(order, lineOf('WELD').id)]);
      await waitFor('the enrolment to be taken back', async () => {
        const [enrolment] = await lms.enrolments(bea);
        return enrolment?.status === left;
      });
      await record(world, [orderOf(1002, bea, [lineOf('WELD')])]);
      await standing(lms, bea, 'active');
      assert.deepEqual(await lms.user(bea), user);
    });

  test('go with a group that gives them too, and stay without it', async () => {
    await using it = await school();
    const { world, lms, destinationId, group } = it;
    await offering({ ...world, destinationId }, 'WELD', ['course:2'], { access: { days: 30 } });
    const id = await push(world, userNamed('Ada'));
    const order = orderOf(1001, ada, [lineOf('WELD')]);
    await record(world, [order]);
    await standing(lms, ada, 'active');
    const end = async () => (await lms.enrolments(ada))[0]?.timeEnd;
    assert.equal(await end(), days(order.processedAt, 30));
    await join(world, group, id);
    await waitFor('no end', async () => (await end()) === 0);
    await leave(world, group, id);
    await waitFor('the end of what was bought', async () => (await end()) !== 0);
    assert.equal(await end(), days(order.processedAt, 30));
    await standing(lms, ada, 'active');
  });
});
