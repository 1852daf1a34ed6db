/** What the leader does about installations: renews tokens that nobody uses, and erases who left for good. */
import type { Logger } from 'pino';
import { everySecond } from '../provisioning/every-second.ts';
import { spaced } from '../provisioning/upkeep.ts';
import {
  beginErasing,
  type Erasing,
  eraseSome,
  erasingTenants,
  finishErasing,
  tablesOfTenants,
} from '../store/erase-tenant.ts';
import { forgetIdTokens } from '../store/id-tokens.ts';
import { idleInstallations } from '../store/installations.ts';
import { renewIdle, type ShopTokensWorld } from './shop-tokens.ts';

/** What it needs of the world. */
export interface InstallationUpkeepWorld extends ShopTokensWorld {
  readonly log: Logger;
  /** For so many days the roll of a shop that uninstalled the app is kept. */
  readonly graceDays: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Unused for 90 days, a refresh token dies: a shop where nothing happens is asked for another each week. */
const idleMs = 7 * dayMs;
const atOnce = 100;
/** Rows deleted by one statement. */
const batch = 2_000;

/** Starts it. @param leading whether this instance leads */
export function startInstallationUpkeep(
  world: InstallationUpkeepWorld,
  leading: () => boolean,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const forget = () => forgetIdTokens(world.pool, new Date(world.now() - minuteMs));
  const tasks = [
    () => eraseDue(world, signal),
    spaced(minuteMs, () => renewDue(world, signal)),
    spaced(minuteMs, forget),
  ].map((task) =>
    everySecond(async () => {
      if (leading()) await task();
    }, world.log),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(tasks.map((task) => task.stop()));
    },
  };
}

async function renewDue(world: InstallationUpkeepWorld, signal: AbortSignal): Promise<void> {
  const { pool, now, log } = world;
  for (const tenantId of await idleInstallations(pool, new Date(now() - idleMs), atOnce)) {
    if (signal.aborted) return;
    // A shop that does not answer is asked again in a minute; one that says no is closed, and told of.
    await renewIdle(world, tenantId).catch((error: unknown) =>
      log.warn({ tenantId, err: error }, 'the tokens of an installation were not renewed'),
    );
  }
}

async function eraseDue(world: InstallationUpkeepWorld, signal: AbortSignal): Promise<void> {
  const { pool, now, graceDays } = world;
  await beginErasing(pool, new Date(now() - graceDays * dayMs), new Date(now()));
  for (const erasing of await erasingTenants(pool)) await erase(world, erasing, signal);
}

/** What is cut short goes on with the next leader: what is deleted is deleted. */
async function erase(
  { pool, log }: InstallationUpkeepWorld,
  erasing: Erasing,
  signal: AbortSignal,
): Promise<void> {
  const { tenantId, shop } = erasing;
  const counts: Record<string, number> = {};
  for (const table of await tablesOfTenants(pool)) {
    // It knows who asked, and goes with its tenant.
    if (table === 'installations') continue;
    for (let more = true; more; ) {
      if (signal.aborted) return;
      const count = await eraseSome(pool, table, tenantId, batch);
      if (count > 0) counts[table] = (counts[table] ?? 0) + count;
      more = count === batch;
    }
  }
  await finishErasing(pool, erasing, counts);
  log.info({ tenantId, shop, counts }, 'a shop that uninstalled the app is erased');
}
