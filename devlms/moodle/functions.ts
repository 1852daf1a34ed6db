/** Every function of the web service, by its name. */
import { codingError } from '../errors.ts';
import { getCategories, getCourses, getCoursesByField } from './courses.ts';
import { createUsers } from './create-users.ts';
import { deleteUsers } from './delete-users.ts';
import { getEnrolledUsers, getEnrolmentMethods, getUsersCourses } from './enrolled.ts';
import { getUsers, getUsersByField } from './find-users.ts';
import type { WebFunction } from './function.ts';
import type { FunctionName } from './function-names.ts';
import { enrolUsers, unenrolUsers } from './manual-enrolment.ts';
import { getSiteInfo } from './site-info.ts';
import { unassignRoles } from './unassign-roles.ts';
import { updateUsers } from './update-users.ts';

/** Exists, and says that it does nothing here. */
const notDone: WebFunction = () => {
  throw codingError('The development LMS does not do this');
};

const functions = {
  core_webservice_get_site_info: getSiteInfo,
  core_user_get_users_by_field: getUsersByField,
  core_user_get_users: getUsers,
  core_user_create_users: createUsers,
  core_user_update_users: updateUsers,
  core_user_delete_users: deleteUsers,
  core_course_get_courses: getCourses,
  core_course_get_courses_by_field: getCoursesByField,
  core_course_get_categories: getCategories,
  core_enrol_get_users_courses: getUsersCourses,
  core_enrol_get_enrolled_users: getEnrolledUsers,
  core_enrol_get_course_enrolment_methods: getEnrolmentMethods,
  enrol_manual_enrol_users: enrolUsers,
  enrol_manual_unenrol_users: unenrolUsers,
  core_group_add_group_members: notDone,
  core_cohort_add_cohort_members: notDone,
  core_role_assign_roles: notDone,
  core_role_unassign_roles: unassignRoles,
} satisfies Record<FunctionName, WebFunction>;

/** The function of this name, if there is one. */
export function functionNamed(name: string | undefined): WebFunction | undefined {
  const byName: Readonly<Record<string, WebFunction>> = functions;
  return name !== undefined && Object.hasOwn(functions, name) ? byName[name] : undefined;
}
