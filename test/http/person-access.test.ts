/** Tokens that are bound to a user: what they are good for, and how they end. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createToken } from '../../src/directory/tokens.ts';
import { refuseBeyondPerson } from '../../src/http/person-access.ts';
import { ScimError } from '../../src/scim/error.ts';
import { patchOf, push, remove } from '../support/roll.ts';
import { scim, testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
/** How far the server's clock is ahead: a token is remembered for less than a second. */
let ahead = 0;
before(async () => {
  world = await testWorld({ now: () => Date.now() + ahead });
});
after(() => world.close());

let name = 0;
let id: string;
let token: string;
beforeEach(async () => {
  name += 1;
  id = await push(world, userNamed(`Ada${name}`));
  const made = await createToken(world.pool, world, { userId: id, expiresAt: null, actor: 'test' });
  assert.ok(made);
  token = made.token;
});

const ask = (method: string, path: string, body?: unknown) =>
  scim(world.origin, { sourceId: world.sourceId, token }, { method, path, body });

const own = '11111111-2222-7333-8444-555555555555';
const table: readonly (readonly [route: string, id: string | undefined, allowed: boolean])[] = [
  ['/Me', undefined, true],
  ['/Users/:id', own, true],
  ['/Users/:id', own.toUpperCase(), true],
  ['/Users/:id', '99999999-2222-7333-8444-555555555555', false],
  ['/Groups/:id', own, false],
  ['/Users', undefined, false],
  ['/Users/.search', undefined, false],
  ['/.search', undefined, false],
  ['/Bulk', undefined, false],
  ['/Groups', undefined, false],
  ['/ServiceProviderConfig', undefined, true],
  ['/ResourceTypes', undefined, true],
  ['/ResourceTypes/:id', 'User', true],
  ['/Schemas', undefined, true],
  ['/Schemas/:id', 'urn:x', true],
  ['/*', undefined, false],
  ['/', undefined, false],
];

for (const [route, given, allowed] of table) {
  test(`${allowed ? 'opens' : 'does not open'} ${route} with the id ${given}`, () => {
    const asked = { route: `/scim/v2/:source${route}`, params: { source: 's', id: given } };
    const refuse = () => refuseBeyondPerson({ userId: own }, asked);
    if (allowed) refuse();
    else assert.throws(refuse, (error) => error instanceof ScimError && error.status === 403);
    refuseBeyondPerson({ userId: null }, asked);
  });
}

test('a token bound to a user is good for this user, for discovery, and for nothing else', async () => {
  const other = await push(world, userNamed(`Grace${name}`));
  assert.equal((await ask('GET', `/Users/${id}`)).status, 200);
  assert.equal((await ask('GET', '/Schemas')).status, 200);
  for (const [method, path, body] of [
    ['GET', '/Users', undefined],
    ['GET', `/Users/${other}`, undefined],
    ['DELETE', `/Users/${other}`, undefined],
    ['POST', '/Users', userNamed('Mallory')],
    ['POST', '/Users/.search', {}],
    ['GET', '/Groups', undefined],
    ['GET', '/nothing', undefined],
  ] as const) {
    const answer = await ask(method, path, body);
    assert.equal(answer.status, 403, `${method} ${path}`);
    assert.match(answer.body.detail, /stands for one user/);
  }
});

test('a token ends with its user: deleted for ever, deactivated until they are active again', async () => {
  const status = async () => (await ask('GET', `/Users/${id}`)).status;
  const active = (value: boolean) =>
    world.scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value }));
  assert.equal(await status(), 200);
  await active(false);
  ahead += 1_000;
  assert.equal(await status(), 401);
  await active(true);
  assert.equal(await status(), 200);
  await remove(world, id);
  ahead += 1_000;
  assert.equal(await status(), 401);
});
