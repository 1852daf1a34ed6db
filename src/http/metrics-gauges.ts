/**
 * What is asked of the database when Prometheus asks: how every destination stands. Asked at most once in
 * a few seconds and with a limit on its time, so that watching costs the work nothing; where it takes too
 * long the numbers are left out, and `rollcall_gauges_up` is 0.
 */
import type pg from 'pg';
import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import { type DestinationGauges, destinationGauges } from '../store/destination-gauges.ts';
import { allRightsAttention, type RightsAttention } from '../store/rights-attention.ts';

const rememberMs = 5_000;
const withinMs = 3_000;

const states = ['active', 'paused', 'quarantined'] as const;

/** Adds the gauges. */
export function createGauges(
  registry: Registry,
  { pool, now, log }: { readonly pool: pg.Pool; readonly now: () => number; readonly log: Logger },
): {
  /** Asks for fresh numbers where the last ones are some seconds old. */
  refresh(): Promise<void>;
} {
  const gauges = gaugesOf(registry);
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

  const ask = async (): Promise<void> => {
    try {
      const rows = await destinationGauges(pool, withinMs);
      const rights = await allRightsAttention(pool, withinMs);
      for (const gauge of gauges.all) gauge.reset();
      for (const row of rows) gauges.set(row, now());
      for (const row of rights) gauges.setRights(row);
      gauges.up.set(1);
    } catch (error) {
      log.warn({ err: error }, 'the numbers of the destinations could not be read');
      for (const gauge of gauges.all) gauge.reset();
      gauges.up.set(0);
    }
    askedAt = now();
  };

  return {
    async refresh() {
      if (now() - askedAt < rememberMs) return;
      asking ??= ask().finally(() => {
        asking = null;
      });
      await asking;
    },
  };
}

function gaugesOf(registry: Registry) {
  const all: Gauge[] = [];
  const gauge = (name: string, help: string, ...more: readonly string[]): Gauge => {
    const labelNames = ['tenant', 'destination', ...more];
    const made = new Gauge({ name: `rollcall_${name}`, help, labelNames, registers: [registry] });
    all.push(made);
    return made;
  };
  const up = new Gauge({
    name: 'rollcall_gauges_up',
    help: 'Whether the numbers of the destinations could be read.',
    registers: [registry],
  });
  const state = gauge('destination_state', '1 for the state the destination is in.', 'state');
  const backlog = gauge('backlog', 'Links that wait, at most 100,000.', 'due');
  const leavers = gauge('backlog_leavers', 'Of those that wait, people who leave.');
  const oldest = gauge('oldest_waiting_seconds', 'Age of the oldest request that waits.', 'lane');
  const stuck = gauge('stuck', 'Links that do not get on, at most 100,000.', 'kind');
  const success = gauge('last_success_timestamp_seconds', 'When a look last ended well.');
  const available = gauge('allowance_available_points', 'Points left in the bucket.');
  const maximum = gauge('allowance_maximum_points', 'Points the bucket holds.');

  const rights = new Gauge({
    name: 'rollcall_rights_attention',
    help: 'Rights that wait for somebody: to say whose they are, or what a refund means.',
    labelNames: ['tenant', 'kind'],
    registers: [registry],
  });
  all.push(rights);
  const setRights = ({ tenantId: tenant, held, asked }: RightsAttention & { tenantId: string }) => {
    rights.set({ tenant, kind: 'held' }, held);
    rights.set({ tenant, kind: 'asked' }, asked);
  };

  const set = (row: DestinationGauges, now: number): void => {
    const labels = { tenant: row.tenantId, destination: row.destinationId };
    const age = (at: Date | null) => (at === null ? 0 : Math.max(0, now - at.getTime()) / 1_000);
    for (const one of states) state.set({ ...labels, state: one }, row.state === one ? 1 : 0);
    backlog.set({ ...labels, due: 'now' }, row.dueNow);
    backlog.set({ ...labels, due: 'later' }, row.later);
    leavers.set(labels, row.leavers);
    oldest.set({ ...labels, lane: 'ordinary' }, age(row.oldestOrdinary));
    oldest.set({ ...labels, lane: 'urgent' }, age(row.oldestLeaver));
    for (const kind of ['held', 'rejected', 'failing'] as const)
      stuck.set({ ...labels, kind }, row[kind]);
    if (row.lastSuccessAt !== null) success.set(labels, row.lastSuccessAt.getTime() / 1_000);
    if (row.available !== null) available.set(labels, row.available);
    if (row.maximum !== null) maximum.set(labels, row.maximum);
  };
  return { all, up, set, setRights };
}
