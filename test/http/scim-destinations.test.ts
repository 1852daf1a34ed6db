/** Our read-only extension of User: what became of a person at each destination. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looked, patchOf, push } from '../support/roll.ts';
import { testWorld, userNamed } from '../support/world.ts';

const urn = 'urn:rollcall:scim:schemas:extension:provisioning:1.0:User';

test('a user tells on request what became of it at each destination, alone and in lists', async () => {
  await using world = await testWorld();
  const id = await push(world, userNamed('Ada Lovelace'));
  const { remoteId } = await looked(world, id);
  const plain = await world.scim('GET', `/Users/${id}`);
  assert.equal(plain.body[urn], undefined);
  assert.ok(!plain.body.schemas.includes(urn));
  for (const path of [`/Users/${id}?`, '/Users?count=10&', '/?count=10&']) {
    const { status, body } = await world.scim('GET', `${path}attributes=${urn}:destinations`);
    assert.equal(status, 200, path);
    const user = body.Resources?.[0] ?? body;
    assert.ok(user.schemas.includes(urn), path);
    const [{ lastSuccess, ...destination }] = user[urn].destinations;
    assert.deepEqual(destination, {
      value: world.destinationId,
      display: 'Shopify customers',
      status: 'done',
      remoteId,
    });
    assert.ok(Date.parse(lastSuccess) > 0);
  }
  const part = await world.scim(
    'GET',
    `/Users/${id}?attributes=userName,${urn}:destinations.status`,
  );
  assert.deepEqual(part.body[urn].destinations, [{ status: 'done' }]);
});

test('why somebody is held can be read, and nobody can write it', async () => {
  await using world = await testWorld();
  await world.pool.query('update sources set creation_enabled = false');
  const id = await push(world, userNamed('Grace Hopper'));
  await looked(world, id);
  const read = () => world.scim('GET', `/Users/${id}?attributes=${urn}`);
  const [held] = (await read()).body[urn].destinations;
  assert.equal(held.status, 'held');
  assert.match(held.reason, /creation/);
  const patched = await world.scim(
    'PATCH',
    `/Users/${id}`,
    patchOf({ op: 'replace', path: `${urn}:destinations`, value: [] }),
  );
  assert.deepEqual([patched.status, patched.body.scimType], [400, 'mutability']);
  assert.deepEqual((await read()).body[urn].destinations, [held]);
});
