/** The Bulk endpoint (RFC 7644 §3.7). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runBulk } from '../directory/bulk.ts';
import type { DirectoryWorld, Request } from '../directory/request.ts';
import { bulkResponse, readBulk } from '../scim/bulk.ts';
import { MAX_BULK_PAYLOAD } from '../scim/bulk-limits.ts';
import { payloadTooLarge } from '../scim/error.ts';
import { failureOf, send, sendError } from './scim-media.ts';
import { accessOf, baseUrl } from './scim-request.ts';

interface BulkOptions {
  readonly world: DirectoryWorld;
  readonly publicUrl: string;
}

/** Adds the Bulk endpoint. */
export function bulkRoutes(app: FastifyInstance, { world, publicUrl }: BulkOptions): void {
  const options = { bodyLimit: MAX_BULK_PAYLOAD, errorHandler: sendBulkError };
  app.post('/Bulk', options, async (request, reply) => {
    const asked = askedBy(request, publicUrl);
    const bulk = readBulk(request.body, { types: asked.access.types, baseUrl: asked.baseUrl });
    const results = await runBulk(bulk, {
      world,
      request: asked,
      failureOf: (error) => failureOf(error, request),
      signal: untilClosed(reply),
    });
    return send(reply, 200, bulkResponse(results));
  });
}

/** The results have no resources in them, and so nothing is computed for showing these. */
function askedBy(request: FastifyRequest, publicUrl: string): Request {
  return {
    access: accessOf(request),
    requestId: request.id,
    baseUrl: baseUrl(publicUrl, request),
    shows: { groups: false },
  };
}

/** Aborted when the client goes away: nobody would learn what the rest of the operations did. */
function untilClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

/** "The returned response MUST specify the limit exceeded" (RFC 7644 §3.7.4). */
function sendBulkError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const tooLarge = 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
  const limit = `The size of the bulk operation exceeds the maxPayloadSize (${MAX_BULK_PAYLOAD}).`;
  return sendError(tooLarge ? payloadTooLarge(limit) : error, request, reply);
}
