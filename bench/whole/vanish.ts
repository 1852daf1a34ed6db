/** A third of everybody gone at once, as when a filter at the identity provider was mistyped. */

import { connectTo } from '../load/connection.ts';
import { ask } from '../process/ask.ts';
import type { World } from '../process/world.ts';
import { type Took, until } from './world.ts';

/** What became of those who vanished. */
export interface Vanished {
  readonly gone: number;
  /** Whose account was made inactive before the guard held the others. */
  readonly left: number;
  readonly held: number;
  readonly took: Took;
}

const connections = 16;

/** The guard as a new destination has it. */
const usualGuard = { floor: 10, share: 0.2 };

/** Deletes people through SCIM, several at a time, and waits until what follows is done or held. */
export async function vanish(world: World, count: number): Promise<Vanished> {
  const { pool, ids } = world;
  await pool.query(
    `update destinations set policy = policy || jsonb_build_object('guard', $3::jsonb), epoch = epoch + 1
     where tenant_id = $1 and id = $2`,
    [ids.tenantId, ids.destinationId, JSON.stringify(usualGuard)],
  );
  const { rows } = await pool.query<{ id: string }>(
    `select resource_id as id from links where tenant_id = $1 and destination_id = $2
     and remote_id is not null and left_at is null order by id limit $3`,
    [ids.tenantId, ids.destinationId, count],
  );
  const waiting = rows.map(({ id }) => id);
  const took = await until(
    world,
    async () => true,
    async () => {
      await Promise.all(Array.from({ length: connections }, () => deleteAll(world, waiting)));
    },
  );
  return { gone: rows.length, ...(await counted(world)), took };
}

async function deleteAll({ rollcall }: World, waiting: string[]): Promise<void> {
  const connection = connectTo(rollcall.target);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const path = `${rollcall.target.basePath}/Users/${id}`;
    const { status, text } = await connection.send({ method: 'DELETE', path, body: null });
    if (status !== 204) throw new Error(`DELETE was answered with ${status}: ${text}`);
  }
  await connection.close();
}

async function counted({ pool, ids }: World): Promise<{ left: number; held: number }> {
  const { rows } = await pool.query<{ left: number; held: number }>(
    `select count(*) filter (where leave is distinct from 'held' and left_at is not null)::int as left,
            count(*) filter (where leave = 'held')::int as held
     from links where tenant_id = $1 and destination_id = $2 and deleted_at is not null`,
    [ids.tenantId, ids.destinationId],
  );
  return rows[0] ?? { left: 0, held: 0 };
}

/** Keeps the accounts of all who are held. */
export async function discardAll(world: World): Promise<Took> {
  const { rollcall, ids } = world;
  const path = `/api/tenants/${ids.tenantId}/destinations/${ids.destinationId}/guard/discard`;
  return until(
    world,
    async () => true,
    async () => {
      const headers = { 'content-type': 'application/json' };
      const answer = await ask(rollcall.target.origin + path, 'POST', { all: true }, headers);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    },
  );
}
