/** The endpoints of single resources (RFC 7644 §3.3 to §3.6), the same for every type. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { operationsOf, type ResourceOperations } from '../directory/operations.ts';
import { type DirectoryWorld, ownerOf, type Request } from '../directory/request.ts';
import type { ResourceKind } from '../model.ts';
import { forbidden, notImplemented } from '../scim/error.ts';
import { etagOf } from '../scim/etag.ts';
import { isObject } from '../scim/json.ts';
import { locationOf } from '../scim/meta.ts';
import { asksFor, parseProjection } from '../scim/projection.ts';
import { afterWrite } from '../scim/projection-after-write.ts';
import type { StoredResource } from '../store/resources.ts';
import { type Form, sendResource } from './scim-answer.ts';
import { accessOf, baseUrl, header, idOf, preconditionOf, requestOf } from './scim-request.ts';

/** What the endpoints need. */
export interface ResourceRoutesOptions {
  readonly world: DirectoryWorld;
  readonly publicUrl: string;
  /** What is done; left out: what a connection does. */
  readonly operations?: Readonly<Record<ResourceKind, ResourceOperations>>;
}

/** A group may be sent with all its members: 100,000 of them have some 6 MB. */
const bodyLimits: Readonly<Record<ResourceKind, number>> = { User: 1_048_576, Group: 16_777_216 };

/** Adds the endpoints of the resources of one type. */
export function resourceRoutes(
  app: FastifyInstance,
  kind: ResourceKind,
  options: ResourceRoutesOptions,
): void {
  const answered = answers(kind, options);
  app.post(
    `/${kind}s`,
    { bodyLimit: bodyLimits[kind] },
    answered(201, ({ world, of, body }) => operationsIn(options)[kind].create(world, of, body)),
  );
  oneResource(app, { path: `/${kind}s/:id`, kind, idOf }, options);
}

const operationsIn = ({ operations = operationsOf }: ResourceRoutesOptions) => operations;

/** Adds `/Me`: the user that a token is bound to (RFC 7644 §3.11). */
export function meRoutes(app: FastifyInstance, options: ResourceRoutesOptions): void {
  oneResource(app, { path: '/Me', kind: 'User', idOf: ownId }, options);
  app.post('/Me', async (request) => {
    ownId(request);
    throw forbidden('Nobody creates themselves: the user of this token exists (RFC 7644 §3.11).');
  });
}

function ownId(request: FastifyRequest): string {
  const { userId } = accessOf(request);
  if (userId !== null) return userId;
  throw notImplemented('This token stands for no user: use /Users (RFC 7644 §3.11).');
}

/** What an operation is given. */
interface Call {
  readonly world: DirectoryWorld;
  readonly of: Request;
  readonly request: FastifyRequest;
  readonly body: unknown;
}

type Answered = (
  status: number,
  act: (call: Call) => Promise<StoredResource>,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Reads the projection first: a request with a bad one must not change anything. */
function answers(kind: ResourceKind, { world, publicUrl }: ResourceRoutesOptions): Answered {
  return (status, act) => async (request, reply) => {
    const asked = formOf(request, kind, publicUrl);
    const projection = afterWrite(asked.type, asked.projection, request.body);
    const form = { ...asked, projection };
    const of = requestFor(publicUrl, request, form);
    const stored = await act({ world, of, request, body: request.body });
    if (request.method === 'PATCH' && !wantsAnswer(request, kind)) {
      reply.header('location', locationOf(form.type, stored.id, form.baseUrl));
      return reply.code(204).header('etag', etagOf(stored.version)).send();
    }
    const shelf = { pool: world.pool, owner: ownerOf(of) };
    return sendResource({ request, reply }, { status, stored, form, shelf });
  };
}

interface OneResource {
  readonly path: string;
  readonly kind: ResourceKind;
  readonly idOf: (request: FastifyRequest) => string;
}

function oneResource(
  app: FastifyInstance,
  { path, kind, idOf }: OneResource,
  options: ResourceRoutesOptions,
): void {
  const answered = answers(kind, options);
  const limits = { bodyLimit: bodyLimits[kind] };
  const operations = operationsIn(options)[kind];
  app.get(
    path,
    answered(200, ({ world, of, request }) => operations.read(world, of, idOf(request))),
  );
  app.put(
    path,
    limits,
    answered(200, ({ world, of, request, body }) =>
      operations.replace(world, of, idOf(request), body, preconditionOf(request)),
    ),
  );
  app.patch(
    path,
    limits,
    answered(200, ({ world, of, request, body }) =>
      operations.patch(world, of, idOf(request), body, preconditionOf(request)),
    ),
  );
  app.delete(path, async (request, reply) => {
    const precondition = header(request, 'if-match') === undefined ? null : preconditionOf(request);
    const of = requestOf(options.publicUrl, request);
    await operations.remove(options.world, of, idOf(request), precondition);
    return reply.code(204).send();
  });
}

/**
 * A PATCH of a group is answered without a body, which could be megabytes, unless attributes are
 * asked for: then it MUST have them (RFC 7644 §3.5.2).
 */
function wantsAnswer({ query }: FastifyRequest, kind: ResourceKind): boolean {
  if (kind === 'User') return true;
  return isObject(query) && ('attributes' in query || 'excludedAttributes' in query);
}

/** The form in which a request wants a resource of one type. */
export function formOf(request: FastifyRequest, kind: ResourceKind, publicUrl: string): Form {
  const type = accessOf(request).types[kind];
  const query = isObject(request.query) ? request.query : {};
  return { type, projection: parseProjection(type, query), baseUrl: baseUrl(publicUrl, request) };
}

/** What a request for a resource in some form shows. */
function requestFor(
  publicUrl: string,
  request: FastifyRequest,
  { type, projection }: Form,
): Request {
  const groups = type.name === 'User' && asksFor(type, projection, ['groups']) !== 'nothing';
  return { ...requestOf(publicUrl, request), shows: { groups } };
}
