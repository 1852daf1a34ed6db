/**
 * Lists again what changed in shops since the last time: a webhook that never came costs minutes, not
 * somebody's course.
 */
import type { Logger } from 'pino';
import { recordEach, type Unwritable } from '../courses/ledger.ts';
import { recogniseSince } from '../courses/recognise.ts';
import { everySecond } from '../provisioning/every-second.ts';
import * as operations from '../shopify/operations.generated.ts';
import { databaseTime } from '../store/orders.ts';
import { ordersToRead, sweptShop, takeShop } from '../store/storefront-sweeps.ts';
import { type BackfillWorld, workOffBackfills } from './backfill.ts';
import { refreshBuyers } from './buyers.ts';
import { readOrders } from './orders-read.ts';
import type { Shop } from './shop.ts';

/** What sweeping needs of the world. */
export interface SweepWorld extends BackfillWorld {
  readonly log: Logger;
}

const everyMs = 300_000;
const afterFailureMs = 60_000;
const holdMs = 600_000;
/** The search of a shop lags behind; so far back it is listed once more. */
const overlapMs = 600_000;
const pageSize = 100;

/** Starts sweeping and back-filling. @param leading whether this instance leads */
export function startSweeping(
  world: SweepWorld,
  leading: () => boolean,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const tasks = [sweepDue, workOffBackfills].map((task) =>
    everySecond(async () => {
      if (leading()) await task(world, signal);
    }, world.log),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(tasks.map((task) => task.stop()));
    },
  };
}

/** As many shops are swept at once: one that is slow keeps none of the others waiting. */
const shopsAtOnce = 4;

async function sweepDue(world: SweepWorld, signal: AbortSignal): Promise<void> {
  await sweepInTurn(world, signal, shopsAtOnce - 1);
}

/** Whoever found a shop that is due has others look beside it: mostly there is none. */
async function sweepInTurn(world: SweepWorld, signal: AbortSignal, others: number): Promise<void> {
  const due = signal.aborted ? null : await takeShop(world.pool, holdMs);
  if (due === null) return;
  await Promise.all([
    sweepNoted(world, due, signal).then(() => sweepInTurn(world, signal, 0)),
    others > 0 ? sweepInTurn(world, signal, others - 1) : null,
  ]);
}

async function sweepNoted(
  world: SweepWorld,
  { tenantId, sweptTo }: { readonly tenantId: string; readonly sweptTo: Date | null },
  signal: AbortSignal,
): Promise<void> {
  const { pool, log, now } = world;
  const begun = new Date(now());
  try {
    const shop = await world.shopOf(tenantId, signal);
    const since = new Date((sweptTo ?? begun).getTime() - overlapMs);
    const swept = shop === null ? null : await sweepShop(world, { tenantId, shop, since, signal });
    const [first] = swept?.unwritable ?? [];
    if (first !== undefined)
      log.error({ tenantId, ...first, err: first.error }, 'an order could not be written down');
    const error = first === undefined ? null : `${first.orderId}: ${String(first.error)}`;
    await sweptShop(pool, tenantId, { sweptTo: begun, error, againMs: everyMs });
  } catch (error) {
    if (signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    log.warn({ tenantId, err: error }, 'a shop was not swept');
    await sweptShop(pool, tenantId, { sweptTo: null, error: message, againMs: afterFailureMs });
  }
}

/** Whose shop, and from when on. */
export interface Sweep {
  readonly tenantId: string;
  readonly shop: Shop;
  readonly since: Date;
  readonly signal: AbortSignal;
}

/** What a sweep came to. */
export interface Swept {
  /** How many orders were read. */
  readonly orders: number;
  /** Those that could not be written down. */
  readonly unwritable: readonly Unwritable[];
}

/**
 * Reads again every order that was updated since then and that we have not seen so, and every such buyer.
 */
export async function sweepShop(
  world: BackfillWorld,
  { tenantId, shop, since, signal }: Sweep,
): Promise<Swept> {
  let count = 0;
  const unwritable: Unwritable[] = [];
  const query = `updated_at:>='${since.toISOString()}'`;
  for (let after: string | null = null; ; ) {
    const { orders }: Listed<'orders'> = await shop.ask(operations.OrdersUpdated, {
      ...{ first: pageSize, after, query },
    });
    const ids = await ordersToRead(world.pool, tenantId, orders.nodes);
    const readAt = await databaseTime(world.pool);
    const read = await readOrders(shop, ids);
    unwritable.push(...(await recordEach(world, tenantId, { orders: read, readAt })));
    count += read.length;
    if (!orders.pageInfo.hasNextPage) break;
    after = orders.pageInfo.endCursor;
  }
  for (let after: string | null = null; ; ) {
    const { customers }: Listed<'customers'> = await shop.ask(operations.BuyersUpdated, {
      ...{ first: pageSize, after, query },
    });
    const ids = customers.nodes.map(({ id }) => id);
    await refreshBuyers(world, tenantId, ids, signal);
    if (!customers.pageInfo.hasNextPage) break;
    after = customers.pageInfo.endCursor;
  }
  await recogniseSince(world, tenantId, since);
  return { orders: count, unwritable };
}

/** A page as it is listed; said here, as one page follows from the one before. */
type Listed<Name extends string> = Readonly<
  Record<
    Name,
    {
      readonly nodes: readonly { readonly id: string; readonly updatedAt: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    }
  >
>;
