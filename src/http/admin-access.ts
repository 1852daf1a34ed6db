/**
 * Who may use the admin pages and their API. In development there need be no password, so only this
 * machine may ask, under a loopback name: a page of another site whose name was made to point here
 * (DNS rebinding) keeps its own name in Host. In production it is HTTP Basic (RFC 7617).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { bearerOf, mayAsk, type Principal, type StaffWorld, staffOf } from './admin-principal.ts';
import type { Attempts } from './attempts.ts';
import { notFound, Problem } from './problem.ts';

/** What decides who may. */
export interface AdminAccess {
  readonly mode: 'development' | 'production';
  /** `null`: open in development, off in production. */
  readonly adminPassword: string | null;
  /** Where clients reach us, without a slash at its end. */
  readonly publicUrl: string;
}

/** The only user of the admin pages. */
const adminUser = 'admin';

/**
 * Says who asks, and refuses by throwing a `Problem`; to be run before anything of a request is read. Whoever brings an
 * ID token is taken for nobody else: no browser sends one along by itself, so other sites cannot have it sent.
 */
export function adminGuard(
  access: AdminAccess,
  attempts: Attempts,
  staff: StaffWorld,
): (request: FastifyRequest) => Promise<Principal> {
  const publicOrigin = new URL(access.publicUrl).origin;
  const operator = operatorGuard(access, attempts, publicOrigin);
  return async (request) => {
    const token = bearerOf(request);
    if (token === null) return operator(request);
    const principal = await staffOf(token, staff);
    if (!mayAsk(principal, request))
      throw notFound(`There is no ${request.method} ${request.url.slice(0, 200)} for this shop.`);
    return principal;
  };
}

function operatorGuard(
  access: AdminAccess,
  attempts: Attempts,
  publicOrigin: string,
): (request: FastifyRequest) => Principal {
  return (request) => {
    if (access.mode === 'development') refuseForeignHost(request);
    else if (access.adminPassword === null) throw adminOff();
    if (access.adminPassword !== null) signIn(request, access.adminPassword, attempts);
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseForgery(request, publicOrigin);
    return { kind: 'operator' };
  };
}

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Refuses who does not ask under a loopback name. */
export function refuseForeignHost({ headers }: FastifyRequest): void {
  if (loopbackHost.test(headers.host ?? '')) return;
  throw new Problem(
    'not-loopback',
    'In development the admin pages and metrics answer only under a loopback name: open them at http://localhost or http://127.0.0.1 with the port of Rollcall.',
  );
}

function adminOff(): Problem {
  return new Problem(
    'admin-off',
    'The admin pages are off: set ROLLCALL_ADMIN_PASSWORD to a password of at least 12 characters and start Rollcall again.',
  );
}

function signIn(request: FastifyRequest, password: string, attempts: Attempts): void {
  if (attempts.tooMany(request.ip)) {
    throw new Problem(
      'too-many-attempts',
      'Too many failed attempts from this address: wait a minute.',
    );
  }
  const given = credentialsOf(request.headers.authorization);
  if (given !== null && timingSafeEqual(digest(given), digest(`${adminUser}:${password}`))) return;
  if (given !== null) attempts.failed(request.ip);
  throw new Problem(
    'sign-in-needed',
    `Sign in as ${adminUser} with the password in ROLLCALL_ADMIN_PASSWORD.`,
  );
}

/** `user:password` of an Authorization header (RFC 7617 §2); `null` where there is none. */
function credentialsOf(authorization: string | undefined): string | null {
  const encoded = /^basic +([\w+/=-]{1,1000})$/i.exec(authorization ?? '')?.[1];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8');
}

/** Equal lengths, so that comparing tells nothing about the password's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * A browser sends our credentials, or its mere place on this machine, along with what other sites
 * make it send. It says so: Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) and Origin
 * (RFC 6454 §7); and it asks first before it sends JSON to another origin, which is never allowed.
 */
export function refuseForgery({ headers }: FastifyRequest, publicOrigin: string): void {
  const site = headers['sec-fetch-site'];
  const ours = site === undefined || site === 'same-origin' || site === 'none';
  if (!ours || !sameOrigin(headers.origin, headers.host, publicOrigin)) {
    throw new Problem(
      'cross-site',
      'Changes are taken only from our own pages, not from other sites.',
    );
  }
  if (!/^application\/json *(?:;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Problem('not-json', 'Send changes with the header Content-Type: application/json.');
  }
}

function sameOrigin(origin: string | undefined, host: string | undefined, publicOrigin: string) {
  if (origin === undefined || origin === publicOrigin) return true;
  return URL.parse(origin)?.host === host;
}
