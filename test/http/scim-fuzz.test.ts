/** Garbage of all kinds: never a failure of the server, and nothing of others in an answer. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { createTenant } from '../../src/directory/tenants.ts';
import { connect, scim, testSecrets, testWorld, userNamed, type World } from '../support/world.ts';
import { type GarbageRequest, garbage, type KnownIds, nearMisses } from './garbage.ts';

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';
/** Stands in everything of the other tenant, and in nothing else. */
const marker = 'quetzalcoatl';

let world: World;
let ids: KnownIds;
let stranger: Awaited<ReturnType<typeof connect>>;

before(async () => {
  world = await testWorld();
  const other = await createTenant(world.pool, testSecrets, {
    name: marker,
    shop: { shop: `${marker}.myshopify.com`, origin: world.store.origin, accessToken: 'shpat_x' },
    switches: 'on',
  });
  stranger = await connect(world.pool, other);
  const theirs = async (path: string, body: object) =>
    (await scim(world.origin, stranger, { method: 'POST', path, body })).body.id;
  const foreignUser = await theirs('/Users', userNamed(`${marker} ${marker}`));
  const members = [{ value: foreignUser, display: marker }];
  const foreignGroup = await theirs('/Groups', {
    schemas: [groupSchema],
    displayName: marker,
    members,
  });
  const ours = async (path: string, body: object) => (await world.scim('POST', path, body)).body.id;
  const user = await ours('/Users', userNamed('Ada Lovelace'));
  const group = await ours('/Groups', {
    schemas: [groupSchema],
    displayName: 'Ours',
    members: [{ value: user }, { value: foreignUser }],
  });
  ids = { user, group, foreign: [foreignUser, foreignGroup] };
});
after(() => world.close());

/** All a tenant has, briefly. */
async function roll(tenantId: string): Promise<unknown> {
  const { rows } = await world.pool.query(
    `select (select jsonb_agg(r order by r.id) from resources r where tenant_id = $1) as resources,
            (select jsonb_agg(m order by m.group_id, m.key) from members m where tenant_id = $1) as members`,
    [tenantId],
  );
  return rows[0];
}

async function checkAnswer({ method, path, body, headers }: GarbageRequest): Promise<void> {
  const before = await roll(world.tenantId);
  const response = await fetch(`${world.origin}/scim/v2/${world.sourceId}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${world.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const { status } = response;
  const told = `${status} ${text.slice(0, 500)}`;
  assert.ok(status < 500 || (status === 501 && path.startsWith('/Me')), told);
  // Of a bulk request, each operation has a status of its own.
  assert.doesNotMatch(text, /"status":"50[^1]"/, told);
  assert.ok(!text.includes(marker), told);
  if (text !== '')
    assert.equal(response.headers.get('content-type'), 'application/scim+json', told);
  if (status < 400) return;
  if (method !== 'HEAD') checkError(status, JSON.parse(text));
  assert.deepEqual(
    await roll(world.tenantId),
    before,
    `refused, and yet something changed: ${told}`,
  );
}

function checkError(status: number, error: Record<string, unknown>): void {
  assert.deepEqual(error.schemas, [errorSchema]);
  assert.equal(error.status, String(status));
  assert.ok(typeof error.detail === 'string' && error.detail.length > 10);
  const members = Object.keys(error).filter((name) => name !== 'scimType');
  assert.deepEqual(members.sort(), ['detail', 'schemas', 'status']);
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const heapMiB = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1_048_576;
};

/** Bounded in time, too; failures print the seed by which they come again. */
const bounds = { interruptAfterTimeLimit: 8_000, endOnFailure: true };

const kinds = [
  ['garbage', garbage, 300],
  ['near misses', nearMisses, 300],
] as const;

for (const [what, requests, numRuns] of kinds)
  test(`${what} on all routes: errors are SCIM's, refused requests change nothing, memory stays flat`, async () => {
    const theirs = await roll(stranger.tenantId);
    await fc.assert(fc.asyncProperty(requests(ids), checkAnswer), { ...bounds, numRuns: 30 });
    const before = heapMiB();
    await fc.assert(fc.asyncProperty(requests(ids), checkAnswer), { ...bounds, numRuns });
    assert.ok(heapMiB() - before < 48, `the heap grew from ${before} to ${heapMiB()} MiB`);
    assert.deepEqual(await roll(stranger.tenantId), theirs);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });

test('after all that the server answers, and the roll can be read and written', async () => {
  const pushed = await world.scim('POST', '/Users', userNamed('Grace Hopper'));
  assert.equal(pushed.status, 201);
  for (const path of ['/Users', '/Groups', `/Users/${pushed.body.id}`, '/ServiceProviderConfig'])
    assert.equal((await world.scim('GET', path)).status, 200, path);
});
