/** A stretch of time in a request: by default as far back as an app sees orders. */
import { z } from 'zod';
import { usualReachDays } from '../storefront/backfill.ts';

const dayMs = 86_400_000;
const date = 'must be a date with its time zone, like 2027-01-31T00:00:00Z';

const aDate = z.iso.datetime({ offset: true, error: date }).transform((text) => new Date(text));

/** The fields that say which. */
export const stretch = { since: aDate.optional(), until: aDate.optional() };

interface Stretch {
  readonly since: Date;
  readonly until: Date;
}

/** The stretch that is meant. */
export function stretchOf({
  since,
  until = new Date(),
}: {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}): Stretch {
  return { since: since ?? new Date(until.getTime() - usualReachDays * dayMs), until };
}

/** Whether it has a length. */
export const forwards = ({ since, until }: Stretch): boolean => since < until;

/** What is said where it has none. */
export const backwards = { error: 'must begin before it ends' };
