/** What happens in a tenant, as it happens: new lines of activity, and how far long work has come. */
import type pg from 'pg';
import { activityOf } from '../store/activity.ts';
import { activityAfter } from '../store/activity-news.ts';
import { firstIdAt } from '../store/time-ids.ts';
import { type Work, workOf } from '../store/work.ts';
import { activityView } from './admin-views.ts';

/** Whose news. */
export interface Watched {
  readonly tenantId: string;
  /** Lines of this source only; `null` for all. */
  readonly sourceId: string | null;
}

/** Something new. */
export type News =
  | { readonly event: 'activity'; readonly id: string; readonly data: object }
  /** More came at once than are told one by one. */
  | { readonly event: 'more'; readonly data: { readonly most: number } }
  | { readonly event: 'work'; readonly data: Work };

/** So many lines are told at once. */
const mostLines = 100;

/** A line may be written by somebody whose transaction began so much earlier: it has an id of then. */
const lateMs = 5_000;

/** Looks for news, again and again. A class because it remembers what it has told. */
export class NewsReader {
  readonly #pool: pg.Pool;
  readonly #of: Watched;
  readonly #told = new Set<string>();
  readonly #work = new Map<string, Work>();
  #since: string;

  /** @param since news after this line */
  constructor(pool: pg.Pool, of: Watched, since: string) {
    this.#pool = pool;
    this.#of = of;
    this.#since = since;
  }

  /** What came since it was asked last. */
  async next(now: number): Promise<readonly News[]> {
    const lines = await this.#lines();
    this.#forget(now);
    return [...lines, ...(await this.#progress())];
  }

  async #lines(): Promise<readonly News[]> {
    const ids = await activityAfter(this.#pool, this.#of, this.#since, 2 * mostLines);
    const fresh = ids.filter((id) => !this.#told.has(id));
    if (fresh.length === 0) return [];
    for (const id of fresh) this.#told.add(id);
    // By their ids: the newest may be others by now.
    const named = await activityOf(this.#pool, this.#of.tenantId, fresh.slice(0, mostLines));
    const lines = named
      .map((line): News => ({ event: 'activity', id: line.id, data: activityView(line) }))
      .reverse();
    if (fresh.length <= mostLines) return lines;
    return [{ event: 'more', data: { most: mostLines } }, ...lines];
  }

  /** What is older than a line can be late need not be remembered. */
  #forget(now: number): void {
    const horizon = firstIdAt(new Date(now - lateMs));
    if (horizon > this.#since) this.#since = horizon;
    for (const id of this.#told) if (id < this.#since) this.#told.delete(id);
  }

  async #progress(): Promise<readonly News[]> {
    const under = await workOf(this.#pool, this.#of.tenantId);
    const names = new Set(under.map(nameOf));
    const gone = [...this.#work.values()].filter(
      (work) => !names.has(nameOf(work)) && work.state === 'running',
    );
    for (const work of gone) this.#work.delete(nameOf(work));
    const changed = under.filter(
      (work) => JSON.stringify(work) !== JSON.stringify(this.#work.get(nameOf(work))),
    );
    for (const work of changed) this.#work.set(nameOf(work), work);
    return [...changed, ...gone.map((work) => ({ ...work, state: 'done' }))].map((data) => ({
      event: 'work',
      data,
    }));
  }
}

const nameOf = ({ kind, id }: Work): string => `${kind} ${id}`;

/** Where to go on after a line: a little before it, as others may have been late. */
export function goingOnAfter(id: string): string {
  const ms = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  return firstIdAt(new Date(Math.max(0, ms - lateMs)));
}
