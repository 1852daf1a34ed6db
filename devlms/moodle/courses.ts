/** `core_course_get_courses`, `core_course_get_courses_by_field` and the categories. */
import { invalidParameter, moodleException } from '../errors.ts';
import {
  allCourses,
  type Course,
  coursesByField,
  findCourse,
  siteCourseId,
} from '../site/courses.ts';
import { may, mayEnter } from './capabilities.ts';
import {
  category,
  categoryId,
  enteredCourse,
  listedCourse,
  publicCourse,
} from './course-details.ts';
import { type Call, webFunction } from './function.ts';
import { list, optional, record, required, withDefault } from './parameters.ts';
import { cleanInteger, integer, letters, raw } from './values.ts';

/** `core_course_get_courses`: all of them unpaged, the site among them. */
export const getCourses = webFunction(
  { options: optional(record({ ids: optional(list(integer)) })) },
  (call, { options }) => {
    const ids = options?.ids ?? [];
    const all = ids.length === 0 ? inTableOrder(allCourses(call.site)) : someCourses(call, ids);
    return all.flatMap((course) => listed(call, course));
  },
);

/** PostgreSQL gives rows as they lie; the site's moves back a little when its settings are written. */
function inTableOrder(courses: readonly Course[]): Course[] {
  const others = courses.filter(({ id }) => id !== siteCourseId);
  const itself = courses.filter(({ id }) => id === siteCourseId);
  return [...others.slice(0, 2), ...itself, ...others.slice(2)];
}

function someCourses({ site }: Call, ids: readonly number[]): Course[] {
  const courses = new Set(ids.toSorted((one, other) => one - other));
  return [...courses].flatMap((id) => findCourse(site, id) ?? []);
}

/** One course that does not let the caller in fails the call for all of them. */
function listed(call: Call, course: Course): object[] {
  const { site, user } = call;
  if (!mayEnter(site, user, course)) throw contextNotValid(course.id);
  return [listedCourse(call, course, may(user, 'moodle/course:update'))];
}

/** A course that does not let the caller in. */
export const contextNotValid = (courseId: number) =>
  moodleException(
    'errorcoursecontextnotvalid',
    `You cannot execute functions in the course context (course id:${courseId}). The context error message was: Course or activity not accessible.`,
  );

/** `core_course_get_courses_by_field`: what the caller may not see is left out. */
export const getCoursesByField = webFunction(
  { field: withDefault(letters, ''), value: withDefault(raw, '') },
  (call, { field, value }) => ({
    courses: coursesWith(call, field, value).flatMap((course) => described(call, course)),
    warnings: [],
  }),
);

function coursesWith({ site }: Call, field: string, value: string): readonly Course[] {
  const one = (id: number): Course[] => [findCourse(site, id)].flatMap((course) => course ?? []);
  switch (field) {
    case '':
      return allCourses(site);
    case 'id':
      return one(Number(cleanInteger(value)));
    case 'ids':
      return [...new Set(value.split(',').map((id) => Number(cleanInteger(id))))]
        .toSorted((first, second) => first - second)
        .flatMap(one);
    case 'shortname':
    case 'idnumber':
      return coursesByField(site, field, value);
    case 'category':
      return allCourses(site).filter(
        (course) => categoryId(course) === Number(cleanInteger(value)),
      );
    default:
      throw invalidParameter('Invalid field name');
  }
}

function described(call: Call, course: Course): object[] {
  const { site, user } = call;
  const mayUpdate = may(user, 'moodle/course:update');
  if (!course.visible && !mayUpdate && !may(user, 'moodle/course:viewhiddencourses')) return [];
  const entered = mayEnter(site, user, course) ? enteredCourse(course, mayUpdate) : {};
  return [{ ...publicCourse(call, course), ...entered }];
}

/** `core_course_get_categories`. */
export const getCategories = webFunction(
  {
    criteria: withDefault(list(record({ key: required(letters), value: required(raw) })), []),
    addsubcategories: withDefault(raw, '1'),
  },
  ({ site }, { criteria }) => {
    const asked = criteria.every(
      ({ key, value }) =>
        (key === 'id' && value === String(category.id)) ||
        (key === 'name' && value === category.name),
    );
    const coursecount = allCourses(site).length - 1;
    return asked
      ? [
          {
            ...category,
            description: '',
            descriptionformat: 1,
            parent: 0,
            sortorder: 10_000,
            coursecount,
            depth: 1,
            path: `/${category.id}`,
          },
        ]
      : [];
  },
);
