/**
 * What people of the directory do themselves: sign in and out, set their password, see and change their profile. JSON in,
 * JSON out, below `/me/{tenant}/api`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { TooManyWaiting } from '../at-most.ts';
import { createHasher } from '../directory/password-hash.ts';
import type { LinkWorld } from '../directory/password-links.ts';
import type { DirectoryWorld } from '../directory/request.ts';
import { sessionOf } from '../directory/sign-in.ts';
import { TooManyAttempts } from '../directory/sign-in-limits.ts';
import type { NoticeWorld } from '../notices/notice-world.ts';
import type { Connect } from '../provisioning/connect.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { LiveSession } from '../store/sessions.ts';
import { findTenant, type Tenant } from '../store/tenants.ts';
import { refuseForgery } from './admin-access.ts';
import { acceptJson } from './admin-api.ts';
import { refuseOddPath, type TenantParams } from './admin-scope.ts';
import { notFound, Problem, sendProblem } from './problem.ts';
import { type Cookies, createCookies } from './profile-cookies.ts';
import { ownRoutes } from './profile-own.ts';
import { signInRoutes } from './profile-sign-in.ts';

/** What it needs. */
export interface ProfileOptions {
  readonly world: DirectoryWorld;
  readonly notices: Pick<NoticeWorld, 'mailer'>;
  readonly secrets: SecretBox;
  readonly connect: Connect;
  readonly log: Logger;
  readonly publicUrl: string;
  readonly mode: 'development' | 'production';
}

/** The same as its routes have it. */
export interface ProfileParts {
  readonly world: DirectoryWorld;
  readonly links: LinkWorld;
  readonly connect: Connect;
  readonly cookies: Cookies;
  /** Runs what nobody waits for; the server does before it closes. */
  readonly afterwards: (work: () => Promise<void>) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose pages a request below `/me` is for. */
    tenant: Tenant | null;
    /** Who is signed in there. */
    session: LiveSession | null;
  }
}

/** Adds the routes; to be registered under `/me/:tenantId/api`. */
export async function profileApi(app: FastifyInstance, options: ProfileOptions): Promise<void> {
  const { world, notices, secrets, connect, log, publicUrl, mode } = options;
  const { pool, now } = world;
  const links = {
    pool,
    now,
    secrets,
    hasher: createHasher(),
    mailer: notices.mailer,
    publicUrl,
    log,
  };
  const cookies = createCookies(options);
  const publicOrigin = new URL(publicUrl).origin;
  const parts = { world, links, connect, cookies, afterwards: backgroundOf(app, log), mode };
  acceptJson(app);
  app.setErrorHandler((error: Error, request, reply) =>
    sendProblem(problemOf(error, now()), request, reply),
  );
  app.setNotFoundHandler((request) => {
    throw notFound(`There is no ${request.method} ${request.url.slice(0, 200)}.`);
  });
  app.decorateRequest('tenant', null);
  app.decorateRequest('session', null);
  app.addHook('onRequest', refuseOddPath);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseForgery(request, publicOrigin);
    const { tenantId } = request.params as TenantParams;
    request.tenant = await findTenant(pool, tenantId);
    if (request.tenant === null)
      throw notFound('There is nobody to sign in here: check the address.');
  });
  await app.register(signInRoutes, parts);
  await app.register(async (own) => {
    own.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
      const { tenantId } = tenantIn(request);
      const cookie = cookies.read(request, 'session');
      request.session = cookie === null ? null : await sessionOf(world, tenantId, cookie);
      if (request.session !== null) return;
      if (cookie !== null) cookies.set(reply, tenantId, 'session', null);
      throw new Problem('session-needed', 'You are signed out: sign in again.');
    });
    await own.register(ownRoutes, parts);
  });
}

/** The tenant of a request, which was found before its route is reached. */
export function tenantIn({ tenant }: Pick<FastifyRequest, 'tenant'>): Tenant {
  if (tenant === null) throw new Error('the tenant of the request was not looked up');
  return tenant;
}

/** Who asks, which was found out before the route is reached. */
export function sessionIn({ session }: Pick<FastifyRequest, 'session'>): LiveSession {
  if (session === null) throw new Error('the session of the request was not looked up');
  return session;
}

function problemOf(error: Error, now: number): Error {
  if (error instanceof TooManyAttempts) {
    const seconds = Math.max(1, Math.ceil((error.until.getTime() - now) / 1_000));
    return new Problem(
      'too-many-attempts',
      `There were too many attempts: wait ${waitWords(seconds)}, then try again.`,
      [],
      { retryAfterSeconds: seconds },
    );
  }
  if (error instanceof TooManyWaiting)
    return new Problem(
      'busy',
      'Very many people are signing in at this moment: try again in a few seconds.',
      [],
      { retryAfterSeconds: 5 },
    );
  return error;
}

function waitWords(seconds: number): string {
  if (seconds <= 60) return 'a minute';
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.ceil(minutes / 60);
  return hours === 1 ? 'an hour' : `${hours} hours`;
}

function backgroundOf(app: FastifyInstance, log: Logger): ProfileParts['afterwards'] {
  const running = new Set<Promise<void>>();
  app.addHook('onClose', async () => {
    await Promise.all(running);
  });
  return (work) => {
    const run = work()
      .catch((err: unknown) => log.error({ err }, 'something could not be done after an answer'))
      .finally(() => running.delete(run));
    running.add(run);
  };
}
