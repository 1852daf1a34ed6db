import { setTimeout as sleep } from 'node:timers/promises';
import { correct, spend } from '../store/allowances.ts';
import type { Queryable } from '../store/statement.ts';
import type { Allowance } from './connector.ts';

/** What ordinary calls leave for leavers and pages, as a share of the bucket. */
const ordinaryFloor = 0.1;
/** What even urgent calls leave: requests whose cost was guessed too low must not be refused. */
const urgentFloor = 0.02;

/** Assumed of a bucket until its first report: the smallest plan's, and careful. */
const first = { maximum: 1_000, restoreRate: 50 };

const longestWaitMs = 1_000;

/**
 * A shared allowance kept as one row, so that all processes spend from the same bucket. What this
 * process has under way is taken off each report: the remote service may not have counted it yet.
 */
export function sharedAllowance(db: Queryable, tenantId: string, name: string): Allowance {
  const key = { tenantId, name };
  let underWay = 0;

  return {
    async reserve(cost, { urgent, signal }) {
      for (;;) {
        signal.throwIfAborted();
        const spending = await spend(db, key, cost, urgent ? urgentFloor : ordinaryFloor, first);
        if (spending.granted) break;
        await sleep(Math.min(longestWaitMs, spending.waitMs), undefined, { signal });
      }
      underWay += cost;
      return {
        async settle(report) {
          underWay -= cost;
          if (report !== null)
            await correct(db, key, { ...report, available: report.available - underWay });
        },
      };
    },
  };
}
