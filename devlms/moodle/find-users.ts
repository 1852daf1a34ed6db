/** `core_user_get_users_by_field` and `core_user_get_users`: exact, and by likeness. */
import { codingError, invalidParameter, moodleException } from '../errors.ts';
import { type Criterion, usersByField, usersLike } from '../site/user-search.ts';
import type { User } from '../site/users.ts';
import { type Call, webFunction } from './function.ts';
import { list, record, required } from './parameters.ts';
import { checkedUsers, type UserDetails, userDetails } from './user-details.ts';
import { cleanInteger, cleanUsername, letters, raw } from './values.ts';

type Field = 'id' | 'idnumber' | 'username' | 'email';

const isField = (name: string): name is Field =>
  ['id', 'idnumber', 'username', 'email'].includes(name);

/** `core_user_get_users_by_field`. */
export const getUsersByField = webFunction(
  { field: required(letters), values: required(list(raw)) },
  (call, { field, values }) => {
    if (!isField(field))
      throw codingError(
        'invalid field parameter',
        `The search field '${field}' is not supported, look at the web service documentation`,
      );
    for (const value of values) refuseUnclean(call, field, value);
    const found = usersByField(call.site, field, values);
    return checkedUsers(call, seen(call, found, [field]));
  },
);

function refuseUnclean({ settings }: Call, field: Field, value: string): void {
  const cleaned = cleanedValue(field, value, settings);
  if (cleaned !== value)
    throw invalidParameter(
      `The field '${field}' value is not valid: ${value}(cleaned value: ${cleaned})`,
    );
}

function cleanedValue(field: Field, value: string, settings: Call['settings']): string {
  switch (field) {
    case 'id':
      return cleanInteger(value);
    case 'username':
      return cleanUsername(value, settings);
    case 'email':
      return value.trim();
    case 'idnumber':
      return value;
  }
}

/** What can be searched by, and whether that is a likeness. */
const searchKeys: Readonly<Record<Criterion['column'], boolean>> = {
  id: false,
  idnumber: false,
  auth: false,
  username: true,
  firstname: true,
  lastname: true,
  email: true,
};

const isSearchKey = (key: string): key is Criterion['column'] => Object.hasOwn(searchKeys, key);

/** `core_user_get_users`. */
export const getUsers = webFunction(
  { criteria: required(list(record({ key: required(letters), value: required(raw) }))) },
  (call, { criteria }) => {
    const keys = criteria.map(({ key }) => key);
    if (new Set(keys).size < keys.length)
      throw moodleException('keyalreadyset', 'error/keyalreadyset');
    const known = criteria.flatMap(({ key, value }) =>
      isSearchKey(key) ? [{ column: key, likeness: searchKeys[key], value }] : [],
    );
    const columns = known.map(({ column }) => column);
    const users = checkedUsers(call, seen(call, usersLike(call.site, known), columns));
    return { users, warnings: unknownKeys(keys) };
  },
);

const unknownKeys = (keys: readonly string[]): object[] =>
  keys
    .filter((key) => !isSearchKey(key))
    .map((item) => ({
      item,
      warningcode: 'invalidfieldparameter',
      message: `The search key '${item}' is not supported, look at the web service documentation`,
    }));

/** Those the caller may see with all that was asked by: else the answer would tell by whom it was found. */
function seen(
  call: Call,
  users: readonly User[],
  searchedBy: readonly string[],
): readonly UserDetails[] {
  return users.flatMap((user) => {
    const details = userDetails(call, user);
    return details && searchedBy.every((key) => details[key]) ? [details] : [];
  });
}
