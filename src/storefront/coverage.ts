/**
 * Proves that what was paid for has arrived: reads the orders of the shop again, never our copy of them, and
 * holds each right they give against the ledger and the destination. Writes nothing.
 */
import {
  type Coverage,
  type CoverageState,
  coverageOf,
  hasMembership,
} from '../courses/coverage.ts';
import { learnerKey } from '../courses/learners.ts';
import { comparedWithLedger } from '../courses/ledger.ts';
import type { Derived } from '../courses/right-rows.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { type LookingWorld, lookOnly } from '../provisioning/look-only.ts';
import { findDestination } from '../store/destinations.ts';
import { type GrantLink, linksOfGrants } from '../store/grant-links.ts';
import { type Placed, placedOrders } from './order-pages.ts';
import type { Shop } from './shop.ts';

/** How one right of a line stands. */
export interface CoverageLine extends Coverage {
  readonly type: 'right';
  readonly order: string;
  readonly orderId: string;
  readonly line: string;
  /** The userName of who has it, else whom the order means. */
  readonly learner: string | null;
  readonly destination: string;
  readonly membership: string;
  /** In the ledger; `none`: it has none. */
  readonly right: 'standing' | 'waiting' | 'held' | 'ended' | 'none';
  /** The account of its person at the destination. */
  readonly link: 'done' | 'waiting' | 'retrying' | 'held' | 'rejected' | 'none';
}

/** How many rights stand how. */
export type CoverageCounts = Readonly<Record<CoverageState, number>>;

/** What a report of the coverage tells: rights, how far it is, and the sum. */
export type CoverageEvent =
  | CoverageLine
  | { readonly type: 'reading'; readonly orders: number }
  | {
      readonly type: 'summary';
      readonly orders: number;
      readonly counts: CoverageCounts;
      /** Whether all that is paid for and due is there. */
      readonly complete: boolean;
    };

/** Of whose shop, which orders. */
export interface Covered extends Placed {
  readonly tenantId: string;
  readonly signal: AbortSignal;
}

/** Reports each right that the orders of a stretch of time give. */
export async function* coverageReport(
  world: LookingWorld,
  shop: Shop,
  covered: Covered,
): AsyncGenerator<CoverageEvent> {
  const counts = {
    ...{ enrolled: 0, 'not due': 0, left: 0, 'on its way': 0, held: 0, missing: 0 },
  };
  let seen = 0;
  for (let after: string | null = null; ; ) {
    covered.signal.throwIfAborted();
    const { orders, next } = await placedOrders(shop, covered, after);
    const derived = await comparedWithLedger(world.pool, covered.tenantId, orders);
    for (const line of await linesOf(world, covered, derived)) {
      counts[line.state] += 1;
      yield line;
    }
    seen += orders.length;
    yield { type: 'reading', orders: seen };
    if (next === null) break;
    after = next;
  }
  const complete = counts['on its way'] + counts.held + counts.missing === 0;
  yield { type: 'summary', orders: seen, counts, complete };
}

async function linesOf(
  world: LookingWorld,
  covered: Covered,
  derived: readonly Derived[],
): Promise<readonly CoverageLine[]> {
  const ids = derived.flatMap(({ before }) => before?.id ?? []);
  const links = await linksOfGrants(world.pool, covered.tenantId, ids);
  const lines: CoverageLine[] = [];
  for (const one of derived) {
    const link = links.find(({ grantId }) => grantId === one.before?.id) ?? null;
    const judged = coverageOf(one, link, new Date(world.now()));
    const doubtful = judged.state === 'missing' || judged.state === 'on its way';
    const looked = doubtful && one.before?.state === 'standing' && link !== null;
    const coverage =
      looked && (await isThere(world, covered, one, link))
        ? ({ state: 'enrolled', reason: null } as const)
        : judged;
    lines.push(lineOf(one, link, coverage));
  }
  return lines;
}

/** Whether the account has the membership, whoever gave it: what we granted ourselves is not all there is. */
async function isThere(
  { pool, connect }: LookingWorld,
  { tenantId, signal }: Covered,
  { right }: Derived,
  { remoteId }: GrantLink,
): Promise<boolean> {
  const { destinationId, membership } = right;
  const destination = await findDestination(pool, { tenantId, destinationId });
  if (remoteId === null || destination === null) return false;
  try {
    const call = { ...lookOnly(signal, 'in the background'), memberships: [membership] };
    const observed = await connect(destination).target.read(remoteId, call);
    return observed !== null && hasMembership(observed.memberships, membership);
  } catch (error) {
    // Not to be told is no proof.
    if (error instanceof DestinationError) return false;
    throw error;
  }
}

function lineOf(
  { order, right, before }: Derived,
  link: GrantLink | null,
  coverage: Coverage,
): CoverageLine {
  const { learner, lineId, destinationId, membership } = right;
  return {
    ...{ type: 'right', order: order.name, orderId: order.id },
    line: order.lines.find(({ id }) => id === lineId)?.title ?? lineId,
    learner: link?.userName ?? (learner === null ? null : (learner.email ?? learnerKey(learner))),
    destination: link?.destinationName ?? destinationId,
    membership,
    right: before?.state ?? 'none',
    link: link?.status ?? 'none',
    ...coverage,
  };
}
