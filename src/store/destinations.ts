import { v7 as uuidv7 } from 'uuid';
import type { JsonObject, ReasonCode } from '../model.ts';
import { groupDueSql } from './group-links.ts';
import type { Lease } from './links.ts';
import { beforeSql, clearedSql, leaveQuarantineSql } from './quarantine.ts';
import { type Queryable, statement } from './statement.ts';

/** Whether a destination is worked on. */
export type DestinationState = 'active' | 'paused' | 'quarantined';

/** A destination as stored; `secrets` is sealed. */
export interface StoredDestination {
  readonly tenantId: string;
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  readonly settings: JsonObject;
  readonly secrets: string | null;
  readonly policy: JsonObject;
  readonly state: DestinationState;
  readonly reason: string | null;
  /** Why it is quarantined, or was when it was switched off, in a word. */
  readonly reasonCode: ReasonCode | null;
  readonly quarantinedAt: Date | null;
  /** When it last left quarantine by itself. */
  readonly releasedAt: Date | null;
  /** How often it was probed since it was quarantined. */
  readonly probes: number;
  /** How the last attempts went, oldest first: `.` it answered, `x` it failed. */
  readonly recent: string;
  readonly failures: number;
  readonly pausedUntil: Date | null;
  readonly epoch: number;
}

const columns = `tenant_id as "tenantId", id, connector, name, settings, secrets, policy, state, reason,
  reason_code as "reasonCode", quarantined_at as "quarantinedAt", released_at as "releasedAt", probes, recent,
  failures, paused_until as "pausedUntil", epoch`;

/** Which destination. */
export interface DestinationKey {
  readonly tenantId: string;
  readonly destinationId: string;
}

/** Adds a destination. */
export async function insertDestination(
  db: Queryable,
  destination: Pick<
    StoredDestination,
    'tenantId' | 'id' | 'connector' | 'name' | 'settings' | 'secrets'
  > & { readonly policy: object; readonly state: 'active' | 'paused' },
): Promise<void> {
  await db.query(
    `insert into destinations (tenant_id, id, connector, name, settings, secrets, policy, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      destination.tenantId,
      destination.id,
      destination.connector,
      destination.name,
      JSON.stringify(destination.settings),
      destination.secrets,
      JSON.stringify(destination.policy),
      destination.state,
    ],
  );
}

/**
 * Replaces a destination's settings and secrets, and lets it out of quarantine to try them. Whoever
 * drains it with the old ones loses the lease.
 */
export async function updateSettings(
  db: Queryable,
  key: DestinationKey,
  settings: JsonObject,
  secrets: string | null,
): Promise<void> {
  await db.query(
    `with ${beforeSql}, changed as (
       update destinations set settings = $4, secrets = $5, epoch = epoch + 1, paused_until = null, probes = 0, ${clearedSql}
       where tenant_id = $1 and id = (select id from before) returning id
     ), ${leaveQuarantineSql({ id: '$2', message: "'Its settings were changed: it is tried with the new ones.'" })}
     select from changed`,
    [key.tenantId, uuidv7(), key.destinationId, JSON.stringify(settings), secrets],
  );
}

/**
 * Replaces a destination's policy, lets it out of quarantine to try it, and has everybody compared with
 * it. Whoever drains it by the old one loses the lease: else people were done by it and counted as
 * looked at. Compared a second time a minute later: a change of a group that was under way meanwhile
 * may not have known that this destination looks at groups now, and none takes that long.
 */
export async function updatePolicy(
  db: Queryable,
  key: DestinationKey,
  policy: object,
): Promise<void> {
  await db.query(
    `with ${beforeSql}, changed as (
       update destinations set policy = $4, epoch = epoch + 1, probes = 0,
              ${clearedSql}
       where tenant_id = $1 and id = (select id from before) returning id
     ), ${leaveQuarantineSql({ id: '$2', message: "'Its policy was changed: it is tried with the new one.'" })}
     insert into spreads (tenant_id, destination_id, what, not_before)
     select $1, id, '{"kind":"roll"}', now() + later from changed, unnest(array[interval '0', interval '1 minute']) later`,
    [key.tenantId, uuidv7(), key.destinationId, JSON.stringify(policy)],
  );
}

/** Gives a destination another name. */
export async function renameDestination(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  name: string,
): Promise<void> {
  await db.query('update destinations set name = $3 where tenant_id = $1 and id = $2', [
    tenantId,
    destinationId,
    name,
  ]);
}

const selectDestinations = statement<StoredDestination, [string]>(
  'destinations-of-tenant',
  `select ${columns} from destinations where tenant_id = $1 order by id`,
);

/** All destinations of a tenant. */
export async function destinationsOf(
  db: Queryable,
  tenantId: string,
): Promise<readonly StoredDestination[]> {
  return selectDestinations(db, tenantId);
}

/** The ids of a tenant's destinations. */
export async function destinationIdsOf(
  db: Queryable,
  tenantId: string,
): Promise<readonly string[]> {
  return (await destinationsOf(db, tenantId)).map(({ id }) => id);
}

const selectDestination = statement<StoredDestination, [string, string]>(
  'destination-by-id',
  `select ${columns} from destinations where tenant_id = $1 and id = $2`,
);

/** A destination, or `null` where there is none of that id. */
export async function findDestination(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<StoredDestination | null> {
  const [row] = await selectDestination(db, tenantId, destinationId);
  return row ?? null;
}

const acquireStatement = statement<StoredDestination, [string, string, string]>(
  'destination-acquire',
  `update destinations set owner = $3, epoch = epoch + 1
   where tenant_id = $1 and id = $2 and state = 'active' and (paused_until is null or paused_until <= now())
   returning ${columns}`,
);

/**
 * Takes the lease of a destination: from here on only writes of this epoch count.
 * @returns `null` when it is paused, quarantined or gone
 */
export async function acquireLease(
  db: Queryable,
  key: DestinationKey,
  owner: string,
): Promise<StoredDestination | null> {
  const [row] = await acquireStatement(db, key.tenantId, key.destinationId, owner);
  return row ?? null;
}

const leaseStatement = statement<{ held: boolean }, [string, string, number]>(
  'destination-lease',
  `select true as held from destinations where tenant_id = $1 and id = $2 and epoch = $3 and state = 'active'`,
);

/** Whether the lease still stands: asked before each remote write. */
export async function leaseStands(db: Queryable, lease: Lease): Promise<boolean> {
  const rows = await leaseStatement(db, lease.tenantId, lease.destinationId, lease.epoch);
  return rows.length > 0;
}

/**
 * Gives the lease back at the end of a slice, so that nobody waits for a worker that is done, and
 * remembers how its attempts went, unless the lease was lost meanwhile: they tell of what was before.
 */
export async function releaseLease(
  db: Queryable,
  lease: Lease,
  { owner, recent }: { readonly owner: string; readonly recent: string },
): Promise<void> {
  await db.query(
    `update destinations set owner = null, recent = case when epoch = $3 and state = 'active' then $4 else recent end
     where tenant_id = $1 and id = $2 and owner = $5`,
    [lease.tenantId, lease.destinationId, lease.epoch, recent, owner],
  );
}

/** Keeps a destination silent until then; a longer silence that was asked for stands. */
export async function pauseDestination(
  db: Queryable,
  lease: Lease,
  until: Date,
  failures: number,
): Promise<void> {
  await db.query(
    `update destinations set paused_until = greatest(paused_until, $4), failures = $5
     where tenant_id = $1 and id = $2 and epoch = $3`,
    [lease.tenantId, lease.destinationId, lease.epoch, until, failures],
  );
}

/** Forgets earlier failures of a destination that works again. */
export async function clearFailures(db: Queryable, lease: Lease): Promise<void> {
  await db.query(
    'update destinations set failures = 0 where tenant_id = $1 and id = $2 and epoch = $3',
    [lease.tenantId, lease.destinationId, lease.epoch],
  );
}

const takeDueProbes = statement<StoredDestination, [number]>(
  'due-probes',
  `update destinations set probe_at = now() + $1 * interval '1 millisecond', probes = probes + 1
   where state = 'quarantined' and probe_at <= now() returning ${columns}`,
);

/**
 * Takes the quarantined destinations whose probe is due, pushing the probe back so that no other
 * instance takes them as well. One of the two statements that look across tenants.
 */
export async function dueProbes(
  db: Queryable,
  postponeMs: number,
): Promise<readonly StoredDestination[]> {
  return takeDueProbes(db, postponeMs);
}

/**
 * Whether the destination `d` has a due link of a kind. Ordered, so that it is looked for in the index of
 * that kind and never among all links.
 */
export const anyDueSql = (kind: string): string => `(
  select true from links l where l.tenant_id = d.tenant_id and l.destination_id = d.id
    and l.wanted > l.done and l.not_before <= now() and ${kind} order by l.not_before limit 1)`;

const wakeScan = statement<{ tenantId: string; destinationId: string }, []>(
  'wake-scan',
  `select d.tenant_id as "tenantId", d.id as "destinationId" from destinations d
   left join bulk_loads b on b.tenant_id = d.tenant_id and b.destination_id = d.id
   where d.state = 'active' and (d.paused_until is null or d.paused_until <= now()) and (
     ${anyDueSql('not l.in_flight and not l.creatable')} or ${anyDueSql('l.urgent')} or ${groupDueSql}
     or (b.in_force is not true and ${anyDueSql('not l.in_flight and l.creatable')}))`,
);

/** The wake scan: destinations of every tenant with links, of people or of groups, that are due for a drain. */
export async function destinationsWithDueLinks(db: Queryable): Promise<readonly DestinationKey[]> {
  return wakeScan(db);
}

/** So many sweeps begin at once; others a moment later. */
const sweepsAtOnce = 50;

const beginSweeps = statement<Record<string, never>, [number, number, readonly string[]]>(
  'begin-due-sweeps',
  `with due as (
     update destinations set swept_at = now()
     where (tenant_id, id) in (
       select tenant_id, id from destinations
       where state = 'active' and swept_at <= now() - $1 * interval '1 millisecond'
       order by swept_at limit $2 for update)
     returning tenant_id, id
   ), begun as (
     insert into spreads (tenant_id, destination_id, what) select tenant_id, id, '{"kind":"everybody"}' from due
   )
   insert into activity (tenant_id, id, kind, destination_id, outcome)
   select tenant_id, line.id, 'destination.sweep', numbered.id, 'done'
   from (select *, row_number() over () as n from due) numbered
   join unnest($3::uuid[]) with ordinality line (id, n) using (n)`,
);

/** Begins the nightly sweep of the destinations that are due for one: everybody is looked at again. */
export async function beginDueSweeps(db: Queryable, everyMs: number): Promise<void> {
  const lines = Array.from({ length: sweepsAtOnce }, () => uuidv7());
  await beginSweeps(db, everyMs, sweepsAtOnce, lines);
}

const selectSweeps = statement<{ at: Date }, [string, string, number]>(
  'destination-sweeps',
  `select at from activity where tenant_id = $1 and destination_id = $2 and kind = 'destination.sweep'
   order by id desc limit $3`,
);

/** When the last sweeps of a destination began, the newest first, as far as the log goes back. */
export async function sweepsOf(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  most: number,
): Promise<readonly Date[]> {
  return (await selectSweeps(db, tenantId, destinationId, most)).map(({ at }) => at);
}
