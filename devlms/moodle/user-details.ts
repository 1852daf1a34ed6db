/**
 * What the caller is told of a user. What a missing capability hides is simply not there: "may not
 * see users" looks like "no such user".
 */
import { invalidResponse } from '../errors.ts';
import { seconds } from '../site/site.ts';
import { fullName, type User } from '../site/users.ts';
import { may } from './capabilities.ts';
import type { Call } from './function.ts';
import { userPicture } from './theme.ts';
import { cleanUsername } from './values.ts';

/** In the order of Moodle's description; what is undefined is left out. */
export type UserDetails = Readonly<Record<string, unknown>>;

/** What a look at the whole site tells of somebody; null when the caller may not see them at all. */
export function userDetails(call: Call, user: User): UserDetails | null {
  const self = call.user.id === user.id;
  if (!self && !may(call.user, 'moodle/user:viewdetails')) return null;
  const all = self || may(call.user, 'moodle/user:viewalldetails');
  return present({
    ...basics(call, user),
    auth: all ? user.auth : undefined,
    suspended: may(call.user, 'moodle/user:update') ? user.suspended : undefined,
    confirmed: all ? user.confirmed : undefined,
    lang: all ? user.lang : undefined,
    theme: all ? (user.profile.theme ?? '') : undefined,
    timezone: user.profile.timezone ?? '99',
    mailformat: all ? Number(user.profile.mailformat ?? 1) : undefined,
    ...rest(call, user),
    preferences: self ? preferences(call, user) : undefined,
  });
}

/** What a look at a course tells of a participant; `wanted` picks from it. */
export function participantDetails(
  call: Call,
  user: User,
  course: Readonly<Record<string, unknown>>,
  wanted: readonly string[],
): UserDetails {
  const details = present({
    ...basics(call, user),
    lastcourseaccess: 0,
    ...rest(call, user),
    ...course,
  });
  if (wanted.length === 0) return details;
  const always = ['id', 'fullname'];
  return Object.fromEntries(
    Object.entries(details).filter(([key]) => always.includes(key) || wanted.includes(key)),
  );
}

function basics({ user: caller }: Call, user: User): UserDetails {
  const self = caller.id === user.id;
  const named = may(caller, 'moodle/site:viewfullnames');
  const { profile } = user;
  return {
    id: user.id,
    username: user.username,
    firstname: named ? user.firstname : undefined,
    lastname: named ? user.lastname : undefined,
    fullname: fullName(user),
    email: self || may(caller, 'moodle/site:viewuseridentity') ? user.email : undefined,
    address: filled(profile.address),
    phone1: filled(profile.phone1),
    phone2: filled(profile.phone2),
    department: profile.department ?? '',
    institution: filled(profile.institution),
    idnumber: self || may(caller, 'moodle/user:viewalldetails') ? filled(user.idnumber) : undefined,
    firstaccess: 0,
    lastaccess: 0,
  };
}

function rest({ site, settings }: Call, { profile }: User): UserDetails {
  return {
    description: filled(profile.description),
    descriptionformat: profile.description ? 1 : undefined,
    city: filled(profile.city),
    country: filled(profile.country),
    profileimageurlsmall: userPicture(site, settings, 'f2'),
    profileimageurl: userPicture(site, settings, 'f1'),
  };
}

function preferences({ site }: Call, user: User): object[] {
  const now = seconds(site);
  const kept = Object.entries(user.preferences).map(([name, value]) => ({ name, value }));
  return [
    ...kept,
    { name: 'last_time_enrolments_synced', value: String(now) },
    { name: '_lastloaded', value: now },
  ];
}

const filled = (text: string | undefined): string | undefined => text || undefined;

const present = (details: UserDetails): UserDetails =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));

/** One user whose name the site no longer allows spoils the answer for all of them. */
export function checkedUsers(
  { settings }: Call,
  users: readonly UserDetails[],
): readonly UserDetails[] {
  for (const { username } of users)
    if (cleanUsername(String(username), settings) !== username)
      throw invalidResponse(`username: the value is "${username}"`);
  return users;
}
