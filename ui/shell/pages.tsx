/** The frame of all pages of a tenant, and the one that the address names. */
import { lazy, Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { Loading, Missing } from '../parts/states.tsx';
import { first, firstPage } from './ahead.ts';
import { Frame } from './frame.tsx';
import { aroundNavigation } from './leaving.ts';
import { routes } from './routes.ts';
import { type Tenant, TenantContext } from './tenant.ts';

const pages = routes.map((route) => ({
  path: route.path,
  page: lazy(() => (route === first && firstPage) || route.load()),
}));

/** The pages of a tenant. */
export function Pages({ tenant }: { readonly tenant: Tenant }) {
  return (
    <TenantContext value={tenant}>
      <Router base={tenant.base} aroundNav={aroundNavigation}>
        <Frame>
          <Suspense fallback={<Loading />}>
            <Switch>
              {pages.map(({ path, page }) => (
                <Route key={path} path={path} component={page} />
              ))}
              <Route>
                <Missing text="There is no such page." />
              </Route>
            </Switch>
          </Suspense>
        </Frame>
      </Router>
    </TenantContext>
  );
}
