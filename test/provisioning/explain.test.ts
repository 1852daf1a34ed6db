import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Explanation } from '../../src/provisioning/explain.ts';
import { crowdOf, decided, heldAre } from '../support/guard.ts';
import {
  asked,
  changePolicy,
  existingCustomer,
  forget,
  looked,
  patch,
  push,
  remove,
  writesBy,
} from '../support/roll.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

/** What the admin API explains of somebody; the store must not be written to meanwhile. */
async function explained(world: World, person: string): Promise<readonly Explanation[]> {
  await forget(world);
  const url = `${world.origin}/api/tenants/${world.tenantId}/explain?person=${encodeURIComponent(person)}`;
  const { status, body } = await request(url, { method: 'GET' });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(writesBy(await asked(world)), {}, 'nothing is written');
  return body.explanations;
}

/** The words of each step of the only explanation. */
async function wordsOf(world: World, person: string): Promise<Readonly<Record<string, string>>> {
  const [explanation, ...others] = await explained(world, person);
  assert.ok(explanation);
  assert.deepEqual(others, []);
  return Object.fromEntries(explanation.steps.map(({ name, words }) => [name, words]));
}

suite('somebody explained', { concurrency: 2 }, () => {
  test('who has an account: who says so, why each membership, what is there, and that nothing is to be done', async () => {
    await using world = await testWorld();
    const rules = [{ when: { filter: 'title eq "Countess"' }, memberships: ['noble'] }];
    await changePolicy(world, { rules, memberships: ['customer'] });
    const id = await push(world, userNamed('Ada', { title: 'Countess' }));
    const { remoteId } = await looked(world, id);
    const steps = await wordsOf(world, ada.toUpperCase());
    assert.match(steps.import ?? '', /^Identity provider says so: active; last created at 20/);
    assert.equal(steps.scope, 'in scope (everybody is)');
    assert.equal(
      steps.grants,
      'customer because of the policy, which gives it to everybody; noble because of the rule title eq "Countess"',
    );
    assert.match(steps.account ?? '', /^ada\.lovelace@example\.com, active; .*title Countess/);
    assert.equal(steps.match, `linked with ${remoteId}, which is there`);
    assert.equal(steps.plan, 'nothing: already as it should be');
    // The policy may have had her looked at once more.
    assert.match(
      steps.last ?? '',
      /^done(: unchanged since it was last applied)?; last agreed at 20/,
    );
    assert.equal((await explained(world, id))[0]?.resourceId, id, 'also by the SCIM id');
  });

  test('whose account was edited in the store: what would be put right', async () => {
    await using world = await testWorld();
    const { remoteId } = await looked(world, await push(world, userNamed('Ada')));
    const customer = `customers/${encodeURIComponent(remoteId ?? '')}`;
    await world.store.dev('PATCH', customer, { firstName: 'Augusta' });
    const { plan } = await wordsOf(world, ada);
    assert.match(plan ?? '', /firstName Augusta → Ada/);
  });

  test('who is out of scope', async () => {
    await using world = await testWorld();
    await changePolicy(world, { scope: 'title pr', settleMs: 0 });
    await push(world, userNamed('Ada'));
    await world.settled();
    const steps = await wordsOf(world, ada);
    assert.equal(steps.scope, 'out of scope (does not match title pr)');
    assert.match(steps.plan ?? '', /^forget: out of scope .*; there is no account to leave/);
  });

  test('who is held because creation is off, and whom an existing customer matches', async () => {
    await using world = await testWorld();
    await changePolicy(world, { writes: { create: false, update: true } });
    await looked(world, await push(world, userNamed('Ada')));
    const held = await wordsOf(world, ada);
    assert.equal(held.match, 'no account matches');
    assert.equal(held.plan, 'hold: creating accounts is off for this destination');
    const { id } = await existingCustomer(world, { email: ada });
    const matched = await wordsOf(world, ada);
    assert.equal(matched.match, `found ${id} by its e-mail address`);
    assert.match(matched.plan ?? '', /^adopt/);
  });

  test('who was deactivated, and who was deleted, by the userName they had', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await patch(world, id, { active: false });
    await world.settled();
    assert.match((await wordsOf(world, ada)).import ?? '', /says so: inactive; last changed at/);
    await remove(world, id);
    await world.settled();
    const steps = await wordsOf(world, ada);
    assert.match(steps.import ?? '', /^Identity provider has deleted this person at 20/);
    assert.equal(steps.scope, undefined);
    assert.match(steps.plan ?? '', /deleted at its source/);
  });

  test('whom the guard holds, and what was decided about them', async () => {
    await using world = await testWorld();
    await changePolicy(world, { guard: { floor: 0, share: 0 } });
    const [{ id, email } = { id: '', email: '' }] = await crowdOf(world, 1);
    assert.equal((await wordsOf(world, email)).guard, undefined);
    await patch(world, id, { active: false });
    const [{ id: link } = { id: '' }] = await heldAre(world, 1);
    const held = await wordsOf(world, email);
    assert.match(
      held.guard ?? '',
      /^the leave is held since 20\S+: 1 of 1 accounts \(100 %\) would have left/,
    );
    assert.match(held.guard ?? '', new RegExp(`; rollcall guard allow ${link} has it done, `));
    assert.match(held.plan ?? '', /^guard: 1 of 1 accounts/);
    await decided(world, 'discard', { all: true });
    const discarded = await wordsOf(world, email);
    assert.match(discarded.guard ?? '', /^the leave was discarded at 20.* done after all$/);
    assert.match(discarded.plan ?? '', /^guard: an administrator discarded the leave/);
    await request(
      `${world.origin}/api/tenants/${world.tenantId}/destinations/${world.destinationId}/pause`,
      { method: 'POST', body: {}, headers: { 'content-type': 'application/json' } },
    );
    await decided(world, 'allow', { links: [link] });
    const allowed = await wordsOf(world, email);
    assert.match(allowed.guard ?? '', /^the leave was allowed at 20.*: it is not held again$/);
    assert.match(allowed.plan ?? '', /^deactivate/);
  });

  test('while the destination does not answer: what is known all the same', async () => {
    await using world = await testWorld();
    await looked(world, await push(world, userNamed('Ada')));
    await world.store.fault({ kind: 'status', times: null });
    const steps = await wordsOf(world, ada);
    assert.match(steps.scope ?? '', /^in scope/);
    assert.match(steps.plan ?? '', /answered with status 500/);
  });

  test('who is nobody: 404 with what to give', async () => {
    await using world = await testWorld();
    const url = `${world.origin}/api/tenants/${world.tenantId}/explain?person=nobody`;
    const { status, body } = await request(url, { method: 'GET' });
    assert.equal(status, 404);
    assert.match(body.detail, /^Nobody called nobody is known: give the userName/);
  });
});
