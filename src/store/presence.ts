/**
 * Which instances of Rollcall are alive, told by PostgreSQL itself: each holds a session-level
 * advisory lock for as long as its connection lives. A killed process loses it at once. One of the
 * instances leads: it runs what must run once. A leader that is stopped (SIGSTOP, a paused machine)
 * keeps its locks and falls silent, so the others end its connection: then it counts as gone.
 */
import { randomInt } from 'node:crypto';
import pg from 'pg';
import type { Logger } from 'pino';
import { type Queryable, statement } from './statement.ts';

const instanceClass = 0x696e7374; // "inst"
const leaderClass = 0x6c656164; // "lead"

/** This instance's presence. */
export interface Presence {
  /** Names this instance: stored as the owner of what it works on. */
  readonly instance: number;
  /** Whether this instance leads; tries to become the leader while nobody is. To be asked every second. */
  leads(): Promise<boolean>;
  /** The last answer. */
  leading(): boolean;
  /** When PostgreSQL last answered `leads`, on the clock of `performance.now()`. */
  answeredAt(): number;
  close(): Promise<void>;
}

/**
 * Announces this instance. The connection is made again, under the same name, when it breaks: a broken
 * one has lost both locks, so whoever leads then finds this instance's drains orphaned.
 */
export async function announce(connection: pg.ClientConfig, log: Logger): Promise<Presence> {
  const instance = randomInt(1, 2 ** 31 - 1);
  let session = await openSession(connection, instance, log);
  let answeredAt = performance.now();

  return {
    instance,
    async leads() {
      try {
        if (session.broken) {
          // Whatever is left of the old connection must let go of our name first.
          void session.client.end().catch(() => undefined);
          session = await openSession(connection, instance, log);
        }
        if (session.leading) await session.client.query('select 1');
        else session.leading = await tryToLead(session.client, log);
        answeredAt = performance.now();
        return session.leading;
      } catch (error) {
        log.warn({ err: error }, 'the presence connection broke; it is made again');
        session.broken = true;
        session.leading = false;
        return false;
      }
    },
    leading: () => session.leading,
    answeredAt: () => answeredAt,
    async close() {
      await session.client.end().catch(() => undefined);
    },
  };
}

interface Session {
  readonly client: pg.Client;
  leading: boolean;
  broken: boolean;
}

async function openSession(
  connection: pg.ClientConfig,
  instance: number,
  log: Logger,
): Promise<Session> {
  const client = new pg.Client({
    ...connection,
    application_name: 'rollcall presence',
    statement_timeout: 10_000,
  });
  const session: Session = { client, leading: false, broken: false };
  client.on('error', (error) => {
    log.warn({ err: error }, 'the presence connection broke');
    session.broken = true;
    session.leading = false;
  });
  await client.connect();
  await client.query('select pg_advisory_lock($1, $2)', [instanceClass, instance]);
  return session;
}

/** A leader asks something every second; one that has not for this long is stopped. */
const silentSeconds = 10;

async function tryToLead(client: pg.Client, log: Logger): Promise<boolean> {
  const { rows } = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1, 1) as ok', [
    leaderClass,
  ]);
  if (rows[0]?.ok) return true;
  const { rowCount } = await client.query(
    `select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.classid = $1::int::oid and l.objid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and a.state = 'idle' and a.state_change < now() - $2 * interval '1 second'`,
    [leaderClass, silentSeconds],
  );
  if (rowCount !== null && rowCount > 0)
    log.warn('the leading instance was silent; another takes over');
  return false;
}

/** A drain that a dead instance left behind, and the job it ran as. */
export interface OrphanedDrain {
  readonly tenantId: string;
  readonly destinationId: string;
  readonly jobId: string;
}

/** The owner of a drain as it is stored: the instance and its job. */
export function drainOwner(instance: number, jobId: string): string {
  return `${instance}:${jobId}`;
}

/** Whether the instance that an owner (as `drainOwner` names it) belongs to is alive. */
export const ownerLivesSql = `exists (
  select from pg_locks
  where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
    and classid = ${instanceClass}::int::oid and objid::bigint = split_part(owner, ':', 1)::bigint)`;

const clearOrphaned = statement<OrphanedDrain, []>(
  'clear-orphaned-drains',
  `with orphaned as (
     select tenant_id, id, owner from destinations where owner is not null and not ${ownerLivesSql}
   )
   update destinations d set owner = null, epoch = epoch + 1 from orphaned o
   where d.tenant_id = o.tenant_id and d.id = o.id and d.owner = o.owner
   returning d.tenant_id as "tenantId", d.id as "destinationId", split_part(o.owner, ':', 2) as "jobId"`,
);

/** Clears the leases of instances that are dead, and tells which jobs they held. */
export async function clearOrphanedDrains(db: Queryable): Promise<readonly OrphanedDrain[]> {
  return clearOrphaned(db);
}
