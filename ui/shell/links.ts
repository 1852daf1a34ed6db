/** Links to our own pages are followed without loading the document anew. */
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useTenant } from './tenant.ts';

/** Follows them; links with a modifier key, a target or to elsewhere are the browser's. */
export function useLinks(): void {
  const { base } = useTenant();
  const [, go] = useLocation();
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
      if (link === undefined || link.target !== '' || link.hasAttribute('download')) return;
      const path = pathBelow(base, link.href);
      if (path === null) return;
      event.preventDefault();
      go(path);
    };
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, [base, go]);
}

/** The path of an address below where our pages begin; `null` elsewhere, and for a place of this page. */
export function pathBelow(base: string, href: string): string | null {
  const url = new URL(href, location.href);
  if (url.origin !== location.origin || url.hash !== '') return null;
  if (url.pathname !== base && !url.pathname.startsWith(`${base}/`)) return null;
  return `${url.pathname.slice(base.length) || '/'}${url.search}`;
}
