/** The admin API: the groups of a tenant, for whoever picks one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTenant } from '../../src/directory/tenants.ts';
import { push } from '../support/roll.ts';
import { request, testSecrets, testWorld, userNamed } from '../support/world.ts';

test('groups are found by a part of their name, with how many are in them, in their own tenant alone', async () => {
  await using world = await testWorld();
  const id = await push(world, userNamed('Ada'));
  for (const [displayName, members] of [
    ['Welders', [{ value: id }]],
    ['Night welders', []],
    ['Pilots', []],
  ]) {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    const { status } = await world.scim('POST', '/Groups', { schemas, displayName, members });
    assert.equal(status, 201);
  }
  const groups = async (tenantId: string, search: string) => {
    const url = `${world.origin}/api/tenants/${tenantId}/groups${search}`;
    const { body } = await request(url, { method: 'GET' });
    return body.groups.map(({ name, members }: { name: string; members: number }) => [
      name,
      Number(members),
    ]);
  };
  assert.deepEqual(await groups(world.tenantId, '?query=WELD'), [
    ['Night welders', 0],
    ['Welders', 1],
  ]);
  assert.deepEqual(await groups(world.tenantId, '?limit=1'), [['Night welders', 0]]);
  const other = await createTenant(world.pool, testSecrets, {
    name: 'Contoso',
    shop: { shop: 'contoso.myshopify.com', accessToken: 'shpat_wrong' },
    switches: 'off',
  });
  assert.deepEqual(await groups(other.tenantId, ''), []);
});
