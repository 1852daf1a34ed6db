/**
 * Offers: what a product of the shop gives. Each change of one is a new version; a purchase follows the
 * version that was in force when its order was placed. Pure.
 */
import { z } from 'zod';

const action = z.enum(['suspend', 'remove', 'keep', 'ask']);

/** What becomes of a right: taken back mildly or wholly, left, or left to somebody to say. */
export type Action = z.infer<typeof action>;

/** A course, or another membership, at a destination. */
const course = z.strictObject({
  destination: z.string().min(1),
  membership: z.string().min(1).max(200),
});

/** Exactly one of these says which lines an offer is about. */
const match = z.union([
  z.strictObject({ product: z.string().regex(/^gid:\/\/shopify\/Product\/\d{1,20}$/) }),
  z.strictObject({ variant: z.string().regex(/^gid:\/\/shopify\/ProductVariant\/\d{1,20}$/) }),
  z.strictObject({
    /** Stock-keeping units; `*` stands for any characters, and letters may be in any case. */
    sku: z.string().min(1).max(255),
  }),
]);

const refunds = z.strictObject({
  /** The whole line was refunded. */
  line: action.default('suspend'),
  /** Part of its quantity was. Of named learners, the last ones count as a line that was refunded. */
  quantity: action.default('keep'),
  /** Money was, without a line: where it is at least `moneyShare` of what the order came to. */
  money: action.default('ask'),
  moneyShare: z.number().gt(0).max(1).default(1),
  /** The order was cancelled. */
  cancelled: action.default('suspend'),
  /** The buyer’s bank took the payment back, or is asked to. */
  chargeback: action.default('suspend'),
  /** The line was removed by an edit of the order. */
  edited: action.default('suspend'),
  /** The order was deleted. */
  deleted: action.default('suspend'),
});

/** What an offer says, as it is stored and checked. */
export const offerSchema = z.strictObject({
  match,
  courses: z.array(course).min(1).max(50),
  /** How long a purchase gives access. */
  access: z
    .union([
      z.strictObject({ days: z.number().int().min(1).max(36_500) }),
      z.strictObject({ until: z.iso.datetime({ offset: true }) }),
      z.literal('unlimited'),
    ])
    .default('unlimited'),
  /** Access begins with the purchase, or not before a date. */
  startsAt: z.iso.datetime({ offset: true }).nullable().default(null),
  /** What a purchase does while an earlier one still gives access. */
  again: z.enum(['extend', 'replace', 'ignore']).default('extend'),
  /** What a quantity above one means: still one learner, or so many, who have to be named. */
  quantity: z.enum(['one', 'named']).default('one'),
  refunds: refunds.prefault({}),
  /** What becomes of the enrolment when access is over. */
  ending: z.enum(['suspend', 'remove']).default('suspend'),
  /** The property of an order line that names the learner. */
  learnerProperty: z.string().min(1).max(255).default('learner email'),
});

/** What an offer says. */
export type OfferTerms = z.infer<typeof offerSchema>;

/** A version of an offer. */
export interface Offer {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly terms: OfferTerms;
  readonly validFrom: Date;
  /** When another version took its place, or it was withdrawn; `null`: it is in force. */
  readonly validUntil: Date | null;
}

/** What of a line an offer looks at. */
export interface Sold {
  readonly productId: string | null;
  readonly variantId: string | null;
  readonly sku: string | null;
}

/** Whether an offer is about what was sold. */
export function matches({ match: wanted }: OfferTerms, sold: Sold): boolean {
  if ('product' in wanted) return sold.productId === wanted.product;
  if ('variant' in wanted) return sold.variantId === wanted.variant;
  return sold.sku !== null && fits(sold.sku.trim().toLowerCase(), wanted.sku.trim().toLowerCase());
}

/** Whether a text fits a pattern in which `*` stands for any characters: in time that grows with both. */
function fits(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return at <= end;
}

/** The versions in force at a moment, one of each offer. */
export function inForceAt(offers: readonly Offer[], at: Date): readonly Offer[] {
  return offers.filter(
    ({ validFrom, validUntil }) => validFrom <= at && (validUntil === null || validUntil > at),
  );
}
