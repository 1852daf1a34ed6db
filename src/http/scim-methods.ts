/** What every endpoint says to methods it does not have (RFC 9110 §9.3.7, §15.5.6). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ScimError } from '../scim/error.ts';

/** Endpoints by their paths, with the methods they have. */
export type Endpoints = Map<string, Set<string>>;

/** Collects the endpoints that are added from now on. */
export function collectEndpoints(app: FastifyInstance): Endpoints {
  const endpoints: Endpoints = new Map();
  app.addHook('onRoute', ({ routePath, method }) => {
    const methods = endpoints.get(routePath) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    endpoints.set(routePath, methods);
  });
  return endpoints;
}

/** The methods that the router knows. */
const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** The methods of SCIM (RFC 7644 §3.2, Table 1) and HTTP's own. */
export const scimMethods: readonly string[] = known.filter((method) => method !== 'TRACE');

/** Adds OPTIONS, and 405 for all other methods, to each of the endpoints. */
export function refuseOtherMethods(app: FastifyInstance, endpoints: Endpoints): void {
  for (const [url, methods] of [...endpoints]) {
    const has = [...methods];
    const allow = [...known.filter((method) => has.includes(method)), 'OPTIONS'].join(', ');
    const others = known.filter((method) => !has.includes(method));
    app.route({ method: others, url, handler: (request, reply) => refuse(request, reply, allow) });
  }
}

async function refuse(
  { method }: FastifyRequest,
  reply: FastifyReply,
  allow: string,
): Promise<FastifyReply> {
  reply.header('allow', allow);
  if (method === 'OPTIONS') return reply.code(204).send();
  throw new ScimError(405, `This endpoint has no ${method}; it has ${allow}.`);
}
