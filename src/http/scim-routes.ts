/** The SCIM 2.0 endpoints of a source (RFC 7644 §3.2): HTTP in, HTTP out, nothing decided here. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DirectoryWorld } from '../directory/request.ts';
import { invalidVers, notFound, ScimError } from '../scim/error.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { Bearer } from './bearer.ts';
import { refuseBeyondPerson } from './person-access.ts';
import { bulkRoutes } from './scim-bulk.ts';
import { discoveryRoutes } from './scim-discovery.ts';
import { listRoutes } from './scim-list.ts';
import { acceptJson, sendError } from './scim-media.ts';
import { collectEndpoints, refuseOtherMethods, scimMethods } from './scim-methods.ts';
import { refuseForeign } from './scim-negotiation.ts';
import { limitRequests } from './scim-rate-limit.ts';
import { meRoutes, resourceRoutes } from './scim-resources.ts';

/** What the endpoints need. */
export interface ScimOptions {
  readonly world: DirectoryWorld;
  readonly bearer: Bearer;
  /** Where clients reach us, without a slash at its end. */
  readonly publicUrl: string;
  /** Seals the cursors of lists. */
  readonly secrets: SecretBox;
  /** How many requests a credential may make, on average. */
  readonly requestsPerSecond: number;
}

/** Adds all of SCIM; to be registered under `/scim`, where every answer is SCIM's. */
export async function scimRoutes(app: FastifyInstance, options: ScimOptions): Promise<void> {
  acceptJson(app);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(({ method, url }, reply) => {
    if (!scimMethods.includes(method)) {
      reply.header('allow', scimMethods.join(', '));
      throw new ScimError(
        405,
        `SCIM has no ${method.slice(0, 20)}; it has ${scimMethods.join(', ')}.`,
      );
    }
    const [version = ''] = /(?<=^\/scim\/)v\d[\d.]*(?=\/|$)/.exec(url) ?? [];
    if (version !== '' && version !== 'v2')
      throw invalidVers(
        `This server speaks SCIM v2, not ${version.slice(0, 20)} (RFC 7644 §3.13).`,
      );
    throw notFound(`There is no ${method} ${url.slice(0, 100)}: copy the SCIM base URL again.`);
  });
  await app.register(sourceRoutes, { ...options, prefix: '/v2/:source' });
}

/** The endpoints of one source, behind its tokens. */
async function sourceRoutes(app: FastifyInstance, options: ScimOptions): Promise<void> {
  const { bearer, publicUrl } = options;
  app.addHook('onRequest', async (request) => {
    refuseForeign(request);
    if (isPublic(request)) return;
    const { source } = request.params as { source: string };
    request.access = await bearer.authenticate(source, request.headers.authorization, request.ip);
    refuseBeyondPerson(request.access, { route: request.routeOptions.url, params: request.params });
  });
  await limitRequests(app, { requestsPerSecond: options.requestsPerSecond });
  const endpoints = collectEndpoints(app);
  discoveryRoutes(app, publicUrl);
  listRoutes(app, options);
  resourceRoutes(app, 'User', options);
  resourceRoutes(app, 'Group', options);
  meRoutes(app, options);
  bulkRoutes(app, options);
  refuseOtherMethods(app, endpoints);
  app.all('/*', noSuchEndpoint);
}

/**
 * How to authenticate is told to whoever asks without credentials (RFC 7643 §5: "SHOULD … make the
 * authenticationSchemes attribute publicly accessible"), and the same for every source.
 */
function isPublic({ routeOptions, headers }: FastifyRequest): boolean {
  return (
    headers.authorization === undefined &&
    routeOptions.url?.endsWith('/ServiceProviderConfig') === true &&
    routeOptions.method !== 'OPTIONS'
  );
}

async function noSuchEndpoint({ method, params }: FastifyRequest): Promise<never> {
  const path = (params as { '*'?: string })['*'] ?? '';
  throw notFound(`There is no endpoint ${method} /${path.slice(0, 100)}: see /ResourceTypes.`);
}
