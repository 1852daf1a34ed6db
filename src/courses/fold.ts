/**
 * Folds the purchases of one course by one person into stretches of access: each follows the terms of its
 * own offer. One that is taken back is left out, and the fold is computed again. Pure.
 */
import type { OfferTerms } from './offer.ts';

/** A purchase that stands. */
export interface Purchase {
  readonly id: string;
  readonly at: Date;
  /** Of purchases of one second, who comes first: the same whichever was heard of first. */
  readonly rank: string;
  readonly terms: Pick<OfferTerms, 'access' | 'startsAt' | 'again'>;
}

/** When a purchase gives access; where `start` and `end` are the same it gives none. */
export interface Access {
  readonly start: Date;
  /** `null`: without an end. */
  readonly end: Date | null;
}

const dayMs = 86_400_000;

/** The access of each purchase, by its id. */
export function fold(purchases: readonly Purchase[]): ReadonlyMap<string, Access> {
  const folded = new Map<string, Access>();
  const inOrder = purchases.toSorted(
    (one, other) => one.at.getTime() - other.at.getTime() || (one.rank < other.rank ? -1 : 1),
  );
  /** The purchases so far that still count, the last one last. */
  let standing: { readonly id: string; readonly access: Access }[] = [];
  for (const { id, at, terms } of inOrder) {
    const earliest = latest(at, terms.startsAt === null ? at : new Date(terms.startsAt));
    const reach = reachOf(standing.map(({ access }) => access));
    const overlaps = reach === 'for ever' || (reach !== null && reach > earliest);
    if (overlaps && terms.again === 'ignore') {
      folded.set(id, { start: earliest, end: earliest });
      continue;
    }
    if (terms.again === 'replace') {
      for (const one of standing) folded.set(one.id, cutAt(one.access, earliest));
      standing = [];
    }
    const start = overlaps && terms.again === 'extend' && reach !== 'for ever' ? reach : earliest;
    const access = { start, end: endOf(start, terms.access) };
    folded.set(id, access);
    standing.push({ id, access });
  }
  return folded;
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}

/** Until when there is access by all of these; `null`: there is none. */
function reachOf(accesses: readonly Access[]): Date | 'for ever' | null {
  let reach: Date | null = null;
  for (const { end } of accesses) {
    if (end === null) return 'for ever';
    if (reach === null || end > reach) reach = end;
  }
  return reach;
}

function cutAt({ start, end }: Access, at: Date): Access {
  if (start >= at) return { start, end: start };
  return { start, end: end === null || end > at ? at : end };
}

function endOf(start: Date, access: OfferTerms['access']): Date | null {
  if (access === 'unlimited') return null;
  if ('days' in access) return new Date(start.getTime() + access.days * dayMs);
  return latest(new Date(access.until), start);
}
