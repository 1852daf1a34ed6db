/**
 * The way of a destination into quarantine and out of it. Each step raises its notice in the same
 * statement, and only where it changes something: two workers that meet the same fault are one entry.
 */
import { v7 as uuidv7 } from 'uuid';
import type { ReasonCode } from '../model.ts';
import type { DestinationKey } from './destinations.ts';
import type { Lease } from './links.ts';
import { raiseSql } from './notices.ts';
import type { Queryable } from './statement.ts';

/** Why a destination is stopped. */
export interface Verdict {
  readonly code: ReasonCode;
  /** The same as a sentence: what happened, and what to do. */
  readonly reason: string;
}

/** Stops a destination whose owner must act; it is probed at `probeAt`, for the time after `probes`. */
export async function quarantine(
  db: Queryable,
  lease: Lease,
  { code, reason, probes, probeAt }: Verdict & { readonly probes: number; readonly probeAt: Date },
): Promise<void> {
  await db.query(
    `with changed as (
       update destinations set state = 'quarantined', reason = $5, reason_code = $6, quarantined_at = now(),
              failures = 0, recent = '', probes = $7, probe_at = $8
       where tenant_id = $1 and id = $3 and epoch = $4 and state = 'active' returning id
     ), raised as (
       select 'destination.quarantined' as kind, id as destination_id, $6 as code, $5 as message,
              jsonb_build_object('since', now()) as detail, null as once from changed
     ), ${raiseSql({ tenant: '$1', id: '$2' })}
     select from changed`,
    [lease.tenantId, uuidv7(), lease.destinationId, lease.epoch, reason, code, probes, probeAt],
  );
}

/** A probe under way: whose, and of which settings and policy, which may change meanwhile. */
export type Probed = DestinationKey & { readonly epoch: number };

/** Leaves a destination quarantined after a probe, for this reason now, and sets when it is probed next. */
export async function scheduleProbe(
  db: Queryable,
  { tenantId, destinationId, epoch }: Probed,
  { code, reason }: Verdict,
  at: Date,
): Promise<void> {
  await db.query(
    `with before as (
       select id, reason_code, quarantined_at from destinations
       where tenant_id = $1 and id = $3 and epoch = $4 and state = 'quarantined' for update
     ), changed as (
       update destinations d set reason = $5, reason_code = $6, probe_at = $7 from before
       where d.tenant_id = $1 and d.id = before.id
     ), raised as (
       select 'destination.quarantine_changed' as kind, id as destination_id, $6 as code, $5 as message,
              jsonb_build_object('since', quarantined_at, 'before', reason_code) as detail, null as once
       from before where reason_code is distinct from $6
     ), ${raiseSql({ tenant: '$1', id: '$2' })}
     select from before`,
    [tenantId, uuidv7(), destinationId, epoch, reason, code, at],
  );
}

/** Switches a destination off that was quarantined for too long: it is not probed any more. */
export async function turnOff(
  db: Queryable,
  { tenantId, destinationId, epoch }: Probed,
  { code, reason }: Verdict,
): Promise<void> {
  await db.query(
    `with changed as (
       update destinations set state = 'paused', reason = $5, reason_code = $6, probe_at = null
       where tenant_id = $1 and id = $3 and epoch = $4 and state = 'quarantined' returning id, quarantined_at
     ), raised as (
       select 'destination.off' as kind, id as destination_id, $6 as code, $5 as message,
              jsonb_build_object('since', quarantined_at) as detail, null as once from changed
     ), ${raiseSql({ tenant: '$1', id: '$2' })}
     select from changed`,
    [tenantId, uuidv7(), destinationId, epoch, reason, code],
  );
}

/**
 * What ends each statement that may let a destination out of quarantine: everybody is looked at again,
 * and a notice is raised. To be put after two common table expressions: `before`, the destination's
 * `id`, `state`, `reason_code` and `quarantined_at`, locked, and `changed`, the `id` of what was changed.
 * @param id the place of a new UUIDv7; the tenant's id is `$1`
 * @param message why it is let out, as a text of SQL
 */
export function leaveQuarantineSql({
  id,
  message,
}: {
  readonly id: string;
  readonly message: string;
}): string {
  return `released as (
    select before.* from before join changed using (id) where state = 'quarantined'
  ), looked as (
    insert into spreads (tenant_id, destination_id, what) select $1, id, '{"kind":"everybody"}' from released
  ), raised as (
    select 'destination.recovered' as kind, id as destination_id, reason_code as code, ${message} as message,
           jsonb_build_object('since', quarantined_at) as detail, null as once from released
  ), ${raiseSql({ tenant: '$1', id })}`;
}

/**
 * Locks a destination (`$3` of the tenant `$1`) as it is before a change. The change has to find its
 * row by it: else it might be made first, and there would be no before.
 */
export const beforeSql = `before as (
  select id, state, reason_code, quarantined_at, epoch from destinations where tenant_id = $1 and id = $3 for update
)`;

const isUninstalled = `state = 'paused' and reason_code = 'uninstalled'`;

/**
 * What a destination has nothing of once it is out of quarantine. Where the app is not installed any more, why it is
 * paused stays: by that it is known when the app is back.
 */
export const clearedSql = `reason = case when ${isUninstalled} then reason end,
  reason_code = case when ${isUninstalled} then reason_code end, quarantined_at = null, probe_at = null,
  failures = 0, recent = '', state = case when state = 'quarantined' then 'active' else state end`;

/** Takes a destination out of quarantine whose probe went well, and has everybody looked at again. */
export async function release(
  db: Queryable,
  { tenantId, destinationId, epoch }: Probed,
): Promise<void> {
  await db.query(
    `with ${beforeSql}, changed as (
       update destinations set ${clearedSql}, released_at = now()
       where tenant_id = $1 and id = (select id from before where epoch = $4 and state = 'quarantined') returning id
     ), ${leaveQuarantineSql({ id: '$2', message: "'It answers again: everything that waited is brought there now.'" })}
     select from released`,
    [tenantId, uuidv7(), destinationId, epoch],
  );
}
