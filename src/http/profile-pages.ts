/** The page of those who sign in; what it shows comes from their API. */
import type { FastifyInstance } from 'fastify';
import { contentSecurityPolicy } from './admin-pages.ts';
import { pageDocument, sendDocument } from './page-files.ts';

/** Adds the page; to be registered under `/me`. The document is the same for everybody. */
export async function profilePages(app: FastifyInstance): Promise<void> {
  const html = await pageDocument('profile');
  app.get('/:tenantId', (_request, reply) =>
    sendDocument(
      reply
        .header('content-security-policy', contentSecurityPolicy)
        // A link that sets a password goes nowhere else.
        .header('referrer-policy', 'no-referrer')
        .header('x-frame-options', 'DENY'),
      html,
    ),
  );
}
