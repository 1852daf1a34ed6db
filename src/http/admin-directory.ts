/**
 * A tenant's directory in the admin API: SCIM (RFC 7644), as an identity provider would speak it, behind the guard of
 * the admin API. Besides, whoever was deleted can be brought back.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { connectorNamed } from '../connectors/index.ts';
import { deleteKept, listDeleted, restoreUser } from '../directory/deleted-users.ts';
import { localAccess, localSource } from '../directory/local.ts';
import { operationsOf } from '../directory/operations.ts';
import { ScimError } from '../scim/error.ts';
import { destinationsOf } from '../store/destinations.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { destinationRules } from './destination-rules.ts';
import { Problem } from './problem.ts';
import { discoveryRoutes } from './scim-discovery.ts';
import { listRoutes } from './scim-list.ts';
import { acceptJson, sendError } from './scim-media.ts';
import { requestOf } from './scim-request.ts';
import { resourceRoutes } from './scim-resources.ts';

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
    operations: { ...operationsOf, User: { ...operationsOf.User, remove: deleteKept } },
  };
  discoveryRoutes(app, publicUrl);
  listRoutes(app, options);
  resourceRoutes(app, 'User', options);
  resourceRoutes(app, 'Group', options);

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

  async function accessFor({ params, actor }: FastifyRequest<{ Params: TenantParams }>) {
    const { tenantId } = await tenantOf(world.pool, params);
    const [source, destinations] = await Promise.all([
      localSource(world.pool, tenantId),
      destinationsOf(world.pool, tenantId),
    ]);
    return localAccess(source, { actor, destinations: destinations.flatMap(rulesOf) });
  }
}

/** What the guard of the admin API refuses, in the form of everything else that is answered here. */
const inScim = ({ status, message }: Problem): ScimError => new ScimError(status, message);
