/** The SCIM 2.0 endpoints of a source (RFC 7644 §3.2): HTTP in, HTTP out, nothing decided here. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import type { Access } from '../directory/access.ts';
import {
  createUser,
  type DirectoryWorld,
  deleteUser,
  getUser,
  type Precondition,
  patchUser,
  replaceUser,
} from '../directory/users.ts';
import type { JsonObject } from '../model.ts';
import { resourceTypes, schemas, serviceProviderConfig } from '../scim/discovery.ts';
import {
  forbidden,
  invalidSyntax,
  invalidValue,
  notFound,
  payloadTooLarge,
  preconditionFailed,
  ScimError,
} from '../scim/error.ts';
import { etagOf, ifMatch, ifNoneMatch } from '../scim/etag.ts';
import { parseFilter } from '../scim/filter.ts';
import { isObject } from '../scim/json.ts';
import { listResponse, readPaging } from '../scim/list-response.ts';
import { locationOf, represent } from '../scim/meta.ts';
import { type Projection, parseProjection, project } from '../scim/projection.ts';
import { userType } from '../scim/resource-types.ts';
import { filterSql } from '../store/filter-sql.ts';
import {
  type Condition,
  countResources,
  firstListParameter,
  listResources,
  type StoredResource,
} from '../store/resources.ts';
import type { Bearer } from './bearer.ts';

/** What the endpoints need. */
export interface ScimOptions {
  readonly world: DirectoryWorld;
  readonly bearer: Bearer;
  /** Where clients reach us, without a slash at its end. */
  readonly publicUrl: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    access: Access | null;
  }
}

/** The resource types that have endpoints. */
const served = [userType];

const mediaType = 'application/scim+json';
const searchSchema = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The base URL of a source, as it is entered in an identity provider. */
export function baseUrlOf(publicUrl: string, sourceId: string): string {
  return `${publicUrl}/scim/v2/${sourceId}`;
}

/** Adds the endpoints; to be registered under `/scim/v2/:source`. */
export async function scimRoutes(
  app: FastifyInstance,
  { world, bearer, publicUrl }: ScimOptions,
): Promise<void> {
  app.decorateRequest('access', null);
  acceptJson(app);
  app.setErrorHandler(sendError);
  app.addHook('onRequest', async (request) => {
    const { source } = request.params as { source: string };
    request.access = await bearer.authenticate(source, request.headers.authorization, request.ip);
  });

  const baseUrl = (request: FastifyRequest) => baseUrlOf(publicUrl, accessOf(request).source.id);

  app.get('/ServiceProviderConfig', (request, reply) =>
    send(reply, 200, discovered(request, serviceProviderConfig(baseUrl(request)))),
  );
  discoveryRoutes(app, '/ResourceTypes', (request) => resourceTypes(served, baseUrl(request)));
  discoveryRoutes(app, '/Schemas', (request) => schemas(served, baseUrl(request)));

  const represented = (
    request: FastifyRequest,
    stored: StoredResource,
    projection: Projection,
  ): JsonObject =>
    project(
      represent(userType, stored.data, { issued: issuedOf(stored), baseUrl: baseUrl(request) }),
      userType,
      projection,
    );

  const sendUser = (
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    stored: StoredResource,
    projection: Projection,
  ) => {
    reply.header('etag', etagOf(stored.version));
    reply.header('location', locationOf(userType, stored.id, baseUrl(request)));
    return send(reply, status, represented(request, stored, projection));
  };

  app.post('/Users', async (request, reply) => {
    const projection = projectionOf(request.query);
    const stored = await createUser(world, requestOf(request), request.body);
    return sendUser(request, reply, 201, stored, projection);
  });

  app.get('/Users/:id', async (request, reply) => {
    const projection = projectionOf(request.query);
    const stored = await getUser(world, requestOf(request), idOf(request));
    if (!ifNoneMatch(header(request, 'if-none-match'), etagOf(stored.version))) {
      return reply.code(304).header('etag', etagOf(stored.version)).send();
    }
    return sendUser(request, reply, 200, stored, projection);
  });

  app.put('/Users/:id', async (request, reply) => {
    const projection = projectionOf(request.query);
    const stored = await replaceUser(
      world,
      requestOf(request),
      idOf(request),
      request.body,
      preconditionOf(request),
    );
    return sendUser(request, reply, 200, stored, projection);
  });

  app.patch('/Users/:id', async (request, reply) => {
    const projection = projectionOf(request.query);
    const stored = await patchUser(
      world,
      requestOf(request),
      idOf(request),
      request.body,
      preconditionOf(request),
    );
    return sendUser(request, reply, 200, stored, projection);
  });

  app.delete('/Users/:id', async (request, reply) => {
    const precondition = header(request, 'if-match') === undefined ? null : preconditionOf(request);
    await deleteUser(world, requestOf(request), idOf(request), precondition);
    return reply.code(204).send();
  });

  const list = async (
    request: FastifyRequest,
    reply: FastifyReply,
    query: Readonly<Record<string, unknown>>,
  ) => {
    const projection = projectionOf(query);
    const paging = readPaging(query);
    const condition = conditionOf(query['filter']);
    const owner = {
      tenantId: accessOf(request).source.tenantId,
      sourceId: accessOf(request).source.id,
    };
    const page = { condition, offset: paging.startIndex - 1, limit: paging.count };
    const [totalResults, found] = await Promise.all([
      countResources(world.pool, owner, 'User', condition),
      paging.count === 0 ? [] : listResources(world.pool, owner, 'User', page),
    ]);
    const resources = found.map((stored) => represented(request, stored, projection));
    return send(
      reply,
      200,
      listResponse({ resources, totalResults, startIndex: paging.startIndex }),
    );
  };

  app.get('/Users', (request, reply) =>
    list(request, reply, isObject(request.query) ? request.query : {}),
  );
  app.post('/Users/.search', (request, reply) => list(request, reply, searchOf(request.body)));

  app.all('/*', async (request) => {
    throw notFound(
      `There is no endpoint ${request.method} /${(request.params as { '*': string })['*'].slice(0, 100)}: see /ResourceTypes.`,
    );
  });
}

/** Only JSON is taken; `__proto__` and `constructor.prototype` in it are refused by the parser. */
function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    [mediaType, 'application/json'],
    { parseAs: 'string' },
    (request, body, done) => {
      // Some clients name the media type on a DELETE, too, and send nothing.
      if (body === '' && request.method === 'DELETE') return done(null, undefined);
      return parse(request, body as string, (error, json) => {
        if (error === null && tooDeep(json, mostLevels))
          done(invalidSyntax(`The body is nested deeper than ${mostLevels} levels.`));
        else done(error, json);
      });
    },
  );
}

/** SCIM needs six; what is deeper was made to hurt. */
const mostLevels = 32;

function tooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => tooDeep(inner, levels - 1));
}

function discoveryRoutes(
  app: FastifyInstance,
  path: string,
  all: (request: FastifyRequest) => readonly JsonObject[],
): void {
  app.get(path, (request, reply) => {
    const resources = discovered(request, all(request));
    return send(
      reply,
      200,
      listResponse({ resources, totalResults: resources.length, startIndex: 1 }),
    );
  });
  app.get(`${path}/:id`, async (request, reply) => {
    const { id } = request.params as { id: string };
    const one = discovered(request, all(request)).find((resource) => resource['id'] === id);
    if (one === undefined) throw notFound(`There is no ${path.slice(1, -1)} ${id.slice(0, 200)}.`);
    return send(reply, 200, one);
  });
}

/** RFC 7644 §4: a filter on these endpoints is refused with 403. */
function discovered<Value>(request: FastifyRequest, value: Value): Value {
  if (isObject(request.query) && 'filter' in request.query)
    throw forbidden('This endpoint cannot be filtered (RFC 7644 §4).');
  return value;
}

function send(reply: FastifyReply, status: number, body: JsonObject): FastifyReply {
  // A buffer, as a text would have `; charset=utf-8` appended to its media type.
  return reply
    .code(status)
    .header('content-type', mediaType)
    .send(Buffer.from(JSON.stringify(body)));
}

function accessOf(request: FastifyRequest): Access {
  if (request.access === null) throw new Error('a SCIM route ran without authentication');
  return request.access;
}

function requestOf(request: FastifyRequest): {
  readonly access: Access;
  readonly requestId: string;
} {
  return { access: accessOf(request), requestId: request.id };
}

function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  if (!isUuid(id)) throw notFound(`There is no user ${id.slice(0, 100)} in this connection.`);
  return id.toLowerCase();
}

function header(request: FastifyRequest, name: 'if-match' | 'if-none-match'): string | undefined {
  return request.headers[name];
}

function preconditionOf(request: FastifyRequest): Precondition {
  return (version) => {
    if (ifMatch(header(request, 'if-match'), etagOf(version))) return;
    throw preconditionFailed('The user changed since the version in If-Match: read it again.');
  };
}

function projectionOf(query: unknown): Projection {
  return parseProjection(userType, isObject(query) ? query : {});
}

const everything: Condition = { text: 'true', values: [] };

function conditionOf(filter: unknown): Condition {
  if (filter === undefined || filter === '') return everything;
  if (typeof filter !== 'string') throw invalidValue('filter must be given once.');
  return filterSql(parseFilter(filter), userType, firstListParameter);
}

/** RFC 7644 §3.4.3: a query in the body of a POST. */
function searchOf(body: unknown): Readonly<Record<string, unknown>> {
  const listed =
    isObject(body) && Array.isArray(body['schemas']) && body['schemas'].includes(searchSchema);
  if (!isObject(body) || !listed)
    throw invalidSyntax(`The body must be an object with the schema ${searchSchema}.`);
  return body;
}

function issuedOf(stored: StoredResource) {
  return {
    id: stored.id,
    created: stored.createdAt,
    lastModified: stored.lastModified,
    version: stored.version,
  };
}

/** Every failure in SCIM's form (RFC 7644 §3.12); what nobody foresaw is logged and tells nothing. */
function sendError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = scimErrorOf(error);
  if (known === null) request.log.error({ err: error }, 'a SCIM request failed unexpectedly');
  const answer =
    known ??
    new ScimError(
      500,
      `Something went wrong here. Quote the request id ${request.id} when you report it.`,
    );
  if (answer.status === 401) reply.header('www-authenticate', 'Bearer realm="SCIM"');
  if (answer.status === 429 || answer.status === 503) reply.header('retry-after', '60');
  return send(reply, answer.status, { ...answer.toBody() });
}

function scimErrorOf(error: FastifyError | Error): ScimError | null {
  if (error instanceof ScimError) return error;
  const code = 'code' in error ? error.code : undefined;
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return payloadTooLarge('The body is larger than 1 MiB: send less at once.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new ScimError(415, `Send the body as ${mediaType}.`);
  if (error instanceof SyntaxError || code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return invalidSyntax('The body is not JSON that can be read.');
  if (status !== undefined && status >= 400 && status < 500)
    return status === 400 ? invalidSyntax(error.message) : new ScimError(status, error.message);
  return null;
}
