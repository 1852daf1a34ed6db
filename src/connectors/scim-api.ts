/**
 * A SCIM server (RFC 7644) as it is asked: JSON both ways, the token in a header, no redirects. What goes wrong says
 * who must act.
 */
import { atMost } from '../at-most.ts';
import type { Call, ConnectorIo, Settings } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isArray, isObject } from '../scim/json.ts';
import { type Exchanged, exchange } from './exchange.ts';
import { idAt, usual } from './scim-answer.ts';
import type { Deviations } from './scim-deviations.ts';
import type { Resource } from './scim-resource.ts';

/** A request to a SCIM server; `path` begins with a slash, below its base URL. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The version that is written over, and no other (RFC 7644 §3.14). */
  readonly ifMatch?: string | undefined;
}

/** Asks a SCIM server. */
export interface Api {
  /** Where it is, for messages. */
  readonly origin: string;
  /**
   * The answer's JSON; `null` where it has none.
   * @throws `DestinationError`
   */
  send(asked: Asked, call: Call): Promise<Resource | null>;
}

/** A 4xx about what was asked for (RFC 7644 §3.12). */
export class ScimRefusal extends Error {
  override readonly name = 'ScimRefusal';
  readonly status: number;
  readonly scimType: string | null;

  constructor(status: number, scimType: string | null, detail: string) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
  }
}

/** What the server refused, where it is what was asked for that it refused. */
export function refusalOf(error: unknown): ScimRefusal | null {
  return error instanceof DestinationError && error.cause instanceof ScimRefusal
    ? error.cause
    : null;
}

/** Whether what was asked for is not there. */
export const isMissing = (error: unknown): boolean => refusalOf(error)?.status === 404;

/** A 500: it failed, or cannot do what was asked for, which some servers say so. */
class ScimFailure extends Error {
  override readonly name = 'ScimFailure';
}

/** Whether the server failed at what was asked for (500). */
export const hasFailed = (error: unknown): boolean =>
  error instanceof DestinationError && error.cause instanceof ScimFailure;

/** Whether what was to be written over is another version by now. */
export const isOtherVersion = (error: unknown): boolean => refusalOf(error)?.status === 412;

/** Whether the server cannot do what the filter asks (RFC 7644 §3.12): another one may go through. */
export function isFilterRefused(error: unknown): boolean {
  const status = refusalOf(error)?.status;
  return status === 400 || status === 403 || status === 501;
}

/** So many requests are under way at once, of a server that answers each within a tenth of a second or so. */
const atOnceFor = ({ requestsPerSecond }: Deviations): number =>
  Math.min(16, Math.max(4, Math.ceil(requestsPerSecond / 10)));

/** Makes the API of a server. */
export function scimApi(settings: Settings, deviations: Deviations, io: ConnectorIo): Api {
  const base = baseOf(settings.baseUrl);
  const credential = credentialOf(settings, base.origin, io);

  const inTurn = atMost({ atOnce: atOnceFor(deviations) });

  const once = (asked: Asked, call: Call): Promise<Exchanged> =>
    inTurn(async () => {
      const reservation = await io.allowance.reserve(1, call);
      try {
        const authorization = await credential.header();
        if (asked.method !== 'GET') await call.beforeWrite();
        return await ask(urlOf(base, asked), asked, authorization, io);
      } finally {
        await reservation.settle(null);
      }
    }, call);
  return {
    origin: base.origin,
    async send(asked, call) {
      let answer = await once(asked, call);
      // A token that was made with our client's secret may have been revoked meanwhile.
      if (answer.status === 401 && credential.renew()) answer = await once(asked, call);
      if (answer.status >= 200 && answer.status < 300)
        return resourceOf(answer, asked, base.origin);
      if (answer.status === 404 && !isScimError(answer.json))
        await mustBeThere(once, call, base.href);
      throw failure(answer, asked, { origin: base.origin, now: io.now() });
    },
  };
}

/** A 404 that does not say who answers it may come of a base URL that is wrong: then nobody is gone. */
async function mustBeThere(
  once: (asked: Asked, call: Call) => Promise<Exchanged>,
  call: Call,
  href: string,
): Promise<void> {
  const { status, json } = await once(
    { method: 'GET', path: '/Users', query: { startIndex: '1', count: '1' } },
    call,
  );
  if (status === 404 || (status < 300 && !isObject(json)))
    throw new DestinationError(
      'misconfigured',
      `There is no SCIM server at ${href}: check the SCIM base URL.`,
      { code: 'settings_unreadable' },
    );
}

function baseOf(text: string | undefined): URL {
  const url = URL.parse(text?.trim() ?? '');
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new DestinationError(
      'misconfigured',
      `${JSON.stringify(text ?? '')} is no SCIM base URL: enter an address like https://example.com/scim/v2.`,
      { code: 'settings_unreadable' },
    );
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

function urlOf(base: URL, { path, query = {} }: Asked): string {
  const search = new URLSearchParams(query);
  // Not every server reads + as a space.
  const text = search.toString().replaceAll('+', '%20');
  return `${base.href.replace(/\/$/, '')}${path}${text === '' ? '' : `?${text}`}`;
}

interface Credential {
  header(): Promise<string>;
  /** Forgets a token that can be had anew; false where there is none to have. */
  renew(): boolean;
}

function credentialOf(settings: Settings, origin: string, io: ConnectorIo): Credential {
  const { token, tokenUrl, clientId, clientSecret, scope } = settings;
  if (token !== undefined && token.trim() !== '') {
    const header = `Bearer ${token.trim().replace(/^bearer +/i, '')}`;
    return { header: async () => header, renew: () => false };
  }
  const lacks = Object.entries({ tokenUrl, clientId, clientSecret }).flatMap(([name, value]) =>
    value === undefined || value === '' ? [name] : [],
  );
  if (lacks.length > 0)
    throw new DestinationError(
      'misconfigured',
      'Enter a bearer token, or all three of token URL, client ID and client secret.',
      { code: 'settings_unreadable' },
    );
  const client = {
    tokenUrl: tokenUrl ?? '',
    clientId: clientId ?? '',
    clientSecret: clientSecret ?? '',
    scope,
  };
  let held: { readonly header: string; readonly until: number } | null = null;
  let asking: Promise<string> | null = null;
  return {
    header: async () => {
      if (held !== null && io.now() < held.until) return held.header;
      asking ??= askToken(client, origin, io)
        .then(({ accessToken, seconds }) => {
          held = {
            header: `Bearer ${accessToken}`,
            until: io.now() + Math.max(0, seconds - 60) * 1_000,
          };
          return held.header;
        })
        .finally(() => {
          asking = null;
        });
      return asking;
    },
    renew: () => {
      const had = held !== null;
      held = null;
      return had;
    },
  };
}

/** The client credentials grant (RFC 6749 §4.4). */
async function askToken(
  client: {
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scope: string | undefined;
  },
  origin: string,
  io: ConnectorIo,
): Promise<{ readonly accessToken: string; readonly seconds: number }> {
  const basic = Buffer.from(
    `${encodeURIComponent(client.clientId)}:${encodeURIComponent(client.clientSecret)}`,
  ).toString('base64');
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(client.scope === undefined || client.scope === '' ? {} : { scope: client.scope }),
  });
  const { status, json } = await exchange(
    client.tokenUrl,
    {
      method: 'POST',
      headers: {
        authorization: `Basic ${basic}`,
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: form.toString(),
    },
    { who: 'The token URL', unknownOutcome: false },
    io,
  );
  if (status >= 500 || status === 429)
    throw new DestinationError('transient', `The token URL answered with status ${status}.`);
  if (status !== 200 || !isObject(json) || typeof json.access_token !== 'string')
    throw new DestinationError(
      'misconfigured',
      `The token URL gives no token for ${origin}: check token URL, client ID and client secret.`,
      { code: 'credentials' },
    );
  const seconds = typeof json.expires_in === 'number' ? json.expires_in : 300;
  return { accessToken: json.access_token, seconds };
}

function ask(
  url: string,
  { method, body, ifMatch }: Asked,
  authorization: string,
  io: ConnectorIo,
): Promise<Exchanged> {
  const headers = {
    authorization,
    accept: 'application/scim+json, application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
  };
  const sent = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return exchange(url, sent, { who: new URL(url).origin, unknownOutcome: method !== 'GET' }, io);
}

function resourceOf(
  { headers, json, text }: Exchanged,
  { method }: Asked,
  origin: string,
): Resource | null {
  if (text.trim() === '') {
    const id = method === 'POST' ? idAt(headers.get('location')) : null;
    return id === null ? null : { id };
  }
  if (isObject(json)) return usual(json);
  throw new DestinationError('transient', `${origin} answered with something that is not SCIM.`, {
    unknownOutcome: method !== 'GET',
  });
}

/** An error as SCIM has it, also of a server that leaves the schema out. */
function isScimError(json: unknown): boolean {
  if (!isObject(json)) return false;
  const { schemas, status, detail } = json;
  return isArray(schemas) || status !== undefined || detail !== undefined;
}

/** What was asked for came too late, too early, or while somebody else had it (408, 423, 425): it was not done, and passes. */
const passing = new Set([408, 423, 425]);

/** A server that asks to wait and does not say how long is asked again after this. */
const usualPauseMs = 10_000;

function failure(
  { status, headers, json }: Exchanged,
  { method }: Asked,
  { origin, now }: { readonly origin: string; readonly now: number },
): DestinationError {
  const mend = (code: 'credentials' | 'permissions' | 'settings_unreadable', message: string) =>
    new DestinationError('misconfigured', message, { code });
  if (status >= 300 && status < 400)
    return mend(
      'settings_unreadable',
      `${origin} sends requests on to another address: enter the SCIM base URL under which it answers itself.`,
    );
  if (status === 401)
    return mend(
      'credentials',
      `${origin} does not take the credentials: they have expired, were revoked, or are mistyped. Enter new ones.`,
    );
  if (status === 429 || status === 503)
    return new DestinationError('transient', `${origin} asks to wait.`, {
      pauseMs: pauseOf(headers.get('retry-after'), now) ?? usualPauseMs,
    });
  const detail = isObject(json) && typeof json.detail === 'string' ? json.detail.slice(0, 300) : '';
  const scimType = isObject(json) && typeof json.scimType === 'string' ? json.scimType : null;
  const cause = new ScimRefusal(status, scimType, detail);
  if (status === 403 && method !== 'GET')
    return new DestinationError(
      'misconfigured',
      `${origin} forbids this to our credentials${detail === '' ? '' : ` (${detail})`}: allow reading and writing users and groups.`,
      { code: 'permissions', cause },
    );
  if (status === 412)
    return new DestinationError(
      'transient',
      'It was changed there meanwhile; it is looked at again.',
      {
        cause,
      },
    );
  if (passing.has(status))
    return new DestinationError('transient', `${origin} answered with status ${status}.`, {
      cause,
    });
  if (status < 500) {
    const said = [scimType, detail].filter((one) => one !== null && one !== '').join(': ');
    return new DestinationError(
      'rejected',
      `${origin} refuses it with status ${status}${said === '' ? '' : ` (${said})`}.`,
      { cause },
    );
  }
  if (status === 501)
    return new DestinationError('rejected', `${origin} cannot do this (501).`, { cause });
  return new DestinationError('transient', `${origin} answered with status ${status}.`, {
    unknownOutcome: method !== 'GET',
    ...(status === 500 ? { cause: new ScimFailure(detail) } : {}),
  });
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function pauseOf(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
