/** What it means that Thinkific does not do what it was asked for: who must act, and how long to wait. Pure. */
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';

/** A 4xx that is about what was asked for: the status and Thinkific's own words for the faults. */
export class ThinkificRefusal extends Error {
  override readonly name = 'ThinkificRefusal';
  readonly status: number;
  readonly faults: readonly string[];

  constructor(status: number, faults: readonly string[]) {
    super(`status ${status}${faults.length === 0 ? '' : `: ${faults.join(', ')}`}`);
    this.status = status;
    this.faults = faults;
  }
}

/** What Thinkific refused, where it is what was asked for that it refused. */
export function refusalOf(error: unknown): ThinkificRefusal | null {
  return error instanceof DestinationError && error.cause instanceof ThinkificRefusal
    ? error.cause
    : null;
}

/** Whether what was asked for is not there. */
export const isMissing = (error: unknown): boolean => refusalOf(error)?.status === 404;

/** What a status means where nobody asks more closely. `answer` is `undefined` where it is no JSON. */
export function failure(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  answer: unknown,
  { unknownOutcome, now }: { readonly unknownOutcome: boolean; readonly now: number },
): DestinationError {
  if (status === 429)
    return new DestinationError('transient', 'Thinkific asks to wait.', {
      pauseMs: pauseOf(headers.get('ratelimit-reset'), now),
    });
  const faults = faultsIn(answer);
  if (status === 401)
    return new DestinationError(
      'misconfigured',
      'Thinkific does not take the API key for this subdomain: copy both again (Settings > Code & analytics > API).',
      { code: 'credentials' },
    );
  if (status === 403) return forbidden(faults);
  if (status >= 400 && status < 500 && answer !== undefined) {
    const cause = new ThinkificRefusal(status, faults);
    return new DestinationError('rejected', `Thinkific refuses it with ${cause.message}.`, {
      cause,
    });
  }
  return new DestinationError('transient', `Thinkific answered with status ${status}.`, {
    unknownOutcome,
  });
}

function forbidden(faults: readonly string[]): DestinationError {
  const message = faults.some((fault) => /not available on your plan/i.test(fault))
    ? 'The plan of this Thinkific school does not include its API: change to one that does.'
    : `Thinkific forbids this to the API key${faults.length === 0 ? '' : ` (${faults.join(', ')})`}: copy it again (Settings > Code & analytics > API), or see what the plan of the school includes.`;
  return new DestinationError('misconfigured', message, { code: 'permissions' });
}

/** What counts is a minute; a moment that is further off is by another clock, or in another unit. */
const longestPauseMs = 60_000;

/** Documented both as an epoch and as how long to wait, in milliseconds. */
function pauseOf(reset: string | null, now: number): number {
  const value = Number(reset ?? Number.NaN);
  const ms = value > 1e12 ? value - now : value > 1e9 ? value * 1_000 - now : value;
  return ms > 0 ? Math.min(longestPauseMs, Math.max(1_000, ms)) : longestPauseMs;
}

/** `errors` is a list of sentences, or names with lists of faults; elsewhere there is one `error`. */
function faultsIn(answer: unknown): readonly string[] {
  if (!isObject(answer)) return [];
  const { error, errors } = answer;
  const faults = isArray(errors)
    ? errors.map(String)
    : isObject(errors)
      ? Object.entries(errors).flatMap(([name, of]) =>
          (isArray(of) ? of : [of]).map((fault) => `${name} ${fault}`),
        )
      : typeof error === 'string'
        ? [error]
        : [];
  return faults.slice(0, 5).map((fault) => fault.slice(0, 200));
}
