import { setTimeout as sleep } from 'node:timers/promises';
import { correct, declare, spend } from '../store/allowances.ts';
import type { Queryable } from '../store/statement.ts';
import type { Allowance, Bucket } from './connector.ts';

/** What ordinary calls leave for leavers and pages, as a share of the bucket. */
const ordinaryFloor = 0.1;
/** What even urgent calls leave: requests whose cost was guessed too low must not be refused. */
const urgentFloor = 0.02;

/** Assumed of a bucket of which nothing is declared, until its first report: Shopify's smallest, and careful. */
const usual: Bucket = { maximum: 1_000, restoreRate: 50 };

const longestWaitMs = 1_000;

/** What a request cost, and whether it was refused for want of points. */
export interface Spent {
  readonly points: number;
  readonly throttled: boolean;
}

/** What is known of an allowance beside where it is kept. */
export interface AllowanceOptions {
  /** Is told of each request when it is answered, or was given up. */
  readonly used?: (request: Spent) => void;
  /** What holds whatever held before, where nobody reports. */
  readonly bucket?: Bucket | undefined;
}

/**
 * A shared allowance kept as one row, so that all processes spend from the same bucket. Within this
 * process whoever waits longest is served first, and only they ask; leavers have a queue of their own.
 * What is under way here is taken off each report: the remote service may not have counted it yet.
 */
export function sharedAllowance(
  db: Queryable,
  tenantId: string,
  name: string,
  { used, bucket }: AllowanceOptions = {},
): Allowance {
  const key = { tenantId, name };
  const queues = { urgent: createQueue(), ordinary: createQueue() };
  let underWay = 0;
  let declared: Promise<void> | undefined;

  const acquire = async (cost: number, floor: number, signal: AbortSignal): Promise<void> => {
    if (bucket !== undefined) {
      declared ??= declare(db, key, bucket);
      await declared.catch((error: unknown) => {
        declared = undefined;
        throw error;
      });
    }
    for (;;) {
      signal.throwIfAborted();
      const spending = await spend(db, key, cost, floor, usual);
      if (spending.granted) return;
      await sleep(Math.min(longestWaitMs, spending.waitMs), undefined, { signal });
    }
  };

  return {
    async reserve(cost, { urgent, signal, spent }) {
      const floor = urgent ? urgentFloor : ordinaryFloor;
      await queues[urgent ? 'urgent' : 'ordinary'](() => acquire(cost, floor, signal));
      underWay += cost;
      spent?.(cost);
      return {
        async settle(report) {
          underWay -= cost;
          used?.({ points: report?.spent ?? cost, throttled: report?.throttled ?? false });
          if (report !== null)
            await correct(db, key, { ...report, available: report.available - underWay });
        },
      };
    },
  };
}

/** Runs one task after the other, in the order they came. */
function createQueue(): (task: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.catch(() => undefined);
    return turn;
  };
}
