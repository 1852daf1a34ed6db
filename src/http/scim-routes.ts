/** The SCIM 2.0 endpoints of a source (RFC 7644 §3.2): HTTP in, HTTP out, nothing decided here. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DirectoryWorld } from '../directory/users.ts';
import type { JsonObject } from '../model.ts';
import { resourceTypes, schemas, serviceProviderConfig } from '../scim/discovery.ts';
import { forbidden, invalidVers, notFound, notImplemented } from '../scim/error.ts';
import { isObject } from '../scim/json.ts';
import { listResponse } from '../scim/list-response.ts';
import { userType } from '../scim/resource-types.ts';
import type { Bearer } from './bearer.ts';
import { acceptJson, send, sendError } from './scim-media.ts';
import { baseUrl } from './scim-request.ts';
import { userRoutes } from './scim-users.ts';

/** What the endpoints need. */
export interface ScimOptions {
  readonly world: DirectoryWorld;
  readonly bearer: Bearer;
  /** Where clients reach us, without a slash at its end. */
  readonly publicUrl: string;
}

/** The resource types that have endpoints. */
const served = [userType];

/** Adds all of SCIM; to be registered under `/scim`, where every answer is SCIM's. */
export async function scimRoutes(app: FastifyInstance, options: ScimOptions): Promise<void> {
  app.decorateRequest('access', null);
  acceptJson(app);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler(({ method, url }) => {
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
async function sourceRoutes(
  app: FastifyInstance,
  { world, bearer, publicUrl }: ScimOptions,
): Promise<void> {
  app.addHook('onRequest', async (request) => {
    const { source } = request.params as { source: string };
    request.access = await bearer.authenticate(source, request.headers.authorization, request.ip);
  });

  app.get('/ServiceProviderConfig', (request, reply) =>
    send(reply, 200, discovered(request, serviceProviderConfig(baseUrl(publicUrl, request)))),
  );
  discoveryRoutes(app, '/ResourceTypes', (request) =>
    resourceTypes(served, baseUrl(publicUrl, request)),
  );
  discoveryRoutes(app, '/Schemas', (request) => schemas(served, baseUrl(publicUrl, request)));
  userRoutes(app, { world, publicUrl });

  app.all('/Me', async () => {
    throw notImplemented('A token stands for no user here: use /Users (RFC 7644 §3.11).');
  });
  for (const path of ['/', '/*']) app.all(path, noSuchEndpoint);
}

async function noSuchEndpoint({ method, params }: FastifyRequest): Promise<never> {
  const path = (params as { '*'?: string })['*'] ?? '';
  throw notFound(`There is no endpoint ${method} /${path.slice(0, 100)}: see /ResourceTypes.`);
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
    const one = discovered(request, all(request)).find((resource) => resource.id === id);
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
