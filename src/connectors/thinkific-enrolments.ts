/**
 * Memberships in Thinkific: being enrolled in a course. There is one enrolment for each user and course, and nothing
 * deletes it: what is taken back is given an end that is over, whether it is to be suspended or removed.
 */
import { z } from 'zod';
import type { Account, Call } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { despite, refusal } from './despite.ts';
import {
  coursesOf,
  datesOf,
  type Enrolment,
  enrolmentForm,
  letsIn,
  membershipOf,
  rowIn,
  wholeSeconds,
} from './thinkific-account.ts';
import type { Api } from './thinkific-api.ts';
import { isMissing, refusalOf } from './thinkific-failures.ts';

/** All enrolments of a user. */
export function rowsOf(userId: string, api: Api): Promise<readonly Enrolment[]> {
  return api.all({ path: '/enrollments', query: { 'query[user_id]': userId } }, enrolmentForm);
}

/** Whoever goes away meanwhile is looked for again. */
export const goneAccount = (cause: unknown): DestinationError =>
  new DestinationError('transient', 'The account is gone; it is looked for again.', {
    cause,
    unknownOutcome: true,
  });

/** What is given or taken back, and what the user has in Thinkific. */
export interface Work {
  readonly userId: string;
  readonly memberships: readonly string[];
  readonly rows: readonly Enrolment[];
  readonly api: Api;
  readonly now: number;
}

/** Does it for all courses, and says together what was refused. */
async function eachOf(
  memberships: readonly string[],
  write: (courseId: string) => Promise<void>,
): Promise<DestinationError | null> {
  let refused: DestinationError | null = null;
  for (const courseId of coursesOf(memberships)) {
    const before = refused;
    refused = await refusal(() => despite(before, () => write(courseId)));
  }
  return refused;
}

/** Gives what can be given; what cannot is told, to be thrown once the rest of the account is written. */
export function enrol(work: Work, { terms }: Account): Promise<DestinationError | null> {
  const { api, rows, now } = work;
  return eachOf(work.memberships, async (courseId) => {
    const row = rowIn(courseId, rows, now);
    const dates = datesOf(terms?.[membershipOf(courseId)], row, now);
    const ids = { user_id: Number(work.userId), course_id: Number(courseId) };
    const write =
      row === undefined
        ? ({ method: 'POST', path: '/enrollments', body: { ...ids, ...dates } } as const)
        : ({ method: 'PUT', path: `/enrollments/${row.id}`, body: dates } as const);
    await api.send(write, z.unknown()).catch((error: unknown) => {
      throw ungiven(error, courseId, row);
    });
  });
}

function ungiven(error: unknown, courseId: string, row: Enrolment | undefined): unknown {
  const why = refusalOf(error);
  if (why === null) return error;
  // An enrolment goes with its user.
  if (why.status === 404 || why.faults.some((fault) => /^user could not be found/i.test(fault)))
    return goneAccount(error);
  return new DestinationError(
    'rejected',
    `Thinkific takes nobody into the course ${courseId}: ${why.faults.join(', ') || why.message}`,
    { cause: why, refused: row === undefined ? [membershipOf(courseId)] : [] },
  );
}

/** Long enough ago for a clock that is a little behind ours. */
const overMs = 60_000;

/** Takes memberships back; an enrolment that is gone, or over, is done. */
export function takeBack(
  { memberships, rows, api, now }: Work,
  { ended }: Pick<Account, 'ended'>,
  call: Pick<Call, 'remark'>,
): Promise<DestinationError | null> {
  const over = now - overMs;
  return eachOf(memberships, async (courseId) => {
    for (const { id, activated_at: begun } of rows.filter(
      (row) => row.course_id === courseId && letsIn(row, now),
    )) {
      const isLater = begun == null || Date.parse(begun) >= over;
      const body = {
        activated_at: isLater ? wholeSeconds(over) : begun,
        expiry_date: wholeSeconds(over),
      };
      const path = `/enrollments/${id}`;
      await api.send({ method: 'PUT', path, body }, z.unknown()).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    }
    if (ended?.[membershipOf(courseId)] === 'remove')
      call.remark?.(
        `the enrolment in the course ${courseId} has ended and its progress stays: Thinkific deletes no enrolments`,
      );
  });
}

/** Why nobody can be enrolled in a course; `null` where nothing is seen of the kind. */
export async function courseFault(courseId: string, api: Api): Promise<string | null> {
  try {
    await api.send({ method: 'GET', path: `/courses/${courseId}` }, z.unknown());
    return null;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return `The policy names the course ${courseId}, which Thinkific does not have: take it out of the policy.`;
  }
}
