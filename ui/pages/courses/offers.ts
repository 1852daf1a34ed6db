/** Offers: what products of the shop give, as the admin API shows them. */
import { useAnswer } from '../../api/queries.ts';

/** What becomes of a course that was bought when something happens to the order. */
export type Action = 'suspend' | 'remove' | 'keep' | 'ask';

/** Exactly one says what is sold. */
export type Match =
  | { readonly product: string }
  | { readonly variant: string }
  | { readonly sku: string };

/** A course at a destination. */
export interface Given {
  readonly destination: string;
  readonly membership: string;
}

/** What takes a course back. */
export interface Refunds {
  readonly line: Action;
  readonly quantity: Action;
  readonly money: Action;
  readonly moneyShare: number;
  readonly cancelled: Action;
  readonly chargeback: Action;
  readonly edited: Action;
  readonly deleted: Action;
}

/** What an offer says. */
export interface Terms {
  readonly match: Match;
  readonly courses: readonly Given[];
  readonly access: 'unlimited' | { readonly days: number } | { readonly until: string };
  readonly startsAt: string | null;
  readonly again: 'extend' | 'replace' | 'ignore';
  readonly quantity: 'one' | 'named';
  readonly refunds: Refunds;
  readonly ending: 'suspend' | 'remove';
  readonly learnerProperty: string;
}

/** A version of an offer. */
export interface Offer {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly terms: Terms;
  readonly validFrom: string;
  /** When another version took its place, or it was withdrawn; `null`: orders follow it. */
  readonly validUntil: string | null;
}

/** The offers, by name, in their newest versions. */
export function useOffers(which: 'in force' | 'withdrawn too') {
  const answer = useAnswer<{ readonly offers: readonly Offer[] }>(
    which === 'in force' ? '/offers' : '/offers?withdrawn=true',
    { keep: true },
  );
  return { ...answer, data: answer.data?.offers };
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** How long access lasts, in words. */
export function accessWords({ access, startsAt }: Pick<Terms, 'access' | 'startsAt'>): string {
  const begins = startsAt === null ? '' : `, from ${day.format(new Date(startsAt))}`;
  if (access === 'unlimited') return `Without an end${begins}`;
  if ('days' in access) return `${daysWords(access.days)}${begins}`;
  return `Until ${day.format(new Date(access.until))}${begins}`;
}

function daysWords(days: number): string {
  if (days % 365 === 0) return days === 365 ? '1 year' : `${days / 365} years`;
  return days === 1 ? '1 day' : `${days} days`;
}
