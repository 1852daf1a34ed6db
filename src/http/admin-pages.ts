/** The admin pages in an operator's own browser; what they show comes from the admin API. */
import type { FastifyInstance } from 'fastify';
import type { DirectoryWorld } from '../directory/request.ts';
import { allTenants } from '../store/tenants.ts';
import { pageDocument, sendDocument } from './page-files.ts';

/** Nothing from elsewhere, nothing inline, no text turned into markup by script. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Adds the pages; to be registered under `/admin`. Which of a tenant's pages it is, the page itself finds out. */
export async function adminPages(
  app: FastifyInstance,
  { world }: { readonly world: Pick<DirectoryWorld, 'pool'> },
): Promise<void> {
  const html = await pageDocument('standalone');
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', contentSecurityPolicy);
    reply.header('referrer-policy', 'same-origin');
    reply.header('x-frame-options', 'DENY');
  });
  app.get('/', async (_request, reply) => {
    const tenants = await allTenants(world.pool);
    const [only] = tenants;
    if (only !== undefined && tenants.length === 1)
      return reply.redirect(`/admin/${encodeURIComponent(only.tenantId)}`);
    return sendDocument(reply, html);
  });
  app.get('/:tenantId', (_request, reply) => sendDocument(reply, html));
  app.get('/:tenantId/*', (_request, reply) => sendDocument(reply, html));
}
