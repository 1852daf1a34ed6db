/** `/_dev/courses` and `/_dev/enrolments`: what a teacher does, and what only the database tells. */
import { parseBody } from '../../standin/body.ts';
import { HttpError, readJson } from '../../standin/exchange.ts';
import {
  allCourses,
  type Course,
  coursesByField,
  findCourse,
  insertCourse,
  type MethodName,
  methodOf,
  removeCourse,
  saveCourse,
  setMethod,
  siteCourseId,
} from '../site/courses.ts';
import {
  assignRole,
  type EnrolmentTerms,
  enrolmentsWhere,
  putEnrolment,
  removeEnrolment,
} from '../site/enrolments.ts';
import { studentRoleId } from '../site/roles.ts';
import type { Site } from '../site/site.ts';
import { usersByField } from '../site/user-search.ts';
import type { ControlRoute } from './control.ts';
import { courseBody, courseChangeBody, enrolmentBody } from './control-bodies.ts';
import { wantedUser } from './control-people.ts';
import { courseView, enrolmentView } from './control-views.ts';

/** Routes of courses and enrolments. */
export const courseRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET courses': ({ site }) => ({
    courses: allCourses(site).map((course) => courseView(site, course)),
  }),

  'GET courses/{id}': ({ site }, _exchange, id) => {
    const course = wantedCourse(site, id);
    return { ...courseView(site, course), participants: enrolmentViews(site, course.id) };
  },

  'POST courses': async ({ site }, { request }) => {
    const { manual, self, ...course } = parseBody(courseBody, await readJson(request));
    refuseTaken(site, course.shortname);
    const id = site.database.transaction(() => {
      const courseId = insertCourse(site, course);
      setMethod(site, { courseId, method: 'manual' }, manual);
      setMethod(site, { courseId, method: 'self' }, self);
      return courseId;
    });
    return courseView(site, wantedCourse(site, String(id)));
  },

  'PATCH courses/{id}': async ({ site }, { request }, id) => {
    const { manual, self, ...change } = parseBody(courseChangeBody, await readJson(request));
    const course = wantedCourse(site, id);
    const courseId = course.id;
    if (change.shortname !== undefined && change.shortname !== course.shortname)
      refuseTaken(site, change.shortname);
    site.database.transaction(() => {
      saveCourse(site, { ...course, ...change });
      if (manual !== undefined) setMethod(site, { courseId, method: 'manual' }, manual);
      if (self !== undefined) setMethod(site, { courseId, method: 'self' }, self);
    });
    return courseView(site, wantedCourse(site, String(courseId)));
  },

  'DELETE courses/{id}': ({ site }, _exchange, id) => {
    const course = wantedCourse(site, id);
    if (course.id === siteCourseId)
      throw new HttpError(409, { errors: 'The site itself cannot be deleted' });
    site.database.transaction(() => removeCourse(site, course.id));
    return { deleted: course.id };
  },

  'GET enrolments': ({ site }, { url }) => {
    const email = url.searchParams.get('email');
    const course = url.searchParams.get('course');
    const courseId = course === null ? undefined : wantedCourse(site, course).id;
    if (email === null) return { enrolments: enrolmentViews(site, courseId) };
    const people = usersByField(site, 'email', [email]);
    return { enrolments: people.flatMap(({ id }) => enrolmentViews(site, courseId, id)) };
  },

  'POST enrolments': async ({ site }, { request }) => {
    const { course, user, method, ...terms } = parseBody(enrolmentBody, await readJson(request));
    const courseId = wantedCourse(site, String(course)).id;
    const userId = wantedUser(site, String(user)).id;
    site.database.transaction(() => enrol(site, { courseId, userId, method }, terms));
    return { enrolments: enrolmentViews(site, courseId, userId) };
  },

  'DELETE enrolments/{id}': ({ site }, _exchange, id) => {
    const enrolment = enrolmentsWhere(site, {}).find((one) => one.id === Number(id));
    const method = enrolment && methodOf(site, enrolment.courseId, enrolment.method);
    if (!method) throw new HttpError(404, { errors: `There is no enrolment ${id}` });
    site.database.transaction(() => removeEnrolment(site, method, enrolment.userId));
    return { deleted: enrolment.id };
  },
};

const enrolmentViews = (site: Site, courseId?: number, userId?: number): object[] =>
  enrolmentsWhere(site, { courseId, userId }).map((enrolment) => enrolmentView(site, enrolment));

interface Way {
  readonly courseId: number;
  readonly userId: number;
  readonly method: MethodName;
}

/** As a student, by a way that is opened where it is not there yet. */
function enrol(site: Site, { courseId, userId, method }: Way, terms: EnrolmentTerms): void {
  if (!methodOf(site, courseId, method)) setMethod(site, { courseId, method }, 'enabled');
  const way = methodOf(site, courseId, method);
  if (way) putEnrolment(site, { method: way, userId }, terms);
  assignRole(site, { courseId, userId }, studentRoleId);
}

function refuseTaken(site: Site, shortname: string): void {
  if (coursesByField(site, 'shortname', shortname).length > 0)
    throw new HttpError(422, {
      errors: [{ field: ['shortname'], message: `Short name is already used: ${shortname}` }],
    });
}

/** By id or short name. */
function wantedCourse(site: Site, given: string): Course {
  const found = /^\d+$/.test(given)
    ? findCourse(site, Number(given))
    : coursesByField(site, 'shortname', given)[0];
  if (!found) throw new HttpError(404, { errors: `There is no course ${given}` });
  return found;
}
