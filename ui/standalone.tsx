/** The pages in an operator's own browser: with our elements, and a tenant in the address. */
import './elements/index.ts';
import { openApp } from './app.tsx';
import { Stores } from './pages/stores.tsx';

const [, , tenantId = ''] = location.pathname.split('/');

if (tenantId === '') void openApp(<Stores />, null);
else
  void openApp(null, {
    tenantId: decodeURIComponent(tenantId),
    base: `/admin/${tenantId}`,
    embedded: false,
  });
