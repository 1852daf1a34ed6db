/** Who a token stands for, and whether it opens a function: in the order Moodle asks. */
import { accessRefused, invalidParameter, missingRecord, moodleException } from '../errors.ts';
import type { Settings } from '../site/settings.ts';
import { type Site, seconds } from '../site/site.ts';
import { findService, findToken, removeToken, type Service, type Token } from '../site/tokens.ts';
import { findUser, type User } from '../site/users.ts';
import { may } from './capabilities.ts';

/** Who calls, by which service. */
export interface Caller {
  readonly user: User;
  readonly service: Service;
}

/** The caller a token stands for; throws what Moodle answers to others. */
export function authenticate(
  site: Site,
  settings: Settings,
  { token, address }: { readonly token: string | undefined; readonly address: string },
): Caller {
  const known = usableToken(site, token, address);
  const user = findUser(site, known.userId);
  const service = findService(site, known.service);
  if (!user || !service) throw invalidToken();
  if (settings.maintenance !== 'off' && !user.siteAdmin) throw underMaintenance();
  if (user.deleted)
    throw moodleException(
      'wsaccessuserdeleted',
      `Refused web service access for deleted username: ${user.username}`,
    );
  if (!user.confirmed)
    throw moodleException(
      'wsaccessuserunconfirmed',
      `Refused web service access for unconfirmed username: ${user.username}`,
    );
  if (user.suspended)
    throw moodleException(
      'wsaccessusersuspended',
      `Refused web service access for suspended username: ${user.username}`,
    );
  if (!may(user, 'webservice/rest:use'))
    throw accessRefused(
      'You are not allowed to use the rest protocol (missing capability: webservice/rest:use)',
    );
  return { user, service };
}

/** The site is down for maintenance, set on its administration page. */
export const underMaintenance = () =>
  moodleException(
    'sitemaintenance',
    'The site is undergoing maintenance and is currently not available',
  );

const invalidToken = () => moodleException('invalidtoken', 'Invalid token - token not found');

/** An expired token is deleted when it is used: the next call does not find it. */
function usableToken(site: Site, text: string | undefined, address: string): Token {
  const token = text === undefined ? undefined : findToken(site, text);
  if (!token) throw invalidToken();
  if (token.validUntil !== 0 && token.validUntil < seconds(site)) {
    removeToken(site, token.token);
    throw accessRefused('Invalid token - token expired - check validuntil time for the token');
  }
  if (token.ipRestriction !== '' && token.ipRestriction !== address)
    throw accessRefused(
      `Invalid service - IP:${address} is not supported - check this allowed user`,
    );
  return token;
}

/** Throws unless the function exists and the service has it. */
export function requireFunction(
  name: string | undefined,
  { known, service }: { readonly known: boolean; readonly service: Service },
): void {
  if (name === undefined || name === '') throw invalidParameter('Missing function name');
  if (!known) throw missingRecord('external_functions');
  if (!service.functions.includes(name)) throw accessRefused(notAllowed(name));
}

const notAllowed = (name: string): string =>
  [
    `Access to the function ${name}() is not allowed.`,
    'There could be multiple reasons for this:',
    '1. The service linked to the user token does not contain the function.',
    '2. The service is user-restricted and the user is not listed.',
    '3. The service is IP-restricted and the user IP is not listed.',
    '4. The service is time-restricted and the time has expired.',
    '5. The token is time-restricted and the time has expired.',
    '6. The service requires a specific capability which the user does not have.',
    '7. The function is called with username/password (no user token is sent)',
    'and none of the services has the function to allow the user.',
    'These settings can be found in Administration > Site administration',
    '> Server > Web services > External services and Manage tokens.',
  ].join(`\n${' '.repeat(21)}`);
