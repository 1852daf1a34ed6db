/** Sources in the admin API: added and removed, their switches and settings, and how they stand. */
import type { FastifyInstance } from 'fastify';
import type { DirectoryWorld } from '../directory/request.ts';
import { addSource, deleteSource, mostSources } from '../directory/source-connections.ts';
import { changeSource } from '../directory/source-settings.ts';
import { destinationsOf } from '../store/destinations.ts';
import { countPeople, lastRequestAt, obstaclesOf, progressOf } from '../store/source-status.ts';
import { type Source, sourcesOf, sourcesUse } from '../store/sources.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { newSourceInput, readInput, sourceInput, sourceRemovalInput } from './admin-input.ts';
import {
  noSuchSource,
  ownerOf,
  type SourceParams,
  sourceOf,
  type TenantParams,
  tenantOf,
} from './admin-scope.ts';
import { sourceView, statusView, tenantView } from './admin-views.ts';
import { Problem } from './problem.ts';

const mostObstacles = 20;

/** The list; to be registered under a tenant. */
export async function sourceListRoutes(
  app: FastifyInstance,
  { world: { pool }, publicUrl }: Pick<AdminApiOptions, 'world' | 'publicUrl'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/sources', async ({ params }) => {
    const tenant = await tenantOf(pool, params);
    const [sources, use] = await Promise.all([
      sourcesOf(pool, tenant.tenantId),
      sourcesUse(pool, tenant.tenantId),
    ]);
    const used = new Map(use.map(({ id, ...counts }) => [id, counts]));
    return {
      tenant: tenantView(tenant),
      sources: sources.map((one) => ({ ...sourceView(one, publicUrl), ...used.get(one.id) })),
    };
  });

  app.post<{ Params: TenantParams }>('/sources', async (request, reply) => {
    const made = readInput(newSourceInput, request.body);
    const { tenantId } = await tenantOf(pool, request.params);
    const by = { actor: request.actor, requestId: request.id };
    const id = await addSource(pool, { tenantId, ...made, ...by });
    if (id === null) throw tooManySources();
    return reply
      .code(201)
      .send(sourceView(await sourceOf(pool, { tenantId, sourceId: id }), publicUrl));
  });
}

function tooManySources(): Problem {
  return new Problem(
    'too-many-sources',
    `There are ${mostSources} connections already: remove one that is no longer used.`,
  );
}

/** Adds the routes; to be registered under a source. */
export async function sourceRoutes(
  app: FastifyInstance,
  { world: { pool, now }, engine, publicUrl }: AdminApiOptions,
): Promise<void> {
  app.get<{ Params: SourceParams }>('/', async ({ params }) =>
    sourceView(await sourceOf(pool, params), publicUrl),
  );

  app.patch<{ Params: SourceParams }>('/', async (request) => {
    const { tenantId, id: sourceId } = await sourceOf(pool, request.params);
    const changes = readInput(sourceInput, request.body);
    const change = { tenantId, sourceId, changes, actor: request.actor, requestId: request.id };
    const changed = await changeSource(pool, change);
    if (changed === null) throw noSuchSource(sourceId);
    // Also where it was on already: after a failure here, switching on again makes up for it.
    // The same where it may now speak for more domains.
    if (changes.creationEnabled === true || changes.domains !== undefined)
      await releaseHeld(pool, engine, changed);
    return sourceView(changed, publicUrl);
  });

  app.delete<{ Params: SourceParams }>('/', async (request, reply) => {
    const { people = 'none' } = readInput(sourceRemovalInput, request.query);
    const { tenantId, id: sourceId } = await sourceOf(pool, request.params);
    const by = { actor: request.actor, requestId: request.id };
    const removed = await deleteSource(pool, { tenantId, sourceId, people, ...by });
    if (removed.kind === 'absent') throw noSuchSource(sourceId);
    if (removed.kind === 'owns') throw ownsPeople(removed);
    return reply.code(204).send();
  });

  app.get<{ Params: SourceParams }>('/status', async ({ params }) => {
    const owner = ownerOf(await sourceOf(pool, params));
    const [people, lastAt, progress, obstacles] = await Promise.all([
      countPeople(pool, owner),
      lastRequestAt(pool, owner),
      progressOf(pool, owner),
      obstaclesOf(pool, owner, mostObstacles),
    ]);
    return statusView({ people, lastRequestAt: lastAt, progress, obstacles, now: now() });
  });
}

function ownsPeople({
  people,
  groups,
}: {
  readonly people: number;
  readonly groups: number;
}): Problem {
  return new Problem(
    'source-owns-people',
    `This connection has brought ${people} people and ${groups} groups. Have the identity provider remove them first, then they leave each destination by its policy; or send people=keep: they stay as they are, and nobody changes them any more. Nothing was changed.`,
    [],
    { people, groups },
  );
}

/** People who waited because creation was off are looked at again, at every destination. */
async function releaseHeld(
  pool: DirectoryWorld['pool'],
  engine: AdminApiOptions['engine'],
  { tenantId, id: sourceId }: Source,
): Promise<void> {
  for (const { id } of await destinationsOf(pool, tenantId)) {
    await engine.respread({ tenantId, destinationId: id }, { kind: 'held', sourceId });
  }
}
