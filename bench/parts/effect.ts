/** How soon somebody who is switched off is switched off at the store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keepBulkOut } from '../../test/support/bulk.ts';
import { type Chance, chance } from '../../test/support/chance.ts';
import { connectTo } from '../load/connection.ts';
import type { Known } from '../load/job.ts';
import { type Account, accountsOf, pollMs, switchOff, untilTagged } from '../load/leave.ts';
import { createPeople, keys } from '../load/load.ts';
import type { Part } from '../part.ts';
import { copyPeople, dueCount } from '../process/roll.ts';
import { untilUsedUp } from '../process/store-control.ts';
import { openWorld, type World } from '../process/world.ts';
import { percentile } from '../report/statistics.ts';
import { ms, type Table, whole } from '../report/table.ts';

const leavers = 100;
const template = 'template';

/** The time from a PATCH to the tag, on the plan standard. */
export const effect: Part = {
  name: 'effect',
  about: 'from PATCH active=false to the tag at the store, idle and behind a backlog',
  long: false,
  async run({ backlog, seed, say }) {
    await using world = await openWorld('unlimited');
    const random = chance(seed);
    say(`creating ${2 * leavers + 1} customers`);
    const people = await createPeople(world.rollcall.target, [
      template,
      ...keys('leaver', 2 * leavers),
    ]);
    const accounts = (await accountsOf(world, people)).filter(
      ({ userName }) => !userName.includes(template),
    );
    await world.store.setPlan('standard');
    const [whileIdle, behind] = [accounts.slice(0, leavers), accounts.slice(leavers)];

    say(`${leavers} leave, one after the other`);
    const idle = await leaveAll(world, whileIdle, random);
    say(`putting ${whole(backlog)} people in front of the others`);
    await makeBacklog(world, people, backlog);
    say(`${leavers} leave behind them`);
    const loaded = await leaveAll(world, behind, random);
    const left = await dueCount(world.pool, world.ids);
    return {
      notes: [
        `${leavers} leavers each, one at a time, 0.2 to 0.6 s apart, on the plan standard (2,000 points, 100 a second). The time is from before the PATCH is sent until the store shows the tag, which is looked for every ${pollMs} ms. Goal: p99 < 1 s.`,
        `The backlog has used up the bucket before the first one leaves behind it; ${whole(left)} of it were still due after the last.`,
      ],
      tables: [tableOf({ idle: idle.total, [`behind ${whole(backlog)}`]: loaded.total })],
      figures: { idle, loaded, dueAfterwards: left },
      faults:
        left > 0
          ? []
          : ['the backlog was gone before the last leaver: nothing was measured behind it'],
    };
  },
};

/** Queues people, and waits until creating them has used up the bucket: the worst that leavers can meet. */
async function makeBacklog(
  { pool, ids, store }: World,
  people: readonly Known[],
  count: number,
): Promise<void> {
  const person = people.find(({ userName }) => userName.includes(template));
  if (person === undefined) throw new Error('no template');
  await keepBulkOut(pool, ids);
  await copyPeople(pool, ids, {
    templateId: person.id,
    placeholder: template,
    from: 1,
    count,
    links: 'due',
  });
  await untilUsedUp(store);
}

interface Leaves {
  /** From before the PATCH to the tag. */
  readonly total: readonly number[];
  /** The part of it until the PATCH was answered. */
  readonly answered: readonly number[];
}

async function leaveAll(
  { rollcall, store }: World,
  accounts: readonly Account[],
  random: Chance,
): Promise<Leaves> {
  const connection = connectTo(rollcall.target);
  const [total, answered]: [number[], number[]] = [[], []];
  for (const account of accounts) {
    const sentAt = performance.now();
    await switchOff(connection, rollcall.target.basePath, account);
    answered.push(performance.now() - sentAt);
    await untilTagged(store, account);
    total.push(performance.now() - sentAt);
    await sleep(random.between(200, 600));
  }
  await connection.close();
  return { total, answered };
}

function tableOf(lists: Readonly<Record<string, readonly number[]>>): Table {
  return {
    head: ['in effect after', 'p50', 'p90', 'p99', 'longest'],
    rows: Object.entries(lists).map(([name, list]) => [
      name,
      ...[0.5, 0.9, 0.99, 1].map((share) => ms(percentile(list, share))),
    ]),
  };
}
