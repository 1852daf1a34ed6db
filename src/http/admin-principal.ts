/** Who asks the admin API: the operator, or a member of a shop's staff in the app that Shopify shows them. */
import type { FastifyRequest } from 'fastify';
import { type IdToken, readIdToken, type ShopifyApp } from '../shopify/id-token.ts';
import type { Queryable } from '../store/statement.ts';
import { findTenantByShop } from '../store/tenants.ts';
import { Problem } from './problem.ts';

/** Who asks. */
export type Principal =
  | { readonly kind: 'operator' }
  | { readonly kind: 'shop'; readonly tenantId: string; readonly user: string };

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; `null` before that was found out. */
    principal: Principal | null;
    /** The same for the activity. */
    actor: string;
  }
}

/** Who it is that changes something, for the activity. */
export function actorOf(principal: Principal): string {
  return principal.kind === 'shop' ? `shopify user ${principal.user}` : 'admin';
}

/** What knowing a shop's staff needs; without an app nobody is. */
export interface StaffWorld {
  readonly pool: Queryable;
  readonly now: () => number;
  readonly app: ShopifyApp | null;
}

/** The bearer token of a request (RFC 6750 §2.1); `null` where it has none. */
export function bearerOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  return /^bearer +([\w.~+/=-]{1,4000})$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** The member of a shop's staff whom an ID token names. Throws a `Problem`. */
export async function staffOf(token: string, world: StaffWorld): Promise<Principal> {
  const now = new Date(world.now());
  const read = world.app === null ? null : await readIdToken(token, world.app, now);
  if (read === null) throw idTokenWrong();
  const tenant = await findTenantByShop(world.pool, read.shop);
  if (tenant === null) throw shopUnknown(read);
  return { kind: 'shop', tenantId: tenant.tenantId, user: read.user };
}

/** App Bridge gets a new token and asks again where it is told so (`sendProblem`). */
function idTokenWrong(): Problem {
  return new Problem(
    'id-token-wrong',
    'The ID token is expired, not of this app, or not signed by Shopify: open the app again in Shopify.',
  );
}

function shopUnknown({ shop }: IdToken): Problem {
  return new Problem(
    'shop-unknown',
    `${shop} is not connected here: ask whoever runs Rollcall to add it.`,
  );
}

/** A shop's staff sees its own tenant and nothing else: for the rest of the API there is nobody there. */
export function mayAsk(principal: Principal, { params, routeOptions }: FastifyRequest): boolean {
  if (principal.kind === 'operator') return true;
  const route = routeOptions.url ?? '';
  if (route === '/api/session') return true;
  const ofTenant =
    route === '/api/tenants/:tenantId' || route.startsWith('/api/tenants/:tenantId/');
  const asked = (params as { readonly tenantId?: string }).tenantId;
  return ofTenant && asked === principal.tenantId;
}
