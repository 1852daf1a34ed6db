/** Whose pages these are. */
import { createContext, useContext } from 'react';

/** The tenant that is looked at, and from where. */
export interface Tenant {
  readonly tenantId: string;
  /** What the addresses of its pages begin with. */
  readonly base: string;
  /** Whether the page is inside the Shopify admin. */
  readonly embedded: boolean;
}

/** Given by the app; there is none on pages that belong to no tenant. */
export const TenantContext = createContext<Tenant | null>(null);

/** The tenant of this page. */
export function useTenant(): Tenant {
  const tenant = useContext(TenantContext);
  if (tenant === null) throw new Error('This page belongs to no tenant.');
  return tenant;
}
