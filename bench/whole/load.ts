/** Everybody to an empty store by bulk, and somebody who leaves every second meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectTo } from '../load/connection.ts';
import { type Account, accountsOf, switchOff, untilTagged } from '../load/leave.ts';
import { createPeople, keys } from '../load/load.ts';
import type { Report } from '../part.ts';
import { residentBytes } from '../process/child.ts';
import { accountCount, copyPeople, dueCount, setDestination } from '../process/roll.ts';
import type { World } from '../process/world.ts';
import { percentile } from '../report/statistics.ts';
import { ms, type Table, whole } from '../report/table.ts';

const leavers = 600;
const template = 'template';
const patienceMs = 3_600_000;

/** Creates so many on the plan standard, and reports it. */
export async function load(
  world: World,
  backlog: number,
  say: (sentence: string) => void,
): Promise<Report> {
  const { pool, ids, store, rollcall } = world;
  say(`creating ${leavers + 1} customers`);
  const people = await createPeople(rollcall.target, keys('leaver', leavers));
  await accountsOf(world, people);
  // The first answer on this plan tells how much is allowed: it decides whether bulk pays.
  await store.setPlan('standard');
  const [copied] = await createPeople(rollcall.target, [template]);
  const accounts = await accountsOf(world, people);
  await setDestination(pool, ids, 'paused');
  say(`putting ${whole(backlog)} people on the roll`);
  await queue(world, copied?.id, backlog);
  await store.resetStats();
  const before = await accountCount(pool, ids);
  say('letting the destination begin');
  await setDestination(pool, ids, 'active');
  const found = await watch(world, accounts);
  const made = (await accountCount(pool, ids)) - before;
  const { byOperation, throttled } = await store.stats();
  return {
    notes: [
      `${whole(backlog)} people wait when the destination is switched on, on the plan standard; somebody is deactivated every second until all are created. Goals: ≤ 50 requests beside those of the leavers, p99 of the leavers < 1 s.`,
      `${whole(found.effects.length)} left meanwhile; ${whole(throttled)} requests were throttled.`,
    ],
    tables: [
      loadTable(found, byOperation),
      leaverTable(found.effects),
      memoryTable(found.resident),
    ],
    figures: { ...found, byOperation, throttled, made },
    faults: made === backlog ? [] : [`${whole(made)} of ${whole(backlog)} were created`],
  };
}

async function queue(
  { pool, ids }: World,
  templateId: string | undefined,
  count: number,
): Promise<void> {
  if (templateId === undefined) throw new Error('no template');
  const copying = { templateId, placeholder: template, from: 1, count, links: 'due' } as const;
  await copyPeople(pool, ids, copying);
}

interface Found {
  readonly seconds: number;
  /** From before each PATCH to the tag, in milliseconds. */
  readonly effects: readonly number[];
  /** Bytes of the process, every second. */
  readonly resident: readonly number[];
}

/** Deactivates somebody every second until nobody waits any more. */
async function watch(
  { rollcall, store, pool, ids }: World,
  accounts: readonly Account[],
): Promise<Found> {
  const connection = connectTo(rollcall.target);
  const startedAt = performance.now();
  const [effects, resident]: [number[], number[]] = [[], []];
  for (const turn of accounts.keys()) {
    resident.push(residentBytes(rollcall.pid));
    const account = accounts[turn];
    if (account === undefined || (await dueCount(pool, ids)) === 0) break;
    const sentAt = performance.now();
    await switchOff(connection, rollcall.target.basePath, account);
    await untilTagged(store, account);
    effects.push(performance.now() - sentAt);
    await sleep(Math.max(0, 1_000 - (performance.now() - sentAt)));
  }
  while ((await dueCount(pool, ids)) > 0) {
    if (performance.now() - startedAt > patienceMs) throw new Error('not done after an hour');
    await sleep(1_000);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await connection.close();
  return { seconds, effects, resident };
}

/** What is asked for a run; the rest is for whoever leaves. */
const ofBulk = /^Bulk|MetafieldDefinition|^CustomerSet$|^CustomerByIdentifier$/;

function loadTable(
  { seconds, effects }: Found,
  byOperation: Readonly<Record<string, number>>,
): Table {
  const count = (wanted: boolean) =>
    Object.entries(byOperation)
      .filter(([name]) => ofBulk.test(name) === wanted)
      .reduce((sum, [, times]) => sum + times, 0);
  return {
    head: ['all created in s', 'requests for it', 'requests for leavers', 'leavers'],
    rows: [[seconds.toFixed(0), whole(count(true)), whole(count(false)), whole(effects.length)]],
  };
}

function leaverTable(effects: readonly number[]): Table {
  return {
    head: ['leavers in effect after', 'p50', 'p90', 'p99', 'longest'],
    rows: [['meanwhile', ...[0.5, 0.9, 0.99, 1].map((share) => ms(percentile(effects, share)))]],
  };
}

function memoryTable(resident: readonly number[]): Table {
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  const at = (share: number) => resident[Math.floor(share * (resident.length - 1))] ?? Number.NaN;
  return {
    head: [
      'resident MiB',
      'at the begin',
      'a quarter',
      'half',
      'three quarters',
      'at the end',
      'most',
    ],
    rows: [
      [
        'server',
        ...[0, 0.25, 0.5, 0.75, 1].map((share) => mib(at(share))),
        mib(Math.max(...resident)),
      ],
    ],
  };
}
