/** Alarms that stand: each is raised, and ends, by the statement that raises the notice of it. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import { type Backlog, backlogSql } from './destination-status.ts';
import type { DestinationKey, DestinationState } from './destinations.ts';
import { raiseSql } from './notices.ts';
import { byIndexes, type Queryable, statement } from './statement.ts';

/** Who waits: leavers, or everybody else. */
export type Lane = 'urgent' | 'ordinary';

/** A destination with what waits there, and the alarms that stand. */
export interface Watched extends DestinationKey, Backlog {
  readonly name: string;
  readonly state: DestinationState;
  readonly reason: string | null;
  readonly standing: readonly Lane[];
}

const watchedSql = `
  select d.tenant_id as "tenantId", d.id as "destinationId", d.name, d.state, d.reason, backlog.*,
          array(select lane from alarms a where a.tenant_id = d.tenant_id and a.destination_id = d.id) as standing
   from destinations d cross join lateral (${backlogSql('d.tenant_id', 'd.id')}) backlog
   where d.state <> 'paused'`;

/** What waits at the destinations of every tenant, but those an administrator has paused. */
export async function watched(pool: pg.Pool): Promise<readonly Watched[]> {
  return byIndexes(pool, async (client) => (await client.query<Watched>(watchedSql)).rows);
}

/** What is said of an alarm that is raised or ends. */
export interface AlarmNotice {
  readonly code: string;
  readonly message: string;
  readonly detail: JsonObject;
}

type Values = [
  tenantId: string,
  noticeId: string,
  destinationId: string,
  lane: Lane,
  code: string,
  message: string,
  detail: string,
];

const noticed = (kind: 'alarm.raised' | 'alarm.ended') => `raised as (
    select '${kind}' as kind, destination_id, $5::text as code, $6::text as message, $7::jsonb as detail,
           null::text as once
    from changed
  ), ${raiseSql({ tenant: '$1', id: '$2' })}
  select id from noticed`;

const raiseStatement = statement<{ id: string }, Values>(
  'alarm-raise',
  `with changed as (
    insert into alarms (tenant_id, destination_id, lane) values ($1, $3, $4)
    on conflict do nothing returning destination_id
  ), ${noticed('alarm.raised')}`,
);

const endStatement = statement<{ id: string }, Values>(
  'alarm-end',
  `with changed as (
    delete from alarms where tenant_id = $1 and destination_id = $3 and lane = $4 returning destination_id
  ), ${noticed('alarm.ended')}`,
);

/** Raises an alarm, or ends it, with its notice; one that stands, or does not, is left as it is. */
export async function changeAlarm(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  lane: Lane,
  change: 'raise' | 'end',
  { code, message, detail }: AlarmNotice,
): Promise<void> {
  const write = change === 'raise' ? raiseStatement : endStatement;
  const text = JSON.stringify(detail);
  await write(db, tenantId, uuidv7(), destinationId, lane, code, message, text);
}
