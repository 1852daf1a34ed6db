/** What goes wrong at a Moodle site, as the engine is told of it: who must act, and what to do there. */
import { DestinationError } from '../provisioning/failure.ts';

/** A function that was called; `writes` is the capability without which it writes nothing. */
export interface Called {
  readonly name: string;
  readonly writes: string | undefined;
}

/** What Moodle threw, as the cause of our failure. */
export class MoodleException extends Error {
  override readonly name = 'MoodleException';
  readonly errorcode: string;

  constructor(errorcode: string) {
    super(errorcode);
    this.errorcode = errorcode;
  }
}

/** Moodle's own code for a failure; `null` where the failure is not one that Moodle named. */
export function errorcodeOf(error: unknown): string | null {
  return error instanceof DestinationError && error.cause instanceof MoodleException
    ? error.cause.errorcode
    : null;
}

/** `Retry-After` is in seconds; Moodle says 300 while it is maintained from the command line. */
function pauseOf(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : null;
}

const usualPauseMs = 60_000;

/** Any status but 200: Moodle itself did not get as far as its web services. */
export function statusFailure(
  url: string,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  unknownOutcome: boolean,
): DestinationError {
  if (status >= 300 && status < 400)
    return new DestinationError(
      'misconfigured',
      `${url} sends requests on to ${siteIn(headers.get('location'))}: enter the address under which Moodle itself runs ($CFG->wwwroot).`,
      { code: 'settings_unreadable' },
    );
  const pauseMs = pauseOf(headers.get('retry-after'));
  switch (status) {
    case 401:
    case 403:
      return new DestinationError(
        'misconfigured',
        `${url} forbids web services: switch on “Enable web services” (Site administration > General > Advanced features) and the REST protocol (Server > Web services > Manage protocols), and let requests through what is before Moodle.`,
        { code: 'shop_unavailable' },
      );
    case 404:
      return new DestinationError(
        'misconfigured',
        `There is no Moodle at ${url}: check the site's address, with its path.`,
        { code: 'shop_unavailable' },
      );
    case 429:
      return new DestinationError('transient', `${url} asks to wait.`, {
        pauseMs: pauseMs ?? usualPauseMs,
      });
    case 503:
      if (pauseMs === null) break;
      return new DestinationError('transient', `${url} is under maintenance.`, {
        unknownOutcome,
        pauseMs,
      });
  }
  return new DestinationError('transient', `${url} answered with status ${status}.`, {
    unknownOutcome,
  });
}

function siteIn(location: string | null): string {
  return location === null
    ? 'another address'
    : location.replace(/\/webservice\/rest\/server\.php.*$/, '').slice(0, 200);
}

/** A code, if it is one: that of a password that is too weak is a paragraph of HTML. */
export function named(errorcode: unknown): string {
  return typeof errorcode === 'string' && /^[\w/:-]{1,60}$/.test(errorcode)
    ? errorcode
    : 'a failure without a name';
}

const roles = 'Site administration > Users > Permissions > Define roles';
const tokens = 'Site administration > Server > Web services > Manage tokens';
const services = 'Site administration > Server > Web services > External services';

/**
 * What an exception means where nobody asked more closely. What is about one course or one account is told
 * by who called.
 */
export function exceptionFailure(
  url: string,
  { name, writes }: Called,
  cause: MoodleException,
): DestinationError {
  const { errorcode } = cause;
  const mend = (code: 'credentials' | 'permissions' | 'shop_unavailable', message: string) =>
    new DestinationError('misconfigured', message, { cause, code });
  switch (errorcode) {
    case 'invalidtoken':
      return mend(
        'credentials',
        `Moodle does not take the token: it was revoked, has expired, or is mistyped. Make a new one (${tokens}) and enter it.`,
      );
    case 'accessexception':
      return name === 'core_webservice_get_site_info'
        ? mend(
            'credentials',
            `Moodle refuses the token: it has expired or is for another address (${tokens}), its user lacks webservice/rest:use (${roles}), or its service lacks ${name} (${services}).`,
          )
        : mend(
            'permissions',
            `The service of the token lacks ${name}: add it (${services} > Functions). Or the token has expired, or is for another address.`,
          );
    case 'invalidrecord':
      return mend(
        'permissions',
        `This Moodle does not know ${name}: Rollcall needs Moodle 4.0 or later.`,
      );
    case 'nopermissions':
      return mend(
        'permissions',
        `Rollcall's user in Moodle may not use ${name}: allow ${writes ?? 'what it needs'} in its role (${roles}).`,
      );
    case 'wsaccessusersuspended':
    case 'wsaccessuserdeleted':
    case 'wsaccessuserunconfirmed':
    case 'wsaccessuserexpired':
    case 'wsaccessusernologin':
      return mend(
        'credentials',
        `Rollcall's user in Moodle may not sign in (${errorcode}): make it active again, or enter the token of another one.`,
      );
    case 'manualpluginnotinstalled':
      return mend(
        'permissions',
        'Manual enrolments are switched off in Moodle: switch them on (Site administration > Plugins > Enrolments > Manage enrol plugins).',
      );
    case 'sitemaintenance':
    case 'upgraderunning':
      return new DestinationError('transient', `${url} is under maintenance.`, {
        cause,
        pauseMs: usualPauseMs,
      });
    case 'invalidresponse':
      return new DestinationError(
        'rejected',
        'Moodle cannot show an account: its username has characters that the site does not allow. Change it there.',
        { cause },
      );
  }
  // The database's failures pass; what else is refused of a write is refused again.
  const passes = writes === undefined || /^d(ml|b)/.test(errorcode);
  return new DestinationError(
    passes ? 'transient' : 'rejected',
    `Moodle refuses ${name}: ${named(errorcode)}.`,
    { cause, unknownOutcome: writes !== undefined && passes },
  );
}

/** Codes for a user that was there a moment ago: 4.3 says the first, later versions the others. */
export const userGone = new Set(['codingerror', 'invaliduser', 'invaliduserid', 'userdeleted']);

/** Whoever went away meanwhile is looked for again. */
export function goneAccount(cause: unknown): DestinationError {
  return new DestinationError('transient', 'The account is gone; it is looked for again.', {
    cause,
    unknownOutcome: true,
  });
}
