/**
 * Storms: a destination that fails more often than one person's record explains. What is remembered is
 * how the last attempts went, as a text that is kept with the destination: `.` for each that was
 * answered, `x` for each that failed and was not made good since. Pure.
 */
import type { Verdict } from '../store/quarantine.ts';
import type { DestinationError } from './failure.ts';

/** How many attempts are remembered, and how many it takes to judge by. */
const remembered = 50;
const enough = 20;

/** The share of failures above which it is a storm. */
const stormShare = 0.4;

/** Somebody who went on failing after this many attempts is the one in trouble, not the destination. */
const countedFailures = 2;

/** Whether so much fails that going on makes no sense. */
export function isStorm(recent: string): boolean {
  return recent.length >= enough && failuresIn(recent) > stormShare * recent.length;
}

/** Why a destination in a storm is stopped. */
export function stormVerdict(recent: string, last: string): Verdict {
  return {
    code: 'failing',
    reason: `${failuresIn(recent)} of the last ${recent.length} attempts failed. The last one: ${last}`,
  };
}

const failuresIn = (recent: string): number => recent.split('x').length - 1;

/**
 * What is remembered after an attempt that was answered: it makes good what failed before for the same
 * person, as single failures that pass are no storm.
 * @param failuresBefore how often this person had failed since the last change
 */
export function afterAnswer(recent: string, failuresBefore: number): string {
  let toForget = Math.min(failuresBefore, countedFailures);
  const madeGood = recent.replaceAll('x', (failure) => {
    toForget -= 1;
    return toForget < 0 ? failure : '.';
  });
  return `${madeGood}.`.slice(-remembered);
}

/**
 * What is remembered after a failure. A refusal of the record is an answer; asking us to wait says
 * nothing, and neither does somebody who fails again and again.
 */
export function afterFailure(
  recent: string,
  { kind, pauseMs }: Pick<DestinationError, 'kind' | 'pauseMs'>,
  failuresBefore: number,
): string {
  if (kind === 'rejected') return afterAnswer(recent, failuresBefore);
  const counts = kind === 'transient' && pauseMs === null && failuresBefore < countedFailures;
  return counts ? `${recent}x`.slice(-remembered) : recent;
}
