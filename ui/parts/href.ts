/** Addresses of our own pages. */
import { useTenant } from '../shell/tenant.ts';

/** Gives the address of a page of this tenant, for links and buttons. */
export function useHref(): (path: string) => string {
  const { base } = useTenant();
  return (path) => `${base}${path}`;
}
