/** `core_role_unassign_roles`, of courses: a list is one transaction. */
import { invalidParameter } from '../errors.ts';
import { findCourse } from '../site/courses.ts';
import { unassignRole } from '../site/enrolments.ts';
import { assignableRoles, requireCapability, requireEntry } from './capabilities.ts';
import { type Call, webFunction } from './function.ts';
import { list, type RecordOf, record, required } from './parameters.ts';
import { integer, letters } from './values.ts';

const fields = {
  roleid: required(integer),
  userid: required(integer),
  contextlevel: required(letters),
  instanceid: required(integer),
};

/** `core_role_unassign_roles`. */
export const unassignRoles = webFunction(
  { unassignments: required(list(record(fields))) },
  (call, { unassignments }) => {
    call.site.database.transaction(() => {
      for (const unassignment of unassignments) unassign(call, unassignment);
    });
    return null;
  },
);

function unassign(call: Call, { roleid, userid, ...context }: RecordOf<typeof fields>): void {
  const course =
    context.contextlevel === 'course' ? findCourse(call.site, context.instanceid) : undefined;
  if (!course) throw invalidParameter('Context does not exist');
  requireEntry(call, course);
  requireCapability(call, 'moodle/role:assign');
  if (!assignableRoles(call.user).includes(roleid))
    throw invalidParameter(`Can not unassign roleid=${roleid}`);
  unassignRole(call.site, { courseId: course.id, userId: userid }, roleid);
}
