/** What a SCIM request asks for: read from its path, query, headers and body. */
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import type { Access } from '../directory/access.ts';
import type { Precondition } from '../directory/users.ts';
import { invalidSyntax, invalidValue, notFound, preconditionFailed } from '../scim/error.ts';
import { etagOf, ifMatch } from '../scim/etag.ts';
import { parseFilter } from '../scim/filter.ts';
import { isObject, member, names } from '../scim/json.ts';
import { type Projection, parseProjection } from '../scim/projection.ts';
import { userType } from '../scim/resource-types.ts';
import { filterSql } from '../store/filter-sql.ts';
import { type Condition, firstListParameter } from '../store/resource-list.ts';

declare module 'fastify' {
  interface FastifyRequest {
    access: Access | null;
  }
}

const searchSchema = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The base URL of a source, as it is entered in an identity provider. */
export function baseUrlOf(publicUrl: string, sourceId: string): string {
  return `${publicUrl}/scim/v2/${sourceId}`;
}

/** The base URL of the source that a request was sent to. */
export function baseUrl(publicUrl: string, request: FastifyRequest): string {
  return baseUrlOf(publicUrl, accessOf(request).source.id);
}

/** Who asks: set by the authentication that runs before every route. */
export function accessOf(request: FastifyRequest): Access {
  if (request.access === null) throw new Error('a SCIM route ran without authentication');
  return request.access;
}

/** The request as the directory takes it. */
export function requestOf(request: FastifyRequest): {
  readonly access: Access;
  readonly requestId: string;
} {
  return { access: accessOf(request), requestId: request.id };
}

/** The id in the path. Throws 404 for what cannot be one. */
export function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  if (!isUuid(id)) throw notFound(`There is no user ${id.slice(0, 100)} in this connection.`);
  return id.toLowerCase();
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
  return (version) => {
    if (ifMatch(header(request, 'if-match'), etagOf(version))) return;
    throw preconditionFailed('The user changed since the version in If-Match: read it again.');
  };
}

/** Which attributes are to be returned. */
export function projectionOf(query: unknown): Projection {
  return parseProjection(userType, isObject(query) ? query : {});
}

const everything: Condition = { text: 'true', values: [] };

/** The filter as a condition of the database. */
export function conditionOf(filter: unknown): Condition {
  if (filter === undefined || filter === '') return everything;
  if (typeof filter !== 'string') throw invalidValue('filter must be given once.');
  return filterSql(parseFilter(filter), userType, firstListParameter);
}

const searchParameters = ['filter', 'startIndex', 'count', 'attributes', 'excludedAttributes'];

/** RFC 7644 §3.4.3: a query in the body of a POST; names in any case, null for what is not asked. */
export function searchOf(body: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(body) || !names(member(body, 'schemas'), searchSchema))
    throw invalidSyntax(`The body must be an object with the schema ${searchSchema}.`);
  const asked = searchParameters.map((name) => [name, member(body, name) ?? undefined]);
  return Object.fromEntries(asked);
}
