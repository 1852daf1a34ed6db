/** Whether a site lets us do what we have to: what is missing is named, and where it is given. Leaves nothing behind. */
import { DestinationError } from '../provisioning/failure.ts';
import type { Enrolling } from './moodle-enrolled.ts';
import { give } from './moodle-enrolments.ts';
import { errorcodeOf, userGone } from './moodle-failures.ts';
import { type Place, placesOf, refusedCourse } from './moodle-places.ts';
import { type MoodleUser, needed, neededForRoles, type Send } from './moodle-web-service.ts';

/**
 * Checks the token, its service and what its user sees of others.
 * @param roles whether memberships name roles, which takes more functions
 * @throws `DestinationError`
 */
export async function checkSite(roles: boolean, send: Send): Promise<void> {
  const site = await send('core_webservice_get_site_info', {});
  const has = new Set(site.functions.map(({ name }) => name));
  const lacks = [...needed, ...(roles ? neededForRoles : [])].filter((name) => !has.has(name));
  if (lacks.length > 0)
    throw unpermitted(
      `The service of the token lacks ${lacks.join(', ')}: add them (Site administration > Server > Web services > External services > Functions).`,
    );
  if (site.userissiteadmin)
    throw unpermitted(
      'The token is that of a site administrator, with which other administrators could be changed by mistake: make a user with a role of its own for Rollcall, and enter its token.',
    );
  await checkView(site.userid, send);
}

const unpermitted = (message: string): DestinationError =>
  new DestinationError('misconfigured', message, { code: 'permissions' });

/** The first accounts of any site: its guest and its first administrator. */
const firstIds = [1, 2, 3];

/** What a user has to be able to see of another, by what is missing where it cannot. */
const views = {
  username: 'moodle/user:viewalldetails',
  firstname: 'moodle/site:viewfullnames',
  email:
    'moodle/site:viewuseridentity (and “Email address” among “Show user identity”, Site administration > Users > Permissions > User policies)',
  suspended: 'moodle/user:viewhiddendetails',
} as const satisfies Partial<Record<keyof MoodleUser, string>>;

/** Whoever may not see users sees none, where an error should be: then everybody would be created anew. */
async function checkView(ownId: number, send: Send): Promise<void> {
  const seen = await send('core_user_get_users_by_field', {
    field: 'id',
    values: [...new Set([ownId, ...firstIds])],
  });
  const other = seen.find(({ id }) => id !== ownId);
  const email = seen.find(({ id }) => id === ownId)?.email ?? '';
  const itself = await send('core_user_get_users_by_field', { field: 'email', values: [email] });
  const lacks = [
    ...(other === undefined ? ['moodle/user:viewdetails'] : []),
    ...Object.entries(views).flatMap(([name, capability]) =>
      other !== undefined && !(name in other) ? [capability] : [],
    ),
  ];
  if (lacks.length === 0 && !itself.some(({ id }) => id === ownId)) lacks.push(views.email);
  if (lacks.length > 0)
    throw unpermitted(
      `Rollcall's user in Moodle does not see of others what it has to: allow ${lacks.join(', ')} in its role (Site administration > Users > Permissions > Define roles).`,
    );
}

/** Somebody that no site has: to enrol it is refused last, when all else was found right, and undone whole. */
const nobody = 2_147_483_647;

/** What keeps people from being enrolled in these places; the first that does is told, `null` if nothing does. */
export async function faultIn(
  memberships: readonly string[],
  enrolling: Enrolling,
): Promise<string | null> {
  const places = placesOf(memberships);
  const courses = await enrolling.courses.named(
    places.map(({ courseId }) => courseId),
    enrolling.send,
  );
  for (const place of places) {
    const { courseId } = place;
    const course = courses.get(courseId);
    if (course === undefined)
      return `The policy names the course ${courseId}, which Moodle does not have or does not show: take it out of the policy, or allow moodle/course:view and moodle/course:viewhiddencourses in the role of Rollcall's user.`;
    if (!course.enrollmentmethods.includes('manual'))
      return refusedCourse('wsnoinstance', place, enrolling.studentRole);
    const fault = await faultOfEnrolling(place, enrolling);
    if (fault !== null) return fault;
  }
  return null;
}

async function faultOfEnrolling(place: Place, enrolling: Enrolling): Promise<string | null> {
  try {
    await give(nobody, place, { from: null, until: null }, enrolling);
    return null;
  } catch (error) {
    const code = errorcodeOf(error) ?? '';
    if (userGone.has(code)) return null;
    const fault = refusedCourse(code, place, enrolling.studentRole);
    if (fault === null) throw error;
    return fault;
  }
}
