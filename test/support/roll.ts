/** What a test does to a world and asks of it, beside SCIM: policies, links, and what the store was asked. */
import assert from 'node:assert/strict';
import type { Policy } from '../../src/provisioning/policy.ts';
import { destinationsOf, updatePolicy } from '../../src/store/destinations.ts';
import { waitFor } from './wait.ts';
import type { CustomerView, World } from './world.ts';

/** A PATCH body (RFC 7644 §3.5.2). */
export const patchOf = (...operations: object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

/** Pushes a user and gives its id. */
export async function push(world: Pick<World, 'scim'>, user: object): Promise<string> {
  const { status, body } = await world.scim('POST', '/Users', user);
  assert.equal(status, 201, JSON.stringify(body));
  return body.id;
}

/** Puts copies of a user on the roll, `name` being replaced by `person1` and so on, as if each had been pushed. */
export async function pushCopies(
  { pool, tenantId, sourceId, destinationId }: World,
  { id, name, count }: { readonly id: string; readonly name: string; readonly count: number },
): Promise<void> {
  await pool.query(
    `with copied as (
       insert into resources
       select copy.* from resources r cross join generate_series(1, $6) n
       cross join lateral jsonb_populate_record(null::resources,
         replace(to_jsonb(r)::text, $5, 'person' || n)::jsonb || jsonb_build_object('id', gen_random_uuid())) copy
       where r.tenant_id = $1 and r.id = $2 returning id)
     insert into links (tenant_id, destination_id, id, resource_id, source_id)
     select $1, $3, gen_random_uuid(), id, $4 from copied`,
    [tenantId, id, destinationId, sourceId, name, count],
  );
}

/** Replaces values of a user by their paths. */
export async function patch(
  world: Pick<World, 'scim'>,
  id: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const operations = Object.entries(values).map(([path, value]) => ({
    op: 'replace',
    path,
    value,
  }));
  const { status, body } = await world.scim('PATCH', `/Users/${id}`, patchOf(...operations));
  assert.equal(status, 200, JSON.stringify(body));
}

/** Deletes a user. */
export async function remove(world: Pick<World, 'scim'>, id: string): Promise<void> {
  assert.equal((await world.scim('DELETE', `/Users/${id}`)).status, 204);
}

/** A link as it is stored. */
export interface StoredLink {
  readonly id: string;
  readonly remoteId: string | null;
  readonly due: boolean;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly attempts: number;
}

/** The link of a user at the world's destination. */
export async function linkOf({ pool, destinationId }: World, userId: string): Promise<StoredLink> {
  const { rows } = await pool.query<StoredLink>(
    `select id, remote_id as "remoteId", wanted > done as due, outcome, reason, attempts from links
     where destination_id = $1 and resource_id = $2`,
    [destinationId, userId],
  );
  assert.ok(rows[0], 'the user has no link');
  return rows[0];
}

/** Waits until a user's link reads like this. */
export async function linkThat(
  world: World,
  userId: string,
  what: string,
  holds: (link: StoredLink) => boolean,
): Promise<StoredLink> {
  let last: StoredLink | undefined;
  const told = () => `${what}; last seen: ${JSON.stringify(last)}`;
  return waitFor(told, async () => {
    last = await linkOf(world, userId);
    return holds(last) && last;
  });
}

/** Waits until a user's link was looked at for good, and gives it. */
export const looked = (world: World, userId: string): Promise<StoredLink> =>
  linkThat(
    world,
    userId,
    'the link to be looked at',
    ({ due, outcome }) => !due && outcome !== null,
  );

/** Changes the policy of the world's destination; everybody is looked at again. */
export async function changePolicy(world: World, change: Partial<Policy>): Promise<void> {
  const { pool, tenantId, destinationId } = world;
  const [destination] = await destinationsOf(pool, tenantId);
  await updatePolicy(pool, { tenantId, destinationId }, { ...destination?.policy, ...change });
}

/** Waits until a look at somebody has failed, whether or not the next one did since. */
export async function failedOnce({ pool }: Pick<World, 'pool'>, resourceId: string): Promise<void> {
  await waitFor('a look to fail', async () => {
    const { rows } = await pool.query(
      `select from activity where resource_id = $1 and kind = 'account.transient'`,
      [resourceId],
    );
    return rows.length > 0;
  });
}

/** Has every link looked at again, and waits until that is done. */
export async function sweep(world: World): Promise<void> {
  const { tenantId, destinationId } = world;
  await world.rollcall.engine.respread({ tenantId, destinationId }, { kind: 'everybody' });
  await world.settled();
}

/** The state of the world's destination. */
export async function destinationOf({ pool, destinationId }: World): Promise<{
  readonly state: string;
  readonly reason: string | null;
  readonly paused: boolean;
}> {
  const { rows } = await pool.query(
    'select state, reason, coalesce(paused_until > now(), false) as paused from destinations where id = $1',
    [destinationId],
  );
  return rows[0];
}

/** How often the store was asked each operation since `forget`. */
export async function asked(
  world: Pick<World, 'store'>,
): Promise<Readonly<Record<string, number>>> {
  return (await world.store.dev('GET', 'stats')).body.byOperation;
}

/** Lets the store count from zero. */
export async function forget(world: Pick<World, 'store'>): Promise<void> {
  await world.store.dev('DELETE', 'stats');
}

const reads = new Set([
  'CustomerById',
  'CustomerByIdentifier',
  'CustomersByIds',
  'CustomersPage',
  'CustomerMetafieldDefinitions',
  'CustomersAfter',
  'CustomersExport',
  'BulkStartQuery',
  'BulkById',
  'CustomersCounted',
  'ShopInfo',
  'CustomerByIdWithCompanies',
  'CustomerByIdentifierWithCompanies',
  'CustomerCompanies',
  'CompanyContactRoles',
  'CompaniesProbe',
  'CompaniesPage',
  'CompanyLocationsPage',
]);

/** Of what the store was asked, what was to change something. */
export function writesBy(
  operations: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(operations).filter(([name]) => !reads.has(name)));
}

/** A customer that staff made, like one that signed up in the shop. */
export async function existingCustomer(
  world: Pick<World, 'store'>,
  customer: object,
): Promise<CustomerView> {
  const { status, body } = await world.store.dev('POST', 'customers', customer);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** A customer with its timeline, by its id. */
export async function customerById(world: Pick<World, 'store'>, id: string) {
  return world.store.dev('GET', `customers/${encodeURIComponent(id)}`);
}
