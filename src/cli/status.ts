/** How every destination stands, for whoever runs Rollcall. */
import {
  type DestinationStatus,
  type Percentiles,
  type TenantStatus,
  tenantStatus,
  type UseStatus,
  type Waiting,
} from '../provisioning/destination-status.ts';
import { durationOf } from '../provisioning/duration.ts';
import { allTenants, type Tenant } from '../store/tenants.ts';
import type { Context } from './context.ts';

type Stands = TenantStatus & { readonly tenant: Tenant };

/** `status`. */
export async function statusCommand({ database: { pool }, options }: Context): Promise<string> {
  const now = Date.now();
  const all: Stands[] = [];
  for (const tenant of await allTenants(pool))
    all.push({ tenant, ...(await tenantStatus(pool, tenant.tenantId, now)) });
  if (options.json === true) return JSON.stringify({ tenants: all }, null, 2);
  if (all.length === 0) return 'No tenants yet: rollcall tenant create';
  return all.map((one) => tenantBlock(one, now)).join('\n\n');
}

function tenantBlock({ tenant, destinations, rights, orders }: Stands, now: number): string {
  const of = `${tenant.name} (${tenant.tenantId})`;
  const blocks =
    destinations.length === 0
      ? [`${of}\n  no destinations`]
      : destinations.map((status) => [of, ...destinationLines(status, now)].join('\n'));
  return [...blocks, ...rightsBlock(of, rights), ...ordersBlock(of, orders, now)].join('\n\n');
}

function rightsBlock(of: string, { held, asked }: TenantStatus['rights']): readonly string[] {
  if (held + asked === 0) return [];
  return [
    `${of}\n  rights that wait   ${held} held, ${asked} asked about: rollcall grant list --attention`,
  ];
}

/** Only where something is wrong: else orders come by webhook, and nobody has to look. */
function ordersBlock(of: string, orders: TenantStatus['orders'], now: number): readonly string[] {
  if (orders === null || orders.error === null) return [];
  return [
    `${of}\n  orders of the shop last listed again ${agoOf(orders.sweptAt, now)}: ${orders.error}`,
  ];
}

/** One destination, a line for each number. */
export function destinationLines(status: DestinationStatus, now: number): readonly string[] {
  const { backlog, oldestWaiting, effect, stuck } = status;
  const least = backlog.exact ? '' : 'at least ';
  const rows: readonly (readonly [string, string])[] = [
    ['state', stateOf(status)],
    ...quarantineRows(status, now),
    [
      'backlog',
      `${least}${backlog.dueNow} due now, ${backlog.later} later; ${backlog.leavers} of them leavers`,
    ],
    [
      'oldest waiting',
      `${waited(oldestWaiting.ordinary)}; leavers ${waited(oldestWaiting.leavers)}`,
    ],
    ['last success', agoOf(status.lastSuccessAt, now)],
    ['nightly look', sweepOf(status.sweep, now)],
    ...allowanceRows(status),
    ['request to effect', `last hour: ${percentilesOf(effect.lastHour.ordinary)}`],
    ['', `leavers: ${percentilesOf(effect.lastHour.leavers)}`],
    ['', `last day: ${percentilesOf(effect.lastDay.ordinary)}`],
    ['', `leavers: ${percentilesOf(effect.lastDay.leavers)}`],
    ['stuck', stuckOf(stuck)],
    ...stuck.reasons.map(({ kind, reason, count, attempts }): readonly [string, string] => [
      '',
      `${count} ${kind}${kind === 'failing' ? ` (tried ${attempts} times)` : ''}: ${reason}`,
    ]),
  ];
  return [
    `  ${status.name} (${status.destinationId})`,
    ...rows.map(([label, value]) => `    ${label.padEnd(18)} ${value}`),
  ];
}

function stateOf({ state, reason, pausedUntil }: DestinationStatus): string {
  const because = reason === null ? '' : `: ${reason}`;
  const silent = pausedUntil === null ? '' : `, silent until ${pausedUntil.toISOString()}`;
  return `${state}${because}${silent}`;
}

function quarantineRows(
  { quarantine }: DestinationStatus,
  now: number,
): readonly (readonly [string, string])[] {
  if (quarantine === null) return [];
  const { since, nextProbeAt } = quarantine;
  const next = nextProbeAt === null ? 'is not' : `is at ${nextProbeAt.toISOString()}`;
  return [['stopped', `${agoOf(since, now)}; the next try by itself ${next}`]];
}

function sweepOf(
  { lastAt, underWay, nextAt, found, exact, earlier }: DestinationStatus['sweep'],
  now: number,
): string {
  const differing = `${exact ? '' : 'at least '}${found} found to differ since`;
  const last = underWay ? `under way, began ${agoOf(lastAt, now)}` : `last ${agoOf(lastAt, now)}`;
  const next = nextAt === null ? 'none is due' : `next at ${nextAt.toISOString()}`;
  const before = earlier.length === 0 ? '' : `; before that ${earlier.map(dayOf).join(', ')}`;
  return `${lastAt === null ? 'none yet' : `${last}, ${differing}`}; ${next}${before}`;
}

const dayOf = (at: Date): string => `${at.toISOString().slice(0, 16)}Z`;

function waited(waiting: Waiting | null): string {
  return waiting === null ? 'nobody' : durationOf(waiting.ms);
}

function agoOf(at: Date | null, now: number): string {
  return at === null ? 'never' : `${durationOf(now - at.getTime())} ago (${at.toISOString()})`;
}

function allowanceRows({ allowance }: DestinationStatus): readonly (readonly [string, string])[] {
  if (allowance === null) return [['allowance', 'nothing asked yet']];
  const { available, maximum, restoreRate, lastMinute, lastHour } = allowance;
  return [
    [
      'allowance',
      `${Math.round(available)} of ${Math.round(maximum)} points left, ${restoreRate} a second come back`,
    ],
    ['', `last minute: ${useOf(lastMinute)}`],
    ['', `last hour: ${useOf(lastHour)}`],
  ];
}

function useOf({ points, requests, share, throttled, seconds }: UseStatus): string {
  const spent = `${Math.round(points)} points in ${requests} requests`;
  return `${spent}, ${Math.round(share * 100)} % of what came back in ${Math.round(seconds)} s; ${throttled} throttled`;
}

function percentilesOf({ count, p50, p95, p99 }: Percentiles): string {
  if (p50 === null || p95 === null || p99 === null) return 'nothing written';
  return `p50 ${durationOf(p50)}, p95 ${durationOf(p95)}, p99 ${durationOf(p99)} (${count} written)`;
}

function stuckOf({ held, rejected, failing, exact }: DestinationStatus['stuck']): string {
  if (held + rejected + failing === 0) return 'nobody';
  return `${exact ? '' : 'at least '}${held} held, ${rejected} rejected, ${failing} failing`;
}
