/** What the control API shows of users, courses and enrolments. */
import {
  type Course,
  findCourse,
  type MethodName,
  methodOf,
  siteCourseId,
} from '../site/courses.ts';
import {
  type Enrolment,
  type EnrolmentStatus,
  enrolmentsWhere,
  rolesAt,
  statusOf,
} from '../site/enrolments.ts';
import { roleOf } from '../site/roles.ts';
import { type Site, seconds } from '../site/site.ts';
import { findUser, fullName, type User } from '../site/users.ts';

/** One way of one user into one course, with how it stands now. */
export function enrolmentView(site: Site, enrolment: Enrolment): object {
  const { id, courseId, userId, method, methodEnabled, suspended, timeStart, timeEnd } = enrolment;
  const course = findCourse(site, courseId);
  const user = findUser(site, userId);
  return {
    id,
    course: { id: courseId, shortname: course?.shortname, fullname: course?.fullname },
    user: user && {
      id: userId,
      username: user.username,
      email: user.email,
      fullName: fullName(user),
      suspended: user.suspended,
    },
    method,
    methodEnabled,
    status: statusOf(enrolment, seconds(site)),
    suspended,
    timeStart,
    timeEnd,
    start: isoTime(timeStart),
    end: isoTime(timeEnd),
    roles: rolesAt(site, enrolment).map((role) => ({
      id: role,
      shortname: roleOf(role)?.shortname ?? '',
    })),
  };
}

/** Null for no limit; a moment that no calendar has is told as the number it is. */
function isoTime(time: number): string | null {
  if (time === 0) return null;
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}

/** A course, its ways in, and how many stand how. */
export function courseView(site: Site, course: Course): object {
  const { sortOrder: _, createdAt, modifiedAt, ...shown } = course;
  const state = (method: MethodName) => {
    const found = methodOf(site, course.id, method);
    if (!found) return 'missing';
    return found.enabled ? 'enabled' : 'disabled';
  };
  return {
    ...shown,
    isSite: course.id === siteCourseId,
    methods: { manual: state('manual'), self: state('self') },
    enrolments: enrolmentCounts(site, course),
    createdAt: isoTime(createdAt),
    modifiedAt: isoTime(modifiedAt),
  };
}

function enrolmentCounts(site: Site, course: Course): Record<EnrolmentStatus, number> {
  const counts = { active: 0, suspended: 0, ended: 0, future: 0 };
  const now = seconds(site);
  for (const enrolment of enrolmentsWhere(site, { courseId: course.id }))
    counts[statusOf(enrolment, now)] += 1;
  return counts;
}

/** A user, with how many enrolments there are. */
export function userView(site: Site, user: User): object {
  const { passwordDigest: _, createdAt, ...shown } = user;
  return {
    ...shown,
    fullName: fullName(user),
    createdAt: isoTime(createdAt),
    enrolments: enrolmentsWhere(site, { userId: user.id }).length,
  };
}
