/**
 * What an order gives by the offers that are in force for it: a right for each course, line and learner,
 * with its state. It follows from the order as it is now, and so does not depend on which webhooks came,
 * how often, or in which order. Pure.
 */
import type { Action, Offer } from './offer.ts';
import { matches } from './offer.ts';
import { type Buyer, isPaid, type Order, type OrderLine } from './order.ts';

/** A line for one of its learners, counted from 0, and a course: what a right is known by. */
export interface RightKey {
  readonly lineId: string;
  readonly seat: number;
  readonly destinationId: string;
  readonly membership: string;
}

/** A right that an order gives, or gave. */
export interface Right extends RightKey {
  readonly offer: Offer;
  /** Who learns; `null`: nobody is named. */
  readonly learner: Buyer | null;
  /** The address they were named by, in small letters; `null`: it is who bought. */
  readonly named: string | null;
  readonly state: 'standing' | 'waiting' | 'held' | 'ended';
  /** Why it waits, is held, or ended. */
  readonly reason: string | null;
  /** An event whose effect the offer leaves to somebody. */
  readonly question: string | null;
  /** What becomes of the enrolment when the right ends. */
  readonly ending: 'suspend' | 'remove';
  /** When it ended, as far as the order says. */
  readonly endedAt: Date | null;
}

/** What is known beside the order. */
export interface Known {
  /** The offers in force for this order. */
  readonly offers: readonly Offer[];
  /** Whether the order was deleted. */
  readonly deletedAt: Date | null;
  /** Whether a right was given before. */
  readonly given: (key: RightKey) => boolean;
  /** The learner that somebody named for a line, by seat. */
  readonly named: (lineId: string, seat: number) => string | null;
  /** What somebody answered to a question about a right. */
  readonly answered: (key: RightKey, question: string) => Exclude<Action, 'ask'> | null;
}

/**
 * Every right of an order. Where several offers give the same course for a line, the one that says most closely
 * what it is about counts, and of two such the later one.
 */
export function rightsOf(order: Order, known: Known): readonly Right[] {
  const offers = known.offers.toSorted(
    (one, other) =>
      closeness(other) - closeness(one) ||
      other.validFrom.getTime() - one.validFrom.getTime() ||
      (one.id < other.id ? -1 : 1),
  );
  const rights = new Map<string, Right>();
  for (const line of order.lines)
    for (const offer of offers.filter(({ terms }) => matches(terms, line)))
      for (const right of rightsOfLine(order, line, offer, known)) {
        const { lineId, seat, destinationId, membership } = right;
        const key = JSON.stringify([lineId, seat, destinationId, membership.toLowerCase()]);
        if (!rights.has(key)) rights.set(key, right);
      }
  return [...rights.values()];
}

/** A variant is closer than a stock-keeping unit, of which several may have one; that closer than a product. */
function closeness({ terms: { match } }: Offer): number {
  if ('variant' in match) return 2;
  return 'sku' in match ? 1 : 0;
}

function rightsOfLine(order: Order, line: OrderLine, offer: Offer, known: Known): readonly Right[] {
  const seats = seatsOf(line, offer);
  return Array.from({ length: seats }, (_, seat) => seat).flatMap((seat) =>
    offer.terms.courses.map(({ destination, membership }): Right => {
      const key = { lineId: line.id, seat, destinationId: destination, membership };
      // A line of one that an edit made larger keeps whom it was given to.
      const alone = seats === 1 || (seat === 0 && known.given(key));
      const named =
        known.named(line.id, seat) ??
        (alone ? propertyOf(line.properties, offer.terms.learnerProperty) : null);
      const learner = named === null ? buyerOf(order, alone) : learnerNamed(named, order);
      return {
        ...key,
        ...{ offer, learner, named: named?.toLowerCase() ?? null },
        ...stateOf({ order, line, offer, key, seats, learner }, known),
      };
    }),
  );
}

/** Whoever bought may be somebody else than is named. */
function learnerNamed(named: string, { buyer }: Order): Buyer {
  const same = named.toLowerCase() === buyer.email?.toLowerCase();
  return same ? buyer : { customerId: null, email: named, firstName: null, lastName: null };
}

/** Who bought is the learner of a line with one. */
function buyerOf({ buyer }: Order, alone: boolean): Buyer | null {
  return !alone || (buyer.email === null && buyer.customerId === null) ? null : buyer;
}

/** Nobody names more learners of one line by hand. */
const mostSeats = 1_000;

/** For how many learners a line is, counted once, however much of it was taken off. */
function seatsOf({ quantity }: OrderLine, { terms }: Offer): number {
  return terms.quantity === 'named' ? Math.min(mostSeats, Math.max(1, quantity)) : 1;
}

/** Themes write such names in one case or another. */
function propertyOf(properties: OrderLine['properties'], wanted: string): string | null {
  const fold = (name: string) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_-]+/g, ' ');
  const found = Object.entries(properties).find(([name]) => fold(name) === fold(wanted));
  const value = found?.[1].trim();
  return value === undefined || value === '' ? null : value;
}

interface Considered {
  readonly order: Order;
  readonly line: OrderLine;
  readonly offer: Offer;
  readonly key: RightKey;
  readonly seats: number;
  readonly learner: Buyer | null;
}

function stateOf(
  { order, line, offer, key, seats, learner }: Considered,
  known: Known,
): Pick<Right, 'state' | 'reason' | 'question' | 'ending' | 'endedAt'> {
  const usual = { question: null, ending: offer.terms.ending, endedAt: null };
  const { ends, question } = effectOf(
    eventsOf({ order, line, offer, seat: key.seat, seats }, known.deletedAt),
    (words) => known.answered(key, words),
  );
  if (ends !== null) {
    const { action, words, at } = ends;
    return { state: 'ended', reason: words, question: null, ending: action, endedAt: at };
  }
  if (!isPaid(order, known.given(key) ? 'given before' : 'not given')) {
    const status = (order.financialStatus ?? 'unknown').toLowerCase().replaceAll('_', ' ');
    return { ...usual, state: 'waiting', reason: `not paid yet (${status})` };
  }
  if (learner === null) {
    const reason =
      seats > 1
        ? 'learners have to be named: the line has more than one'
        : 'the order has no e-mail address: name the learner';
    return { ...usual, state: 'held', reason, question };
  }
  if (learner.customerId === null && !isAddress(learner.email ?? '')) {
    const shown = (learner.email ?? '').slice(0, 100);
    const reason = `“${shown}” is no e-mail address: name the learner`;
    return { ...usual, state: 'held', reason, question };
  }
  return { ...usual, state: 'standing', reason: null, question };
}

const longestAddress = 254;
const addressLike = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** Whether a text can be an e-mail address (RFC 5321 §4.5.3.1.3 has the length). */
export function isAddress(text: string): boolean {
  return text.length <= longestAddress && addressLike.test(text);
}

/** Something that happened to an order and may end a right. */
interface Event {
  readonly action: Action;
  /** What happened, in words; a question is known by them. */
  readonly words: string;
  readonly at: Date;
}

interface Happened extends Pick<Considered, 'order' | 'line' | 'offer' | 'seats'> {
  readonly seat: number;
}

function eventsOf(
  { order, line, offer, seat, seats }: Happened,
  deletedAt: Date | null,
): readonly Event[] {
  const { refunds: says } = offer.terms;
  const events: Event[] = [];
  if (deletedAt !== null)
    events.push({ action: says.deleted, words: 'the order was deleted', at: deletedAt });
  if (order.cancelledAt !== null)
    events.push({
      action: says.cancelled,
      words: 'the order was cancelled',
      at: order.cancelledAt,
    });
  if (order.disputes.some(isChargeback))
    events.push({
      action: says.chargeback,
      words: 'the payment was charged back',
      at: order.updatedAt,
    });
  events.push(...takenOff(order, line, says, seat, seats));
  events.push(...moneyBack(order, says));
  return events;
}

/** A chargeback that the shop has not won; an inquiry that was lost is one as well. */
function isChargeback({ kind, status }: Order['disputes'][number]): boolean {
  if (kind === 'INQUIRY') return status === 'LOST' || status === 'ACCEPTED';
  return status !== 'WON' && status !== 'PREVENTED';
}

/** What refunds and edits took off a line. */
function takenOff(
  order: Order,
  line: OrderLine,
  says: Offer['terms']['refunds'],
  seat: number,
  seats: number,
): readonly Event[] {
  const { quantity } = line;
  const gone = Math.max(0, quantity - line.currentQuantity);
  if (gone === 0) return [];
  const refunds = order.refunds.filter(({ lines }) =>
    lines.some(({ lineId }) => lineId === line.id),
  );
  const refunded = Math.min(gone, refundedOf(order, line.id));
  const at = refunds.at(-1)?.at ?? order.updatedAt;
  if (gone >= quantity) {
    return refunded > 0
      ? [{ action: says.line, words: 'the line was refunded', at }]
      : [
          {
            action: says.edited,
            words: 'the line was removed from the order',
            at: order.updatedAt,
          },
        ];
  }
  // Of several learners the last ones go; one who stands for the whole line loses what was agreed for a part.
  if (seats > 1 && seat < quantity - gone) return [];
  const share = `${gone} of ${quantity}`;
  if (refunded > 0) {
    const action = seats > 1 ? says.line : says.quantity;
    return [{ action, words: `${share} were refunded`, at }];
  }
  return seats > 1
    ? [{ action: says.edited, words: `${share} were removed from the order`, at: order.updatedAt }]
    : [];
}

function refundedOf({ refunds }: Order, lineId: string): number {
  return refunds
    .flatMap(({ lines }) => lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

const halfACent = 0.005;

/** Refunds of money without a line count together. */
function moneyBack(order: Order, says: Offer['terms']['refunds']): readonly Event[] {
  const refunds = order.refunds.filter(({ lines, amount }) => lines.length === 0 && amount > 0);
  const last = refunds.at(-1);
  const amount = refunds.reduce((sum, refund) => sum + Math.round(refund.amount * 100), 0) / 100;
  if (last === undefined || order.total <= 0 || amount < says.moneyShare * order.total - halfACent)
    return [];
  const percent = Math.round((100 * amount) / order.total);
  return [{ action: says.money, words: `${percent} % of the money was refunded`, at: last.at }];
}

const strength = { remove: 3, suspend: 2, keep: 0 } as const;

/** Of all that happened, what counts most: an end before a question, and a removal before a suspension. */
function effectOf(
  events: readonly Event[],
  answered: (words: string) => Exclude<Action, 'ask'> | null,
): {
  readonly ends: (Event & { action: 'suspend' | 'remove' }) | null;
  readonly question: string | null;
} {
  let ends: (Event & { action: 'suspend' | 'remove' }) | null = null;
  let question: string | null = null;
  for (const event of events) {
    const action = event.action === 'ask' ? (answered(event.words) ?? 'ask') : event.action;
    if (action === 'ask') question ??= event.words;
    else if (action !== 'keep' && (ends === null || strength[action] > strength[ends.action]))
      ends = { ...event, action };
  }
  return { ends, question };
}
