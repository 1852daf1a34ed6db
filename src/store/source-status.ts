/** How a source stands: its people, and how far each destination has got with them. */
import type pg from 'pg';
import type { ReasonCode } from '../model.ts';
import type { DestinationState } from './destinations.ts';
import type { Owner } from './resources.ts';
import { byIndexes, type Queryable, statement } from './statement.ts';

/** The users of a source. */
export interface PeopleCount {
  readonly active: number;
  readonly inactive: number;
}

// All are counted, groups and inactive people by themselves: indexes alone answer.
const selectPeople = statement<{ all: number; groups: number; inactive: number }, [string, string]>(
  'source-people',
  `select
     (select count(*) from resources where tenant_id = $1 and source_id = $2) as all,
     (select count(*) from resources where tenant_id = $1 and source_id = $2 and type = 'Group') as groups,
     (select count(*) from resources where tenant_id = $1 and source_id = $2 and type = 'User' and not active) as inactive`,
);

/** Counts the users of a source. */
export async function countPeople(
  pool: Pick<pg.Pool, 'connect'>,
  { tenantId, sourceId }: Owner,
): Promise<PeopleCount> {
  const [row] = await byIndexes(pool, (client) => selectPeople(client, tenantId, sourceId));
  const { all, groups, inactive } = row ?? { all: 0, groups: 0, inactive: 0 };
  return { active: all - groups - inactive, inactive };
}

/** When any token of a source was last used; `null` before its first request. */
export async function lastRequestAt(db: Queryable, owner: Owner): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    'select max(last_used_at) as at from tokens where tenant_id = $1 and source_id = $2',
    [owner.tenantId, owner.sourceId],
  );
  return rows[0]?.at ?? null;
}

/** A destination, and how many of a source's links stand where. */
export interface Progress {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly state: DestinationState;
  readonly reason: string | null;
  readonly reasonCode: ReasonCode | null;
  readonly pausedUntil: Date | null;
  /** Agree with the roll. */
  readonly done: number;
  /** Have a change to be brought there, tried before or not. */
  readonly waiting: number;
  /** Of those waiting, the ones whose last try failed. */
  readonly retrying: number;
  readonly held: number;
  readonly rejected: number;
  readonly lastSuccessAt: Date | null;
}

/** A held link that is due is about to be looked at again: it waits. */
const waiting = `wanted > done and (outcome is distinct from 'held' or not_before <= now())`;
/** Waits for something to happen elsewhere. */
export const held = `outcome = 'held' and not (wanted > done and not_before <= now())`;
/** Was refused for good: the record has to change. */
export const rejected = `outcome = 'rejected' and wanted = done`;
/** How a destination has got with somebody, in a word. */
export type LinkState = 'done' | 'waiting' | 'retrying' | 'held' | 'rejected';
/** The same of a row of `links`. */
export const linkState = `case when ${held} then 'held' when ${rejected} then 'rejected' when wanted = done then 'done'
  when outcome = 'failed' then 'retrying' else 'waiting' end`;

const ofSource = `links where tenant_id = $1 and destination_id = d.id and source_id = $2`;

// Those who agree are nearly all: what is said of links here are the conditions of indexes.
const selectProgress = statement<Progress, [tenantId: string, sourceId: string]>(
  'source-progress',
  `select d.id, d.name, d.connector, d.state, d.reason, d.reason_code as "reasonCode", d.paused_until as "pausedUntil",
          (select count(*) from ${ofSource} and outcome = 'done' and wanted = done and deleted_at is null) as done,
          due.*, stuck.*,
          (select max(applied_at) from ${ofSource} and applied_at is not null) as "lastSuccessAt"
   from destinations d cross join lateral (
     select count(*) filter (where ${waiting}) as waiting, count(*) filter (where outcome = 'failed') as retrying
     from ${ofSource} and wanted > done
   ) due cross join lateral (
     select count(*) filter (where ${held}) as held, count(*) filter (where ${rejected}) as rejected
     from ${ofSource} and outcome in ('held', 'rejected')
   ) stuck
   where d.tenant_id = $1 order by d.created_at, d.id`,
);

/** How far each destination of the tenant has got with a source's people. */
export async function progressOf(
  pool: Pick<pg.Pool, 'connect'>,
  { tenantId, sourceId }: Owner,
): Promise<readonly Progress[]> {
  return byIndexes(pool, (client) => selectProgress(client, tenantId, sourceId));
}

/** Why links of a source are held at a destination, or what it refuses of them. */
export interface Obstacle {
  readonly destinationId: string;
  readonly outcome: 'held' | 'rejected';
  readonly reason: string;
  readonly count: number;
}

/** What stands in the way of a source's people, the most frequent first. */
export async function obstaclesOf(
  db: Queryable,
  owner: Owner,
  limit: number,
): Promise<readonly Obstacle[]> {
  const { rows } = await db.query<Obstacle>(
    `select destination_id as "destinationId", outcome, coalesce(reason, '') as reason, count(*) as count
     from links where tenant_id = $1 and source_id = $2 and ((${held}) or (${rejected}))
     group by 1, 2, 3 order by 4 desc, 2, 3 limit $3`,
    [owner.tenantId, owner.sourceId, limit],
  );
  return rows;
}
