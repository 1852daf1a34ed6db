/** `/login/token.php`: the token somebody has for a service, for their password. */
import type { Exchange } from '../../standin/exchange.ts';
import { MoodleError, moodleException } from '../errors.ts';
import { underMaintenance } from '../moodle/access.ts';
import { may } from '../moodle/capabilities.ts';
import type { PhpArray } from '../php/form.ts';
import { encodeJson } from '../php/json.ts';
import type { LmsParts } from '../server.ts';
import { settingsOf } from '../site/settings.ts';
import type { Site } from '../site/site.ts';
import { findService, saveToken, tokenFor } from '../site/tokens.ts';
import { digestPassword, findUsername, type User } from '../site/users.ts';
import { formOf, textIn } from './rest.ts';

/** Answers with the token, or with an error in a form that only this script has. */
export async function serveLoginToken({ site }: LmsParts, exchange: Exchange): Promise<void> {
  const text = encodeJson(answer(site, await formOf(exchange)));
  exchange.response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  exchange.response.end(text);
}

function answer(site: Site, form: PhpArray): object {
  try {
    return { token: tokenOf(site, form), privatetoken: null };
  } catch (error) {
    if (!(error instanceof MoodleError)) throw error;
    return {
      error: error.message,
      errorcode: error.errorcode,
      stacktrace: null,
      debuginfo: null,
      reproductionlink: null,
    };
  }
}

function tokenOf(site: Site, form: PhpArray): string {
  const settings = settingsOf(site);
  if (!settings.webServices)
    throw moodleException(
      'enablewsdescription',
      'Web services must be enabled in Advanced features.',
    );
  const username = given(form, 'username').trim().toLowerCase();
  const user = findUsername(site, username);
  if (!user || !isLogin(user, given(form, 'password')))
    throw moodleException('invalidlogin', 'Invalid login, please try again');
  if (settings.maintenance !== 'off' && !user.siteAdmin) throw underMaintenance();
  if (!user.confirmed)
    throw moodleException('usernotconfirmed', `Could not confirm ${user.username}`);
  const service = findService(site, given(form, 'service'));
  if (!service)
    throw moodleException(
      'servicenotavailable',
      "Web service is not available. (It doesn't exist or might be disabled.)",
    );
  return tokenFor(site, user.id, service.shortname) ?? newToken(site, user, service.shortname);
}

function given(form: PhpArray, name: string): string {
  const value = textIn(form, name);
  if (value === undefined)
    throw moodleException('missingparam', `A required parameter (${name}) was missing`);
  return value;
}

const isLogin = (user: User, password: string): boolean =>
  !user.deleted &&
  !user.suspended &&
  user.passwordDigest !== '' &&
  user.passwordDigest === digestPassword(password);

function newToken(site: Site, user: User, service: string): string {
  if (!may(user, 'moodle/webservice:createtoken'))
    throw moodleException('cannotcreatetoken', 'Permission to create a token was denied');
  return saveToken(site, { userId: user.id, service });
}
