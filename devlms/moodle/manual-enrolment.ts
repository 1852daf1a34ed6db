/**
 * `enrol_manual_enrol_users` and `enrol_manual_unenrol_users`: a list is one transaction. Enrolling
 * says all there is to say: dates that are left out are none, and nobody stays suspended.
 */
import { codingError, invalidParameter, missingRecord, moodleException } from '../errors.ts';
import { type Course, type EnrolmentMethod, findCourse, methodOf } from '../site/courses.ts';
import { assignRole, putEnrolment, removeEnrolment } from '../site/enrolments.ts';
import { findUser } from '../site/users.ts';
import { assignableRoles, requireCapability, requireEntry } from './capabilities.ts';
import { type Call, webFunction } from './function.ts';
import { list, optional, type RecordOf, record, required } from './parameters.ts';
import { integer } from './values.ts';

const enrolFields = {
  roleid: required(integer),
  userid: required(integer),
  courseid: required(integer),
  timestart: optional(integer),
  timeend: optional(integer),
  suspend: optional(integer),
};

/** `enrol_manual_enrol_users`. */
export const enrolUsers = webFunction(
  { enrolments: required(list(record(enrolFields))) },
  (call, { enrolments }) => {
    call.site.database.transaction(() => {
      for (const enrolment of enrolments) enrolUser(call, enrolment);
    });
    return null;
  },
);

function enrolUser(call: Call, enrolment: RecordOf<typeof enrolFields>): void {
  const { site } = call;
  const { roleid: roleId, userid: userId, courseid: courseId } = enrolment;
  const course = findCourse(site, courseId);
  if (!course) throw invalidParameter('Context does not exist');
  requireEntry(call, course);
  requireCapability(call, 'enrol/manual:enrol');
  if (!assignableRoles(call.user).includes(roleId))
    throw moodleException(
      'wsusercannotassign',
      `You don't have the permission to assign this role (${roleId}) to this user (${userId}) in this course (${courseId}).`,
    );
  const method = methodOf(site, courseId, 'manual');
  if (!method?.enabled) throw noInstance();
  const user = findUser(site, userId);
  if (!user || user.deleted) throw codingError('User ID does not exist or is deleted!');
  putEnrolment(
    site,
    { method, userId },
    {
      suspended: Boolean(enrolment.suspend),
      timeStart: enrolment.timestart ?? 0,
      timeEnd: enrolment.timeend ?? 0,
    },
  );
  assignRole(site, { courseId, userId }, roleId);
}

/** The sentence misses its number: Moodle forgets to fill it in. */
const noInstance = () =>
  moodleException(
    'wsnoinstance',
    "Manual enrolment plugin instance doesn't exist or is disabled for the course (id = {$a->courseid})",
  );

const unenrolFields = {
  userid: required(integer),
  courseid: required(integer),
  // Taken, and not looked at: the enrolment goes with all its roles.
  roleid: optional(integer),
};

/** `enrol_manual_unenrol_users`: no error for somebody who is not enrolled. */
export const unenrolUsers = webFunction(
  { enrolments: required(list(record(unenrolFields))) },
  (call, { enrolments }) => {
    call.site.database.transaction(() => {
      for (const { userid, courseid } of enrolments) unenrolUser(call, userid, courseid);
    });
    return null;
  },
);

function unenrolUser(call: Call, userId: number, courseId: number): void {
  const { site } = call;
  const method = manualMethod(call, findCourse(site, courseId));
  if (!findUser(site, userId)) throw invalidParameter(`User id not exist: ${userId}`);
  removeEnrolment(site, method, userId);
}

function manualMethod(call: Call, course: Course | undefined): EnrolmentMethod {
  if (!course) throw missingRecord('course');
  requireEntry(call, course);
  requireCapability(call, 'enrol/manual:unenrol');
  const method = methodOf(call.site, course.id, 'manual');
  if (!method) throw noInstance();
  return method;
}
