import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkAgreement, isInactive, metafield } from '../support/checker.ts';
import { patchOf as patch } from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

test('a pushed user becomes a customer, follows its changes, leaves, and comes back as the same customer', async () => {
  const created = await world.scim('POST', '/Users', userNamed('Ada'));
  assert.equal(created.status, 201);
  const { id } = created.body;
  await world.settled();
  const ada = await world.store.customer('ada.lovelace@example.com');
  assert.ok(ada);
  assert.equal(ada.firstName, 'Ada');
  assert.equal(metafield(ada, 'department'), 'Engineering');
  await checkAgreement(world);

  const changed = await world.scim(
    'PATCH',
    `/Users/${id}`,
    patch(
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'Ada.King@example.com' },
      { op: 'replace', path: 'name.familyName', value: 'King' },
      {
        op: 'replace',
        path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
        value: 'Mathematics',
      },
    ),
  );
  assert.equal(changed.status, 200);
  await world.settled();
  const king = await world.store.customer('ada.king@example.com');
  assert.equal(king?.id, ada.id);
  assert.equal(king?.lastName, 'King');
  await checkAgreement(world);

  await world.scim('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: false } }));
  // At once: whatever anybody waits for in Rollcall takes longer, and a busy machine does not.
  await waitFor(
    'the inactive tag',
    async () => {
      const customer = await world.store.customer('ada.king@example.com');
      return customer !== undefined && isInactive(customer);
    },
    10_000,
  );
  await world.settled();
  await checkAgreement(world);

  assert.equal((await world.scim('DELETE', `/Users/${id}`)).status, 204);
  assert.equal((await world.scim('GET', `/Users/${id}`)).status, 404);
  await world.settled();
  await checkAgreement(world);

  const again = await world.scim(
    'POST',
    '/Users',
    userNamed('Ada', { emails: [{ value: 'ada.king@example.com', primary: true }] }),
  );
  assert.equal(again.status, 201);
  assert.notEqual(again.body.id, id);
  await world.settled();
  const back = await world.store.customer('ada.king@example.com');
  assert.equal(back?.id, ada.id);
  assert.ok(back && !isInactive(back));
  await checkAgreement(world);
});
