/**
 * Storms: a destination that fails more often than one person's record explains. What is remembered is
 * how the last attempts went, as a text that is kept with the destination: `.` for each that was
 * answered, `x` for each that failed. Pure.
 */
import type { Verdict } from '../store/quarantine.ts';
import type { DestinationError } from './failure.ts';

/** How an attempt went: it was answered, also by a refusal of this person's record, or it failed. */
export type Attempt = 'answered' | 'failed';

/** How many attempts are remembered, and how many it takes to judge by. */
const remembered = 50;
const enough = 20;

/** The share of failures above which it is a storm. */
const stormShare = 0.4;

/** Somebody who went on failing after this many attempts is the one in trouble, not the destination. */
const countedFailures = 2;

/** What is remembered after one more attempt. */
export function remember(recent: string, attempt: Attempt): string {
  return (recent + (attempt === 'answered' ? '.' : 'x')).slice(-remembered);
}

/** Whether so much fails that going on makes no sense. */
export function isStorm(recent: string): boolean {
  const failed = recent.split('x').length - 1;
  return recent.length >= enough && failed > stormShare * recent.length;
}

/**
 * What a failure at one person says of the destination. A refusal of the record is an answer; asking
 * us to wait says nothing, and neither does somebody who fails again and again.
 * @param failuresBefore how often this person has failed already since the last change
 */
export function attemptOf(
  { kind, pauseMs }: Pick<DestinationError, 'kind' | 'pauseMs'>,
  failuresBefore: number,
): Attempt | null {
  if (kind === 'rejected') return 'answered';
  const counts = kind === 'transient' && pauseMs === null && failuresBefore < countedFailures;
  return counts ? 'failed' : null;
}

/** Why a destination in a storm is stopped. */
export function stormVerdict(recent: string, last: string): Verdict {
  const failed = recent.split('x').length - 1;
  return {
    code: 'failing',
    reason: `${failed} of the last ${recent.length} attempts failed. The last one: ${last}`,
  };
}
