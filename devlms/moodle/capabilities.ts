/** What the caller may do. An administrator of the site may do everything. */
import { notAccessible, permissionMissing } from '../errors.ts';
import { type Course, siteCourseId } from '../site/courses.ts';
import { enrolmentsWhere, isActive } from '../site/enrolments.ts';
import { roles } from '../site/roles.ts';
import { type Site, seconds } from '../site/site.ts';
import type { User } from '../site/users.ts';
import type { Call } from './function.ts';

/** The names of capabilities that stand in refusals. */
const names: Readonly<Record<string, string>> = {
  'moodle/user:create': 'Create users',
  'moodle/user:update': 'Update user profiles',
  'moodle/user:delete': 'Delete users',
  'moodle/course:view': 'View courses without participation',
  'moodle/course:viewparticipants': 'View participants',
  'moodle/course:enrolreview': 'Review course enrolments',
  'enrol/manual:enrol': 'Enrol users',
  'enrol/manual:unenrol': 'Unenrol users from the course',
};

/** Whether the user has the capability. */
export function may(user: User, capability: string): boolean {
  return user.siteAdmin || user.capabilities.includes(capability);
}

/** Throws unless the caller has the capability. */
export function requireCapability({ user }: Pick<Call, 'user'>, capability: string): void {
  if (!may(user, capability)) throw permissionMissing(names[capability] ?? capability);
}

/** Whether a course lets this user in; everybody may be on the front page of the site. */
export function mayEnter(site: Site, user: User, course: Course): boolean {
  if (course.id === siteCourseId) return true;
  if (!course.visible && !may(user, 'moodle/course:viewhiddencourses')) return false;
  if (may(user, 'moodle/course:view')) return true;
  const now = seconds(site);
  return enrolmentsWhere(site, { courseId: course.id, userId: user.id }).some((enrolment) =>
    isActive(enrolment, now),
  );
}

/** Throws unless the course lets the caller in. */
export function requireEntry({ site, user }: Call, course: Course): void {
  if (!mayEnter(site, user, course)) throw notAccessible();
}

/** Roles that this user may give in a course. */
export function assignableRoles(user: User): readonly number[] {
  return user.siteAdmin
    ? roles.filter(({ inCourses }) => inCourses).map(({ id }) => id)
    : user.assignableRoles;
}
