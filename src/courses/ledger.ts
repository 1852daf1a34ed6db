/**
 * Keeps the ledger: orders as they were read become rights of people. All rights of an order are computed
 * again each time, from the order, the offers in force for it, and what people decided; so it does not
 * matter what came first or twice, and one statement of a transaction that fails leaves all as it was.
 */
import type pg from 'pg';
import { appliedTo } from '../store/backfills.ts';
import { namedLearners } from '../store/learners.ts';
import {
  type CourseOfPerson,
  type LedgerRow,
  lockLedger,
  lookAtHolders,
  noteRights,
  putRights,
  putStretches,
  rightsOfOrders,
  standingPurchases,
} from '../store/ledger.ts';
import { allOffers } from '../store/offers.ts';
import { deleteOrders, type StoredOrder, storedOrders, storeOrders } from '../store/orders.ts';
import {
  isDeadlock,
  isTooSlow,
  isUnavailable,
  type Queryable,
  transaction,
} from '../store/statement.ts';
import { fold } from './fold.ts';
import { findLearners } from './learners.ts';
import { inForceAt, matches, type Offer, offerSchema } from './offer.ts';
import type { Order } from './order.ts';
import { orderFrom, orderJson } from './order-json.ts';
import {
  courseOf,
  type Derived,
  derive,
  differs,
  noteOf,
  rowOf,
  unresolved,
  withdrawn,
} from './right-rows.ts';

/** What keeping the ledger needs of the world. */
export interface LedgerWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
  /** Wakes destinations some of whose links are due now. */
  readonly wake: (tenantId: string, destinations: readonly string[]) => void;
}

/** What was read of the shop. */
export interface OrdersRead {
  readonly orders: readonly Order[];
  /** When reading them began, by the database's clock (`databaseTime`). */
  readonly readAt: Date;
  /** Ids of orders that were deleted. */
  readonly deleted: readonly string[];
}

/**
 * Records orders as they were read, and brings the ledger to agree with them. Of those that no offer is
 * about, nothing is kept.
 * @param first does more in the same transaction, before
 */
export async function recordOrders(
  world: LedgerWorld,
  tenantId: string,
  { orders, readAt, deleted }: OrdersRead,
  first: (client: Queryable) => Promise<void> = async () => undefined,
): Promise<void> {
  const at = new Date(world.now());
  await change(world, tenantId, async (client) => {
    await first(client);
    const known = await storedOrders(
      client,
      tenantId,
      orders.map(({ id }) => id),
    );
    const whole = orders.map((order) => remembering(order, known));
    const concerned = await concernedBy(client, tenantId, whole, known);
    const stored = await storeOrders(
      client,
      tenantId,
      concerned.map((order) => orderRow(order, readAt)),
    );
    const gone = await deleteOrders(client, tenantId, deleted, at);
    return [...stored, ...gone];
  });
}

/** An order that cannot be written down, and why. */
export interface Unwritable {
  readonly orderId: string;
  readonly error: unknown;
}

/**
 * Records orders as they were read: one that cannot be written down spoils it for none of the others.
 * @param first does more in the same transaction, before, for these orders
 * @returns those that were not
 * @throws what is nobody's fault, and passes: then some may be recorded
 */
export async function recordEach(
  world: LedgerWorld,
  tenantId: string,
  { orders, readAt }: Pick<OrdersRead, 'orders' | 'readAt'>,
  first: (client: Queryable, orders: readonly Order[]) => Promise<void> = async () => undefined,
): Promise<readonly Unwritable[]> {
  const attempt = (some: readonly Order[]) =>
    recordOrders(world, tenantId, { orders: some, readAt, deleted: [] }, (client) =>
      first(client, some),
    );
  try {
    await attempt(orders);
    return [];
  } catch (error) {
    if (passes(error)) throw error;
    if (orders.length === 1) return orders.map(({ id }) => ({ orderId: id, error }));
  }
  const unwritable: Unwritable[] = [];
  for (const order of orders) {
    const read = { orders: [order], readAt };
    unwritable.push(...(await recordEach(world, tenantId, read, first)));
  }
  return unwritable;
}

/** Whether a failure is the database's, and over when it is tried again. */
export const passes = (error: unknown): boolean =>
  isUnavailable(error) || isDeadlock(error) || isTooSlow(error);

/** Orders that offers are about, or were. */
async function concernedBy(
  client: Queryable,
  tenantId: string,
  orders: readonly Order[],
  known: readonly StoredOrder[],
): Promise<readonly Order[]> {
  const ids = orders.map(({ id }) => id);
  const offers = await offersFor(client, tenantId, ids);
  return orders.filter(
    (order) =>
      known.some(({ id }) => id === order.id) ||
      offers(order).some(({ terms }) => order.lines.some((line) => matches(terms, line))),
  );
}

/** A product that was deleted since is what was bought all the same. */
function remembering(order: Order, known: readonly StoredOrder[]): Order {
  const stored = known.find(({ id }) => id === order.id);
  if (stored === undefined) return order;
  const before = orderFrom(stored.data).lines;
  const lines = order.lines.map((line) => {
    const was = before.find(({ id }) => id === line.id);
    const productId = line.productId ?? was?.productId ?? null;
    return { ...line, productId, variantId: line.variantId ?? was?.variantId ?? null };
  });
  return { ...order, lines };
}

/** The offers that an order follows: those applied to it later, else those in force when it was placed. */
async function offersFor(
  client: Queryable,
  tenantId: string,
  orderIds: readonly string[],
): Promise<(order: Pick<Order, 'id' | 'processedAt'>) => readonly Offer[]> {
  const offers = (await allOffers(client, tenantId)).map(
    (offer): Offer => ({ ...offer, terms: offerSchema.parse(offer.terms) }),
  );
  const applied = await appliedTo(client, tenantId, orderIds);
  return ({ id, processedAt }) => {
    const followed = new Map(inForceAt(offers, processedAt).map((offer) => [offer.id, offer]));
    for (const { orderId, offerId, version } of applied) {
      const later = offers.find((offer) => offer.id === offerId && offer.version === version);
      if (orderId === id && later !== undefined) followed.set(offerId, later);
    }
    return [...followed.values()];
  };
}

/**
 * Computes the rights of orders again, after something was decided about them.
 * @param decide writes the decision and gives the ids of the orders
 */
export async function recomputeOrders(
  world: LedgerWorld,
  tenantId: string,
  decide: (client: Queryable) => Promise<readonly string[]>,
): Promise<void> {
  await change(world, tenantId, async (client) =>
    storedOrders(client, tenantId, await decide(client)),
  );
}

async function change(
  { pool, now, wake }: LedgerWorld,
  tenantId: string,
  work: (client: Queryable) => Promise<readonly StoredOrder[]>,
): Promise<void> {
  const destinations = await transaction(pool, async (client) => {
    await lockLedger(client, tenantId);
    const orders = await work(client);
    return orders.length === 0 ? [] : keep(client, tenantId, orders, new Date(now()));
  });
  wake(tenantId, destinations);
}

const orderRow = (order: Order, readAt: Date) => {
  const { id, name, processedAt, updatedAt } = order;
  return { id, name, processedAt, updatedAt, readAt, data: orderJson(order) };
};

async function keep(
  client: Queryable,
  tenantId: string,
  orders: readonly StoredOrder[],
  at: Date,
): Promise<readonly string[]> {
  const { derived, known } = await deriveAll(client, tenantId, orders);
  const learners = await findLearners(client, tenantId, unresolved(derived), at);
  const rows = derived.map((one) => ({ ...one, after: rowOf(one, learners) }));
  const vanished = known
    .filter(({ id, state }) => state !== 'ended' && !rows.some(({ after }) => after.id === id))
    .map((before) => ({ before, after: withdrawn(before, at) }));
  const changed = [...rows, ...vanished].filter(({ before, after }) => differs(before, after));
  await putRights(
    client,
    tenantId,
    changed.map(({ after }) => after),
  );
  const touched = changed.flatMap(({ before, after }) => [before, after].flatMap(courseOf));
  await foldAgain(client, tenantId, touched);
  await noteRights(
    client,
    tenantId,
    changed.map(({ before, after }) => noteOf(before, after)),
  );
  const woken = await lookAtHolders(client, tenantId, touched);
  return [...new Set([...woken, ...learners.destinations])];
}

/** The rights that orders give as they are here, by the offers and decisions about them, and all the ledger has of them. */
async function deriveAll(
  db: Queryable,
  tenantId: string,
  orders: readonly StoredOrder[],
): Promise<{ readonly derived: readonly Derived[]; readonly known: readonly LedgerRow[] }> {
  const ids = orders.map(({ id }) => id);
  const offersOf = await offersFor(db, tenantId, ids);
  const named = await namedLearners(db, tenantId, ids);
  const known = await rightsOfOrders(db, tenantId, ids);
  const derived = orders.flatMap((order) =>
    derive(order, {
      offersOf,
      rows: known.filter(({ orderId }) => orderId === order.id),
      named: named.filter(({ orderId }) => orderId === order.id),
    }),
  );
  return { derived, known };
}

/** What orders that were just read give, beside what the ledger has. Writes nothing. */
export async function comparedWithLedger(
  db: Queryable,
  tenantId: string,
  orders: readonly Order[],
): Promise<readonly Derived[]> {
  const rows = orders.map((order) => ({ id: order.id, data: orderJson(order), deletedAt: null }));
  return (await deriveAll(db, tenantId, rows)).derived;
}

/** Computes again when the purchases of these courses by these people give access. */
export async function foldAgain(
  client: Queryable,
  tenantId: string,
  touched: readonly CourseOfPerson[],
): Promise<void> {
  const distinct = [...new Map(touched.map((one) => [courseKey(one), one])).values()];
  const purchases = await standingPurchases(client, tenantId, distinct);
  const stretches = [...Map.groupBy(purchases, courseKey).values()].flatMap((of) => {
    const folded = fold(
      of.map((purchase) => ({ ...purchase, terms: offerSchema.parse(purchase.terms) })),
    );
    return [...folded].map(([id, access]) => ({ id, ...access }));
  });
  await putStretches(client, tenantId, stretches);
}

const courseKey = ({ resourceId, destinationId, membership }: CourseOfPerson): string =>
  JSON.stringify([resourceId, destinationId, membership.toLowerCase()]);
