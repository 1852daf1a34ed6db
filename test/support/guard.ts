/** What tests of the guard ask of a world. */
import assert from 'node:assert/strict';
import { newSourceId } from '../../src/directory/ids.ts';
import { insertSource } from '../../src/store/sources.ts';
import { isInactive } from './checker.ts';
import { push } from './roll.ts';
import { waitFor } from './wait.ts';
import { type Connection, connect, request, userNamed, type World } from './world.ts';

/** A person of a crowd. */
export interface Member {
  readonly id: string;
  readonly email: string;
}

/** Pushes so many people and waits until each has an account. */
export async function crowdOf(
  world: World,
  count: number,
  more: (at: number) => object = () => ({}),
): Promise<readonly Member[]> {
  const crowd = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const user = userNamed(`Member${at} Crowd`, more(at));
      return { id: await push(world, user), email: String(user.userName) };
    }),
  );
  await world.settled();
  return crowd;
}

/** A link with what the guard remembers of it. */
export interface GuardedRow {
  readonly id: string;
  readonly userId: string;
  readonly leave: string | null;
  readonly withheld: readonly string[] | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly left: boolean;
}

/** A second SCIM connection of the world's tenant. */
export async function addSource({ pool, tenantId }: World): Promise<Connection> {
  const id = newSourceId(tenantId);
  const switches = { provisioningEnabled: true, creationEnabled: true };
  await insertSource(pool, { tenantId, id, kind: 'scim', name: 'Other', ...switches });
  return connect(pool, { tenantId, sourceId: id });
}

/** All links of the world's destination. */
export async function guardRows({ pool, destinationId }: World): Promise<readonly GuardedRow[]> {
  const { rows } = await pool.query<GuardedRow>(
    `select id, resource_id as "userId", leave, withheld, reason, outcome, left_at is not null as left
     from links where destination_id = $1 order by id`,
    [destinationId],
  );
  return rows;
}

/** Links that are held, and of which that is written down. */
export const heldOf = async (world: World): Promise<readonly GuardedRow[]> =>
  (await guardRows(world)).filter(({ leave, outcome }) => leave === 'held' && outcome === 'held');

/** Waits until so many are held; others may still be worked on. */
export async function heldAre(world: World, count: number): Promise<readonly GuardedRow[]> {
  return waitFor(`${count} to be held`, async () => {
    const held = await heldOf(world);
    return held.length === count && held;
  });
}

/** How many customers are there and not inactive. */
export async function activeOf(world: World): Promise<number> {
  return (await world.store.customers()).filter((customer) => !isInactive(customer)).length;
}

const guardUrl = ({ origin, tenantId, destinationId }: World, path = '') =>
  `${origin}/api/tenants/${tenantId}/destinations/${destinationId}/guard${path}`;

/** The guard as the admin API shows it. */
export async function guardOf(world: World, query = '') {
  const { status, body } = await request(guardUrl(world, query), { method: 'GET' });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Decides about people who are held. */
export async function decided(
  world: World,
  what: 'allow' | 'discard',
  who: { readonly all: true } | { readonly links: readonly string[] },
): Promise<number> {
  const { status, body } = await request(guardUrl(world, `/${what}`), {
    method: 'POST',
    body: who,
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body.decided;
}
