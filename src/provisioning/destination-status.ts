/** How a destination stands, in the numbers that tell an operator whether to act. */

import { type EffectBucket, effectBuckets, type Use, useOf } from '../store/destination-minutes.ts';
import {
  type Backlog,
  backlogOf,
  type DestinationFacts,
  destinationFacts,
  differingSince,
  mostCounted,
  type StuckCounts,
  type StuckReason,
  stuckCountsOf,
  stuckReasonsOf,
} from '../store/destination-status.ts';
import { type DestinationKey, destinationIdsOf, sweepsOf } from '../store/destinations.ts';
import { type RightsAttention, rightsAttention } from '../store/rights-attention.ts';
import type { Queryable } from '../store/statement.ts';
import { type SweepStatus, sweepStatus } from '../store/storefront-sweeps.ts';
import { countOf, type Histogram, percentile } from './histogram.ts';

/** How often everybody is looked at again, on both sides. */
export const sweepEveryMs = 24 * 3_600_000;

/** How a destination stands. Times are milliseconds. */
export interface DestinationStatus extends DestinationKey {
  readonly name: string;
  readonly connector: string;
  readonly state: DestinationFacts['state'];
  readonly reason: string | null;
  readonly pausedUntil: Date | null;
  readonly lastSuccessAt: Date | null;
  /** `null` while it is not quarantined. */
  readonly quarantine: {
    readonly code: string | null;
    readonly since: Date | null;
    readonly nextProbeAt: Date | null;
  } | null;
  readonly sweep: SweepStanding;
  readonly backlog: {
    readonly dueNow: number;
    readonly later: number;
    readonly leavers: number;
    /** False where there are more than are counted: then the counts are "at least". */
    readonly exact: boolean;
  };
  readonly oldestWaiting: {
    readonly ordinary: Waiting | null;
    readonly leavers: Waiting | null;
  };
  readonly allowance: AllowanceStatus | null;
  readonly effect: { readonly lastHour: EffectTimes; readonly lastDay: EffectTimes };
  readonly stuck: StuckCounts & {
    readonly exact: boolean;
    readonly reasons: readonly StuckReason[];
  };
}

/** So many nights back the sweeps before the last one are told. */
const earlierShown = 14;

/** When everybody is looked at again. */
export interface SweepStanding {
  /** When those before the last one began, the newest first. */
  readonly earlier: readonly Date[];
  /** When it began last; `null` before the first time. */
  readonly lastAt: Date | null;
  readonly underWay: boolean;
  /** When it is due; `null` while the destination is not worked on. */
  readonly nextAt: Date | null;
  /** How many accounts were found to differ since then, and whether that is all of them. */
  readonly found: number;
  readonly exact: boolean;
}

/** Since when somebody waits. */
export interface Waiting {
  readonly since: Date;
  readonly ms: number;
}

/** A bucket of points and what was taken from it. */
export interface AllowanceStatus {
  readonly available: number;
  readonly maximum: number;
  /** Points a second. */
  readonly restoreRate: number;
  readonly lastMinute: UseStatus;
  readonly lastHour: UseStatus;
}

/** What was used; `share` is of what came back in the same time. */
export type UseStatus = Use & { readonly share: number };

/** From request to effect. */
export interface EffectTimes {
  readonly ordinary: Percentiles;
  readonly leavers: Percentiles;
}

/** `null` where nothing was written. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

const mostReasons = 20;

/** How a destination stands at `now`; `null` where there is none. */
export async function destinationStatus(
  db: Queryable,
  key: DestinationKey,
  now: number,
): Promise<DestinationStatus | null> {
  const [facts, backlog, stuck, reasons, buckets, lastMinute, lastHour] = await Promise.all([
    destinationFacts(db, key),
    backlogOf(db, key),
    stuckCountsOf(db, key),
    stuckReasonsOf(db, key, mostReasons),
    effectBuckets(db, key),
    useOf(db, key, 1),
    useOf(db, key, 60),
  ]);
  if (facts === null) return null;
  const { name, connector, state, reason, pausedUntil, lastSuccessAt } = facts;
  return {
    tenantId: key.tenantId,
    destinationId: key.destinationId,
    name,
    connector,
    state,
    reason,
    pausedUntil,
    lastSuccessAt,
    quarantine: quarantineOf(facts),
    sweep: await sweepOf(db, key, facts),
    ...waitingOf(backlog, now),
    allowance: allowanceOf(facts, lastMinute, lastHour),
    effect: {
      lastHour: effectOf(buckets, ({ lastHour: count }) => count),
      lastDay: effectOf(buckets, ({ lastDay: count }) => count),
    },
    stuck: stuckStatus(stuck, reasons),
  };
}

function quarantineOf({ state, reasonCode, quarantinedAt, probeAt }: DestinationFacts) {
  if (state !== 'quarantined') return null;
  return { code: reasonCode, since: quarantinedAt, nextProbeAt: probeAt };
}

async function sweepOf(
  db: Queryable,
  key: DestinationKey,
  { state, sweptAt, sweeping, createdAt }: DestinationFacts,
): Promise<SweepStanding> {
  const began = sweptAt ?? createdAt;
  const nextAt = state === 'active' ? new Date(began.getTime() + sweepEveryMs) : null;
  const counted =
    sweptAt === null ? { found: 0, exact: true } : await differingSince(db, key, sweptAt);
  const [, ...earlier] = await sweepsOf(db, key, 1 + earlierShown);
  return { lastAt: sweptAt, underWay: sweeping, nextAt, earlier, ...counted };
}

/** How all destinations of a tenant stand, and what waits for somebody. */
export interface TenantStatus {
  readonly destinations: readonly DestinationStatus[];
  /** Rights that wait for somebody. */
  readonly rights: RightsAttention;
  /** How the orders of its shop were last listed again; `null` where no offer ever asked for it. */
  readonly orders: SweepStatus | null;
}

/** How a tenant stands at `now`. */
export async function tenantStatus(
  db: Queryable,
  tenantId: string,
  now: number,
): Promise<TenantStatus> {
  const destinations: DestinationStatus[] = [];
  for (const destinationId of await destinationIdsOf(db, tenantId)) {
    const status = await destinationStatus(db, { tenantId, destinationId }, now);
    if (status !== null) destinations.push(status);
  }
  const rights = await rightsAttention(db, tenantId);
  return { destinations, rights, orders: await sweepStatus(db, tenantId) };
}

function waitingOf(
  { dueNow, later, leavers, oldestOrdinary, oldestLeaver }: Backlog,
  now: number,
): Pick<DestinationStatus, 'backlog' | 'oldestWaiting'> {
  const since = (at: Date | null): Waiting | null =>
    at === null ? null : { since: at, ms: Math.max(0, now - at.getTime()) };
  return {
    backlog: { dueNow, later, leavers, exact: dueNow + later < mostCounted },
    oldestWaiting: { ordinary: since(oldestOrdinary), leavers: since(oldestLeaver) },
  };
}

function allowanceOf(
  { available, maximum, restoreRate }: DestinationFacts,
  lastMinute: Use,
  lastHour: Use,
): AllowanceStatus | null {
  if (available === null || maximum === null || restoreRate === null) return null;
  const use = (used: Use): UseStatus => ({
    ...used,
    share: used.points / (restoreRate * used.seconds),
  });
  return {
    available,
    maximum,
    restoreRate,
    lastMinute: use(lastMinute),
    lastHour: use(lastHour),
  };
}

function effectOf(
  buckets: readonly EffectBucket[],
  count: (bucket: EffectBucket) => number,
): EffectTimes {
  const of = (lane: EffectBucket['lane']): Percentiles => {
    const hits = buckets.filter((one) => one.lane === lane && count(one) > 0);
    return percentilesOf(new Map(hits.map((one) => [one.bucket, count(one)])));
  };
  return { ordinary: of('ordinary'), leavers: of('urgent') };
}

function percentilesOf(histogram: Histogram): Percentiles {
  const at = (share: number): number | null => {
    const ms = percentile(histogram, share);
    return ms === null ? null : Math.round(ms);
  };
  return { count: countOf(histogram), p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function stuckStatus(
  counts: StuckCounts,
  reasons: readonly StuckReason[],
): DestinationStatus['stuck'] {
  const exact = counts.held + counts.rejected + counts.failing < mostCounted;
  return { ...counts, exact, reasons };
}
