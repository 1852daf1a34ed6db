/**
 * Applies an offer to orders of before it was in force: page by page, each page with its rights in one
 * transaction, so that it goes on where it was after a crash. It can be looked at before, and undone.
 */
import { v7 as uuidv7 } from 'uuid';
import { learnerKey } from '../courses/learners.ts';
import { type LedgerWorld, passes, recomputeOrders, recordEach } from '../courses/ledger.ts';
import { matches, type Offer, offerSchema } from '../courses/offer.ts';
import type { Order } from '../courses/order.ts';
import { sameRight } from '../courses/right-rows.ts';
import { type Right, rightsOf } from '../courses/rights.ts';
import { insertActivity } from '../store/activity.ts';
import {
  advanceBackfill,
  applyBackfill,
  type Backfill,
  delayBackfill,
  insertBackfill,
  takeBackfill,
  undoBackfill,
} from '../store/backfills.ts';
import { type LedgerRow, rightsOfOrders } from '../store/ledger.ts';
import { allOffers } from '../store/offers.ts';
import { databaseTime } from '../store/orders.ts';
import { transaction } from '../store/statement.ts';
import { type Placed, placedOrders } from './order-pages.ts';
import { type Shop, type ShopOf, ShopUnavailable } from './shop.ts';

/** What back-filling needs of the world. */
export interface BackfillWorld extends LedgerWorld {
  readonly shopOf: ShopOf;
}

/** Without the scope read_all_orders an app sees orders of the last 60 days. */
export const usualReachDays = 60;

/** Which offer, of which tenant, for which orders. */
export interface Reach extends Placed {
  readonly tenantId: string;
  readonly offerId: string;
}

/** The offer that is to be applied, in its newest version; `null` where there is none. */
export async function offerToApply(
  { pool }: Pick<BackfillWorld, 'pool'>,
  { tenantId, offerId }: Pick<Reach, 'tenantId' | 'offerId'>,
): Promise<Offer | null> {
  const versions = (await allOffers(pool, tenantId)).filter(({ id }) => id === offerId);
  const newest = versions.at(-1);
  return newest === undefined ? null : { ...newest, terms: offerSchema.parse(newest.terms) };
}

/** What a back-fill would do about one learner of a line. */
export interface BackfillLine {
  readonly type: 'right';
  readonly order: string;
  readonly line: string;
  readonly learner: string | null;
  readonly membership: string;
  /** `change`: it is there by another offer, or by another version of this one. */
  readonly effect: 'give' | 'change' | 'has it' | 'skip';
  readonly reason: string | null;
}

/** What a preview of a back-fill tells: rights, how far it is, and the end. */
export type BackfillEvent =
  | BackfillLine
  | { readonly type: 'reading'; readonly orders: number }
  | { readonly type: 'summary'; readonly orders: number; readonly counts: BackfillCounts };

/** How many rights of each kind. */
export type BackfillCounts = Readonly<Record<BackfillLine['effect'], number>>;

/** Tells what a back-fill would do. Writes nothing. */
export async function* previewBackfill(
  { pool }: Pick<BackfillWorld, 'pool'>,
  shop: Shop,
  { reach, offer }: { readonly reach: Reach; readonly offer: Offer },
): AsyncGenerator<BackfillEvent> {
  const counts = { give: 0, change: 0, 'has it': 0, skip: 0 };
  let seen = 0;
  for (let after: string | null = null; ; ) {
    const { orders, next } = await placedOrders(shop, reach, after);
    const known = await rightsOfOrders(
      pool,
      reach.tenantId,
      orders.map(({ id }) => id),
    );
    for (const line of orders.flatMap((order) => linesOf(order, offer, known))) {
      counts[line.effect] += 1;
      yield line;
    }
    seen += orders.length;
    yield { type: 'reading', orders: seen };
    if (next === null) break;
    after = next;
  }
  yield { type: 'summary', orders: seen, counts };
}

function linesOf(
  order: Order,
  offer: Offer,
  known: Awaited<ReturnType<typeof rightsOfOrders>>,
): readonly BackfillLine[] {
  const nothing = { given: () => false, named: () => null, answered: () => null };
  const rights = rightsOf(order, { offers: [offer], deletedAt: null, ...nothing });
  return rights.map((right): BackfillLine => {
    const row = known.find((one) => one.orderId === order.id && sameRight(one, right));
    return {
      ...{ type: 'right', order: order.name, membership: right.membership },
      line: order.lines.find(({ id }) => id === right.lineId)?.title ?? right.lineId,
      learner: right.learner === null ? null : (right.learner.email ?? learnerKey(right.learner)),
      ...effectOn(row, right),
    };
  });
}

function effectOn(
  row: LedgerRow | undefined,
  { offer, state, reason, question }: Right,
): Pick<BackfillLine, 'effect' | 'reason'> {
  if (row === undefined)
    return { effect: state === 'standing' ? 'give' : 'skip', reason: reason ?? question };
  if (row.offerId !== offer.id)
    return { effect: 'has it', reason: 'by another offer: the closer of the two counts' };
  if (row.offerVersion === offer.version) return { effect: 'has it', reason: null };
  return { effect: 'change', reason: `it is by version ${row.offerVersion}` };
}

/**
 * Begins a back-fill, which the leader works off.
 * @returns its id
 */
export async function beginBackfill(
  { pool }: Pick<BackfillWorld, 'pool'>,
  { reach, offer, actor }: { readonly reach: Reach; readonly offer: Offer; readonly actor: string },
): Promise<string> {
  const { tenantId, since, until } = reach;
  const id = uuidv7();
  const version = { offerId: offer.id, offerVersion: offer.version };
  await transaction(pool, async (client) => {
    await insertBackfill(client, { tenantId, id, ...version, since, until, actor });
    const detail = { backfillId: id, since: since.toISOString(), until: until.toISOString() };
    const line = { id: uuidv7(), kind: 'backfill.begin', outcome: 'done', message: offer.name };
    await insertActivity(client, tenantId, { ...line, actor, detail });
  });
  return id;
}

/** Whoever takes a page has this long for it; then it is anybody's again. */
const holdMs = 60_000;
const againMs = 5_000;

/** Works off the back-fills of all tenants, a page of each in turn, until none is due. */
export async function workOffBackfills(world: BackfillWorld, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const backfill = await takeBackfill(world.pool, holdMs);
    if (backfill === null) return;
    await onePage(world, backfill, signal);
  }
}

async function onePage(
  world: BackfillWorld,
  backfill: Backfill,
  signal: AbortSignal,
): Promise<void> {
  const { tenantId, offerId, offerVersion, cursor } = backfill;
  try {
    const shop = await world.shopOf(tenantId, signal);
    const offers = await allOffers(world.pool, tenantId);
    const found = offers.find(({ id, version }) => id === offerId && version === offerVersion);
    if (shop === null || found === undefined) throw new Error('The shop or the offer is gone.');
    const terms = offerSchema.parse(found.terms);
    const readAt = await databaseTime(world.pool);
    const { orders, next } = await placedOrders(shop, backfill, cursor);
    const about = orders.filter(({ lines }) => lines.some((line) => matches(terms, line)));
    const unwritable = await recordEach(
      world,
      tenantId,
      { orders: about, readAt },
      (client, some) =>
        applyBackfill(
          client,
          backfill,
          some.map(({ id }) => id),
        ),
    );
    const [first] = unwritable;
    const trouble =
      first === undefined
        ? null
        : `${unwritable.length} orders were left out. ${first.orderId}: ${messageOf(first.error)}`;
    await advanceBackfill(world.pool, backfill, { cursor: next, seen: orders.length, trouble });
  } catch (error) {
    if (signal.aborted) return;
    const again = error instanceof ShopUnavailable || passes(error);
    await delayBackfill(world.pool, backfill, messageOf(error), again ? againMs : null);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const undoneAtOnce = 100;

/** Takes back what a back-fill gave: what another order, rule or hand gives stays. */
export async function undo(
  world: LedgerWorld,
  { tenantId, id, actor }: Pick<Backfill, 'tenantId' | 'id'> & { readonly actor: string },
): Promise<void> {
  const line = { id: uuidv7(), kind: 'backfill.undo', outcome: 'done', detail: { backfillId: id } };
  await insertActivity(world.pool, tenantId, { ...line, actor });
  let undone: number;
  do {
    undone = 0;
    await recomputeOrders(world, tenantId, async (client) => {
      const orderIds = await undoBackfill(client, tenantId, id, undoneAtOnce);
      undone = orderIds.length;
      return orderIds;
    });
  } while (undone > 0);
}
