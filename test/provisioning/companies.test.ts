/** Memberships in companies through the whole engine: given, taken back, refused, and never others'. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { usualLimits } from '../../src/provisioning/drain.ts';
import { checkAgreement, isInactive, metafield } from '../support/checker.ts';
import { type CompanyOfStaff, companyOfStaff } from '../support/companies.ts';
import {
  asked,
  changePolicy,
  destinationOf,
  existingCustomer,
  forget,
  linkThat,
  looked,
  patch,
  patchOf,
  push,
  remove,
  sweep,
} from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

const buyers = (...memberships: string[]) => ({
  when: { filter: 'title eq "Buyer"' },
  memberships,
});

/** Waits until a customer is this in the company. */
async function is(
  { store }: World,
  { rolesOf }: CompanyOfStaff,
  expected: Readonly<Record<string, string>> | null,
): Promise<void> {
  let last: unknown;
  await waitFor('the customer to have its roles', async () => {
    const customer = await store.customer(ada);
    last = customer && (await rolesOf(customer.id));
    return JSON.stringify(last) === JSON.stringify(expected);
  }).catch((error: Error) => assert.fail(`${error.message}, not ${JSON.stringify(last)}`));
}

suite('memberships in companies', { concurrency: 2 }, () => {
  test('a group is a role in a company: who joins gets it, who leaves loses just that', async () => {
    await using world = await testWorld();
    const company = await companyOfStaff(world);
    const { id: customer } = await existingCustomer(world, { email: ada });
    await company.give(customer, company.membership(2, 0));
    const id = await push(world, userNamed('Ada'));
    const { body: group } = await world.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Buyers',
      members: [{ value: id }],
    });
    const when = { group: { source: world.sourceId, id: group.id, name: 'Buyers' } };
    await changePolicy(world, { rules: [{ when, memberships: [company.membership(0)] }] });
    await is(world, company, { Hull: 'Location admin', York: 'Ordering only' });
    const leave = patchOf({ op: 'remove', path: `members[value eq "${id}"]` });
    await world.scim('PATCH', `/Groups/${group.id}`, leave);
    await is(world, company, { Hull: 'Location admin' });
    await world.settled();
    await checkAgreement(world);
  });

  test('whoever is deactivated or deleted loses our roles, and gets them back with a return', async () => {
    await using world = await testWorld();
    const company = await companyOfStaff(world);
    await changePolicy(world, { memberships: ['staff', company.membership(0)] });
    const id = await push(world, userNamed('Ada'));
    await is(world, company, { York: 'Ordering only' });
    await patch(world, id, { active: false });
    await is(world, company, null);
    await patch(world, id, { active: true });
    await is(world, company, { York: 'Ordering only' });
    await remove(world, id);
    await is(world, company, null);
    await world.settled();
    const customer = await world.store.customer(ada);
    assert.ok(customer && isInactive(customer));
  });

  test('an unchanged person costs nothing, and one who changes otherwise no more than the look', async () => {
    await using world = await testWorld();
    const company = await companyOfStaff(world);
    await changePolicy(world, { memberships: [company.membership(0)] });
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await forget(world);
    await patch(world, id, { title: 'Countess' });
    await world.settled();
    assert.deepEqual(await asked(world), { CustomerByIdWithCompanies: 1, MetafieldsSet: 1 });
  });

  test('Shopify’s limit holds nobody back but for that role, and what staff give then stays theirs', async () => {
    await using world = await testWorld();
    const company = await companyOfStaff(world);
    const { id: customer } = await existingCustomer(world, { email: ada });
    await company.give(customer, company.membership(0, 0));
    await changePolicy(world, { rules: [buyers(company.membership(0, 1), 'buyer')] });
    const id = await push(world, userNamed('Ada', { title: 'Buyer' }));
    const refused = await linkThat(world, id, 'it', ({ outcome }) => outcome === 'rejected');
    assert.match(refused.reason ?? '', /has the role Location admin in York of Acme already/);
    await waitFor('the tag', async () => (await world.store.customer(ada))?.tags.includes('buyer'));
    // A look in between would give the role itself.
    await world.settled();
    // Staff mend it by giving the very role: from now on it is theirs, not ours.
    await company.takeBack(customer, 'York');
    await company.give(customer, company.membership(0, 1));
    await sweep(world);
    assert.equal((await looked(world, id)).outcome, 'done');
    await patch(world, id, { title: 'Countess' });
    await waitFor(
      'the tag to go',
      async () => (await world.store.customer(ada))?.tags.length === 0,
    );
    await world.settled();
    assert.deepEqual(await company.rolesOf(customer), { York: 'Ordering only' });
  });

  test('a shop without B2B stops, says what to do, and goes on when the policy is mended', async () => {
    await using world = await testWorld();
    const company = await companyOfStaff(world);
    await world.store.dev('POST', 'b2b', { enabled: false });
    await changePolicy(world, { memberships: ['staff', company.membership(0)] });
    await push(world, userNamed('Ada'));
    await waitFor(
      'the quarantine',
      async () => (await destinationOf(world)).state === 'quarantined',
    );
    assert.match((await destinationOf(world)).reason ?? '', /plan with B2B, or take these/);
    assert.equal(await world.store.customer(ada), undefined);
    await changePolicy(world, { memberships: ['staff'] });
    await world.settled();
    assert.deepEqual((await world.store.customer(ada))?.tags, ['staff']);
    await checkAgreement(world);
  });

  test('what was granted before a shop lost B2B is taken back when it has it again', async () => {
    await using world = await testWorld();
    const company = await companyOfStaff(world);
    await changePolicy(world, { memberships: ['staff', company.membership(0)] });
    const id = await push(world, userNamed('Ada'));
    await is(world, company, { York: 'Ordering only' });
    await looked(world, id);
    await world.store.dev('POST', 'b2b', { enabled: false });
    await changePolicy(world, { memberships: ['staff'] });
    await patch(world, id, { active: false });
    await waitFor('the customer to be inactive', async () => {
      const customer = await world.store.customer(ada);
      return customer && isInactive(customer);
    });
    await world.settled();
    assert.equal((await destinationOf(world)).state, 'active');
    await is(world, company, { York: 'Ordering only' });
    await world.store.dev('POST', 'b2b', { enabled: true });
    await sweep(world);
    await is(world, company, null);
  });

  test('a shop that loses B2B for a while forgets nothing: who leaves afterwards loses our role', async () => {
    await using world = await testWorld({ limits: { ...usualLimits, probesMs: [200] } });
    const company = await companyOfStaff(world);
    await changePolicy(world, { memberships: [company.membership(0)] });
    const id = await push(world, userNamed('Ada'));
    await is(world, company, { York: 'Ordering only' });
    await looked(world, id);
    await world.store.dev('POST', 'b2b', { enabled: false });
    await patch(world, id, { title: 'Countess' });
    const stands = async (state: string) =>
      waitFor(state, async () => (await destinationOf(world)).state === state);
    await stands('quarantined');
    const customer = await world.store.customer(ada);
    assert.equal(customer && metafield(customer, 'title'), 'Countess');
    await world.store.dev('POST', 'b2b', { enabled: true });
    await stands('active');
    await world.settled();
    await patch(world, id, { active: false });
    await is(world, company, null);
  });

  test('a company that is gone holds back nobody but for it', async () => {
    await using world = await testWorld();
    const company = await companyOfStaff(world);
    await world.store.dev('DELETE', `companies/${company.number}`);
    await changePolicy(world, { memberships: ['staff', company.membership(0)] });
    const id = await push(world, userNamed('Ada'));
    const link = await linkThat(world, id, 'it', ({ outcome }) => outcome === 'rejected');
    assert.match(link.reason ?? '', /^There is no company \d+ in the shop/);
    await checkAgreement(world);
    await changePolicy(world, { memberships: ['staff'] });
    await linkThat(world, id, 'the mend', ({ outcome, due }) => outcome === 'done' && !due);
  });
});
