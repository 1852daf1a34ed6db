/** The endpoints of users (RFC 7644 §3.3 to §3.6). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  createUser,
  type DirectoryWorld,
  deleteUser,
  getUser,
  patchUser,
  replaceUser,
} from '../directory/users.ts';
import type { JsonObject } from '../model.ts';
import { etagOf, ifNoneMatch } from '../scim/etag.ts';
import { isObject } from '../scim/json.ts';
import { listResponse, readPaging } from '../scim/list-response.ts';
import { locationOf, represent } from '../scim/meta.ts';
import { type Projection, project } from '../scim/projection.ts';
import { userType } from '../scim/resource-types.ts';
import { listResources } from '../store/resource-list.ts';
import type { StoredResource } from '../store/resources.ts';
import { send } from './scim-media.ts';
import {
  accessOf,
  baseUrl,
  conditionOf,
  header,
  idOf,
  preconditionOf,
  projectionOf,
  requestOf,
  searchOf,
} from './scim-request.ts';

interface UserOptions {
  readonly world: DirectoryWorld;
  readonly publicUrl: string;
}

/** A request and the way to answer it. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly publicUrl: string;
}

/** Adds the endpoints of users. */
export function userRoutes(app: FastifyInstance, { world, publicUrl }: UserOptions): void {
  /** Reads the projection first: a request with a bad one must not change anything. */
  const answered =
    (status: number, act: (request: FastifyRequest) => Promise<StoredResource>) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const projection = projectionOf(request.query);
      return sendUser({ request, reply, publicUrl }, status, await act(request), projection);
    };

  app.post(
    '/Users',
    answered(201, (request) => createUser(world, requestOf(request), request.body)),
  );
  app.get(
    '/Users/:id',
    answered(200, (request) => getUser(world, requestOf(request), idOf(request))),
  );
  app.put(
    '/Users/:id',
    answered(200, (request) =>
      replaceUser(world, requestOf(request), idOf(request), request.body, preconditionOf(request)),
    ),
  );
  app.patch(
    '/Users/:id',
    answered(200, (request) =>
      patchUser(world, requestOf(request), idOf(request), request.body, preconditionOf(request)),
    ),
  );
  app.delete('/Users/:id', async (request, reply) => {
    const precondition = header(request, 'if-match') === undefined ? null : preconditionOf(request);
    await deleteUser(world, requestOf(request), idOf(request), precondition);
    return reply.code(204).send();
  });
  app.get('/Users', (request, reply) =>
    sendList({ request, reply, publicUrl }, world, isObject(request.query) ? request.query : {}),
  );
  app.post('/Users/.search', (request, reply) =>
    sendList({ request, reply, publicUrl }, world, searchOf(request.body)),
  );
}

function sendUser(
  { request, reply, publicUrl }: Exchange,
  status: number,
  stored: StoredResource,
  projection: Projection,
): FastifyReply {
  const etag = etagOf(stored.version);
  reply.header('etag', etag);
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (reads && !ifNoneMatch(header(request, 'if-none-match'), etag)) {
    return reply.code(304).send();
  }
  const base = baseUrl(publicUrl, request);
  reply.header('location', locationOf(userType, stored.id, base));
  return send(reply, status, represented(stored, projection, base));
}

async function sendList(
  { request, reply, publicUrl }: Exchange,
  world: DirectoryWorld,
  query: Readonly<Record<string, unknown>>,
): Promise<FastifyReply> {
  const projection = projectionOf(query);
  const { startIndex, count } = readPaging(query);
  const { tenantId, id: sourceId } = accessOf(request).source;
  const page = { condition: conditionOf(query.filter), offset: startIndex - 1, limit: count };
  const found = await listResources(world.pool, { tenantId, sourceId }, 'User', page);
  const base = baseUrl(publicUrl, request);
  const resources = found.resources.map((stored) => represented(stored, projection, base));
  return send(reply, 200, listResponse({ resources, totalResults: found.total, startIndex }));
}

function represented(stored: StoredResource, projection: Projection, base: string): JsonObject {
  const { id, createdAt: created, lastModified, version } = stored;
  const issued = { id, created, lastModified, version };
  const whole = represent(userType, stored.data, { issued, baseUrl: base });
  return project(whole, userType, projection);
}
