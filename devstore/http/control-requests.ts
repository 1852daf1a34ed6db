/** What the routes of the control API have in common: reading addresses, refusing, listing. */

import { HttpError } from '../../standin/exchange.ts';
import type { Problem } from '../shop/problem.ts';
import type { Shop } from '../shop/shop.ts';
import { isoTime } from '../shop/time.ts';
import { readTimeline } from '../shop/timeline.ts';
import type { ViewRequest } from '../shop/view-list.ts';

const maximumPage = 1000;

/** The number in a number or a global id. */
export function numberIn(id: string | number): number {
  return Number(`${id}`.split('/').pop());
}

/** The thing, or 404 with what was looked for. */
export function found<T>(thing: T | undefined, id: string): T {
  if (thing === undefined) throw new HttpError(404, { errors: `There is no ${id}` });
  return thing;
}

/** An answer that says what is wrong with which field. */
export function refusal(status: number, problems: readonly Problem[]): HttpError {
  return new HttpError(status, {
    errors: problems.map(({ field, message }) => ({ field, message })),
  });
}

/** The page that `query`, `limit`, `after` and `order` ask for. */
export function viewRequest({ searchParams }: URL): ViewRequest {
  const number = (name: string): number | null => {
    const value = searchParams.get(name);
    return value === null || Number.isNaN(Number(value)) ? null : Number(value);
  };
  return {
    query: searchParams.get('query') ?? '',
    limit: Math.min(maximumPage, Math.max(1, number('limit') ?? 50)),
    after: number('after'),
    order: searchParams.get('order') === 'newest' ? 'newest' : 'oldest',
  };
}

/** The timeline of a customer or an order, the newest entry first. */
export function timelineView({ database }: Shop, ownerId: number): object[] {
  return readTimeline(database, ownerId).map((entry) => ({ ...entry, at: isoTime(entry.at) }));
}
