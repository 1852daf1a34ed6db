/** The admin pages: static files of `ui/`; what they show comes from the admin API. */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { DirectoryWorld } from '../directory/request.ts';
import { allTenants } from '../store/tenants.ts';
import { notFound } from './problem.ts';

const files = new URL('../../ui/', import.meta.url);

/** Nothing from elsewhere, nothing inline, no text turned into markup by script. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The address of the page *User sync → SCIM* of a tenant. */
export function scimPageOf(tenantId: string): string {
  return `/admin/${tenantId}/user-sync/scim`;
}

/** Adds the pages; to be registered under `/admin`. */
export async function adminPages(
  app: FastifyInstance,
  { world }: { readonly world: Pick<DirectoryWorld, 'pool'> },
): Promise<void> {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', contentSecurityPolicy);
    reply.header('referrer-policy', 'same-origin');
    reply.header('x-frame-options', 'DENY');
  });
  await app.register(fastifyStatic, {
    root: files,
    prefix: '/assets/',
    index: false,
    cacheControl: false,
    setHeaders: (reply) => reply.header('cache-control', 'no-cache'),
  });
  app.setNotFoundHandler(({ url }) => {
    throw notFound(`There is no page ${url.slice(0, 200)}: begin at /admin.`);
  });

  app.get('/', async (_request, reply) => {
    const tenants = await allTenants(world.pool);
    const [only] = tenants;
    if (only !== undefined && tenants.length === 1)
      return reply.redirect(scimPageOf(only.tenantId));
    return reply.sendFile('tenants.html');
  });
  app.get('/:tenantId/user-sync/scim', (_request, reply) => reply.sendFile('scim.html'));
}
