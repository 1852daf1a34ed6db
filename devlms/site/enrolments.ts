/** Who is in which course by which way, since when and until when, and in which roles. */
import type { EnrolmentMethod, MethodName } from './courses.ts';
import type { Row } from './database.ts';
import { type Site, seconds } from './site.ts';

/** One way of one user into one course. */
export interface Enrolment {
  readonly id: number;
  readonly courseId: number;
  readonly userId: number;
  readonly method: MethodName;
  readonly methodEnabled: boolean;
  readonly suspended: boolean;
  /** Unix seconds; 0 for no limit. */
  readonly timeStart: number;
  readonly timeEnd: number;
}

/** What enrolling says, all of it each time. */
export type EnrolmentTerms = Pick<Enrolment, 'suspended' | 'timeStart' | 'timeEnd'>;

/** Which enrolments; what is left out does not matter. */
export interface EnrolmentFilter {
  readonly courseId?: number | undefined;
  readonly userId?: number | undefined;
}

/** How an enrolment stands at a moment. */
export type EnrolmentStatus = 'active' | 'suspended' | 'ended' | 'future';

/** How it stands; a suspended one is that first. */
export function statusOf(enrolment: EnrolmentTerms, now: number): EnrolmentStatus {
  if (enrolment.suspended) return 'suspended';
  if (enrolment.timeEnd !== 0 && enrolment.timeEnd <= now) return 'ended';
  return enrolment.timeStart > now ? 'future' : 'active';
}

/** Whether it lets the user in. */
export const isActive = (enrolment: Enrolment, now: number): boolean =>
  enrolment.methodEnabled && statusOf(enrolment, now) === 'active';

/**
 * The moment Moodle's lists take for now: rounded to a hundred seconds, for the sake of its
 * database's cache, and what starts at that moment has not begun. Somebody enrolled from now on may
 * be missing for a minute.
 */
export const listMoment = (site: Site): number => Math.round(seconds(site) / 100) * 100 - 1;

/** Enrolments by course and user. */
export function enrolmentsWhere({ database }: Site, filter: EnrolmentFilter): Enrolment[] {
  return database
    .statement(
      `SELECT e.*, m.course_id, m.method, m.enabled FROM enrolments e
       JOIN enrolment_methods m ON m.id = e.method_id
       WHERE (?1 IS NULL OR m.course_id = ?1) AND (?2 IS NULL OR e.user_id = ?2)
       ORDER BY m.course_id, e.user_id, e.id`,
    )
    .all(filter.courseId ?? null, filter.userId ?? null)
    .map(enrolmentFrom);
}

/** Enrols, or puts these terms in the place of those there were. */
export function putEnrolment(
  site: Site,
  { method, userId }: { readonly method: EnrolmentMethod; readonly userId: number },
  terms: EnrolmentTerms,
): void {
  site.database
    .statement(
      `INSERT INTO enrolments (method_id, user_id, suspended, time_start, time_end, created_at, modified_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
       ON CONFLICT (method_id, user_id) DO UPDATE SET suspended = excluded.suspended,
         time_start = excluded.time_start, time_end = excluded.time_end,
         modified_at = excluded.modified_at`,
    )
    .run(method.id, userId, Number(terms.suspended), terms.timeStart, terms.timeEnd, seconds(site));
}

/** Takes one way into the course away; with the last one, every role there goes too. */
export function removeEnrolment(site: Site, method: EnrolmentMethod, userId: number): void {
  site.database
    .statement('DELETE FROM enrolments WHERE method_id = ? AND user_id = ?')
    .run(method.id, userId);
  const { courseId } = method;
  if (enrolmentsWhere(site, { courseId, userId }).length === 0)
    site.database
      .statement('DELETE FROM role_assignments WHERE course_id = ? AND user_id = ?')
      .run(courseId, userId);
}

/** Takes somebody out of every course. */
export function removeEverywhere({ database }: Site, userId: number): void {
  database.statement('DELETE FROM enrolments WHERE user_id = ?').run(userId);
  database.statement('DELETE FROM role_assignments WHERE user_id = ?').run(userId);
}

/** Somebody in a course. */
export interface Place {
  readonly courseId: number;
  readonly userId: number;
}

/** Gives one more role. */
export function assignRole({ database }: Site, place: Place, roleId: number): void {
  database
    .statement(
      'INSERT OR IGNORE INTO role_assignments (course_id, user_id, role_id) VALUES (?, ?, ?)',
    )
    .run(place.courseId, place.userId, roleId);
}

/** Takes one role back; the others stay, and so does the enrolment. */
export function unassignRole({ database }: Site, place: Place, roleId: number): void {
  database
    .statement('DELETE FROM role_assignments WHERE course_id = ? AND user_id = ? AND role_id = ?')
    .run(place.courseId, place.userId, roleId);
}

/** The ids of the roles somebody has in a course. */
export function rolesAt({ database }: Site, { courseId, userId }: Place): number[] {
  return database
    .statement(
      'SELECT role_id FROM role_assignments WHERE course_id = ? AND user_id = ? ORDER BY role_id',
    )
    .all(courseId, userId)
    .map(({ role_id }) => Number(role_id));
}

function enrolmentFrom(row: Row): Enrolment {
  return {
    id: Number(row.id),
    courseId: Number(row.course_id),
    userId: Number(row.user_id),
    method: row.method === 'self' ? 'self' : 'manual',
    methodEnabled: row.enabled === 1,
    suspended: row.suspended === 1,
    timeStart: Number(row.time_start),
    timeEnd: Number(row.time_end),
  };
}
