/** What a site has from its beginning, and what a development site has beside it. */
import { functionNames, furtherNames } from '../moodle/function-names.ts';
import { insertCourse, setMethod, siteCourseId } from './courses.ts';
import { studentRoleId } from './roles.ts';
import { settingsOf } from './settings.ts';
import type { Site } from './site.ts';
import { findService, saveService, saveToken, tokenFor } from './tokens.ts';
import { adminId, findUser, findUsername, guestId, insertUser } from './users.ts';

/** As Moodle's installer leaves it: the guest, the administrator, the site as a course. Does it once. */
export function install(site: Site): void {
  if (findUser(site, adminId)) return;
  const { name, shortName } = settingsOf(site);
  insertUser(site, {
    id: guestId,
    username: 'guest',
    email: 'root@localhost',
    firstname: 'Guest user',
    lastname: ' ',
  });
  insertUser(site, {
    id: adminId,
    username: 'admin',
    email: 'admin@example.com',
    firstname: 'Admin',
    lastname: 'User',
    siteAdmin: true,
  });
  insertCourse(site, { id: siteCourseId, shortname: shortName, fullname: name });
}

/** What an ordinary user needs to keep accounts and enrolments, found by trying. */
export const connectorCapabilities: readonly string[] = [
  'webservice/rest:use',
  'moodle/webservice:createtoken',
  'moodle/user:create',
  'moodle/user:update',
  'moodle/user:delete',
  'moodle/user:viewdetails',
  'moodle/user:viewhiddendetails',
  'moodle/user:viewalldetails',
  'moodle/site:viewuseridentity',
  'moodle/course:view',
  'moodle/course:viewhiddencourses',
  'moodle/course:viewparticipants',
  'moodle/course:enrolreview',
  'moodle/course:useremail',
  'moodle/category:viewhiddencategories',
  'moodle/role:assign',
  'enrol/manual:enrol',
  'enrol/manual:unenrol',
];

const serviceUser = 'svc-rollcall';
const serviceName = 'rollcall';

const courses: readonly (readonly [shortname: string, fullname: string])[] = [
  ['WELD-101', 'Welding 101'],
  ['WELD-201', 'Welding 201'],
  ['FIRST-AID', 'First Aid'],
  ['SAFETY', 'Workplace Safety'],
];

/** A few courses and a service user at the first start, and that user's token at every one. */
export function furnish(site: Site, token: string): void {
  const known = findUsername(site, serviceUser);
  if (!known) for (const [shortname, fullname] of courses) addCourse(site, shortname, fullname);
  const userId = known?.id ?? addServiceUser(site);
  if (!findService(site, serviceName))
    saveService(site, { shortname: serviceName, functions: [...functionNames, ...furtherNames] });
  if (tokenFor(site, userId, serviceName) !== token)
    saveToken(site, { token, userId, service: serviceName });
}

function addCourse(site: Site, shortname: string, fullname: string): void {
  const courseId = insertCourse(site, { shortname, fullname });
  setMethod(site, { courseId, method: 'manual' }, 'enabled');
}

function addServiceUser(site: Site): number {
  return insertUser(site, {
    username: serviceUser,
    email: 'svc-rollcall@example.com',
    firstname: 'Rollcall',
    lastname: 'Service',
    // Without it the names of others come in one piece.
    capabilities: [...connectorCapabilities, 'moodle/site:viewfullnames'],
    assignableRoles: [studentRoleId],
  });
}
