/**
 * `core_user_update_users`: each user by itself. Whoever is refused is a warning and keeps all they
 * had; the others are changed.
 */
import { invalidResponse, MoodleError, moodleException } from '../errors.ts';
import { emailTaken } from '../site/user-search.ts';
import { digestPassword, findUser, guestId, saveUser, type User } from '../site/users.ts';
import { requireCapability } from './capabilities.ts';
import { type Call, webFunction } from './function.ts';
import { list, optional, type RecordOf, record, required } from './parameters.ts';
import {
  email,
  givenPreferences,
  givenProfile,
  isEmail,
  profileFields,
  refuseWeakPassword,
} from './user-rules.ts';
import { authentication, boolean, integer, language, noTags, raw, username } from './values.ts';

const fields = {
  id: required(integer),
  username: optional(username),
  auth: optional(authentication),
  suspended: optional(boolean),
  password: optional(raw),
  firstname: optional(noTags),
  lastname: optional(noTags),
  email: optional(email),
  idnumber: optional(raw),
  lang: optional(language),
  userpicture: optional(integer),
  ...profileFields,
};

type Change = RecordOf<typeof fields>;

/** `core_user_update_users`. */
export const updateUsers = webFunction(
  { users: required(list(record(fields))) },
  (call, { users }) => {
    requireCapability(call, 'moodle/user:update');
    const warnings = users.flatMap((change) => {
      const refusal = refusalOf(() =>
        call.site.database.transaction(() => updateUser(call, change)),
      );
      return refusal ? [warning(change.id, refusal)] : [];
    });
    return { warnings };
  },
);

function refusalOf(work: () => void): MoodleError | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof MoodleError) return error;
    throw error;
  }
}

/** A code that is HTML, as a weak password's, is no valid part of a warning. */
function warning(id: number, { errorcode, message }: MoodleError): object {
  if (/[^a-z0-9]/i.test(errorcode)) throw invalidResponse(`warningcode: ${errorcode}`);
  return { item: 'user', itemid: id, warningcode: errorcode, message };
}

function updateUser(call: Call, change: Change): void {
  const { site } = call;
  const user = findUser(site, change.id);
  if (!user) throw moodleException('invaliduserid', 'Invalid user ID');
  refuseUnfit(call, user, change);
  if (change.password !== undefined) refuseWeakPassword(change.password);
  saveUser(site, {
    ...user,
    username: change.username ?? user.username,
    auth: change.auth ?? user.auth,
    suspended: change.suspended ?? user.suspended,
    firstname: change.firstname ?? user.firstname,
    lastname: change.lastname ?? user.lastname,
    email: change.email ?? user.email,
    idnumber: change.idnumber ?? user.idnumber,
    lang: change.lang ?? user.lang,
    passwordDigest:
      change.password === undefined ? user.passwordDigest : digestPassword(change.password),
    profile: { ...user.profile, ...givenProfile(change) },
    preferences: { ...user.preferences, ...givenPreferences(change.preferences) },
  });
}

function refuseUnfit({ site, settings, user: caller }: Call, user: User, change: Change): void {
  if (user.siteAdmin && user.id !== caller.id && !caller.siteAdmin)
    throw moodleException('usernotupdatedadmin', 'Cannot update admin accounts');
  if (user.deleted) throw moodleException('usernotupdateddeleted', 'error/usernotupdateddeleted');
  if (user.id === guestId)
    throw moodleException('usernotupdatedguest', 'Cannot update guest account');
  if (change.email === undefined || change.email === user.email) return;
  if (!isEmail(change.email)) throw moodleException('useremailinvalid', 'error/useremailinvalid');
  if (!settings.allowAccountsSameEmail && emailTaken(site, change.email, user.id))
    throw moodleException('useremailduplicate', 'Duplicate address');
}
