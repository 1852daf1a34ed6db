/** What the ledger is to have of the rights of an order, beside what it has. Pure but for new ids. */
import { v7 as uuidv7 } from 'uuid';
import type { CourseOfPerson, LedgerNote, LedgerRow, OrderRight } from '../store/ledger.ts';
import type { StoredOrder } from '../store/orders.ts';
import type { Learners } from './learners.ts';
import type { Offer } from './offer.ts';
import type { Order } from './order.ts';
import { orderFrom } from './order-json.ts';
import { type Right, type RightKey, rightsOf } from './rights.ts';

/** A right that follows from an order, and what the ledger had of it. */
export interface Derived {
  readonly order: Order;
  readonly right: Right;
  readonly before: LedgerRow | null;
}

/** What rights follow from beside their order. */
export interface Beside {
  readonly offersOf: (order: Order) => readonly Offer[];
  readonly rows: readonly LedgerRow[];
  readonly named: readonly { lineId: string; seat: number; email: string }[];
}

/** The rights of an order, each with what the ledger has of it. */
export function derive(stored: StoredOrder, { offersOf, rows, named }: Beside): readonly Derived[] {
  const order = orderFrom(stored.data);
  const before = (key: RightKey) => rows.find((row) => sameRight(row, key)) ?? null;
  const rights = rightsOf(order, {
    offers: offersOf(order),
    deletedAt: stored.deletedAt,
    given: (key) => ['standing', 'ended'].includes(before(key)?.state ?? ''),
    named: (lineId, seat) =>
      named.find((one) => one.lineId === lineId && one.seat === seat)?.email ?? null,
    answered: (key, question) => before(key)?.answers[question] ?? null,
  });
  return rights.map((right) => ({ order, right, before: before(right) }));
}

/** Whether a row is about this right. */
export function sameRight(row: LedgerRow, key: RightKey): boolean {
  return (
    row.lineId === key.lineId &&
    row.seat === key.seat &&
    row.destinationId === key.destinationId &&
    row.membership === key.membership
  );
}

/** Those whose person is not known yet. One whose person was deleted at its source stays theirs. */
export function unresolved(derived: readonly Derived[]) {
  return derived.flatMap(({ right, before }) =>
    right.state === 'standing' && right.learner !== null && !isSettled(right, before)
      ? [right.learner]
      : [],
  );
}

/** A person is found once, whatever becomes of their customer, until somebody else is named. */
function isSettled(right: Right, before: LedgerRow | null): before is LedgerRow {
  return before?.resourceId != null && before.learner === meantBy(right);
}

/** How the ledger remembers whom a right is for. */
const meantBy = ({ learner, named }: Right): string | null =>
  named ?? (learner === null ? null : 'buyer');

/** A right as the ledger is to have it. */
export function rowOf({ order, right, before }: Derived, learners: Learners): OrderRight {
  const { offer, learner } = right;
  const row = {
    id: before?.id ?? uuidv7(),
    ...{ destinationId: right.destinationId, membership: right.membership },
    ...{ resourceId: before?.resourceId ?? null, sourceId: before?.sourceId ?? null },
    ...{ state: right.state, reason: right.reason, question: right.question },
    words: `order ${order.name}, ${titleOf(order, right)}`,
    ending: right.ending,
    endedAt: endOf(right, before),
    ...{ orderId: order.id, lineId: right.lineId, seat: right.seat },
    ...{ offerId: offer.id, offerVersion: offer.version },
    learner: meantBy(right),
    purchasedAt: order.processedAt,
  };
  // Somebody was chosen for a line that names nobody.
  if (right.state === 'held' && isSettled(right, before))
    return { ...row, state: 'standing', reason: null };
  if (right.state !== 'standing' || learner === null || isSettled(right, before)) return row;
  const meant = learners.of(learner);
  return 'reason' in meant
    ? { ...row, resourceId: null, sourceId: null, state: 'held', reason: meant.reason }
    : { ...row, ...meant };
}

function titleOf({ lines }: Order, { lineId, seat, offer }: Right): string {
  const title = lines.find(({ id }) => id === lineId)?.title ?? lineId;
  return offer.terms.quantity === 'named' ? `${title} (learner ${seat + 1})` : title;
}

/** An end keeps its moment for as long as its reason stands. */
function endOf({ state, reason, endedAt }: Right, before: LedgerRow | null): Date | null {
  if (state !== 'ended') return null;
  return before?.state === 'ended' && before.reason === reason ? before.endedAt : endedAt;
}

/** A row that no offer gives any more. */
export function withdrawn(before: LedgerRow, at: Date): OrderRight {
  const { orderId, lineId, seat, offerId, offerVersion, purchasedAt } = before;
  return {
    ...before,
    ...{ orderId: orderId ?? '', lineId: lineId ?? '', seat: seat ?? 0 },
    ...{ offerId: offerId ?? '', offerVersion: offerVersion ?? 0, purchasedAt: purchasedAt ?? at },
    ...{ state: 'ended', reason: 'no offer gives it any more', question: null, endedAt: at },
  };
}

const compared = [
  ...['resourceId', 'sourceId', 'state', 'words', 'reason', 'question', 'ending', 'learner'],
  ...['offerId', 'offerVersion'],
] as readonly (keyof LedgerRow & keyof OrderRight)[];

/** Whether there is something to write. */
export function differs(before: LedgerRow | null, after: OrderRight): boolean {
  if (before === null) return true;
  return (
    compared.some((name) => before[name] !== after[name]) ||
    before.endedAt?.getTime() !== after.endedAt?.getTime()
  );
}

/** The course and person that a row is about; none while it is nobody's. */
export function courseOf(row: LedgerRow | OrderRight | null): readonly CourseOfPerson[] {
  if (row === null || row.resourceId === null) return [];
  const { resourceId, destinationId, membership } = row;
  return [{ resourceId, destinationId, membership }];
}

const kinds = {
  standing: 'grant.given',
  waiting: 'grant.waiting',
  held: 'grant.held',
  ended: 'grant.ended',
} as const;

/** The line of activity about a change. */
export function noteOf(before: LedgerRow | null, after: OrderRight): LedgerNote {
  const asked = after.question !== null && after.question !== before?.question;
  const why = asked ? `${after.question}: keep, suspend or remove?` : after.reason;
  return {
    id: uuidv7(),
    kind: asked ? 'grant.asked' : kinds[after.state],
    actor: 'storefront',
    ...{ sourceId: after.sourceId, destinationId: after.destinationId },
    resourceId: after.resourceId,
    outcome: asked || after.state === 'held' ? 'held' : 'done',
    message: `${after.membership} by ${after.words}${why === null ? '' : `: ${why}`}`,
    detail: { grantId: after.id, orderId: after.orderId, lineId: after.lineId, state: after.state },
  };
}
