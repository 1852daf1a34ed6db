/** Waits for a destination that asks for silence, for as long as whoever looks on may be kept waiting. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './connector.ts';
import { classify, DestinationError } from './failure.ts';

/** That the destination is waited for, and until when. */
export interface Waiting {
  readonly type: 'waiting';
  readonly until: string;
}

/** So long it is waited for without getting on. */
const mostMs = 15 * 60_000;
/** A stream that is silent for longer may be cut on its way. */
const toldEveryMs = 15_000;

/** What is left of somebody's patience with a destination. A class because it wears out. */
export class Patience {
  readonly #call: Call;
  readonly #now: () => number;
  #leftMs = mostMs;

  constructor(call: Call, now: () => number) {
    this.#call = call;
    this.#now = now;
  }

  /** Something went well. */
  renew(): void {
    this.#leftMs = mostMs;
  }

  /**
   * Waits as long as the destination asked for, and tells it now and then.
   * @throws `error` where it did not ask for that; `DestinationError` where it asks for too much
   */
  async *after(error: unknown): AsyncGenerator<Waiting> {
    this.#call.signal.throwIfAborted();
    const { pauseMs, message } = classify(error);
    if (pauseMs === null) throw error;
    this.#leftMs -= pauseMs;
    if (this.#leftMs < 0)
      throw new DestinationError(
        'transient',
        `${message} A preview waits for a quarter of an hour at most: try again later.`,
        { cause: error, pauseMs },
      );
    const until = new Date(this.#now() + pauseMs).toISOString();
    for (let leftMs = pauseMs; leftMs > 0; leftMs -= toldEveryMs) {
      yield { type: 'waiting', until };
      await sleep(Math.min(leftMs, toldEveryMs), undefined, { signal: this.#call.signal });
    }
  }

  /** Looks at each, so many at once; at whom it could not meanwhile, after it has waited. */
  async *each<Item, Seen extends object>(
    items: readonly Item[],
    atOnce: number,
    look: (item: Item, call: Call) => Promise<Seen>,
  ): AsyncGenerator<Seen | Waiting> {
    for (let left = items; left.length > 0; ) {
      const some = left.slice(0, atOnce);
      const { looked, failure } = await this.#lookAtOnce(some, look);
      const seen = looked.filter((one) => one !== null);
      yield* seen;
      left = [...some.filter((_, index) => looked[index] === null), ...left.slice(atOnce)];
      if (seen.length > 0) this.renew();
      if (seen.length < some.length) yield* this.after(failure);
    }
  }

  /** What is in the way of one is in the way of those who have not been asked for yet. */
  async #lookAtOnce<Item, Seen>(
    some: readonly Item[],
    look: (item: Item, call: Call) => Promise<Seen>,
  ) {
    const cut = new AbortController();
    const { signal } = this.#call;
    const call = { ...this.#call, signal: AbortSignal.any([signal, cut.signal]) };
    const looks = some.map((item) =>
      look(item, call).catch((error: unknown) => {
        cut.abort(error);
        return null;
      }),
    );
    return { looked: await Promise.all(looks), failure: cut.signal.reason as unknown };
  }
}
