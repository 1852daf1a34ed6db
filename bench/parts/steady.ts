/** How much of a shop's allowance a long queue makes use of, and whether it is ever refused. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanName } from '../../devstore/plans.ts';
import { keepBulkOut } from '../../test/support/bulk.ts';
import { waitFor } from '../../test/support/wait.ts';
import { createPeople } from '../load/load.ts';
import type { Part } from '../part.ts';
import { accountCount, copyPeople, dueCount } from '../process/roll.ts';
import { type StoreStats, untilUsedUp } from '../process/store-control.ts';
import { openWorld, type World } from '../process/world.ts';
import { percent, type Table, whole } from '../report/table.ts';

const queued = 10_000;
const settlingMs = 30_000;
const measuredMs = 60_000;
const template = 'template';
const plans = ['standard', 'plus'] as const;

/** Creating customers by single calls on two plans, a minute and a half each. */
export const steady: Part = {
  name: 'steady',
  about: 'share of the allowance used with thousands of customers to create one by one (5 minutes)',
  long: true,
  async run({ say }) {
    const found: Record<string, Steady> = {};
    for (const plan of plans) found[plan] = await steadyOn(plan, say);
    const idle = Object.entries(found).filter(([, { created }]) => created === 0);
    const buckets = Object.entries(found).map(
      ([
        plan,
        {
          bucket: [before, after],
        },
      ]) => `${plan} ${whole(before)} and ${whole(after)}`,
    );
    return {
      notes: [
        `${whole(queued)} customers to create by single calls, bulk kept out of it. The bucket was used up first; then ${settlingMs / 1_000} s passed, then ${measuredMs / 1_000} s were measured. Goals: ≥ 97 % used, none throttled.`,
        `Points in the bucket at the begin and at the end: ${buckets.join('; ')}.`,
      ],
      tables: [allowanceTable(found), operationTable(found)],
      figures: found,
      faults: idle.map(([plan]) => `no customer was created on the plan ${plan}`),
    };
  },
};

async function steadyOn(plan: PlanName, say: (sentence: string) => void): Promise<Steady> {
  await using world = await openWorld(plan);
  say(`using up what the bucket of the plan ${plan} holds`);
  await keepBulkOut(world.pool, world.ids);
  await queueCustomers(world);
  await untilUsedUp(world.store);
  await sleep(settlingMs);
  say(`measuring ${measuredMs / 1_000} s`);
  return await watch(world);
}

async function queueCustomers({ pool, ids, rollcall }: World): Promise<void> {
  const [person] = await createPeople(rollcall.target, [template]);
  if (person === undefined) throw new Error('no template');
  await waitFor('the first customer', async () => (await dueCount(pool, ids)) === 0);
  const copying = { templateId: person.id, placeholder: template, from: 1, count: queued };
  await copyPeople(pool, ids, { ...copying, links: 'due' });
}

interface Steady
  extends Pick<StoreStats, 'throttled' | 'errors' | 'requests' | 'costUsed' | 'byOperation'> {
  readonly seconds: number;
  /** Of the points that came back meanwhile. */
  readonly share: number;
  readonly created: number;
  /** Points in the bucket at the begin and at the end. */
  readonly bucket: readonly [number, number];
}

/** What the store saw in the time measured. */
async function watch({ pool, ids, store }: World): Promise<Steady> {
  await store.resetStats();
  const startedAt = performance.now();
  const { availableNow } = await store.stats();
  const accounts = await accountCount(pool, ids);
  await sleep(measuredMs);
  const stats = await store.stats();
  const seconds = (performance.now() - startedAt) / 1_000;
  const created = (await accountCount(pool, ids)) - accounts;
  const { throttled, errors, requests, costUsed, byOperation } = stats;
  return {
    ...{ throttled, errors, requests, costUsed, byOperation, seconds, created },
    share: costUsed / (stats.restoreRate * seconds),
    bucket: [availableNow, stats.availableNow],
  };
}

function allowanceTable(found: Readonly<Record<string, Steady>>): Table {
  return {
    head: [
      'plan',
      'allowance used',
      'throttled',
      'errors',
      'customers/s',
      'requests/customer',
      'points/customer',
    ],
    rows: Object.entries(found).map(
      ([plan, { share, throttled, errors, created, seconds, requests, costUsed }]) => {
        const rates = [created / seconds, requests / created, costUsed / created];
        const figures = [percent(share), whole(throttled), whole(errors)];
        return [plan, ...figures, ...rates.map((rate) => rate.toFixed(2))];
      },
    ),
  };
}

function operationTable(found: Readonly<Record<string, Steady>>): Table {
  const names = new Set(
    Object.values(found).flatMap(({ byOperation }) => Object.keys(byOperation)),
  );
  return {
    head: ['requests', ...Object.keys(found)],
    rows: [...names].map((name) => [
      name,
      ...Object.values(found).map(({ byOperation }) => whole(byOperation[name] ?? 0)),
    ]),
  };
}
