/** Everybody in a course, by whatever way and however long; the guest is nobody. */
import type { Site } from './site.ts';
import { guestId, type User, userFrom } from './users.ts';

const inCourse = `FROM users WHERE deleted = 0 AND id != ${guestId} AND id IN (
  SELECT e.user_id FROM enrolments e JOIN enrolment_methods m ON m.id = e.method_id
  WHERE m.course_id = ?)`;

/** The participants by id. */
export function participantsOf({ database }: Site, courseId: number): User[] {
  return database.statement(`SELECT * ${inCourse} ORDER BY id`).all(courseId).map(userFrom);
}

/** How many there are. */
export function countParticipants({ database }: Site, courseId: number): number {
  const row = database.statement(`SELECT count(*) AS counted ${inCourse}`).get(courseId);
  return Number(row?.counted);
}
