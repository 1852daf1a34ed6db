/** What the functions tell of a course: the same few things, each in an order and selection of its own. */
import { type Course, methodsOf, siteCourseId } from '../site/courses.ts';
import type { Call } from './function.ts';
import { coursePicture } from './theme.ts';
import { stripTags } from './values.ts';

/** The one category of a fresh site. */
export const category = { id: 1, name: 'Category 1' };

const isSite = ({ id }: Course): boolean => id === siteCourseId;

/** The category a course is in; the site is in none. */
export const categoryId = (course: Course): number => (isSite(course) ? 0 : category.id);
/** How a course is laid out. */
export const format = (course: Course): string => (isSite(course) ? 'site' : 'topics');

/** A name as it stands in HTML, unless the caller asked for it as it is. */
export function shownName({ raw }: Call, name: string): string {
  if (raw) return name;
  return stripTags(name)
    .replaceAll(/&(?![a-zA-Z0-9#]{1,8};)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** `core_course_get_courses`; most of it only for who may change the course. */
export function listedCourse(call: Call, course: Course, mayUpdate: boolean): object {
  const fullname = shownName(call, course.fullname);
  const managed = (details: object): object => (mayUpdate ? details : {});
  return {
    id: course.id,
    shortname: shownName(call, course.shortname),
    categoryid: categoryId(course),
    ...managed({ categorysortorder: course.sortOrder }),
    fullname,
    displayname: fullname,
    ...managed({ idnumber: course.idnumber }),
    summary: '',
    summaryformat: 0,
    format: format(course),
    ...managed({ showgrades: 1, newsitems: newsItems(course) }),
    startdate: course.startDate,
    enddate: course.endDate,
    ...(mayUpdate || isSite(course) ? { numsections: Number(isSite(course)) } : {}),
    ...managed(managedDetails(course)),
    showactivitydates: false,
    showcompletionconditions: completionConditions(course),
  };
}

function managedDetails(course: Course): object {
  return {
    maxbytes: 0,
    showreports: 0,
    visible: Number(course.visible),
    ...(isSite(course) ? {} : { hiddensections: 1 }),
    groupmode: 0,
    groupmodeforce: 0,
    defaultgroupingid: 0,
    timecreated: course.createdAt,
    timemodified: course.modifiedAt,
    enablecompletion: 0,
    completionnotify: 0,
    lang: '',
    forcetheme: '',
    courseformatoptions: isSite(course)
      ? [{ name: 'numsections', value: 1 }]
      : [
          { name: 'hiddensections', value: 1 },
          { name: 'coursedisplay', value: 0 },
        ],
  };
}

const newsItems = (course: Course): number => (isSite(course) ? 3 : 1);
const completionConditions = (course: Course): true | null => (isSite(course) ? null : true);

/** What `core_course_get_courses_by_field` tells everybody who may know of the course. */
export function publicCourse(call: Call, course: Course): object {
  const { site, settings } = call;
  const fullname = shownName(call, course.fullname);
  return {
    id: course.id,
    fullname,
    displayname: fullname,
    shortname: shownName(call, course.shortname),
    courseimage: coursePicture(site, settings, course.id),
    categoryid: categoryId(course),
    categoryname: isSite(course) ? '' : category.name,
    sortorder: course.sortOrder,
    summary: '',
    summaryformat: 0,
    summaryfiles: [],
    overviewfiles: [],
    showactivitydates: false,
    showcompletionconditions: completionConditions(course),
    contacts: [],
    enrollmentmethods: methodsOf(site, course.id)
      .filter(({ enabled }) => enabled)
      .map(({ method }) => method),
  };
}

const filters = [
  'displayh5p',
  'activitynames',
  'mathjaxloader',
  'emoticon',
  'urltolink',
  'mediaplugin',
];

/** What it tells beside to whom the course lets in. */
export function enteredCourse(course: Course, mayUpdate: boolean): object {
  return {
    ...(mayUpdate ? { idnumber: course.idnumber } : {}),
    format: format(course),
    showgrades: 1,
    newsitems: newsItems(course),
    startdate: course.startDate,
    enddate: course.endDate,
    maxbytes: 0,
    showreports: 0,
    visible: Number(course.visible),
    groupmode: 0,
    groupmodeforce: 0,
    defaultgroupingid: 0,
    enablecompletion: 0,
    completionnotify: 0,
    lang: '',
    theme: '',
    marker: 0,
    ...(mayUpdate
      ? {
          legacyfiles: 0,
          calendartype: '',
          timecreated: course.createdAt,
          timemodified: course.modifiedAt,
          requested: 0,
          cacherev: course.modifiedAt,
        }
      : {}),
    filters: filters.map((filter) => ({ filter, localstate: 0, inheritedstate: 1 })),
    ...(isSite(course)
      ? {}
      : {
          courseformatoptions: [
            { name: 'hiddensections', value: 1 },
            { name: 'coursedisplay', value: 0 },
            { name: 'indentation', value: '1' },
          ],
        }),
  };
}

/** `core_enrol_get_users_courses`. */
export function takenCourse(call: Call, course: Course, enrolled: number | undefined): object {
  const { site, settings } = call;
  const fullname = shownName(call, course.fullname);
  return {
    id: course.id,
    shortname: shownName(call, course.shortname),
    fullname,
    displayname: fullname,
    ...(enrolled === undefined ? {} : { enrolledusercount: enrolled }),
    idnumber: course.idnumber,
    visible: Number(course.visible),
    summary: '',
    summaryformat: 0,
    format: format(course),
    courseimage: coursePicture(site, settings, course.id),
    showgrades: true,
    lang: '',
    enablecompletion: false,
    completionhascriteria: false,
    completionusertracked: false,
    category: categoryId(course),
    progress: null,
    completed: null,
    startdate: course.startDate,
    enddate: course.endDate,
    marker: 0,
    lastaccess: null,
    isfavourite: false,
    hidden: false,
    overviewfiles: [],
    showactivitydates: false,
    showcompletionconditions: completionConditions(course),
    timemodified: course.modifiedAt,
  };
}
