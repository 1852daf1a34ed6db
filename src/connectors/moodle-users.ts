/** Users of a site: looked for, made, changed and deleted. */
import type { Account, Change, Match, Observed, Person } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { restated } from './despite.ts';
import { fieldsOf, isOurKey, namesOf, usernameOf } from './moodle-account.ts';
import { errorcodeOf, goneAccount, MoodleException } from './moodle-failures.ts';
import type { MoodleUser, Send, Value } from './moodle-web-service.ts';

/** Users that may be a person's. A look by the address is exact first, which an index answers. */
export async function usersBy(
  match: Match,
  { key, email }: Pick<Person, 'key' | 'email'>,
  send: Send,
): Promise<readonly MoodleUser[]> {
  switch (match) {
    case 'key':
      return key === '' ? [] : usersWith('idnumber', [key], send);
    case 'phone':
      return [];
    case 'email': {
      const exact = await usersWith('email', [email, email.toLowerCase()], send);
      if (exact.length > 0) return exact;
      // A LIKE without regard to case, in which the address's own _ and % match anything.
      const { users } = await send('core_user_get_users', {
        criteria: [{ key: 'email', value: email }],
      });
      return users.filter((user) => user.email?.toLowerCase() === email.toLowerCase());
    }
  }
}

/** The user with this number, if there is one. */
export async function userNumbered(id: string, send: Send): Promise<MoodleUser | null> {
  if (!/^[1-9]\d{0,15}$/.test(id)) return null;
  return (await usersWith('id', [id], send))[0] ?? null;
}

async function usersWith(
  field: 'id' | 'idnumber' | 'username' | 'email',
  values: readonly string[],
  send: Send,
): Promise<readonly MoodleUser[]> {
  const users = await send('core_user_get_users_by_field', { field, values: [...new Set(values)] });
  // Some databases compare without regard to case and accents.
  const same = new Set(values.map((value) => value.toLowerCase()));
  return users.filter((user) => same.has(String(user[field] ?? '').toLowerCase()));
}

/** A new user, and what Moodle refused of it. */
export interface Made {
  readonly id: number;
  readonly refused: DestinationError | null;
}

/**
 * Makes a user. Of what Moodle refuses it says no more than that: by looking we learn what it was.
 * @param auth the plugin by which the user signs in; empty: by a password that Moodle mails
 */
export async function makeUser(account: Account, auth: string, send: Send): Promise<Made> {
  const making = { auth, send };
  const usual = usernameOf(account.email);
  const first = await tryToMake(account, usual, making);
  if (typeof first === 'number') return { id: first, refused: null };
  if ((await usersBy('email', account, send)).length > 0)
    throw new DestinationError(
      'transient',
      `Another account got the address ${account.email} in the meantime; it is looked at.`,
      { cause: first },
    );
  const isTaken = (await usersWith('username', [usual], send)).length > 0;
  const username = isTaken ? usernameOf(account.email, account.key) : usual;
  const second = isTaken ? await tryToMake(account, username, making) : first;
  if (typeof second === 'number') return { id: second, refused: null };
  const { lang, ...others } = account.attributes;
  if (lang == null) throw unmakeable(account, auth, second);
  const third = await tryToMake({ ...account, attributes: others }, username, making);
  if (typeof third === 'number') return { id: third, refused: withoutLanguage(lang, second) };
  throw unmakeable(account, auth, third);
}

/** The new user's number, or why Moodle made none: something of it is invalid, or there already. */
async function tryToMake(
  account: Account,
  username: string,
  { auth, send }: { readonly auth: string; readonly send: Send },
): Promise<number | DestinationError> {
  const filled = Object.entries(fieldsOf(account.attributes)).filter(([, value]) => value !== '');
  const user = {
    username,
    email: account.email,
    idnumber: account.key,
    ...Object.fromEntries(filled),
    ...namesOf(account),
    auth: auth === '' ? undefined : auth,
    createpassword: auth === '' || auth === 'manual' ? true : undefined,
  };
  try {
    const [{ id }] = await send('core_user_create_users', { users: [user] });
    return id;
  } catch (error) {
    // The database itself refuses a username that another request took at the same moment.
    const code = errorcodeOf(error);
    const isInvalid = code === 'invalidparameter' || code === 'dmlwriteexception';
    if (isInvalid && error instanceof DestinationError) return error;
    throw error;
  }
}

function unmakeable({ email }: Account, auth: string, cause: DestinationError): DestinationError {
  const perhaps = auth === '' ? '' : `; perhaps there is no authentication plugin ${auth}`;
  return new DestinationError(
    'rejected',
    `Moodle refuses the account of ${email} as invalid and does not say why${perhaps}. An administrator can make it say so (Site administration > Development > Debugging), then look again.`,
    { cause },
  );
}

/** Fields of a user as they are written. */
export type UserFields = { readonly [name: string]: Value };

/** Writes the difference of a user; what was refused of it is told, once the rest is written. */
export async function changeUser(
  observed: Observed,
  account: Account,
  change: Change,
  send: Send,
): Promise<DestinationError | null> {
  if (change.claim && !isFree(observed))
    throw new DestinationError(
      'rejected',
      `The account ${observed.remoteId} of ${account.email} has the ID number “${observed.key}”, where Rollcall would keep its own: empty it in Moodle, or take the person out of scope.`,
    );
  return writeSome(
    Number(observed.remoteId),
    {
      ...fieldsOf(change.attributes),
      ...(change.claim ? { idnumber: account.key } : {}),
      ...(change.email === undefined ? {} : { email: change.email }),
      ...(change.active === undefined ? {} : { suspended: !change.active }),
    },
    send,
  );
}

/** Whether nothing but a key of ours stands in the ID number, so that it may be written. */
export function isFree({ key }: Observed): boolean {
  return key == null || isOurKey(key);
}

/** Of a user of whom something is refused Moodle writes nothing: the rest is sent again. */
async function writeSome(
  id: number,
  fields: UserFields,
  send: Send,
): Promise<DestinationError | null> {
  try {
    await writeUser(id, fields, send);
    return null;
  } catch (error) {
    const refused = refusedField(fields, error);
    if (refused === null) throw error;
    const others = Object.entries(fields).filter(([name]) => name !== refused.name);
    const more = await writeSome(id, Object.fromEntries(others), send);
    if (more === null) return refused.why;
    return restated(more, { message: `${refused.why.message} ${more.message}` });
  }
}

/** The field that an account can do without for now, if it is that which was refused. */
function refusedField(
  { email, lang }: UserFields,
  error: unknown,
): { readonly name: 'email' | 'lang'; readonly why: DestinationError } | null {
  const code = errorcodeOf(error);
  if (typeof lang === 'string' && code === 'invalidparameter')
    return { name: 'lang', why: withoutLanguage(lang, error) };
  if (typeof email !== 'string') return null;
  const why = (message: string) => new DestinationError('rejected', message, { cause: error });
  switch (code) {
    case 'useremailduplicate':
      return {
        name: 'email',
        why: why(
          `Another account in Moodle has the address ${email}: change or remove it there, or at the source.`,
        ),
      };
    case 'useremailinvalid':
      return { name: 'email', why: why(`Moodle does not take ${email} as an e-mail address.`) };
    default:
      return null;
  }
}

function withoutLanguage(lang: string, cause: unknown): DestinationError {
  return new DestinationError(
    'rejected',
    `Moodle has no language pack “${lang}”; all else was written. Install it (Site administration > General > Language > Language packs), or take lang out of the mapping.`,
    { cause },
  );
}

/** Writes fields, all or none: a warning means none. */
export async function writeUser(id: number, fields: UserFields, send: Send): Promise<void> {
  if (Object.keys(fields).length === 0) return;
  const answer = await send('core_user_update_users', { users: [{ id, ...fields }] });
  const [warning] = answer?.warnings ?? [];
  if (warning !== undefined) throw warned(warning.warningcode);
}

function warned(code: string): DestinationError {
  const cause = new MoodleException(code);
  switch (code) {
    case 'usernotupdatedadmin':
      return untouchable('that of a site administrator', cause);
    case 'usernotupdatedguest':
      return untouchable('that of the site’s guests', cause);
    case 'invaliduserid':
    case 'usernotupdateddeleted':
      return goneAccount(cause);
    default:
      return new DestinationError('rejected', `Moodle refuses to change the account: ${code}.`, {
        cause,
      });
  }
}

/** Deletes a user; one that is gone is deleted. */
export async function deleteUser({ remoteId }: Observed, send: Send): Promise<void> {
  try {
    await send('core_user_delete_users', { userids: [Number(remoteId)] });
  } catch (error) {
    switch (errorcodeOf(error)) {
      case 'invaliduser':
      case 'userdeleted':
        return;
      case 'useradminodelete':
        throw untouchable('that of a site administrator', error);
      default:
        throw error;
    }
  }
}

/** An account that is not for us to change. */
export function untouchable(whose: string, cause?: unknown): DestinationError {
  return new DestinationError(
    'rejected',
    `The account is ${whose}, which Rollcall never changes: change the person's address at the source, or take the person out of scope.`,
    { cause },
  );
}
