/**
 * OAuth 2.0 client credentials (RFC 6749 §4.4): a SCIM connection is one client, its id the source's.
 * Its secrets get access tokens here that are good for an hour, with metadata (RFC 8414) to find it by.
 */
import { isUtf8 } from 'node:buffer';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type AccessToken,
  type IssuingWorld,
  issueAccessToken,
} from '../directory/access-tokens.ts';
import { tenantOf } from '../directory/ids.ts';
import { findSource } from '../store/sources.ts';
import { isUnavailable } from '../store/statement.ts';
import type { Attempts } from './attempts.ts';
import { invalidClient, invalidRequest, OAuthError } from './oauth-error.ts';
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

const wellKnown = '/.well-known/oauth-authorization-server';

/** The identifier of a source's authorization server (RFC 8414 §2). */
export function issuerOf(publicUrl: string, sourceId: string): string {
  return `${publicUrl}/oauth/${sourceId}`;
}

/** Where a source's client gets its tokens. */
export function tokenUrlOf(publicUrl: string, sourceId: string): string {
  return `${issuerOf(publicUrl, sourceId)}/token`;
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
  for (const path of [`${wellKnown}/oauth/:source`, `/oauth/:source${wellKnown}`]) {
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
  if (attempts.tooMany(request.ip)) throw tooManyAttempts();
  const form = readForm(typeof request.body === 'string' ? request.body : '');
  const asked = readTokenRequest(form, request.headers.authorization);
  const issued = await issue(world, request.params.source, asked);
  if (issued === null) {
    attempts.failed(request.ip);
    throw invalidClient(
      'The client id or the client secret is unknown, expired or revoked: copy both again from User sync, SCIM.',
    );
  }
  const { token, expiresAt } = issued;
  return reply.send({
    access_token: token,
    token_type: 'Bearer',
    expires_in: Math.floor((expiresAt.getTime() - world.now()) / 1_000),
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

/** RFC 8414 §2. No response type, as there is no authorization endpoint. */
function metadata(publicUrl: string, sourceId: string) {
  return {
    issuer: issuerOf(publicUrl, sourceId),
    token_endpoint: tokenUrlOf(publicUrl, sourceId),
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
  };
}

const mostBytes = 8_192;

/** RFC 6749 §4.4.2: the body is a form in UTF-8. */
function acceptForm(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: mostBytes },
    (_request, bytes, done) =>
      isUtf8(bytes)
        ? done(null, bytes.toString())
        : done(invalidRequest('The body is not UTF-8.'), undefined),
  );
}

function sendOAuthError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = oauthErrorOf(error);
  if (known.status >= 500)
    request.log.error({ requestId: request.id, err: error }, 'a token request failed');
  // RFC 6749 §5.2 and RFC 9110 §15.5.2: a 401 names a scheme that is understood here.
  if (known.status === 401) reply.header('www-authenticate', 'Basic realm="SCIM", charset="UTF-8"');
  if (known.status === 429) reply.header('retry-after', '60');
  if (known.status === 503) reply.header('retry-after', '1');
  return reply.code(known.status).send(known.toBody());
}

function oauthErrorOf(error: FastifyError | Error): OAuthError {
  if (error instanceof OAuthError) return error;
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (status === 415)
    return new OAuthError(
      'invalid_request',
      'Send the body as application/x-www-form-urlencoded.',
      415,
    );
  if (status === 413)
    return new OAuthError('invalid_request', `The body is larger than ${mostBytes} bytes.`, 413);
  if (status < 500) return new OAuthError('invalid_request', error.message, status);
  if (isUnavailable(error))
    return new OAuthError('temporarily_unavailable', 'The database cannot be reached: try again.');
  return new OAuthError('server_error', 'Something went wrong here: try again.');
}
