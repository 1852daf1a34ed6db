import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { usualLimits } from '../../src/provisioning/drain.ts';
import { checkAgreement, isInactive } from '../support/checker.ts';
import { asked, changePolicy, patch, push, remove } from '../support/roll.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

/** A store that hangs is given up on soon. */
/** Where a busy machine makes more requests time out, and the store is taken for failing, it is soon tried again. */
const limits = { ...usualLimits, requestMs: 1_000, probesMs: [500] };

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';
const address = (streetAddress: string) => [{ streetAddress, locality: 'London', country: 'GB' }];

/** Somebody whose account takes every kind of write to make. */
const person = (index: number) =>
  userNamed(`Person${index}`, {
    addresses: address(`${index} St James Square`),
    phoneNumbers: [{ value: `+1613450${String(1000 + index)}`, type: 'mobile' }],
  });

/** What was there before and after agrees, and the tag everybody active has is nobody else's. */
async function checkAll(world: World): Promise<void> {
  await checkAgreement(world);
  const customers = await world.store.customers();
  const { rows } = await world.pool.query('select from links where remote_id is not null');
  assert.equal(customers.length, rows.length, 'no customer is nobody’s');
  for (const customer of customers) {
    assert.equal(
      customer.tags.includes('staff'),
      !isInactive(customer),
      `${customer.email}: ${customer.tags}`,
    );
    assert.equal(customer.addresses.length, 1, `${customer.email}: addresses`);
  }
}

async function newWorld(): Promise<World> {
  const world = await testWorld({ limits });
  await changePolicy(world, { memberships: ['staff'], guard: { floor: 0, share: 1 } });
  return world;
}

const creating = ['CustomerSet', 'TagsAdd', 'MetafieldsSet', 'CustomerAddressCreate'];
const changing = [
  'CustomerById',
  'CustomerSet',
  'TagsAdd',
  'TagsRemove',
  'MetafieldsSet',
  'CustomerAddressUpdate',
];

const failures = {
  'answers 500': { kind: 'status', status: 500 },
  hangs: { kind: 'hang' },
  'cuts before it acts': { kind: 'cut-before' },
  'cuts after it acted': { kind: 'cut-after' },
};

/** Each of these operations fails once. */
const inEvery = (operations: readonly string[], fault: object): readonly object[] =>
  operations.map((operation) => ({ ...fault, match: { operation } }));

/** A pause of seconds for the whole store: one of each kind is enough. */
const pausesIn = (operation: string): readonly object[] => [
  { kind: 'throttle', match: { operation } },
  { kind: 'status', status: 429, match: { operation } },
  { kind: 'status', status: 503, match: { operation } },
];

/** People are made and changed while the store fails. */
async function liveThrough(
  creating: readonly object[],
  changing: readonly object[],
): Promise<void> {
  await using world = await newWorld();
  for (const fault of creating) await world.store.fault(fault);
  const ids = await Promise.all(
    Array.from({ length: 6 }, (_, index) => push(world, person(index))),
  );
  await world.settled();
  await checkAll(world);

  for (const fault of changing) await world.store.fault(fault);
  await Promise.all(
    ids.map(async (id, index) => {
      await patch(world, id, {
        [department]: 'Mathematics',
        addresses: address(`${index} Ockham Park`),
      });
      await patch(world, id, {
        'name.familyName': 'King',
        ...(index < 2 ? { active: false } : {}),
      });
    }),
  );
  await world.settled();
  await checkAll(world);
  const { faults } = (await world.store.dev('GET', 'faults')).body;
  for (const { kind, match, struck } of faults)
    assert.equal(struck, 1, `${match.operation} had no ${kind}`);
}

suite('a store that fails is brought to agree', { concurrency: 4 }, () => {
  test('when it fails at random while people come, change, go and come back', async () => {
    await using world = await newWorld();
    for (const [seed, kind] of [
      'cut-after',
      'cut-before',
      'status',
      'throttle',
      'hang',
    ].entries()) {
      await world.store.fault({ kind, seed, probability: 0.06, times: 3 });
    }
    const lives = Array.from({ length: 20 }, async (_, index) => {
      const id = await push(world, person(index));
      if (index % 2 === 0) await patch(world, id, { [department]: `Department ${index}` });
      if (index % 3 === 0) await patch(world, id, { active: false });
      if (index % 5 === 0)
        await patch(world, id, { 'name.givenName': `Renamed${index}`, active: true });
      if (index % 7 === 0) {
        await remove(world, id);
        await push(world, person(index));
      }
    });
    await Promise.all(lives);
    await world.settled();
    await checkAll(world);
  });

  for (const [what, fault] of Object.entries(failures)) {
    test(`when it ${what}, once in every operation`, () =>
      liveThrough(inEvery(creating, fault), inEvery(changing, fault)));
  }

  test('when it throttles, or asks for a pause with Retry-After', () =>
    liveThrough(pausesIn('MetafieldsSet'), pausesIn('TagsAdd')));

  test('when it deletes and does not say so', async () => {
    await using world = await newWorld();
    await changePolicy(world, { leave: 'delete' });
    const ids = await Promise.all(
      Array.from({ length: 3 }, (_, index) => push(world, person(index))),
    );
    await world.settled();
    await world.store.fault({ kind: 'cut-after', match: { operation: 'CustomerDelete' } });
    await world.store.fault({ kind: 'cut-before', match: { operation: 'CustomerDelete' } });
    for (const id of ids) await remove(world, id);
    await world.settled();
    await checkAll(world);
    assert.deepEqual(await world.store.customers(), []);
    assert.ok(((await asked(world)).CustomerDelete ?? 0) >= 4);
  });
});
