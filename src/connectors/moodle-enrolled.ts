/** Who is in which course, as far as Moodle tells. */
import type { Account, Observed } from '../provisioning/connector.ts';
import type { CourseMemory } from './moodle-courses.ts';
import { type Place, placesOf } from './moodle-places.ts';
import type { Send } from './moodle-web-service.ts';

/** Enrolments of users of one site. */
export interface Enrolling {
  readonly send: Send;
  readonly courses: CourseMemory;
  readonly studentRole: number;
  readonly now: () => number;
  /** Is told of what went through and does not do all it should. */
  readonly remark: (sentence: string) => void;
}

/**
 * Of the memberships asked about, those that a user has now. Whoever is in a course by another method is in
 * it, too; what is suspended, over or yet to come is not had. A course that our user
 * cannot see, or that takes no manual enrolments now, says nothing of ours.
 */
export async function seenOf(
  userId: number,
  memberships: readonly string[],
  enrolling: Enrolling,
): Promise<Pick<Observed, 'memberships' | 'unseen'>> {
  const asked = placesOf(memberships);
  if (asked.length === 0) return { memberships: [] };
  const active = await activeCourses(userId, enrolling);
  const absent = asked.flatMap(({ courseId }) => (active.has(courseId) ? [] : [courseId]));
  const visible = await enrolling.courses.named(absent, enrolling.send);
  const had: string[] = [];
  const unseen: string[] = [];
  for (const place of asked) {
    const isListed = active.has(place.courseId);
    const course = visible.get(place.courseId);
    // Enrolments by a method that is off sleep until it is on again.
    if (!isListed && !course?.enrollmentmethods.includes('manual')) unseen.push(place.membership);
    else if (isListed && place.roleId === null) had.push(place.membership);
    // A hidden course is missing among those of its students, who are in it all the same.
    else if ((isListed || course?.visible === 0) && (await isIn(userId, place, enrolling)))
      had.push(place.membership);
  }
  return { memberships: had, unseen };
}

/** Whether a user is among the participants, and in this role. */
async function isIn(
  userId: number,
  { courseId, roleId }: Place,
  enrolling: Enrolling,
): Promise<boolean> {
  const roles = await rolesIn(courseId, userId, enrolling);
  return roles !== null && (roleId === null || roles.includes(roleId));
}

/** The courses a user has access to now, with their names. */
async function activeCourses(
  userId: number,
  { send }: Enrolling,
): Promise<ReadonlyMap<number, string>> {
  // To count everybody else in each course may take seconds.
  const courses = await send('core_enrol_get_users_courses', {
    userid: userId,
    returnusercount: false,
  });
  return new Map(courses.map(({ id, fullname }) => [id, fullname]));
}

const participantsAtOnce = 1_000;

/**
 * The roles of a participant, `null` of who is none. Moodle tells of all of them only, so they are gone
 * through up to the one.
 */
async function rolesIn(
  courseId: number,
  userId: number,
  { send }: Enrolling,
): Promise<readonly number[] | null> {
  for (let from = 0; ; from += participantsAtOnce) {
    const options = {
      onlyactive: 1,
      userfields: 'id,roles',
      sortby: 'id',
      limitfrom: from,
      limitnumber: participantsAtOnce,
    };
    const participants = await send('core_enrol_get_enrolled_users', {
      courseid: courseId,
      options: Object.entries(options).map(([name, value]) => ({ name, value })),
    });
    const one = participants.find(({ id }) => id === userId);
    if (one !== undefined) return one.roles.map(({ roleid }) => roleid);
    if (participants.length < participantsAtOnce || (participants.at(-1)?.id ?? 0) > userId)
      return null;
  }
}

const methodNames: Readonly<Record<string, string>> = {
  self: 'self enrolment',
  cohort: 'cohort sync',
  meta: 'a course that is linked to it',
  database: 'an external database',
  flatfile: 'a flat file',
  fee: 'payment',
  paypal: 'PayPal',
  lti: 'LTI',
};

/** What was taken back, and what is due all the same. */
interface TakenBack {
  readonly memberships: readonly string[];
  readonly account: Pick<Account, 'memberships'>;
}

/** Remarks on courses that a user still gets into after all that is ours was taken back. */
export async function remarkRemaining(
  userId: number,
  { memberships, account }: TakenBack,
  enrolling: Enrolling,
): Promise<void> {
  const coursesOf = (names: readonly string[]) => placesOf(names).map(({ courseId }) => courseId);
  const due = coursesOf(account.memberships);
  const left = new Set(coursesOf(memberships).filter((courseId) => !due.includes(courseId)));
  if (left.size === 0) return;
  const active = await activeCourses(userId, enrolling);
  const still = [...left].filter((courseId) => active.has(courseId));
  const courses = await enrolling.courses.named(still, enrolling.send);
  for (const courseId of still) {
    const methods = (courses.get(courseId)?.enrollmentmethods ?? [])
      .filter((method) => method !== 'manual' && method !== 'guest')
      .map((method) => methodNames[method] ?? method);
    const by = methods.length === 0 ? '' : ` (${methods.join(' or ')})`;
    enrolling.remark(`still has access to ${active.get(courseId)} by another method${by}`);
  }
}
