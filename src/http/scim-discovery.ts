/** The discovery endpoints (RFC 7644 §4). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonObject } from '../model.ts';
import { resourceTypes, schemas, serviceProviderConfig } from '../scim/discovery.ts';
import { forbidden, notFound } from '../scim/error.ts';
import { isObject } from '../scim/json.ts';
import { listResponse } from '../scim/list-response.ts';
import { send } from './scim-media.ts';
import { accessOf, baseUrl, baseUrlOf } from './scim-request.ts';

/** Adds the discovery endpoints: what they say is the source's own. */
export function discoveryRoutes(app: FastifyInstance, publicUrl: string): void {
  app.get('/ServiceProviderConfig', async (request, reply) => {
    refuseFilter(request);
    const { source } = request.params as { source: string };
    const strictInterop = request.access?.source.strictInterop ?? false;
    return send(reply, 200, serviceProviderConfig(baseUrlOf(publicUrl, source), { strictInterop }));
  });
  listed(app, '/ResourceTypes', (request) =>
    resourceTypes(typesOf(request), baseUrl(publicUrl, request)),
  );
  listed(app, '/Schemas', (request) => schemas(typesOf(request), baseUrl(publicUrl, request)));
}

const typesOf = (request: FastifyRequest) => Object.values(accessOf(request).types);

function listed(
  app: FastifyInstance,
  path: string,
  all: (request: FastifyRequest) => readonly JsonObject[],
): void {
  app.get(path, async (request, reply) => {
    refuseFilter(request);
    const resources = all(request);
    return send(
      reply,
      200,
      listResponse({ resources, totalResults: resources.length, startIndex: 1 }),
    );
  });
  app.get(`${path}/:id`, async (request, reply) => {
    refuseFilter(request);
    const { id } = request.params as { id: string };
    const one = all(request).find((resource) => resource.id === id);
    if (one === undefined) throw notFound(`There is no ${id.slice(0, 200)} in ${path}.`);
    return send(reply, 200, one);
  });
}

/** "If a "filter" is provided, the service provider SHOULD respond with 403" (RFC 7644 §4). */
function refuseFilter({ query }: FastifyRequest): void {
  if (isObject(query) && 'filter' in query)
    throw forbidden('This endpoint cannot be filtered (RFC 7644 §4).');
}
