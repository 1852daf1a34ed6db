/** Memberships of Moodle as texts: courses and roles in them, and what keeps people out of one. Pure. */
import type { Account, Term } from '../provisioning/connector.ts';
import { frontPage } from './moodle-courses.ts';

/** A role in a course; the role is `null` where it is that of students. */
export interface Place {
  readonly membership: string;
  readonly courseId: number;
  readonly roleId: number | null;
}

const form = /^course:([1-9]\d{0,9})(?::([1-9]\d{0,9}))?$/;

/** What memberships are here. */
export const membershipHelp =
  'course:<number> for a student of a course, the number being the id in the address of its page; course:<number>:<number> for another role there.';

/** What is wrong with a membership's text. */
export function complaintAbout(membership: string): string | null {
  const place = placeOf(membership);
  if (place === null) return 'must be course:<number> or course:<number>:<number of a role>';
  return place.courseId === frontPage ? 'is the front page, where nobody is enrolled' : null;
}

function placeOf(membership: string): Place | null {
  const [, course, role] = form.exec(membership) ?? [];
  if (course === undefined) return null;
  return { membership, courseId: Number(course), roleId: role === undefined ? null : Number(role) };
}

/** The courses and roles that memberships are. */
export const placesOf = (memberships: readonly string[]): readonly Place[] =>
  memberships.flatMap((membership) => placeOf(membership) ?? []);

/** Whether any of them names a role: that takes more of Moodle's functions. */
export function anyNamesRole(memberships: readonly string[]): boolean {
  return placesOf(memberships).some(({ roleId }) => roleId !== null);
}

/** When a user is due in a course: one pair of dates stands for all roles there. */
export function termIn(
  courseId: number,
  { memberships, terms }: Pick<Account, 'memberships' | 'terms'>,
): Term {
  const all = placesOf(memberships)
    .filter((place) => place.courseId === courseId)
    .flatMap(({ membership }) => terms?.[membership] ?? []);
  const earliest = all.map(({ from }) => from).sort()[0] ?? null;
  const latest =
    all
      .map(({ until }) => until)
      .sort()
      .at(-1) ?? null;
  return {
    from: all.some(({ from }) => from === null) ? null : earliest,
    until: all.some(({ until }) => until === null) ? null : latest,
  };
}

/** What is wrong with a course or a role in it, by the code with which Moodle refuses to enrol anybody. */
export function refusedCourse(
  code: string,
  { courseId, roleId }: Omit<Place, 'membership'>,
  studentRole: number,
): string | null {
  switch (code) {
    // All else was checked before it was sent.
    case 'invalidparameter':
      return `Moodle has no course ${courseId}.`;
    case 'wsnoinstance':
      return `The course ${courseId} takes no manual enrolments: add the method “Manual enrolments” there, or switch it on (the course's Participants > Enrolment methods).`;
    case 'requireloginerror':
    case 'errorcoursecontextnotvalid':
      return `Rollcall's user may not enter the course ${courseId}: allow moodle/course:view in its role, and moodle/course:viewhiddencourses where the course is hidden.`;
    case 'wsusercannotassign':
      return refusedRole({ courseId, roleId }, studentRole);
    case 'usernotconfirmed':
      return 'Moodle enrols nobody who has not confirmed the account: confirm it there.';
    case 'guestsarenotallowed':
      return 'Moodle enrols no guests.';
    default:
      return null;
  }
}

/** What to do about a role that our user may not give, nor take back. */
export function refusedRole(
  { courseId, roleId }: Omit<Place, 'membership'>,
  studentRole: number,
): string {
  return `Rollcall's user may not give or take the role ${roleId ?? studentRole} in the course ${courseId}: allow its role to assign that one (Site administration > Users > Permissions > Define roles > Allow role assignments), and moodle/role:assign. If students have another number here, enter it in the settings.`;
}
