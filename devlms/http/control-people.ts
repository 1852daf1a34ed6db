/** `/_dev/users`, `/_dev/services` and `/_dev/tokens`: what the site's administrator does. */
import { z } from 'zod';
import { parseBody } from '../../standin/body.ts';
import { HttpError, readJson } from '../../standin/exchange.ts';
import { MoodleError } from '../errors.ts';
import { anonymise } from '../moodle/delete-users.ts';
import { functionNames } from '../moodle/function-names.ts';
import type { Site } from '../site/site.ts';
import { saveService, saveToken } from '../site/tokens.ts';
import { searchUsers, usersByField } from '../site/user-search.ts';
import {
  digestPassword,
  findUser,
  findUsername,
  insertUser,
  saveUser,
  type User,
} from '../site/users.ts';
import type { ControlRoute } from './control.ts';
import { serviceBody, tokenBody, userBody, userChangeBody } from './control-bodies.ts';
import { userView } from './control-views.ts';

const usualPage = 100;

/** Routes of users, services and tokens. */
export const peopleRoutes: Readonly<Record<string, ControlRoute>> = {
  'GET users': ({ site }, { url }) => {
    const query = url.searchParams.get('query') ?? '';
    const limit = Number(url.searchParams.get('limit')) || usualPage;
    const { users, total } = searchUsers(site, { query, limit });
    return { total, users: users.map((user) => userView(site, user)) };
  },

  'GET users/{id}': ({ site }, _exchange, id) => userView(site, wantedUser(site, id)),

  // A list makes them all or, when one is refused, none.
  'POST users': async ({ site }, { request }) => {
    const body = await readJson(request);
    const bodies = Array.isArray(body)
      ? parseBody(z.array(userBody), body)
      : [parseBody(userBody, body)];
    const ids = site.database.transaction(() => bodies.map((user) => addUser(site, user)));
    const users = ids.map((id) => userView(site, wantedUser(site, String(id))));
    return Array.isArray(body) ? { users } : (users[0] ?? {});
  },

  'PATCH users/{id}': async ({ site }, { request }, id) => {
    const { password, ...change } = parseBody(userChangeBody, await readJson(request));
    const user = wantedUser(site, id);
    const digest = password === undefined ? {} : { passwordDigest: digestPassword(password) };
    refusing(() => saveUser(site, { ...user, ...change, ...digest }));
    return userView(site, wantedUser(site, String(user.id)));
  },

  'DELETE users/{id}': ({ site }, _exchange, id) => {
    const user = wantedUser(site, id);
    anonymise(site, user);
    return { deleted: user.id };
  },

  'POST services': async ({ site }, { request }) => {
    const { shortname, functions = functionNames } = parseBody(
      serviceBody,
      await readJson(request),
    );
    saveService(site, { shortname, functions });
    return { shortname, functions };
  },

  'POST tokens': async ({ site }, { request }) => {
    const { user, ...token } = parseBody(tokenBody, await readJson(request));
    const userId = wantedUser(site, String(user)).id;
    return { userId, token: saveToken(site, { ...token, userId }) };
  },
};

function addUser(site: Site, { password, ...user }: z.output<typeof userBody>): number {
  const passwordDigest = password === undefined ? '' : digestPassword(password);
  return refusing(() => insertUser(site, { ...user, passwordDigest }));
}

/** The database's refusal, in the words of the control API. */
function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof MoodleError) throw new HttpError(422, { errors: error.message });
    throw error;
  }
}

/** By id, username or address. */
export function wantedUser(site: Site, given: string): User {
  const found = /^\d+$/.test(given)
    ? findUser(site, Number(given))
    : (findUsername(site, given) ?? usersByField(site, 'email', [given])[0]);
  if (!found) throw new HttpError(404, { errors: `There is no user ${given}` });
  return found;
}
