/** The admin API: JSON in, JSON out. No statement runs without the tenant of the path. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createToken, mostLiveTokens, revoke } from '../directory/tokens.ts';
import type { DirectoryWorld } from '../directory/users.ts';
import type { Engine } from '../provisioning/engine.ts';
import { namedActivity } from '../store/activity.ts';
import { countPeople, lastRequestAt, obstaclesOf, progressOf } from '../store/source-status.ts';
import { findSource, type Source, sourcesOf } from '../store/sources.ts';
import { allTenants, findTenant, type Tenant } from '../store/tenants.ts';
import { tokensOf } from '../store/tokens.ts';
import { activityInput, readInput, switchesInput, tokenInput } from './admin-input.ts';
import { changeSwitches } from './admin-switches.ts';
import { activityView, sourceView, statusView, tenantView, tokenView } from './admin-views.ts';
import { notFound, Problem } from './problem.ts';

/** What the API needs. */
export interface AdminApiOptions {
  readonly world: Pick<DirectoryWorld, 'pool' | 'now'>;
  readonly engine: Pick<Engine, 'respread'>;
  readonly publicUrl: string;
}

interface TenantParams {
  readonly tenantId: string;
}

interface SourceParams extends TenantParams {
  readonly sourceId: string;
}

interface TokenParams extends SourceParams {
  readonly tokenId: string;
}

const actor = 'admin';
const mostObstacles = 20;
const dayMs = 24 * 3_600_000;

/** Adds the routes; to be registered under `/api`. */
export async function adminApi(
  app: FastifyInstance,
  { world, engine, publicUrl }: AdminApiOptions,
): Promise<void> {
  const options: AdminApiOptions = { world, engine, publicUrl };
  acceptJson(app);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.setNotFoundHandler((request) => {
    throw notFound(`There is no ${request.method} ${request.url.slice(0, 200)}.`);
  });
  await app.register(tenantRoutes, options);
  await app.register(sourceRoutes, { ...options, prefix: '/tenants/:tenantId/sources/:sourceId' });
}

async function tenantRoutes(
  app: FastifyInstance,
  { world, publicUrl }: AdminApiOptions,
): Promise<void> {
  const { pool } = world;

  app.get('/tenants', async () => ({ tenants: (await allTenants(pool)).map(tenantView) }));

  app.get<{ Params: TenantParams }>('/tenants/:tenantId/sources', async ({ params }) => {
    const tenant = await tenantOf(pool, params);
    const sources = await sourcesOf(pool, tenant.tenantId);
    return {
      tenant: tenantView(tenant),
      sources: sources.map((source) => sourceView(source, publicUrl)),
    };
  });

  app.get<{ Params: TenantParams }>('/tenants/:tenantId/activity', async ({ params, query }) => {
    const { limit, source } = readInput(activityInput, query);
    const { tenantId } = await tenantOf(pool, params);
    const lines = await namedActivity(pool, tenantId, { limit, sourceId: source ?? null });
    return { activity: lines.map(activityView) };
  });
}

async function sourceRoutes(
  app: FastifyInstance,
  { world, engine, publicUrl }: AdminApiOptions,
): Promise<void> {
  const { pool, now } = world;
  const found = (params: SourceParams) => sourceOf(pool, params);

  app.get<{ Params: SourceParams }>('/', async ({ params }) =>
    sourceView(await found(params), publicUrl),
  );

  app.patch<{ Params: SourceParams }>('/', async (request) => {
    const { tenantId, id: sourceId } = await found(request.params);
    const switches = readInput(switchesInput, request.body);
    const changed = await changeSwitches(
      { pool, engine },
      { tenantId, sourceId, switches, requestId: request.id },
    );
    if (changed === null) throw noSuchSource(sourceId);
    return sourceView(changed, publicUrl);
  });

  app.get<{ Params: SourceParams }>('/status', async ({ params }) => {
    const owner = ownerOf(await found(params));
    const [people, lastAt, progress, obstacles] = await Promise.all([
      countPeople(pool, owner),
      lastRequestAt(pool, owner),
      progressOf(pool, owner),
      obstaclesOf(pool, owner, mostObstacles),
    ]);
    return statusView({ people, lastRequestAt: lastAt, progress, obstacles, now: now() });
  });

  app.get<{ Params: SourceParams }>('/tokens', async ({ params }) => {
    const tokens = await tokensOf(pool, ownerOf(await found(params)));
    return { mostLive: mostLiveTokens, tokens: tokens.map((token) => tokenView(token, now())) };
  });

  app.post<{ Params: SourceParams }>('/tokens', async ({ params, body }, reply) => {
    const owner = ownerOf(await found(params));
    const { expiresInDays } = readInput(tokenInput, body);
    const expiresAt = expiresInDays === null ? null : new Date(now() + expiresInDays * dayMs);
    const fresh = await createToken(pool, owner, { expiresAt, actor });
    if (fresh === null) throw tooManyTokens();
    return reply.code(201).send({ ...fresh, authorization: `Bearer ${fresh.token}` });
  });

  app.delete<{ Params: TokenParams }>(
    '/tokens/:tokenId',
    async ({ params }, reply: FastifyReply) => {
      const owner = ownerOf(await found(params));
      if (!(await revoke(pool, owner, params.tokenId, { actor }))) {
        throw notFound(`There is no token ${params.tokenId} that could be revoked.`);
      }
      return reply.code(204).send();
    },
  );
}

/** Only JSON is taken. Clients name the media type on a DELETE, too, and send nothing. */
function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request: FastifyRequest, body, done) => {
      if (body === '' && request.method === 'DELETE') done(null, undefined);
      else parse(request, body, done);
    },
  );
}

async function tenantOf(pool: DirectoryWorld['pool'], { tenantId }: TenantParams): Promise<Tenant> {
  const tenant = await findTenant(pool, tenantId);
  if (tenant === null) throw notFound(`There is no tenant ${tenantId}.`);
  return tenant;
}

async function sourceOf(
  pool: DirectoryWorld['pool'],
  { tenantId, sourceId }: SourceParams,
): Promise<Source> {
  const source = await findSource(pool, tenantId, sourceId);
  if (source === null) throw noSuchSource(sourceId);
  return source;
}

function noSuchSource(sourceId: string): Problem {
  return notFound(`There is no source ${sourceId} of this tenant.`);
}

function ownerOf({ tenantId, id }: Source) {
  return { tenantId, sourceId: id };
}

function tooManyTokens(): Problem {
  return new Problem(
    'too-many-tokens',
    `This connection has ${mostLiveTokens} live tokens already: revoke the one that is no longer used, then make a new one.`,
  );
}
