/** So many at once of what costs somebody something; the others wait for their turn. */

/** How many there may be. */
export interface AtMostLimits {
  readonly atOnce: number;
  /** However many, where it is missing. */
  readonly mostWaiting?: number;
}

/** How somebody waits: urgent ones come first, and who is aborted leaves. */
export interface Waiting {
  readonly urgent: boolean;
  readonly signal: AbortSignal;
}

/** Does some work when its turn comes. */
export type AtMost = <Result>(work: () => Promise<Result>, waiting?: Waiting) => Promise<Result>;

/** As many wait as may. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

/**
 * Lets so many work at once; whoever is done gives their place to who has waited longest. What it makes throws
 * `TooManyWaiting` where no more may wait.
 */
export function atMost({ atOnce, mostWaiting = Number.POSITIVE_INFINITY }: AtMostLimits): AtMost {
  const urgent: (() => void)[] = [];
  const ordinary: (() => void)[] = [];
  let underWay = 0;

  const turn = (waiting: Waiting | undefined) =>
    new Promise<void>((resolve, reject) => {
      const queue = waiting?.urgent ? urgent : ordinary;
      const begin = () => {
        waiting?.signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        queue.splice(queue.indexOf(begin), 1);
        reject(waiting?.signal.reason);
      };
      waiting?.signal.addEventListener('abort', leave, { once: true });
      queue.push(begin);
    });

  return async (work, waiting) => {
    waiting?.signal.throwIfAborted();
    if (underWay < atOnce) underWay += 1;
    else if (urgent.length + ordinary.length < mostWaiting) await turn(waiting);
    else throw new TooManyWaiting('as many wait as may');
    try {
      return await work();
    } finally {
      // Whoever waits takes the place over.
      const next = urgent.shift() ?? ordinary.shift();
      if (next === undefined) underWay -= 1;
      else next();
    }
  };
}
