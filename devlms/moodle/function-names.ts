/** The functions a service for a connector has, in the order its site info lists them. */
export const functionNames = [
  'core_webservice_get_site_info',
  'core_user_get_users_by_field',
  'core_user_get_users',
  'core_user_create_users',
  'core_user_update_users',
  'core_user_delete_users',
  'core_course_get_courses',
  'core_course_get_courses_by_field',
  'core_course_get_categories',
  'core_enrol_get_users_courses',
  'core_enrol_get_enrolled_users',
  'core_enrol_get_course_enrolment_methods',
  'enrol_manual_enrol_users',
  'enrol_manual_unenrol_users',
  'core_group_add_group_members',
  'core_cohort_add_cohort_members',
  'core_role_assign_roles',
] as const;

/** What a service may have beside; nobody recorded it, it is as in Moodle's source. */
export const furtherNames = ['core_role_unassign_roles'] as const;

/** The name of a function. */
export type FunctionName = (typeof functionNames)[number] | (typeof furtherNames)[number];
