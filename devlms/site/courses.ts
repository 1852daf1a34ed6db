/** The courses of the site and the ways into them, as rows. The site itself is the first course. */
import type { Row } from './database.ts';
import { type Site, seconds } from './site.ts';

/** A course. */
export interface Course {
  readonly id: number;
  readonly shortname: string;
  readonly fullname: string;
  readonly idnumber: string;
  readonly visible: boolean;
  /** Unix seconds; 0 for none. */
  readonly startDate: number;
  readonly endDate: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** The newest course is the first one in its category. */
  readonly sortOrder: number;
}

/** How somebody gets into a course: by hand, which is also by the web service, or by themselves. */
export type MethodName = 'manual' | 'self';

/** A way into a course. */
export interface EnrolmentMethod {
  readonly id: number;
  readonly courseId: number;
  readonly method: MethodName;
  readonly enabled: boolean;
}

/** The site as a course: everybody may be there, and nobody can be enrolled. */
export const siteCourseId = 1;

const selectCourses = `SELECT c.*,
  (SELECT count(*) FROM courses newer WHERE newer.id >= c.id) AS rank FROM courses c`;

/** The course with this id. */
export function findCourse({ database }: Site, id: number): Course | undefined {
  return courseOf(database.statement(`${selectCourses} WHERE id = ?`).get(id));
}

/** Courses with exactly this value. */
export function coursesByField(
  { database }: Site,
  field: 'shortname' | 'idnumber',
  value: string,
): Course[] {
  return database
    .statement(`${selectCourses} WHERE ${field} = ? ORDER BY id`)
    .all(value)
    .map(courseFrom);
}

/** All courses, the site first. */
export function allCourses({ database }: Site): Course[] {
  return database.statement(`${selectCourses} ORDER BY id`).all().map(courseFrom);
}

/** What a new course is made of. */
export type NewCourse = Pick<Course, 'shortname' | 'fullname'> &
  Partial<Pick<Course, 'id' | 'idnumber' | 'visible' | 'startDate' | 'endDate'>>;

/** Adds a course, without any way into it. */
export function insertCourse(site: Site, course: NewCourse): number {
  const row = site.database
    .statement(
      `INSERT INTO courses (id, shortname, fullname, idnumber, visible, start_date, end_date,
         created_at, modified_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) RETURNING id`,
    )
    .get(
      course.id ?? null,
      course.shortname,
      course.fullname,
      course.idnumber ?? '',
      Number(course.visible ?? true),
      course.startDate ?? 0,
      course.endDate ?? 0,
      seconds(site),
    );
  return Number(row?.id);
}

/** Writes all of a course but its ways in. */
export function saveCourse(site: Site, course: Course): void {
  site.database
    .statement(
      `UPDATE courses SET shortname = ?2, fullname = ?3, idnumber = ?4, visible = ?5,
         start_date = ?6, end_date = ?7, modified_at = ?8 WHERE id = ?1`,
    )
    .run(
      course.id,
      course.shortname,
      course.fullname,
      course.idnumber,
      Number(course.visible),
      course.startDate,
      course.endDate,
      seconds(site),
    );
}

/** Takes a course away with everybody in it. */
export function removeCourse(site: Site, id: number): void {
  for (const method of ['manual', 'self'] as const)
    setMethod(site, { courseId: id, method }, 'missing');
  site.database.statement('DELETE FROM role_assignments WHERE course_id = ?').run(id);
  site.database.statement('DELETE FROM courses WHERE id = ?').run(id);
}

/** The ways into a course, in the order they were added. */
export function methodsOf({ database }: Site, courseId: number): EnrolmentMethod[] {
  return database
    .statement('SELECT * FROM enrolment_methods WHERE course_id = ? ORDER BY id')
    .all(courseId)
    .map((row) => ({
      id: Number(row.id),
      courseId: Number(row.course_id),
      method: row.method === 'self' ? 'self' : 'manual',
      enabled: row.enabled === 1,
    }));
}

/** One way into a course, if it has it. */
export function methodOf(
  site: Site,
  courseId: number,
  name: MethodName,
): EnrolmentMethod | undefined {
  return methodsOf(site, courseId).find(({ method }) => method === name);
}

/** Adds a way into a course, or switches it on or off; `missing` takes it away with who came by it. */
export function setMethod(
  { database }: Site,
  { courseId, method }: { readonly courseId: number; readonly method: MethodName },
  state: 'enabled' | 'disabled' | 'missing',
): void {
  if (state !== 'missing') {
    database
      .statement(
        `INSERT INTO enrolment_methods (course_id, method, enabled) VALUES (?, ?, ?)
         ON CONFLICT (course_id, method) DO UPDATE SET enabled = excluded.enabled`,
      )
      .run(courseId, method, Number(state === 'enabled'));
    return;
  }
  const ofMethod = 'SELECT id FROM enrolment_methods WHERE course_id = ? AND method = ?';
  database
    .statement(`DELETE FROM enrolments WHERE method_id IN (${ofMethod})`)
    .run(courseId, method);
  database
    .statement('DELETE FROM enrolment_methods WHERE course_id = ? AND method = ?')
    .run(courseId, method);
}

const courseOf = (row: Row | undefined): Course | undefined => row && courseFrom(row);

function courseFrom(row: Row): Course {
  const id = Number(row.id);
  return {
    id,
    shortname: String(row.shortname),
    fullname: String(row.fullname),
    idnumber: String(row.idnumber),
    visible: row.visible === 1,
    startDate: Number(row.start_date),
    endDate: Number(row.end_date),
    createdAt: Number(row.created_at),
    modifiedAt: Number(row.modified_at),
    sortOrder: id === siteCourseId ? 1 : 10_000 + Number(row.rank),
  };
}
