/** Token requests as they travel: the form that is taken, and the errors that are sent. */
import { isUtf8 } from 'node:buffer';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isUnavailable } from '../store/statement.ts';
import { invalidRequest, OAuthError } from './oauth-error.ts';

const mostBytes = 8_192;

/** RFC 6749 §4.4.2: the body is a form in UTF-8. */
export function acceptForm(app: FastifyInstance): void {
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

/** Every failure in the form of RFC 6749 §5.2; what nobody foresaw is logged and tells nothing. */
export function sendOAuthError(
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
  if (status < 500) return new OAuthError('invalid_request', 'The request cannot be read.', status);
  if (isUnavailable(error))
    return new OAuthError('temporarily_unavailable', 'The database cannot be reached: try again.');
  return new OAuthError('server_error', 'Something went wrong here: try again.');
}
