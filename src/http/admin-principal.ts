/** Who asks the admin API: the operator, or a member of a shop's staff in the app that Shopify shows them. */
import type { FastifyRequest } from 'fastify';
import type { OpenShop } from '../directory/install.ts';
import { readIdToken, type ShopifyApp } from '../shopify/id-token.ts';
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
  readonly now: () => number;
  readonly app: ShopifyApp | null;
  /** Lets a shop in, and installs the app where it is not yet. */
  readonly openShop: OpenShop;
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
  const opened = await world.openShop({ read, text: token });
  switch (opened.kind) {
    case 'open':
      return { kind: 'shop', tenantId: opened.tenantId, user: read.user };
    case 'token-wrong':
      throw idTokenWrong();
    case 'shop-unknown':
      throw new Problem('shop-unknown', `In development there is no shop ${read.shop}.`);
    case 'failed':
      throw new Problem('destination-failed', `${opened.message} Open the app again in a minute.`);
  }
}

/** App Bridge gets a new token and asks again where it is told so (`sendProblem`). */
function idTokenWrong(): Problem {
  return new Problem(
    'id-token-wrong',
    'The ID token is expired, not of this app, or not signed by Shopify: open the app again in Shopify.',
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
