/** What a page draws a policy from, and what a policy would make of one person. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, test } from 'node:test';
import { policySchema } from '../../src/provisioning/policy.ts';
import { groupSchema } from '../../src/scim/group.ts';
import { looked, patch, push } from '../support/roll.ts';
import { addServer, scimServer, teamSchema } from '../support/scim-server.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const tier = 'urn:example:scim:schemas:extension:loyalty:1.0:User';

function send(world: World, method: string, path: string, body?: unknown) {
  return request(`${world.origin}/api/tenants/${world.tenantId}${path}`, {
    method,
    body,
    headers: { 'content-type': 'application/json' },
  });
}

const about = (world: World, method: string, path: string, body?: unknown) =>
  send(world, method, `/destinations/${world.destinationId}${path}`, body);

/** The world's connection has an attribute of its own. */
async function withTier(world: World): Promise<void> {
  const schema = {
    ...{ id: tier, name: 'Loyalty', description: 'Loyalty' },
    attributes: [{ name: 'tier', type: 'string' }],
  };
  const path = `/sources/${world.sourceId}/schemas/${encodeURIComponent(tier)}`;
  const { status, body } = await send(world, 'PUT', path, schema);
  assert.equal(status, 201, JSON.stringify(body));
}

suite('a mapping', { concurrency: 2 }, () => {
  test('is drawn from the attributes of both sides, custom ones among them', async () => {
    await using world = await testWorld();
    await withTier(world);
    const { status, body } = await about(world, 'GET', '/policy');
    assert.equal(status, 200);
    assert.equal(body.policy.leave, 'deactivate');
    const named = (list: readonly Record<string, unknown>[], key: string, value: string) =>
      list.find((one) => one[key] === value);
    assert.deepEqual(named(body.attributes, 'name', 'department'), {
      ...{ name: 'department', label: 'Department', metafield: '$app.department' },
    });
    assert.equal(named(body.attributes, 'name', 'address.zip')?.metafield, null);
    assert.ok(body.transforms.includes('country'));
    const paths = body.sources.map(({ path }: { path: string }) => path);
    for (const path of ['name.givenName', 'emails.value', 'title', `${tier}:tier`])
      assert.ok(paths.includes(path), path);
    assert.ok(!paths.includes('password') && !paths.includes('id'));
    assert.equal(named(body.sources, 'path', `${tier}:tier`)?.custom, true);
    assert.equal(new Set(paths).size, paths.length);
  });

  test('of a custom attribute brings it to the destination, where a connection defines it', async () => {
    await using world = await testWorld();
    const { policy } = (await about(world, 'GET', '')).body;
    const mapping = policy.mapping.map((rule: { to: string }) =>
      rule.to === 'title' ? { to: 'title', from: `${tier}:tier` } : rule,
    );
    const undefinedYet = await about(world, 'PUT', '/policy', { policy: { ...policy, mapping } });
    assert.equal(undefinedYet.status, 400);
    assert.match(undefinedYet.body.detail, /No connection defines the custom attribute/);
    await withTier(world);
    const saved = await about(world, 'PUT', '/policy', { policy: { ...policy, mapping } });
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    const user = userNamed('Ada', { [tier]: { tier: 'gold' } });
    const id = await push(world, {
      ...user,
      schemas: [...(user.schemas as readonly string[]), tier],
    });
    await looked(world, id);
    const title = async () =>
      (await world.store.customer(String(user.userName)))?.metafields.find(
        ({ key }) => key === 'title',
      )?.value;
    assert.equal(await title(), 'gold');
    await patch(world, id, { [`${tier}:tier`]: 'silver' });
    await looked(world, id);
    assert.equal(await title(), 'silver');
  });

  test('fills a metafield of the merchant’s own, which is made where there is none', async () => {
    await using world = await testWorld();
    await withTier(world);
    const { policy } = (await about(world, 'GET', '')).body;
    const to = 'metafield.custom.loyalty_tier';
    const wanted = { ...policy, mapping: [...policy.mapping, { to, from: `${tier}:tier` }] };
    const odd = { ...policy, mapping: [{ to: 'metafield.loyalty', from: 'title' }] };
    assert.match((await about(world, 'PUT', '/policy', { policy: odd })).body.detail, /namespace/);
    const saved = await about(world, 'PUT', '/policy', { policy: wanted });
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    const user = userNamed('Ada', { [tier]: { tier: 'gold' } });
    const schemas = [...(user.schemas as readonly string[]), tier];
    const id = await push(world, { ...user, schemas });
    const value = async () =>
      (await world.store.customer(String(user.userName)))?.metafields.find(
        ({ namespace, key }) => namespace === 'custom' && key === 'loyalty_tier',
      )?.value;
    await looked(world, id);
    assert.equal(await value(), 'gold');
    await patch(world, id, { [`${tier}:tier`]: 'silver' });
    await looked(world, id);
    assert.equal(await value(), 'silver');
    await patch(world, id, { [`${tier}:tier`]: null });
    await looked(world, id);
    assert.equal(await value(), undefined);
  });

  test('is tried on a person, attribute by attribute, and nothing changes', async () => {
    await using world = await testWorld();
    const user = userNamed('Ada', {
      title: 'Countess',
      phoneNumbers: [{ type: 'work', value: 'not a phone' }],
    });
    const id = await push(world, user);
    await looked(world, id);
    const before = await world.store.customer(String(user.userName));
    const { policy } = (await about(world, 'GET', '')).body;
    const proposed = {
      ...policy,
      memberships: ['vip'],
      mapping: [
        { to: 'firstName', from: ['nickName', 'name.givenName'], transform: 'upper' },
        { to: 'lastName', constant: 'Byron' },
        { to: 'department', from: 'title', when: 'title eq "Baron"' },
        { to: 'phone', from: 'phoneNumbers.value' },
      ],
    };
    const { status, body } = await about(world, 'POST', '/policy/preview', {
      policy: proposed,
      personId: id,
    });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.attributes, [
      {
        ...{ to: 'firstName', from: 'name.givenName', value: 'Ada' },
        ...{ transformed: 'ADA', result: 'ADA' },
      },
      { to: 'lastName', from: null, value: 'Byron', transformed: 'Byron', result: 'Byron' },
      { to: 'department', from: null, value: null, transformed: null, result: null },
      {
        ...{ to: 'phone', from: 'phoneNumbers.value', value: 'not a phone' },
        ...{ transformed: 'not a phone', result: null },
      },
    ]);
    assert.equal(body.refusals[0].path, 'phoneNumbers');
    assert.deepEqual(body.memberships, [{ membership: 'vip', reason: { kind: 'everybody' } }]);
    assert.deepEqual([body.scope.covered, body.faults], [true, []]);
    assert.deepEqual(await world.store.customer(String(user.userName)), before);
    assert.deepEqual((await about(world, 'GET', '')).body.policy, policy);
  });

  test('that is wrong says why, and nobody of another tenant is looked at', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    const { policy } = (await about(world, 'GET', '')).body;
    const tried = (change: object, personId = id) =>
      about(world, 'POST', '/policy/preview', { policy: { ...policy, ...change }, personId });
    const odd = await tried({ mapping: [...policy.mapping, { to: 'shoeSize', from: 'title' }] });
    assert.match(odd.body.faults[0], /There is no attribute shoeSize/);
    assert.equal((await tried({ scope: 'title eq' })).status, 400);
    assert.equal((await tried({ leave: 'burn' })).status, 400);
    await using other = await testWorld();
    const foreign = await push(other, userNamed('Grace'));
    assert.equal((await tried({}, foreign)).status, 404);
  });

  test('tells how many it would touch, and is in force once that is confirmed', async () => {
    await using world = await testWorld();
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    const { policy } = (await about(world, 'GET', '')).body;
    const wanted = { ...policy, memberships: ['vip'] };
    const weighed = await about(world, 'POST', '/policy/effect', { policy: wanted });
    assert.equal(weighed.status, 200);
    const groups = { rewrite: 0, delete: 0 };
    const effect = { accounts: 1, rewrite: 1, leave: 0, arrive: 0, groups };
    assert.deepEqual(weighed.body.effect, effect);
    assert.deepEqual((await about(world, 'GET', '')).body.policy, policy);
    const { confirm } = weighed.body;
    const saved = await about(world, 'PUT', '/policy', { policy: wanted, confirm });
    assert.deepEqual(saved.body.effect, effect);
    const odd = await about(world, 'POST', '/policy/effect', { policy: { ...policy, scope: 'x' } });
    assert.equal(odd.status, 400);
  });

  test('of groups is drawn, tried on a group, weighed and refused as that of people is', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const pushed = policySchema.shape.push.parse({ groups: 'all', delete: true });
    const destinationId = await addServer(world, { baseUrl, token }, { push: pushed });
    const at = (method: string, path: string, body?: unknown) =>
      send(world, method, `/destinations/${destinationId}${path}`, body);
    const made = await world.scim('POST', '/Groups', {
      ...{ schemas: [groupSchema.id], displayName: 'Chess', externalId: 'club' },
    });
    await world.settled();

    const { groups, policy } = (await at('GET', '/policy')).body;
    assert.deepEqual(
      groups.sources.map(({ path }: { path: string }) => path),
      ['externalId', 'displayName'],
    );
    assert.equal(groups.attributes[0].name, 'displayName');
    assert.equal((await about(world, 'GET', '/policy')).body.groups, null, 'a shop has none');

    const withMapping = (...mapping: object[]) => ({
      ...policy,
      push: { ...policy.push, mapping },
    });
    const named = { to: 'displayName', from: 'displayName', transform: 'upper' };
    const kind = { to: `${teamSchema}:kind`, from: ['externalId'] };
    const mapped = withMapping(named, kind);
    const tried = await at('POST', '/policy/group-preview', {
      ...{ policy: mapped, groupId: made.body.id },
    });
    assert.deepEqual(tried.body, {
      ...{ group: 'Chess', sent: true, held: null, faults: [] },
      attributes: [
        {
          ...{ to: 'displayName', from: 'displayName', value: 'Chess' },
          ...{ transformed: 'CHESS', result: 'CHESS' },
        },
        {
          ...{ to: kind.to, from: 'externalId', value: 'club' },
          ...{ transformed: 'club', result: 'club' },
        },
      ],
    });
    const secret = { ...named, when: 'displayName eq "Golf"' };
    const held = await at('POST', '/policy/group-preview', {
      ...{ policy: withMapping(secret), groupId: made.body.id },
    });
    assert.equal(held.body.held, 'the mapping gives it no displayName');

    const effectOf = async (changed: object) =>
      (await at('POST', '/policy/effect', { policy: changed })).body.effect.groups;
    assert.deepEqual(await effectOf(policy), { rewrite: 0, delete: 0 });
    assert.deepEqual(await effectOf(mapped), { rewrite: 1, delete: 0 });
    const none = { ...policy, push: { ...policy.push, groups: [] } };
    assert.deepEqual(await effectOf(none), { rewrite: 0, delete: 1 });

    const faults: readonly (readonly [object, RegExp])[] = [
      [withMapping(kind), /Groups need a name there/],
      [withMapping({ ...named, only: 'create' }), /displayName of a group is always mapped/],
      [withMapping(named, named), /displayName is mapped twice/],
      [withMapping(named, { to: 'members', constant: 'x' }), /"members" must be a path/],
      [withMapping(named, { to: 'kind', from: 'members.value' }), /a Group has no attribute/],
      [withMapping({ ...named, when: 'members pr' }), /mapping of displayName cannot be read/],
      [withMapping(named, { to: 'kind', from: 'urn:example:Club:kind' }), /No connection defines/],
    ];
    for (const [wrong, says] of faults) {
      const { status, body } = await at('PUT', '/policy', { policy: wrong });
      assert.equal(status, 400);
      assert.match(body.detail, says);
    }
    assert.deepEqual((await at('GET', '/policy')).body.policy, policy);
    const nobody = await at('POST', '/policy/group-preview', { policy, groupId: randomUUID() });
    assert.equal(nobody.status, 404);
  });
});
