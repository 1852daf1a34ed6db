/**
 * A tenant's directory in the admin API: SCIM (RFC 7644), as an identity provider would speak it, behind the guard of
 * the admin API. Besides, whoever was deleted can be brought back.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { connectorNamed } from '../connectors/index.ts';
import { deleteUnassigned } from '../directory/app-policies.ts';
import { listDeleted, restoreUser } from '../directory/deleted-users.ts';
import { localAccess, localSource } from '../directory/local.ts';
import { operationsOf } from '../directory/operations.ts';
import { ownerOf } from '../directory/request.ts';
import { columnsOf } from '../directory/user-columns.ts';
import { exportUsers } from '../directory/user-export.ts';
import { readFile } from '../directory/user-file.ts';
import { importUsers } from '../directory/user-import.ts';
import { termsOf } from '../directory/words.ts';
import { ScimError } from '../scim/error.ts';
import { isObject } from '../scim/json.ts';
import { parseProjection } from '../scim/projection.ts';
import { destinationsOf } from '../store/destinations.ts';
import { findResources } from '../store/resources.ts';
import { mostFound, usersByWords } from '../store/user-search.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { destinationRules } from './destination-rules.ts';
import { streamed, whenGone } from './event-stream.ts';
import { Problem } from './problem.ts';
import { represented } from './scim-answer.ts';
import { discoveryRoutes } from './scim-discovery.ts';
import { listRoutes } from './scim-list.ts';
import { acceptJson, sendError } from './scim-media.ts';
import { accessOf, baseUrl, requestOf } from './scim-request.ts';
import { resourceRoutes } from './scim-resources.ts';

const aQuery = 'must be text of at most 200 characters';
const aCount = 'must be a whole number from 1 to 500';
const aPlace = `must be a whole number from 1 to ${mostFound}`;

/** Which users, and which of those that are found. */
export const userSearchInput = z.strictObject({
  query: z.string(aQuery).max(200, aQuery),
  startIndex: z.coerce.number(aPlace).int(aPlace).min(1, aPlace).max(mostFound, aPlace).default(1),
  count: z.coerce.number(aCount).int(aCount).min(1, aCount).max(500, aCount).default(50),
});

/** Adds the endpoints; to be registered under a tenant. Every answer is SCIM's. */
export async function directoryRoutes(
  app: FastifyInstance,
  { world, publicUrl, secrets }: AdminApiOptions,
): Promise<void> {
  const rulesOf = destinationRules(connectorNamed);
  acceptJson(app);
  app.setErrorHandler((error: Error, request, reply) =>
    sendError(error instanceof Problem ? inScim(error) : error, request, reply),
  );
  app.addHook('preHandler', async (request) => {
    request.access = await accessFor(request as FastifyRequest<{ Params: TenantParams }>);
  });
  const options = {
    ...{ world, publicUrl, secrets },
    operations: { ...operationsOf, Group: { ...operationsOf.Group, remove: deleteUnassigned } },
  };
  discoveryRoutes(app, publicUrl);
  listRoutes(app, options);
  resourceRoutes(app, 'User', options);
  resourceRoutes(app, 'Group', options);

  // Apart from Users: a filter of SCIM is asked of attributes, and only of those with an index at once.
  app.get('/search', async (request) => {
    const { query, startIndex, count } = readInput(userSearchInput, request.query);
    const owner = ownerOf(requestOf(publicUrl, request));
    const page = { offset: startIndex - 1, limit: count };
    const { ids, total, more } = await usersByWords(world.pool, owner, termsOf(query), page);
    const users = await findResources(world.pool, owner, 'User', ids);
    const type = accessOf(request).types.User;
    const projection = parseProjection(type, { excludedAttributes: 'groups' });
    const form = { type, projection, baseUrl: baseUrl(publicUrl, request) };
    const Resources = users.map((user) => represented(user, form));
    return { totalResults: total, more, itemsPerPage: users.length, startIndex, Resources };
  });

  app.get('/deleted-users', async (request) => {
    const deleted = await listDeleted(world, requestOf(publicUrl, request));
    return {
      deleted: deleted.map(({ id, userName, data, deletedAt, deletedBy }) => ({
        ...{ id, userName, deletedAt, deletedBy },
        displayName: data.displayName ?? null,
      })),
    };
  });

  app.post<{ Params: TenantParams & { readonly id: string } }>(
    '/deleted-users/:id/restore',
    async (request) => {
      const { id } = await restoreUser(world, requestOf(publicUrl, request), request.params.id);
      return { id };
    },
  );

  app.get('/users.csv', async (request, reply) => {
    const owner = ownerOf(requestOf(publicUrl, request));
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="users.csv"')
      .send(Readable.from(exportUsers(world.pool, { owner, type: accessOf(request).types.User })));
  });

  app.post('/users-import', { bodyLimit: mostFileBytes }, async (request, reply) => {
    const { csv, how } = importInput(request.body);
    const of = requestOf(publicUrl, request);
    const signal = whenGone(request);
    const done = claimImport(ownerOf(of).tenantId);
    const lines = await readFile(csv, columnsOf(of.access.types.User)).catch((error: unknown) => {
      done();
      throw error;
    });
    return streamed(reply, ending(importUsers(world, of, { lines, how, signal }), done));
  });

  async function accessFor({ params, actor }: FastifyRequest<{ Params: TenantParams }>) {
    const { tenantId } = await tenantOf(world.pool, params);
    const [source, destinations] = await Promise.all([
      localSource(world.pool, tenantId),
      destinationsOf(world.pool, tenantId),
    ]);
    return localAccess(source, { actor, destinations: destinations.flatMap(rulesOf) });
  }
}

/** Some 100,000 users. */
const mostFileBytes = 33_554_432;

/** Tenants whose file is being looked at or taken in by this process. */
const importing = new Set<string>();

/** Lets one file of a tenant in at a time, as each costs as much as many requests; gives what ends that. */
function claimImport(tenantId: string): () => void {
  if (importing.has(tenantId))
    throw new ScimError(409, 'Another file is being taken in: wait until that is done.');
  importing.add(tenantId);
  return () => importing.delete(tenantId);
}

/** The same events, and `done` when there are no more or nobody listens any longer. */
async function* ending<Event>(
  events: AsyncGenerator<Event>,
  done: () => void,
): AsyncGenerator<Event> {
  try {
    yield* events;
  } finally {
    done();
  }
}

interface ImportInput {
  readonly csv: string;
  readonly how: 'preview' | 'import';
}

function importInput(body: unknown): ImportInput {
  const { csv, how } = isObject(body) ? body : {};
  if (typeof csv !== 'string') throw new ScimError(400, 'csv must be the text of the file.');
  if (how !== 'preview' && how !== 'import')
    throw new ScimError(400, 'how must be "preview" or "import".');
  return { csv, how };
}

/** What the guard of the admin API refuses, in the form of everything else that is answered here. */
const inScim = ({ status, message }: Problem): ScimError => new ScimError(status, message);
