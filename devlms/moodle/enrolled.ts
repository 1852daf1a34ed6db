/** Who is enrolled where: the courses of a user, the users of a course, and the ways into it. */
import { codingError, invalidParameter, missingRecord } from '../errors.ts';
import { type Course, findCourse, methodsOf } from '../site/courses.ts';
import { enrolmentsWhere, isActive, listMoment, rolesAt } from '../site/enrolments.ts';
import { countParticipants, participantsOf } from '../site/participants.ts';
import { roleOf } from '../site/roles.ts';
import { findUser, type User } from '../site/users.ts';
import { may, mayEnter, requireCapability } from './capabilities.ts';
import { takenCourse } from './course-details.ts';
import { contextNotValid } from './courses.ts';
import { type Call, webFunction } from './function.ts';
import { list, record, required, withDefault } from './parameters.ts';
import { participantDetails } from './user-details.ts';
import { boolean, cleanInteger, integer, letterNames, raw } from './values.ts';

/** `core_enrol_get_users_courses`: only what is open to the user now. */
export const getUsersCourses = webFunction(
  { userid: required(integer), returnusercount: withDefault(boolean, true) },
  (call, { userid, returnusercount }) => {
    const { site } = call;
    const user = findUser(site, userid);
    if (!user) return [];
    const now = listMoment(site);
    const ids = enrolmentsWhere(site, { userId: userid })
      .filter((enrolment) => isActive(enrolment, now))
      .map(({ courseId }) => courseId);
    return [...new Set(ids)]
      .flatMap((id) => findCourse(site, id) ?? [])
      .filter((course) => isShown(call, user, course))
      .toSorted((one, other) => one.sortOrder - other.sortOrder)
      .map((course) =>
        takenCourse(call, course, returnusercount ? countParticipants(site, course.id) : undefined),
      );
  },
);

/** A hidden course is shown to nobody it is hidden from, and others only to who may see participants. */
function isShown({ site, user: caller }: Call, user: User, course: Course): boolean {
  if (!course.visible && !may(user, 'moodle/course:viewhiddencourses')) return false;
  if (!mayEnter(site, caller, course)) return false;
  return caller.id === user.id || may(caller, 'moodle/course:viewparticipants');
}

/** `core_enrol_get_enrolled_users`: everybody, unless an option says otherwise. */
export const getEnrolledUsers = webFunction(
  {
    courseid: required(integer),
    options: withDefault(list(record({ name: required(letterNames), value: required(raw) })), []),
  },
  (call, { courseid, options }) => {
    const asked = enrolledOptions(options);
    const course = findCourse(call.site, courseid);
    if (!course) throw missingRecord('course');
    if (!mayEnter(call.site, call.user, course)) throw contextNotValid(courseid);
    requireCapability(call, 'moodle/course:viewparticipants');
    if (asked.onlyActive || asked.onlySuspended)
      requireCapability(call, 'moodle/course:enrolreview');
    return askedParticipants(call, course, asked)
      .toSorted(by(asked))
      .slice(asked.from, asked.number === 0 ? undefined : asked.from + asked.number)
      .map((user) =>
        participantDetails(call, user, { roles: roleList(call, course, user) }, asked.userFields),
      );
  },
);

interface EnrolledOptions {
  readonly onlyActive: boolean;
  readonly onlySuspended: boolean;
  readonly userFields: readonly string[];
  readonly from: number;
  readonly number: number;
  readonly sortBy: 'id' | 'firstname' | 'lastname';
  readonly descending: boolean;
}

function enrolledOptions(
  options: readonly { readonly name: string; readonly value: string }[],
): EnrolledOptions {
  const given = new Map(options.map(({ name, value }) => [name, value]));
  const flag = (name: string): boolean => !['', '0', undefined].includes(given.get(name));
  const whole = (name: string): number => Number(cleanInteger(given.get(name) ?? '0'));
  if (flag('onlyactive') && flag('onlysuspended'))
    throw codingError(
      'Both onlyactive and onlysuspended are set, this is probably not what you want!',
    );
  for (const name of ['withcapability', 'groupid'])
    if (flag(name)) throw codingError(`The development LMS does not know the option ${name}`);
  return {
    onlyActive: flag('onlyactive'),
    onlySuspended: flag('onlysuspended'),
    userFields: (given.get('userfields') ?? '').split(',').filter((name) => name !== ''),
    from: whole('limitfrom'),
    number: whole('limitnumber'),
    sortBy: sortKey(given.get('sortby') ?? 'id'),
    descending: given.get('sortdirection')?.toUpperCase() === 'DESC',
  };
}

function sortKey(name: string): EnrolledOptions['sortBy'] {
  if (name === 'id' || name === 'firstname' || name === 'lastname') return name;
  if (name === 'siteorder') return 'lastname';
  throw invalidParameter(
    `Invalid value for sortby parameter (value: ${name}),allowed values are: id,firstname,lastname,siteorder`,
  );
}

function askedParticipants(
  { site }: Call,
  { id: courseId }: Course,
  { onlyActive, onlySuspended }: EnrolledOptions,
): User[] {
  const everybody = participantsOf(site, courseId);
  if (!onlyActive && !onlySuspended) return everybody;
  const now = listMoment(site);
  const enrolments = enrolmentsWhere(site, { courseId });
  const active = new Set(
    enrolments.filter((one) => isActive(one, now)).map(({ userId }) => userId),
  );
  return everybody.filter(({ id }) => active.has(id) === onlyActive);
}

function by({ sortBy, descending }: EnrolledOptions) {
  const sign = descending ? -1 : 1;
  return (one: User, other: User): number =>
    sign * (sortBy === 'id' ? one.id - other.id : one[sortBy].localeCompare(other[sortBy], 'en')) ||
    one.id - other.id;
}

function roleList({ site }: Call, course: Course, user: User): object[] {
  return rolesAt(site, { courseId: course.id, userId: user.id }).map((id) => ({
    roleid: id,
    name: '',
    shortname: roleOf(id)?.shortname ?? '',
    sortorder: 0,
  }));
}

/** Only ways that tell something of themselves: who enrols by hand is not one of them. */
export const getEnrolmentMethods = webFunction(
  { courseid: required(integer) },
  (call, { courseid }) => {
    const course = findCourse(call.site, courseid);
    if (!course) throw missingRecord('course');
    if (!mayEnter(call.site, call.user, course)) throw contextNotValid(courseid);
    return methodsOf(call.site, courseid)
      .filter(({ method, enabled }) => method === 'self' && enabled)
      .map(({ id, method }) => ({
        id,
        courseid,
        type: method,
        name: 'Self enrolment (Student)',
        status: true,
        wsfunction: 'enrol_self_get_instance_info',
      }));
  },
);
