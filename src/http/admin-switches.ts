/** Changes the switches of a SCIM connection, and lets go whom a switch had held. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { changesBetween } from '../directory/changes.ts';
import type { Engine } from '../provisioning/engine.ts';
import { insertActivity } from '../store/activity.ts';
import { destinationsOf } from '../store/destinations.ts';
import { lockSource, type Source, type SourceSwitches, updateSwitches } from '../store/sources.ts';
import { transaction } from '../store/statement.ts';

/** What changing a switch needs of the world. */
export interface SwitchWorld {
  readonly pool: pg.Pool;
  readonly engine: Pick<Engine, 'respread'>;
}

/** Which source, and what becomes of its switches. */
export interface SwitchChange {
  readonly tenantId: string;
  readonly sourceId: string;
  readonly switches: SourceSwitches;
  readonly requestId: string;
}

/** Changes switches with their line of activity, all or nothing; `null` where there is no such source. */
export async function changeSwitches(
  world: SwitchWorld,
  change: SwitchChange,
): Promise<Source | null> {
  const source = await transaction(world.pool, (client) => write(client, change));
  // Also where it was on already: after a failure here, switching on again makes up for it.
  if (source !== null && change.switches.creationEnabled === true) await releaseHeld(world, change);
  return source;
}

async function write(
  client: pg.PoolClient,
  { tenantId, sourceId, switches, requestId }: SwitchChange,
): Promise<Source | null> {
  const before = await lockSource(client, tenantId, sourceId);
  const after = await updateSwitches(client, tenantId, sourceId, switches);
  if (before === null || after === null) return null;
  const detail = changesBetween({ ...before }, { ...after });
  if (Object.keys(detail).length === 0) return after;
  await insertActivity(client, tenantId, {
    id: uuidv7(),
    kind: 'source.update',
    actor: 'admin',
    requestId,
    sourceId,
    outcome: 'done',
    detail,
  });
  return after;
}

/** People who waited because creation was off are looked at again, at every destination. */
async function releaseHeld(
  { pool, engine }: SwitchWorld,
  { tenantId, sourceId }: SwitchChange,
): Promise<void> {
  for (const { id } of await destinationsOf(pool, tenantId)) {
    await engine.respread({ tenantId, destinationId: id }, { kind: 'held', sourceId });
  }
}
