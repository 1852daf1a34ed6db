/** Kills a Rollcall, or the PostgreSQL under it, and has it back. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../test/support/chance.ts';
import { waitFor } from '../../test/support/wait.ts';
import { postgresPid } from '../process/data-dir.ts';
import type { Place, RollcallProcess, Starting } from '../process/rollcall.ts';
import type { Room } from '../process/world.ts';

/** What is killed with SIGKILL: mostly the process while it works, as that is what happens most. */
const ways = [
  'working',
  'working',
  'working',
  'working',
  'working',
  'working',
  'starting',
  'starting',
  'postgres',
  'both',
] as const;
export type Way = (typeof ways)[number];

/** What was done and how long it took to have Rollcall back. */
export interface Killing {
  readonly way: Way;
  /** From the kill, or the last start after it, to an answer. */
  readonly backMs: number;
}

const patienceMs = 60_000;

/** Kills some times; Rollcall runs before and after. */
export async function killMany(
  room: Room,
  starting: Starting,
  count: number,
  { random, say }: { readonly random: Chance; readonly say: (sentence: string) => void },
): Promise<{ readonly last: Starting; readonly killings: readonly Killing[] }> {
  const killings: Killing[] = [];
  let current = starting;
  for (let kill = 1; kill <= count; kill += 1) {
    const way = random.pick(ways);
    await current.ready;
    await sleep(random.between(100, 2_000));
    say(`kill ${kill} of ${count}: ${way}`);
    if (way === 'postgres') {
      await killPostgres(room.place);
      killings.push({ way, backMs: await untilHealthy(await current.ready) });
      continue;
    }
    await Promise.all([current.end('SIGKILL'), way === 'both' ? killPostgres(room.place) : null]);
    if (way === 'starting') {
      const cut = room.start();
      await sleep(random.between(50, 1_500));
      await cut.end('SIGKILL');
    }
    current = room.start();
    killings.push({ way, backMs: (await current.ready).startedMs });
  }
  return { last: current, killings };
}

async function killPostgres({ dataDir }: Place): Promise<void> {
  const pid = await postgresPid(dataDir);
  if (pid === undefined) throw new Error(`no PostgreSQL runs in ${dataDir}`);
  process.kill(pid, 'SIGKILL');
}

/** How long until it answers out of its database again. */
async function untilHealthy({ target }: RollcallProcess): Promise<number> {
  const since = performance.now();
  await waitFor(
    'PostgreSQL to be back',
    async () => (await fetch(`${target.origin}/readyz`).catch(() => null))?.status === 200,
    patienceMs,
  );
  return performance.now() - since;
}
