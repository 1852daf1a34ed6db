/** `core_user_create_users`: all of them or, when one is refused, none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { invalidParameter } from '../errors.ts';
import { emailTaken } from '../site/user-search.ts';
import { digestPassword, findUsername, insertUser } from '../site/users.ts';
import { requireCapability } from './capabilities.ts';
import { type Call, webFunction } from './function.ts';
import { list, optional, type RecordOf, record, required, withDefault } from './parameters.ts';
import {
  email,
  givenPreferences,
  givenProfile,
  isEmail,
  keepsPasswords,
  profileFields,
  refuseWeakPassword,
} from './user-rules.ts';
import { authentication, boolean, language, noTags, raw, username } from './values.ts';

const fields = {
  createpassword: optional(boolean),
  username: required(username),
  auth: withDefault(authentication, 'manual'),
  password: optional(raw),
  firstname: required(noTags),
  lastname: required(noTags),
  email: required(email),
  idnumber: withDefault(raw, ''),
  lang: withDefault(language, 'en'),
  ...profileFields,
};

type NewAccount = RecordOf<typeof fields>;

/** `core_user_create_users`. */
export const createUsers = webFunction(
  { users: required(list(record(fields))) },
  async (call, { users }) => {
    requireCapability(call, 'moodle/user:create');
    const { site, settings } = call;
    if (settings.creationMs > 0) {
      // What another call writes meanwhile is not seen any more: only the database minds usernames.
      for (const user of users) refuseUnfit(call, user);
      await sleep(settings.creationMs);
      return site.database.transaction(() => users.map((user) => createUser(call, user)));
    }
    return site.database.transaction(() =>
      users.map((user) => {
        refuseUnfit(call, user);
        return createUser(call, user);
      }),
    );
  },
);

function createUser({ site }: Call, account: NewAccount): object {
  const byPlugin = !keepsPasswords(account.auth);
  if (!byPlugin && !account.createpassword) refuseWeakPassword(account.password ?? '');
  const preferences = {
    ...givenPreferences(account.preferences),
    // The new password goes out by mail within this request, and has to be changed.
    ...(account.createpassword ? { auth_forcepasswordchange: '1' } : {}),
  };
  const id = insertUser(site, {
    username: account.username,
    email: account.email,
    firstname: account.firstname,
    lastname: account.lastname,
    idnumber: account.idnumber,
    auth: account.auth,
    lang: account.lang,
    passwordDigest:
      byPlugin || account.password === undefined ? '' : digestPassword(account.password),
    profile: givenProfile(account),
    preferences,
  });
  return { id, username: account.username };
}

function refuseUnfit({ site, settings }: Call, account: NewAccount): void {
  for (const name of ['username', 'firstname', 'lastname'] as const)
    if (account[name].trim() === '') throw invalidParameter(`The field ${name} cannot be blank`);
  if (findUsername(site, account.username))
    throw invalidParameter(`Username already exists: ${account.username}`);
  if (['mnet', 'webservice', ''].includes(account.auth))
    throw invalidParameter(`Invalid authentication type: ${account.auth}`);
  if (keepsPasswords(account.auth) && !account.password && !account.createpassword)
    throw invalidParameter('Invalid password: you must provide a password, or set createpassword.');
  if (!isEmail(account.email)) throw invalidParameter(`Email address is invalid: ${account.email}`);
  if (!settings.allowAccountsSameEmail && emailTaken(site, account.email))
    throw invalidParameter(`Email address already exists: ${account.email}`);
}
