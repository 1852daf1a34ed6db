/**
 * Works on several due links at once: ordinary lanes, which take leavers first, and one lane for
 * leavers alone, so that they wait for nobody while the others wait for an allowance. Knows nothing
 * of what is done with a link.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DueLink, Lane } from '../store/due-links.ts';

/** What lanes need of their slice. */
export interface LanesOptions {
  /** How many ordinary lanes there are. */
  readonly concurrency: number;
  /** When the slice is over, on the clock of `now`. */
  readonly endsAt: number;
  /** How long after that what was begun is waited for before more is taken on beside it. */
  readonly finishingMs: number;
  readonly now: () => number;
  /** Wait between two looks for due links while none is there. */
  readonly pollMs: number;
  /** Ends all lanes. */
  readonly signal: AbortSignal;
  /** Called by the first lane that fails, to end the others. */
  readonly stop: () => void;
  readonly fetch: (
    lane: Lane,
    except: readonly string[],
    limit: number,
  ) => Promise<readonly DueLink[]>;
  readonly work: (link: DueLink) => Promise<void>;
}

/**
 * Runs the lanes until nothing is due or the slice is over.
 * @returns `drained` when nothing was due at the end
 * @throws what the first failed lane threw, when all have ended
 */
export async function runLanes(options: LanesOptions): Promise<'drained' | 'more'> {
  return new Lanes(options).run();
}

/** What is in hand. A class because it has a lifetime: one slice. */
class Lanes {
  readonly #options: LanesOptions;
  readonly #buffer: DueLink[] = [];
  readonly #underWay = new Set<string>();
  /** Which links were finished, each with its place in that order. */
  readonly #finished = new Map<string, number>();
  #finishedCount = 0;
  /** Begun before the slice was over and not finished yet. */
  readonly #stragglers = new Set<string>();
  #ordinary = 0;
  #refilling: Promise<void> | null = null;
  #drained = false;

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  async run(): Promise<'drained' | 'more'> {
    const { concurrency, stop } = this.#options;
    this.#ordinary = concurrency;
    const ordinary = Array.from({ length: concurrency }, () =>
      this.#runOrdinary().finally(() => {
        this.#ordinary -= 1;
      }),
    );
    const lanes = [...ordinary, this.#runUrgent()].map((lane) =>
      lane.catch((error: unknown) => {
        stop();
        throw error;
      }),
    );
    const ended = await Promise.allSettled(lanes);
    const failed = ended.find((lane) => lane.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return this.#drained ? 'drained' : 'more';
  }

  /** The slice is over when its time is and all that was begun in it is done. */
  #over(): boolean {
    const { signal, now, endsAt } = this.#options;
    return signal.aborted || (now() >= endsAt && this.#stragglers.size === 0);
  }

  /**
   * At the end of the slice nothing new is begun, so that what was begun gets the allowance it waits
   * for. Past that something hangs, and the next slice cannot begin before it is done: the others go on.
   */
  #resting(): boolean {
    const { now, endsAt, finishingMs } = this.#options;
    return now() >= endsAt && now() < endsAt + finishingMs;
  }

  async #runOrdinary(): Promise<void> {
    while (!this.#over()) {
      if (this.#resting()) {
        await sleep(this.#options.pollMs);
        continue;
      }
      const link = await this.#next();
      if (link !== null) {
        await this.#work(link);
      } else if (this.#underWay.size === 0) {
        this.#drained = !this.#over();
        return;
      } else {
        await sleep(this.#options.pollMs);
      }
    }
  }

  async #runUrgent(): Promise<void> {
    while (!this.#options.signal.aborted && this.#ordinary > 0) {
      const [link] = await this.#fetch('urgent', 1, (links) =>
        links.map((one) => this.#begin(one)),
      );
      if (link !== undefined) await this.#work(link);
      else await sleep(this.#options.pollMs);
    }
  }

  async #next(): Promise<DueLink | null> {
    if (this.#buffer.length === 0) {
      this.#refilling ??= this.#refill().finally(() => {
        this.#refilling = null;
      });
      await this.#refilling;
    }
    const link = this.#over() ? undefined : this.#buffer.shift();
    return link === undefined ? null : this.#begin(link);
  }

  async #refill(): Promise<void> {
    const { concurrency } = this.#options;
    const buffer = (links: readonly DueLink[]) => {
      this.#buffer.push(...links);
      return links;
    };
    const urgent = await this.#fetch('urgent', concurrency, buffer);
    if (urgent.length === 0) await this.#fetch('any', concurrency, buffer);
  }

  /**
   * Fetches due links that nobody works on, and takes those that are in the buffer out of it: the
   * fresh look counts. One that was finished since the fetch began is left: what was fetched may be
   * older than what was done.
   * @param take puts them in hand at once, so that two lanes never have the same one
   */
  async #fetch(
    lane: Lane,
    limit: number,
    take: (links: readonly DueLink[]) => readonly DueLink[],
  ): Promise<readonly DueLink[]> {
    const begun = this.#finishedCount;
    const links = await this.#options.fetch(lane, [...this.#underWay], limit);
    const free = links.filter(
      ({ id }) => !this.#underWay.has(id) && (this.#finished.get(id) ?? -1) < begun,
    );
    const fresh = new Set(free.map(({ id }) => id));
    const kept = this.#buffer.filter(({ id }) => !fresh.has(id));
    this.#buffer.splice(0, this.#buffer.length, ...kept);
    return take(free);
  }

  #begin(link: DueLink): DueLink {
    const { now, endsAt } = this.#options;
    this.#underWay.add(link.id);
    if (now() < endsAt) this.#stragglers.add(link.id);
    return link;
  }

  async #work(link: DueLink): Promise<void> {
    try {
      await this.#options.work(link);
    } finally {
      this.#underWay.delete(link.id);
      this.#stragglers.delete(link.id);
      this.#finished.set(link.id, this.#finishedCount);
      this.#finishedCount += 1;
    }
  }
}
