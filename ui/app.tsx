/** The app: its cache, its tenant, its pages. */
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { createCache } from './api/queries.ts';
import { firstPage } from './shell/ahead.ts';
import { Pages } from './shell/pages.tsx';
import type { Tenant } from './shell/tenant.ts';
import './style.css';

/** Opens a page of its own, or the pages of a tenant. */
export async function openApp(page: ReactNode, tenant: Tenant | null): Promise<void> {
  const root = document.getElementById('app');
  if (root === null) throw new Error('The document has no #app.');
  // With its page at once: a spinner in the frame would stay for longer than the page takes.
  await firstPage?.catch(() => undefined);
  const app = createRoot(root);
  startTransition(() =>
    app.render(
      <StrictMode>
        <QueryClientProvider client={createCache()}>
          <div id="above" />
          {tenant === null ? page : <Pages tenant={tenant} />}
          <p id="announcer" className="visually-hidden" role="status" />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}
