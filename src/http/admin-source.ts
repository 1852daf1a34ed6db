/** One source in the admin API: its switches and settings, and how it stands. */
import type { FastifyInstance } from 'fastify';
import type { DirectoryWorld } from '../directory/request.ts';
import { changeSource } from '../directory/source-settings.ts';
import { destinationsOf } from '../store/destinations.ts';
import { countPeople, lastRequestAt, obstaclesOf, progressOf } from '../store/source-status.ts';
import type { Source } from '../store/sources.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput, sourceInput } from './admin-input.ts';
import { noSuchSource, ownerOf, type SourceParams, sourceOf } from './admin-scope.ts';
import { sourceView, statusView } from './admin-views.ts';

const mostObstacles = 20;

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
    if (changes.creationEnabled === true) await releaseHeld(pool, engine, changed);
    return sourceView(changed, publicUrl);
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
