import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { GroupRef, Policy } from '../../src/provisioning/policy.ts';
import { checkAgreement, isInactive } from '../support/checker.ts';
import {
  asked,
  changePolicy,
  destinationOf,
  existingCustomer,
  failedOnce,
  forget,
  linkOf,
  linkThat,
  looked,
  patch,
  patchOf,
  push,
  writesBy,
} from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

/** Pushes a group with these members, and gives it as a policy names it. */
async function pushGroup(
  world: World,
  name: string,
  members: readonly string[] = [],
): Promise<GroupRef> {
  const { status, body } = await world.scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: name,
    members: members.map((value) => ({ value })),
  });
  assert.equal(status, 201, JSON.stringify(body));
  return { source: world.sourceId, id: body.id, name };
}

async function change(world: World, { id }: GroupRef, ...operations: object[]): Promise<void> {
  const { status, body } = await world.scim('PATCH', `/Groups/${id}`, patchOf(...operations));
  assert.ok(status === 200 || status === 204, JSON.stringify(body));
}

const join = (world: World, group: GroupRef, member: string) =>
  change(world, group, { op: 'add', path: 'members', value: [{ value: member }] });

const leave = (world: World, group: GroupRef, member: string) =>
  change(world, group, { op: 'remove', path: `members[value eq "${member}"]` });

const ruleFor = (group: GroupRef, ...memberships: string[]): Policy['rules'][number] => ({
  when: { group },
  memberships,
});

/** Waits until a customer has these tags, besides ours for the inactive. */
async function tagged(world: World, email: string, tags: readonly string[]): Promise<void> {
  let last: readonly string[] | undefined;
  await waitFor(`${email} to have the tags ${tags}`, async () => {
    last = (await world.store.customer(email))?.tags;
    return last !== undefined && [...last].sort().join() === [...tags].sort().join();
  }).catch((error: Error) => assert.fail(`${error.message}, not ${last}`));
}

suite('a rule for a group', { concurrency: 2 }, () => {
  test('gives its members a tag, and takes back just that when they leave the group', async () => {
    await using world = await testWorld();
    await existingCustomer(world, { email: ada, tags: ['friend'] });
    const id = await push(world, userNamed('Ada'));
    const staff = await pushGroup(world, 'Staff', [id]);
    await changePolicy(world, { rules: [ruleFor(staff, 'team', 'friend')] });
    await tagged(world, ada, ['friend', 'team']);
    await leave(world, staff, id);
    await tagged(world, ada, ['friend']);
    await join(world, staff, id);
    await tagged(world, ada, ['friend', 'team']);
    await world.settled();
    await checkAgreement(world);
  });

  test('leaves a tag that another rule still justifies', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada', { title: 'Countess' }));
    const [staff, guests] = [
      await pushGroup(world, 'Staff', [id]),
      await pushGroup(world, 'Guests', [id]),
    ];
    await changePolicy(world, {
      rules: [
        ruleFor(staff, 'shared', 'staff'),
        ruleFor(guests, 'shared'),
        { when: { filter: 'title eq "Countess"' }, memberships: ['noble'] },
      ],
    });
    await tagged(world, ada, ['shared', 'staff', 'noble']);
    await leave(world, staff, id);
    await tagged(world, ada, ['shared', 'noble']);
    await leave(world, guests, id);
    await tagged(world, ada, ['noble']);
  });

  test('counts who is in the group through another group', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const inner = await pushGroup(world, 'Mathematics');
    const outer = await pushGroup(world, 'Science', [inner.id]);
    await changePolicy(world, { rules: [ruleFor(outer, 'science')] });
    await tagged(world, ada, []);
    await join(world, inner, id);
    await tagged(world, ada, ['science']);
    await leave(world, outer, inner.id);
    await tagged(world, ada, []);
    await join(world, outer, inner.id);
    await tagged(world, ada, ['science']);
  });

  test('takes back a tag that went with a creation nobody learned of, also when the address changed since', async () => {
    await using world = await testWorld();
    const { pool, destinationId } = world;
    const staff = await pushGroup(world, 'Staff');
    await changePolicy(world, { rules: [ruleFor(staff, 'team')] });
    const pause = (until: string) =>
      pool.query('update destinations set paused_until = $2::timestamptz where id = $1', [
        destinationId,
        until,
      ]);
    await pause('infinity');
    const id = await push(world, userNamed('Ada'));
    await join(world, staff, id);
    await world.store.fault({ kind: 'cut-after', match: { operation: 'TagsAdd' } });
    await pause('-infinity');
    await failedOnce(world, id);
    await pause('infinity');
    await leave(world, staff, id);
    await patch(world, id, { 'emails[type eq "work"].value': 'countess@example.com' });
    await pause('-infinity');
    await tagged(world, 'countess@example.com', []);
    await world.settled();
    await checkAgreement(world);
  });

  test('is not asked of people whom the change does not touch', async () => {
    await using world = await testWorld();
    const [id, other] = [
      await push(world, userNamed('Ada')),
      await push(world, userNamed('Grace Hopper')),
    ];
    const staff = await pushGroup(world, 'Staff', [other]);
    await changePolicy(world, { rules: [ruleFor(staff, 'team')] });
    await tagged(world, 'grace.hopper@example.com', ['team']);
    await world.settled();
    await forget(world);
    await join(world, staff, id);
    await tagged(world, ada, ['team']);
    await world.settled();
    assert.deepEqual(writesBy(await asked(world)), { TagsAdd: 1 });
  });

  test('for people of a source is given to them alone', async () => {
    await using world = await testWorld();
    await push(world, userNamed('Ada'));
    await changePolicy(world, {
      rules: [
        { when: { source: world.sourceId }, memberships: ['acme'] },
        { when: { source: 'another' }, memberships: ['other'] },
      ],
    });
    await tagged(world, ada, ['acme']);
  });
});

suite('a scope of groups', { concurrency: 2 }, () => {
  test('covers who is in one of them; who leaves it is deactivated, who returns is the same customer', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const outside = await push(world, userNamed('Grace Hopper'));
    const customers = await pushGroup(world, 'Customers', [id, outside]);
    await changePolicy(world, { groups: [customers], settleMs: 0 });
    const { remoteId } = await looked(world, id);
    await leave(world, customers, id);
    const said = /out of scope \(not in the group Customers\)/;
    await linkThat(world, id, 'the leave', ({ reason }) => said.test(reason ?? ''));
    const gone = await waitFor('the customer to be inactive', async () => {
      const customer = await world.store.customer(ada);
      return customer && isInactive(customer) && customer;
    });
    assert.equal(gone.id, remoteId);
    await changePolicy(world, { groups: [customers], settleMs: 1 });
    await world.settled();
    assert.match(
      (await linkOf(world, id)).reason ?? '',
      said,
      'why stays said when all are compared',
    );
    await join(world, customers, id);
    await waitFor('the customer to be back', async () => {
      const customer = await world.store.customer(ada);
      return customer && !isInactive(customer) && customer.id === remoteId;
    });
  });

  test('stops the destination when the group is deleted, changes nobody, and goes on with another', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const customers = await pushGroup(world, 'Customers', [id]);
    await changePolicy(world, { groups: [customers], settleMs: 0 });
    await looked(world, id);
    await world.settled();
    await world.scim('DELETE', `/Groups/${customers.id}`);
    const { reason } = await waitFor('the quarantine', async () => {
      const destination = await destinationOf(world);
      return destination.state === 'quarantined' && destination;
    });
    assert.match(
      reason ?? '',
      /looks at the group Customers, which its identity provider has deleted/,
    );
    const customer = await world.store.customer(ada);
    assert.ok(customer && !isInactive(customer));
    const again = await pushGroup(world, 'Customers', [id]);
    await changePolicy(world, { groups: [again] });
    await world.settled();
    assert.equal((await destinationOf(world)).state, 'active');
    await checkAgreement(world);
  });
});
