/**
 * OAuth 2.0 client credentials (RFC 6749 §4.4): a SCIM connection is one client, its id the source's.
 * Its secrets get access tokens here that are good for an hour, with metadata (RFC 8414) to find it by.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type AccessToken,
  type IssuingWorld,
  issueAccessToken,
} from '../directory/access-tokens.ts';
import { tenantOf } from '../directory/ids.ts';
import { findSource } from '../store/sources.ts';
import type { Attempts } from './attempts.ts';
import { invalidClient, OAuthError } from './oauth-error.ts';
import { acceptForm, sendOAuthError } from './oauth-media.ts';
import { metadata, wellKnown } from './oauth-metadata.ts';
import { readForm, readTokenRequest, type TokenRequest } from './oauth-request.ts';

/** What the endpoint needs. */
export interface OAuthOptions {
  readonly world: IssuingWorld;
  /** Failures by address, of bearer tokens, too. */
  readonly attempts: Attempts;
  /** Where clients reach us, without a slash at its end. */
  readonly publicUrl: string;
}

interface SourceParams {
  readonly source: string;
}

/** Adds the endpoints; to be registered at the root. */
export async function oauthRoutes(app: FastifyInstance, options: OAuthOptions): Promise<void> {
  acceptForm(app);
  app.setErrorHandler(sendOAuthError);
  app.addHook('onSend', async (_request, reply) => {
    // RFC 6749 §5.1: both.
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
  });
  app.post<{ Params: SourceParams }>('/oauth/:source/token', (request, reply) =>
    answerTokenRequest(options, request, reply),
  );
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/oauth/:source/token',
    handler: notPost,
  });
  // RFC 8414 §3 inserts the well-known part before the issuer's path; many clients append it.
  const prefix = new URL(options.publicUrl).pathname.replace(/\/$/, '');
  const inserted = new Set([`${wellKnown}/oauth/:source`, `${wellKnown}${prefix}/oauth/:source`]);
  for (const path of [...inserted, `/oauth/:source${wellKnown}`]) {
    app.get<{ Params: SourceParams }>(path, async ({ params }) => {
      await checkSource(options.world, params.source);
      return metadata(options.publicUrl, params.source);
    });
  }
}

/** RFC 6749 §3.2: the client MUST use POST. */
async function notPost(_request: FastifyRequest, reply: FastifyReply): Promise<never> {
  reply.header('allow', 'POST');
  throw new OAuthError('invalid_request', 'Ask for a token with POST.', 405);
}

async function answerTokenRequest(
  { world, attempts }: OAuthOptions,
  request: FastifyRequest<{ Params: SourceParams }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // By connection, too: identity providers send for many of their customers from one address.
  const who = `${request.ip} ${request.params.source}`;
  if (attempts.tooMany(who)) throw tooManyAttempts();
  const form = readForm(typeof request.body === 'string' ? request.body : '');
  const asked = readTokenRequest(form, request.headers.authorization);
  const issued = await issue(world, request.params.source, asked);
  if (issued === null) {
    attempts.failed(who);
    throw invalidClient(
      'The client id or the client secret is unknown, expired or revoked: copy both again from User sync, SCIM.',
    );
  }
  return reply.send({
    access_token: issued.token,
    token_type: 'Bearer',
    expires_in: issued.seconds,
    ...(asked.scope === null ? {} : { scope: asked.scope }),
  });
}

/** An unknown client is answered like one with a wrong secret. */
async function issue(
  world: IssuingWorld,
  sourceId: string,
  { clientId, clientSecret }: TokenRequest,
): Promise<AccessToken | null> {
  const tenantId = tenantOf(sourceId);
  if (tenantId === null || clientId !== sourceId) return null;
  return issueAccessToken(world, { tenantId, sourceId }, clientSecret);
}

function tooManyAttempts(): OAuthError {
  return new OAuthError(
    'temporarily_unavailable',
    'Too many failed attempts from this address: wait a minute.',
    429,
  );
}

async function checkSource({ pool }: IssuingWorld, sourceId: string): Promise<void> {
  const tenantId = tenantOf(sourceId);
  const source = tenantId === null ? null : await findSource(pool, tenantId, sourceId);
  if (source === null)
    throw new OAuthError(
      'invalid_request',
      'There is no such connection: copy its URL again.',
      404,
    );
}
