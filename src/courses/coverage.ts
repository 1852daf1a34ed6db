/** Whether what was paid for has arrived: one right of an order against the ledger and the destination. Pure. */
import type { GrantLink } from '../store/grant-links.ts';
import type { Derived } from './right-rows.ts';

/**
 * How a right stands that an order gives. Paid for and not there: `on its way`, `held` (somebody has to
 * act) and `missing`. `not due` is what is not paid, was taken back, is over or begins later; `left`
 * belongs to somebody who is inactive or not on the roll any more.
 */
export type CoverageState = 'enrolled' | 'not due' | 'left' | 'on its way' | 'held' | 'missing';

/** How it stands, and why. */
export interface Coverage {
  readonly state: CoverageState;
  readonly reason: string | null;
}

/** Judges a right by the order as the shop has it, the ledger, and the link of its person; `null`: there is none. */
export function coverageOf(
  { right, before: row }: Pick<Derived, 'right' | 'before'>,
  link: GrantLink | null,
  at: Date,
): Coverage {
  const { state, reason } = right;
  if (state === 'waiting' || state === 'ended') return { state: 'not due', reason };
  if (row === null) return { state: 'missing', reason: 'no right was given for it' };
  if (state === 'held' || row.state === 'held')
    return { state: 'held', reason: row.reason ?? reason };
  if (row.state !== 'standing')
    return {
      state: 'missing',
      reason: `its right ${row.state}: ${row.reason ?? 'nobody says why'}`,
    };
  const { startsAt, endsAt } = row;
  if (startsAt !== null && startsAt > at)
    return { state: 'not due', reason: `begins ${startsAt.toISOString()}` };
  if (endsAt !== null && endsAt <= at)
    return { state: 'not due', reason: `is over since ${endsAt.toISOString()}` };
  return linkCoverage(row.membership, link);
}

function linkCoverage(membership: string, link: GrantLink | null): Coverage {
  if (link === null) return { state: 'missing', reason: 'its destination is gone' };
  if (link.active === null)
    return { state: 'left', reason: 'the person is not on the roll any more' };
  if (!link.active) return { state: 'left', reason: 'the person is inactive' };
  const { status, reason } = link;
  switch (status) {
    case null:
      return { state: 'on its way', reason: 'the person was not looked at yet' };
    case 'waiting':
    case 'retrying':
      return { state: 'on its way', reason };
    case 'held':
    case 'rejected':
      return { state: 'held', reason };
    case 'done':
      return isGranted(membership, link)
        ? { state: 'enrolled', reason: null }
        : { state: 'missing', reason: reason ?? 'the account was looked at and is without it' };
  }
}

function isGranted(membership: string, { memberships, remoteId }: GrantLink): boolean {
  return remoteId !== null && hasMembership(memberships, membership);
}

/** Whether a membership is among others: their names are compared without case. */
export function hasMembership(memberships: readonly string[], wanted: string): boolean {
  return memberships.some((name) => name.toLowerCase() === wanted.toLowerCase());
}
