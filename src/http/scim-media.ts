/** SCIM as it travels (RFC 7644 §3.1, §3.8): the bodies taken, the answers and errors sent. */
import { isUtf8 } from 'node:buffer';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '../model.ts';
import { invalidSyntax, payloadTooLarge, ScimError } from '../scim/error.ts';
import { isDeadlock, isTooSlow, isUnavailable } from '../store/statement.ts';
import { challengeOf } from './bearer.ts';

/** The media type of SCIM (RFC 7644 §8.1). */
export const mediaType = 'application/scim+json';

/** Only JSON is taken; `__proto__` and `constructor.prototype` in it are refused by the parser. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    [mediaType, 'application/json'],
    { parseAs: 'buffer' },
    (request, bytes: Buffer, done) => {
      const encoding = request.headers['content-encoding'] ?? 'identity';
      if (encoding.toLowerCase() !== 'identity')
        return done(new ScimError(415, `Send the body without the Content-Encoding ${encoding}.`));
      if (!saysUtf8(request.headers['content-type']))
        return done(new ScimError(415, 'Send the body in UTF-8 (RFC 7644 §3.1).'));
      // Read leniently, a body in another encoding would lose its umlauts without a word.
      if (!isUtf8(bytes)) return done(invalidSyntax('The body is not UTF-8 (RFC 7644 §3.1).'));
      // Some clients name the media type on a DELETE, too, and send nothing.
      if (bytes.length === 0 && request.method === 'DELETE') return done(null, undefined);
      return parse(request, bytes.toString(), (error, json) => {
        if (error === null && tooDeep(json, mostLevels))
          done(invalidSyntax(`The body is nested deeper than ${mostLevels} levels.`));
        else done(error, json);
      });
    },
  );
}

/** Whether a media type has the charset UTF-8, or none. */
function saysUtf8(contentType = ''): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/** SCIM needs six; what is deeper was made to hurt. */
const mostLevels = 32;

function tooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => tooDeep(inner, levels - 1));
}

/** Sends a body of SCIM's media type. */
export function send(reply: FastifyReply, status: number, body: JsonObject): FastifyReply {
  return sendText(reply, status, JSON.stringify(body));
}

/** Of every answer: it is about people, and whoever keeps it asks again whether it still holds. */
export const headers = { 'content-type': mediaType, 'cache-control': 'private, no-cache' } as const;

/** Sends JSON that is text already. */
export function sendText(reply: FastifyReply, status: number, text: string): FastifyReply {
  // A buffer, as a text would have `; charset=utf-8` appended to its media type.
  return reply.code(status).headers(headers).send(Buffer.from(text));
}

/** Every failure in SCIM's form (RFC 7644 §3.12); what nobody foresaw is logged and tells nothing. */
export function sendError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const answer = failureOf(error, request);
  if (answer.status === 401)
    reply.header('www-authenticate', challengeOf(request.headers.authorization));
  if (answer.status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', '60');
  if (answer.status === 503) reply.header('retry-after', '1');
  return send(reply, answer.status, { ...answer.toBody() });
}

/** A failure in SCIM's terms. */
export function failureOf(error: unknown, request: FastifyRequest): ScimError {
  const limit = request.routeOptions.bodyLimit ?? 0;
  const known = error instanceof Error ? scimErrorOf(error, limit) : null;
  if (known === null || known.status === 503) {
    request.log.error({ requestId: request.id, err: error }, 'a SCIM request failed');
  }
  const failure = known ?? unforeseen(request);
  request.server.refused(failure);
  return failure;
}

function unforeseen({ id }: FastifyRequest): ScimError {
  return new ScimError(
    500,
    `Something went wrong here. Quote the request id ${id} when you report it.`,
  );
}

function scimErrorOf(error: FastifyError | Error, bodyLimit: number): ScimError | null {
  if (error instanceof ScimError) return error;
  if (isUnavailable(error)) return new ScimError(503, 'The database cannot be reached: try again.');
  if (isTooSlow(error) || isDeadlock(error))
    return new ScimError(503, 'That took too long here: try again, with less at once.');
  const code = 'code' in error ? error.code : undefined;
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return payloadTooLarge(`The body is larger than ${bodyLimit} bytes: send less at once.`);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new ScimError(415, `Send the body as ${mediaType}.`);
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return invalidSyntax(
      'The body is not JSON that can be read, or has a member __proto__ or constructor.prototype.',
    );
  if (status !== undefined && status >= 400 && status < 500)
    return status === 400 ? invalidSyntax(error.message) : new ScimError(status, error.message);
  return null;
}
