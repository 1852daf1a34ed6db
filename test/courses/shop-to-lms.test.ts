/** Orders of a shop on their way to the courses of a Moodle: webhooks, ledger, engine and LMS over HTTP. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { moodle } from '../../src/connectors/moodle.ts';
import { usualLimits } from '../../src/provisioning/drain.ts';
import { defaultPolicy } from '../../src/provisioning/policy.ts';
import { updatePolicy } from '../../src/store/destinations.ts';
import { offering } from '../support/courses.ts';
import { addMoodle, testLms } from '../support/lms.ts';
import { patchOf, push } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World, type WorldOptions } from '../support/world.ts';

const [welding, firstAid] = ['course:2', 'course:4'] as const;

async function academy(options: WorldOptions = {}) {
  const [world, lms] = await Promise.all([testWorld({ webhooks: 'on', ...options }), testLms()]);
  const destinationId = await addMoodle(world, lms);
  for (const sku of ['WELD', 'AID']) {
    const product = { title: sku, variants: [{ title: 'Default', sku, price: '40.00' }] };
    assert.equal((await world.store.dev('POST', 'products', product)).status, 200);
  }
  await offering({ ...world, destinationId }, 'WELD', [welding]);
  await offering({ ...world, destinationId }, 'AID', [firstAid]);
  const standing = async (email: string) =>
    Object.fromEntries(
      (await lms.enrolments(email)).map(({ course, status }) => [`course:${course.id}`, status]),
    );
  return {
    ...{ world, lms, destinationId, standing },
    /** Waits until somebody's enrolments are these. */
    become: (email: string, expected: Readonly<Record<string, string>>) =>
      waitFor(`${email} to be ${JSON.stringify(expected)}`, async () => {
        const now = await standing(email);
        return Object.entries(expected).every(([course, status]) => now[course] === status);
      }),
    [Symbol.asyncDispose]: async () => {
      await world.close();
      await lms[Symbol.asyncDispose]();
    },
  };
}

async function buy(world: World, email: string, skus: readonly string[]) {
  const lines = skus.map((sku) => ({ sku, quantity: 1 }));
  const { status, body } = await world.store.dev('POST', 'orders', { email, paid: true, lines });
  assert.equal(status, 200, JSON.stringify(body));
  return { path: `orders/${String(body.id).split('/').at(-1)}`, lines: body.lines };
}

suite('what is bought is taught', { concurrency: 2 }, () => {
  test('and a refund of one of two lines takes back that course alone', async () => {
    await using it = await academy();
    const bea = 'bea@example.com';
    const { path } = await buy(it.world, bea, ['WELD', 'AID']);
    await it.become(bea, { [welding]: 'active', [firstAid]: 'active' });
    const { lines } = (await it.world.store.dev('GET', path)).body;
    const line = lines.find(({ sku }: { sku: string }) => sku === 'WELD').id;
    await it.world.store.dev('POST', `${path}/refund`, { lines: [{ line, quantity: 1 }] });
    await it.become(bea, { [welding]: 'suspended', [firstAid]: 'active' });
  });

  test('also to who is in a group that has the course: each keeps it until both are gone', async () => {
    await using it = await academy();
    const { world, destinationId } = it;
    const { pool, tenantId, sourceId } = world;
    const ada = 'ada.lovelace@example.com';
    const id = await push(world, userNamed('Ada'));
    const group = await world.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      ...{ displayName: 'Welders', members: [{ value: id }] },
    });
    const when = { group: { source: sourceId, id: group.body.id, name: 'Welders' } };
    const rules = [{ when, memberships: [welding] }];
    const policy = { ...defaultPolicy(moodle), rules };
    await updatePolicy(pool, { tenantId, destinationId }, { ...policy });
    await it.become(ada, { [welding]: 'active' });
    const { path } = await buy(world, ada, ['WELD', 'AID']);
    await it.become(ada, { [firstAid]: 'active' });
    await world.store.dev('POST', `${path}/refund`);
    await it.become(ada, { [welding]: 'active', [firstAid]: 'suspended' });
    const leave = patchOf({ op: 'remove', path: `members[value eq "${id}"]` });
    await world.scim('PATCH', `/Groups/${group.body.id}`, leave);
    await it.become(ada, { [welding]: 'suspended' });
  });

  test('when many buy at once, one cannot be enrolled, and the LMS is down for a while', async () => {
    const limits = { ...usualLimits, probesMs: [500] };
    await using it = await academy({ limits });
    const { world, lms, destinationId } = it;
    // Somebody there whom Rollcall never touches: their order cannot be carried out.
    const admin = (await lms.user(2)).email;
    await lms.fault({ kind: 'status', status: 500, times: null });
    const emails = Array.from({ length: 60 }, (_, number) => `crowd${number}@example.com`);
    const orders = [admin, ...emails].map((email) => ({
      ...{ email, paid: true, lines: [{ sku: 'WELD', quantity: 1 }] },
    }));
    assert.equal((await world.store.dev('POST', 'orders', orders)).status, 200);
    await waitFor('the destination to be stopped, or its people to wait', async () => {
      const { rows } = await world.pool.query(
        `select from links where destination_id = $1 and wanted > done having count(*) > 50`,
        [destinationId],
      );
      return rows.length > 0;
    });
    assert.deepEqual(await it.standing('crowd0@example.com'), {});
    await lms.dev('DELETE', 'faults');
    await waitFor(
      'everybody to be enrolled',
      async () => (await lms.dev('GET', 'courses/2')).body.enrolments.active === emails.length,
    );
    await world.settled();
    const { rows } = await world.pool.query(
      `select outcome, count(*)::int as count from links where destination_id = $1 group by 1 order by 1`,
      [destinationId],
    );
    assert.deepEqual(rows, [
      { outcome: 'done', count: emails.length },
      { outcome: 'rejected', count: 1 },
    ]);
    const accounts = (await lms.users()).map(({ email }) => email);
    assert.equal(new Set(accounts).size, accounts.length);
    const stats = (await lms.dev('GET', 'stats')).body;
    assert.ok(stats.mostInFlight <= moodle.concurrency, `${stats.mostInFlight} at once`);
  });
});
