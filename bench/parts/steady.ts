/** How much of a shop's allowance a long queue makes use of, and whether it is ever refused. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../test/support/wait.ts';
import { createPeople } from '../load/load.ts';
import type { Part } from '../part.ts';
import { accountCount, copyPeople, dueCount } from '../process/roll.ts';
import { untilUsedUp } from '../process/store-control.ts';
import { openWorld } from '../process/world.ts';
import { percent, whole } from '../report/table.ts';

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
    const { pool, ids, store, rollcall } = world;
    const [person] = await createPeople(rollcall.target, [template]);
    if (person === undefined) throw new Error('no template');
    await waitFor('the first customer', async () => (await dueCount(pool, ids)) === 0);
    await copyPeople(pool, ids, {
      templateId: person.id,
      placeholder: template,
      from: 1,
      count: queued,
      links: 'due',
    });
    say('using up what the bucket holds');
    await untilUsedUp(store);
    await sleep(settlingMs);

    say(`measuring ${measuredMs / 1000} s`);
    await store.resetStats();
    const before = {
      at: performance.now(),
      accounts: await accountCount(pool, ids),
      stats: await store.stats(),
    };
    await sleep(measuredMs);
    const stats = await store.stats();
    const seconds = (performance.now() - before.at) / 1_000;
    const created = (await accountCount(pool, ids)) - before.accounts;
    const share = stats.costUsed / (stats.restoreRate * seconds);
    const figures = {
      share,
      throttled: stats.throttled,
      errors: stats.errors,
      created,
      requestsPerCustomer: stats.requests / created,
      pointsPerCustomer: stats.costUsed / created,
      bucket: [before.stats.availableNow, stats.availableNow],
      byOperation: stats.byOperation,
    };
    return {
      notes: [
        `Plan standard (2,000 points, 100 a second), ${whole(queued)} customers to create. The bucket was used up first; then ${settlingMs / 1_000} s passed, then ${measuredMs / 1_000} s were measured. Goals: ≥ 97 % used, none throttled.`,
        `The bucket held ${whole(before.stats.availableNow)} points at the begin and ${whole(stats.availableNow)} at the end.`,
      ],
      tables: [
        {
          head: [
            'allowance used',
            'throttled',
            'errors',
            'customers/s',
            'requests/customer',
            'points/customer',
          ],
          rows: [
            [
              percent(share),
              whole(stats.throttled),
              whole(stats.errors),
              (created / seconds).toFixed(2),
              figures.requestsPerCustomer.toFixed(2),
              figures.pointsPerCustomer.toFixed(1),
            ],
          ],
        },
        {
          head: ['operation', 'requests'],
          rows: Object.entries(stats.byOperation).map(([name, count]) => [name, whole(count)]),
        },
      ],
      figures,
      faults: created > 0 ? [] : ['no customer was created'],
    };
  },
};
