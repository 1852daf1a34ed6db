/** What a SCIM request asks for: read from its path, query, headers and body. */
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import type { Access } from '../directory/access.ts';
import { anyVersion, type Precondition, type Request } from '../directory/request.ts';
import { notFound, preconditionFailed } from '../scim/error.ts';
import { etagOf, ifMatch } from '../scim/etag.ts';

declare module 'fastify' {
  interface FastifyRequest {
    access: Access | null;
  }
}

/** The base URL of a source, as it is entered in an identity provider. */
export function baseUrlOf(publicUrl: string, sourceId: string): string {
  return `${publicUrl}/scim/v2/${sourceId}`;
}

/** The base URL of a tenant's directory, which is a part of the admin API. */
export function directoryUrlOf(publicUrl: string, tenantId: string): string {
  return `${publicUrl}/api/tenants/${encodeURIComponent(tenantId)}/directory`;
}

/** The base URL of the source that a request was sent to. */
export function baseUrl(publicUrl: string, request: FastifyRequest): string {
  const { kind, tenantId, id } = accessOf(request).source;
  return kind === 'local' ? directoryUrlOf(publicUrl, tenantId) : baseUrlOf(publicUrl, id);
}

/** Who asks: set by the authentication that runs before every route. */
export function accessOf(request: FastifyRequest): Access {
  if (request.access === null) throw new Error('a SCIM route ran without authentication');
  return request.access;
}

/** The request as the directory takes it; it shows nothing that has to be computed. */
export function requestOf(publicUrl: string, request: FastifyRequest): Request {
  const shows = { groups: false };
  return {
    access: accessOf(request),
    requestId: request.id,
    baseUrl: baseUrl(publicUrl, request),
    shows,
  };
}

/** The id in the path. Throws 404 for what cannot be one: ids are case exact (RFC 7643 §3.1). */
export function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  if (!isUuid(id) || id !== id.toLowerCase())
    throw notFound(`There is no ${id.slice(0, 100)} here: find it by a filter, or create it.`);
  return id;
}

/** A conditional header. */
export function header(
  request: FastifyRequest,
  name: 'if-match' | 'if-none-match',
): string | undefined {
  return request.headers[name];
}

/** If-Match as a check of the stored version (RFC 7644 §3.14). */
export function preconditionOf(request: FastifyRequest): Precondition {
  const tags = header(request, 'if-match');
  if (tags === undefined) return anyVersion;
  return (version) => {
    if (ifMatch(tags, etagOf(version))) return;
    throw preconditionFailed('The resource changed since the version in If-Match: read it again.');
  };
}
