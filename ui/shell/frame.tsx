/** What is around every page: the navigation, and in a browser of one's own the bar of the store. */
import { type ReactNode, useEffect } from 'react';
import { Link, useLocation, useRoute } from 'wouter';
import { useNews } from '../api/news.ts';
import { useAnswer } from '../api/queries.ts';
import { Boundary } from './boundary.tsx';
import { pathBelow, useLinks } from './links.ts';
import { routes } from './routes.ts';
import { useTenant } from './tenant.ts';

const named = routes.filter((route) => route.name !== undefined);

/** The frame, with a page in it. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  useLinks();
  useNews();
  const page = <Boundary key={location}>{children}</Boundary>;
  return useTenant().embedded ? <Embedded>{page}</Embedded> : <Standalone>{page}</Standalone>;
}

/** Shopify shows the navigation itself, and says where somebody wants to go. */
function Embedded({ children }: { readonly children: ReactNode }) {
  const { base } = useTenant();
  const [, go] = useLocation();
  useEffect(() => {
    const navigate = (event: Event) => {
      const { target } = event;
      const href = target instanceof Element ? target.getAttribute('href') : null;
      const path = href === null ? null : pathBelow(base, href);
      if (path === null) return;
      event.preventDefault();
      go(path);
    };
    document.addEventListener('shopify:navigate', navigate);
    return () => document.removeEventListener('shopify:navigate', navigate);
  }, [base, go]);
  return (
    <>
      <s-app-nav>
        {named
          .filter(({ standalone }) => standalone !== true)
          .map(({ path, name }) => (
            <s-link key={path} href={`${base}${path}`} {...(path === '/' ? { rel: 'home' } : {})}>
              {name}
            </s-link>
          ))}
      </s-app-nav>
      <main id="main">{children}</main>
    </>
  );
}

interface Sources {
  readonly tenant: { readonly name: string; readonly shopDomain: string | null };
}

function Standalone({ children }: { readonly children: ReactNode }) {
  const { data } = useAnswer<Sources>('/sources');
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar">
        <a className="brand" href="/admin">
          <img src="/assets/icon.svg" alt="" width="24" height="24" />
          Rollcall
        </a>
        <span className="store">{data?.tenant.shopDomain ?? data?.tenant.name}</span>
      </header>
      <nav className="navigation" aria-label="Pages">
        <ul>
          {named.map(({ path, name }) => (
            <NavigationLink key={path} path={path} name={name ?? ''} />
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function NavigationLink({ path, name }: { readonly path: string; readonly name: string }) {
  const [here] = useRoute(path === '/' ? '/' : `${path}/*?`);
  return (
    <li>
      <Link href={path} aria-current={here ? 'page' : undefined}>
        {name}
      </Link>
    </li>
  );
}
