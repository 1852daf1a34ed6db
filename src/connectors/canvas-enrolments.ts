/**
 * Memberships in Canvas: being a student of a course. A user may have several rows there, one for each section;
 * rows that the school's SIS imports made are the school's.
 */
import { z } from 'zod';
import type { Account, Observed } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import {
  coursesOf,
  datesOf,
  type Enrolment,
  enrolmentForm,
  isStudentIn,
  membershipOf,
} from './canvas-account.ts';
import { type Api, isMissing, refusalOf } from './canvas-api.ts';
import { despite, refusal } from './despite.ts';

/** All, because an enrolment that was taken back is found by none of the usual ones. */
const states = ['active', 'invited', 'creation_pending', 'inactive', 'completed', 'rejected'];

/** All rows of a user, in whichever course and role. */
export function rowsOf(userId: string, api: Api): Promise<readonly Enrolment[]> {
  const path = `/users/${userId}/enrollments`;
  const query = [
    ...states.map((state) => ['state[]', state] as const),
    ['per_page', '100'] as const,
  ];
  return api.all({ method: 'GET', path, query }, enrolmentForm);
}

/** Whoever goes away meanwhile is looked for again. */
export const goneAccount = (cause: unknown): DestinationError =>
  new DestinationError('transient', 'The account is gone; it is looked for again.', {
    cause,
    unknownOutcome: true,
  });

/** What is given or taken back, and what the user has in Canvas. */
interface Work {
  readonly userId: string;
  readonly memberships: readonly string[];
  readonly rows: readonly Enrolment[];
  readonly api: Api;
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
  return eachOf(work.memberships, async (courseId) => {
    const own = work.rows.filter(isStudentIn(courseId));
    // Canvas has one row for each section: the one that was there before is the one to come back to.
    const row = own.find(({ sis_import_id: sis }) => sis == null) ?? own[0];
    const section = row?.course_section_id ?? null;
    const enrollment = {
      user_id: work.userId,
      type: 'StudentEnrollment',
      // Without it the student would be invited only.
      enrollment_state: 'active',
      notify: false,
      ...datesOf(terms?.[membershipOf(courseId)]),
      ...(section === null ? {} : { course_section_id: section }),
    };
    const path = `/courses/${courseId}/enrollments`;
    const made = await work.api
      .send({ method: 'POST', path, body: { enrollment } }, enrolmentForm)
      .catch((error: unknown) => ungiven(error, courseId, { ...work, isThere: row !== undefined }));
    if (made.enrollment_state !== 'active')
      throw new DestinationError(
        'rejected',
        `Canvas left the enrolment in the course ${courseId} ${made.enrollment_state}: look at the course's People.`,
      );
  });
}

async function ungiven(
  error: unknown,
  courseId: string,
  { api, isThere }: { readonly api: Api; readonly isThere: boolean },
): Promise<never> {
  const why = refusalOf(error);
  if (why === null) throw error;
  if (why.status !== 404)
    throw new DestinationError(
      'rejected',
      `Canvas takes nobody into the course ${courseId}: ${why.faults.join(', ') || why.message}.`,
      { cause: why, refused: isThere ? [] : [membershipOf(courseId)] },
    );
  if (await courseFault(courseId, api)) {
    const refused = [membershipOf(courseId)];
    const message = `Canvas has no course ${courseId}, or does not show it.`;
    throw new DestinationError('rejected', message, { cause: why, refused });
  }
  throw goneAccount(error);
}

const courseState = z.object({
  workflow_state: z.string().nullish(),
  concluded: z.boolean().nullish(),
});

/** Why nobody can be enrolled in a course; `null` where nothing is seen of the kind. */
export async function courseFault(courseId: string, api: Api): Promise<string | null> {
  try {
    const path = `/courses/${courseId}`;
    const query = [['include[]', 'concluded']] as const;
    const course = await api.send({ method: 'GET', path, query }, courseState);
    if (course.workflow_state !== 'deleted')
      return course.concluded === true
        ? `The course ${courseId} is concluded, and takes nobody any more: take it out of the policy, or give it a later end in Canvas.`
        : null;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return `The policy names the course ${courseId}, which Canvas does not have or does not show: take it out of the policy.`;
}

/** Takes memberships back; a row that is gone is done. */
export function takeBack(
  work: Work,
  { ended }: Pick<Account, 'ended'>,
): Promise<DestinationError | null> {
  return eachOf(work.memberships, async (courseId) => {
    const removes = ended?.[membershipOf(courseId)] === 'remove';
    const taken = removes ? [...letIn, 'inactive'] : letIn;
    const rows = work.rows
      .filter(isStudentIn(courseId))
      .filter((row) => row.sis_import_id == null && taken.includes(row.enrollment_state));
    for (const { id } of rows) {
      const path = `/courses/${courseId}/enrollments/${id}`;
      // Without a task Canvas would conclude it, and whoever is concluded may still read.
      const query = [['task', removes ? 'delete' : 'deactivate']] as const;
      await work.api
        .send({ method: 'DELETE', path, query }, z.unknown())
        .catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
    }
  });
}

const letIn: readonly string[] = ['active', 'invited', 'creation_pending'];

/** Courses that a user still gets into by what the school's SIS says, after what is ours was taken back. */
export function remaining({
  memberships,
  rows,
}: Pick<Work, 'memberships' | 'rows'>): readonly string[] {
  return coursesOf(memberships)
    .filter((courseId) =>
      rows
        .filter(isStudentIn(courseId))
        .some((row) => row.sis_import_id != null && letIn.includes(row.enrollment_state)),
    )
    .map((courseId) => `still has access to the course ${courseId} by an SIS import`);
}

/** What of a leaver's is to be taken back. */
export const heldOf = (granted: readonly string[], { memberships }: Observed): readonly string[] =>
  granted.filter((name) => memberships.includes(name));
