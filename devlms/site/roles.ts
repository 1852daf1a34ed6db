/** The roles of a fresh Moodle, with the ids they have there. */

export interface Role {
  readonly id: number;
  readonly shortname: string;
  /** Whether it can be given in a course. */
  readonly inCourses: boolean;
}

export const roles: readonly Role[] = [
  { id: 1, shortname: 'manager', inCourses: true },
  { id: 2, shortname: 'coursecreator', inCourses: false },
  { id: 3, shortname: 'editingteacher', inCourses: true },
  { id: 4, shortname: 'teacher', inCourses: true },
  { id: 5, shortname: 'student', inCourses: true },
];

export const studentRoleId = 5;

export const roleOf = (id: number): Role | undefined => roles.find((role) => role.id === id);
