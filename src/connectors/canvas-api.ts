/**
 * Canvas's REST API: JSON both ways, the token in a header, lists by pages whose next one a `Link` header names
 * (https://developerdocs.instructure.com/services/canvas/basics).
 */
import { z } from 'zod';
import type { Call, ConnectorIo } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';
import { type Exchanged, exchange, unanswered } from './exchange.ts';

/** Where Canvas answers, and with what it is asked. */
export interface Site {
  /** Scheme, host and port: the API is always at `/api/v1` there. */
  readonly origin: string;
  readonly token: string;
}

/** A request. `query` may name something several times. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly body?: object;
}

/** Asks Canvas within one call. Throws `DestinationError`. */
export interface Api {
  send<Form extends z.ZodType>(asked: Asked, form: Form): Promise<z.output<Form>>;
  /** One page of a list; `next` is the address of the one after it. */
  page<Form extends z.ZodType>(
    asked: Asked | string,
    item: Form,
  ): Promise<{ readonly items: readonly z.output<Form>[]; readonly next: string | null }>;
  /** A whole list, page after page. */
  all<Form extends z.ZodType>(asked: Asked, item: Form): Promise<readonly z.output<Form>[]>;
}

/** A 4xx that is about what was asked for: the status and Canvas's own words for the faults, without values. */
export class CanvasRefusal extends Error {
  override readonly name = 'CanvasRefusal';
  readonly status: number;
  readonly faults: readonly string[];

  constructor(status: number, faults: readonly string[]) {
    super(`status ${status}${faults.length === 0 ? '' : `: ${faults.join(', ')}`}`);
    this.status = status;
    this.faults = faults;
  }
}

/** What Canvas refused, where it is what was asked for that it refused. */
export function refusalOf(error: unknown): CanvasRefusal | null {
  return error instanceof DestinationError && error.cause instanceof CanvasRefusal
    ? error.cause
    : null;
}

/** Whether what was asked for is not there, or not for our user to see: Canvas does not say which. */
export const isMissing = (error: unknown): boolean => refusalOf(error)?.status === 404;

/** More pages than this no list of ours has: one that goes on is going round in circles. */
const mostPages = 1_000;

/** Makes the API of one call. The allowance keeps us well below the dozen requests at once that trip Canvas's. */
export function api(site: Site, io: ConnectorIo, call: Call): Api {
  const send = async (
    asked: Asked,
    url: string,
  ): Promise<{ readonly answer: unknown; readonly next: string | null }> => {
    const reservation = await io.allowance.reserve(1, call);
    try {
      if (asked.method !== 'GET') await call.beforeWrite();
      return await request(site, url, asked, io);
    } finally {
      await reservation.settle(null);
    }
  };
  const page: Api['page'] = async (given, item) => {
    const asked: Asked = typeof given === 'string' ? { method: 'GET', path: '' } : given;
    const url = typeof given === 'string' ? sameHost(site, given) : urlOf(site, given);
    const { answer, next } = await send(asked, url);
    return { items: read(site, asked, answer, z.array(item)), next };
  };
  return {
    page,
    send: async (asked, form) => {
      const { answer } = await send(asked, urlOf(site, asked));
      return read(site, asked, answer, form);
    },
    all: async (asked, item) => {
      const items: z.output<typeof item>[] = [];
      let next: string | null = null;
      for (let pages = 0; pages < mostPages; pages += 1) {
        const one: Awaited<ReturnType<typeof page<typeof item>>> = await page(next ?? asked, item);
        items.push(...one.items);
        next = one.next;
        if (next === null) return items;
      }
      throw new DestinationError('transient', `${site.origin} gives a list that does not end.`);
    },
  };
}

function urlOf({ origin }: Site, { path, query = [] }: Asked): string {
  const search = new URLSearchParams();
  for (const [name, value] of query) search.append(name, value);
  return `${origin}/api/v1${path}${search.size === 0 ? '' : `?${search}`}`;
}

/** The token goes along with the next page's address, so it is followed nowhere else. */
function sameHost({ origin }: Site, address: string): string {
  const url = URL.parse(address);
  if (url?.origin === origin && url.pathname.startsWith('/api/v1/')) return url.href;
  throw new DestinationError(
    'misconfigured',
    `${origin} names ${url?.origin ?? 'no address'} as where a list goes on: enter the address under which Canvas itself answers.`,
    { code: 'settings_unreadable' },
  );
}

function read<Form extends z.ZodType>(
  site: Site,
  { method }: Asked,
  answer: unknown,
  form: Form,
): z.output<Form> {
  const parsed = form.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new DestinationError(
    'transient',
    `${site.origin} answered with something Canvas does not answer.`,
    { cause: parsed.error, unknownOutcome: method !== 'GET' },
  );
}

/** Ids of another shard are larger than JavaScript's numbers are exact. */
const stringIds = 'application/json+canvas-string-ids';

async function request(
  { origin, token }: Site,
  url: string,
  { method, body }: Asked,
  io: ConnectorIo,
): Promise<{ readonly answer: unknown; readonly next: string | null }> {
  const asking = { who: origin, unknownOutcome: method !== 'GET' };
  const headers = {
    authorization: `Bearer ${token}`,
    accept: stringIds,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const sent = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await exchange(url, sent, asking, io);
  if (answer.status < 200 || answer.status > 299)
    throw failure(origin, answer, answer.json, asking.unknownOutcome);
  if (answer.json === undefined) throw unanswered(asking, new Error('what came is not JSON'));
  return { answer: answer.json, next: nextIn(answer.headers.get('link')) };
}

/** The address of `rel="next"` is opaque: it is used as it is. */
function nextIn(link: string | null): string | null {
  return /<([^<>]+)>\s*;[^,<]*\brel="?next"?/i.exec(link ?? '')?.[1] ?? null;
}

/** The bucket leaks ten a second of six hundred, and Canvas does not say how long to wait. */
const usualPauseMs = 10_000;

/** What a status means where nobody asks more closely. `answer` is `undefined` where it is no JSON. */
function failure(
  origin: string,
  { status, headers }: Pick<Exchanged, 'status' | 'headers'>,
  answer: unknown,
  unknownOutcome: boolean,
): DestinationError {
  const mend = (
    code: 'credentials' | 'permissions' | 'settings_unreadable' | 'shop_unavailable',
    message: string,
  ) => new DestinationError('misconfigured', message, { code });
  if (status >= 300 && status < 400)
    return mend(
      'settings_unreadable',
      `${origin} sends requests on to another address: enter the one under which Canvas itself answers.`,
    );
  const pauseMs = pauseOf(headers.get('retry-after'));
  // The source throttles by a 403 in plain text, its documentation says 429; a 403 in JSON is a permission.
  if (status === 429 || (status === 403 && answer === undefined))
    return new DestinationError('transient', `${origin} asks to wait.`, {
      pauseMs: pauseMs ?? usualPauseMs,
    });
  // Only of a token that it does not take Canvas says how to sign in; of a permission it says 401 as well.
  if (status === 401 && headers.has('www-authenticate'))
    return mend(
      'credentials',
      'Canvas does not take the access token: it was deleted, has expired, or is mistyped. Make a new one (Account > Settings > Approved Integrations) and enter it.',
    );
  if (status === 401 || status === 403)
    return mend(
      'permissions',
      'Canvas forbids this to the user of the access token: give its role the permissions that are listed for Rollcall (Admin > Permissions > Account Roles), in the account itself and not in a sub-account.',
    );
  if (status === 404 && answer === undefined)
    return mend('shop_unavailable', `There is no Canvas at ${origin}: check its address.`);
  if (status < 500) {
    const cause = new CanvasRefusal(status, faultsIn(answer));
    return new DestinationError('rejected', `Canvas refuses it with ${cause.message}.`, { cause });
  }
  return new DestinationError('transient', `${origin} answered with status ${status}.`, {
    unknownOutcome,
    ...(status === 503 && pauseMs !== null ? { pauseMs } : {}),
  });
}

function pauseOf(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : null;
}

/** `errors` is a list of messages, or attributes with lists of faults, nested by record. */
function faultsIn(answer: unknown): readonly string[] {
  const found = new Set<string>();
  const walk = (value: unknown, name: string, depth: number): void => {
    if (depth > 4) return;
    if (isArray(value)) for (const one of value) walk(one, name, depth + 1);
    else if (isObject(value) && typeof value.type === 'string') found.add(`${name} ${value.type}`);
    else if (isObject(value) && typeof value.message === 'string') found.add(value.message);
    else if (isObject(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, key, depth + 1);
    else if (typeof value === 'string') found.add(value);
  };
  if (isObject(answer)) walk(answer.errors ?? answer.message, '', 0);
  return [...found].slice(0, 5).map((fault) => fault.slice(0, 200));
}
