/** The roles of a fresh Moodle, with the ids they have there. */

/** A role. */
export interface Role {
  readonly id: number;
  readonly shortname: string;
  /** Whether it can be given in a course. */
  readonly inCourses: boolean;
}

/** All of them. */
export const roles: readonly Role[] = [
  { id: 1, shortname: 'manager', inCourses: true },
  { id: 2, shortname: 'coursecreator', inCourses: false },
  { id: 3, shortname: 'editingteacher', inCourses: true },
  { id: 4, shortname: 'teacher', inCourses: true },
  { id: 5, shortname: 'student', inCourses: true },
];

/** What a participant is, usually. */
export const studentRoleId = 5;

/** The role with this id. */
export const roleOf = (id: number): Role | undefined => roles.find((role) => role.id === id);
