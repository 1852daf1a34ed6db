/** How much of a shop's allowance a long queue makes use of, and whether it is ever refused. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../test/support/wait.ts';
import { createPeople } from '../load/load.ts';
import type { Part } from '../part.ts';
import { accountCount, copyPeople, dueCount } from '../process/roll.ts';
import { type StoreStats, untilUsedUp } from '../process/store-control.ts';
import { openWorld, type World } from '../process/world.ts';
import { percent, type Table, whole } from '../report/table.ts';

const queued = 20_000;
const settlingMs = 30_000;
const measuredMs = 60_000;
const template = 'template';

/** Creating customers on the plan standard for a minute and a half. */
export const steady: Part = {
  name: 'steady',
  about: 'share of the allowance used with thousands of customers to create (2 minutes)',
  long: true,
  async run({ say }) {
    await using world = await openWorld('standard');
    say('using up what the bucket holds');
    await queueCustomers(world);
    await untilUsedUp(world.store);
    await sleep(settlingMs);
    say(`measuring ${measuredMs / 1_000} s`);
    const found = await watch(world);
    return {
      notes: [
        `Plan standard (2,000 points, 100 a second), ${whole(queued)} customers to create. The bucket was used up first; then ${settlingMs / 1_000} s passed, then ${measuredMs / 1_000} s were measured. Goals: ≥ 97 % used, none throttled.`,
        `The bucket held ${found.bucket.map(whole).join(' points at the begin and ')} at the end.`,
      ],
      tables: [allowanceTable(found), operationTable(found)],
      figures: { ...found },
      faults: found.created > 0 ? [] : ['no customer was created'],
    };
  },
};

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

function allowanceTable({
  share,
  throttled,
  errors,
  created,
  seconds,
  requests,
  costUsed,
}: Steady): Table {
  const rates = [created / seconds, requests / created, costUsed / created];
  return {
    head: [
      'allowance used',
      'throttled',
      'errors',
      'customers/s',
      'requests/customer',
      'points/customer',
    ],
    rows: [
      [percent(share), whole(throttled), whole(errors), ...rates.map((rate) => rate.toFixed(2))],
    ],
  };
}

function operationTable({ byOperation }: Steady): Table {
  return {
    head: ['operation', 'requests'],
    rows: Object.entries(byOperation).map(([name, count]) => [name, whole(count)]),
  };
}
