/** The app in a shop, as its staff opens it: what tests of installing share. */
import { type Answer, type BareWorld, request, type StoreView } from './world.ts';

/** An ID token of the store; `more` makes it one that is not good. */
export async function idTokenOf(
  { store }: { readonly store: Pick<StoreView, 'dev'> },
  more: object = {},
): Promise<string> {
  return String((await store.dev('POST', 'id-token', more)).body.idToken);
}

/** Asks the admin API as a shop's staff. */
export function ask(
  { origin }: { readonly origin: string },
  path: string,
  token: string,
  { method = 'GET', body }: { readonly method?: string; readonly body?: object } = {},
): Promise<Answer> {
  return request(`${origin}/api${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
}

/** Opens the app with a new ID token; the answer says whose tenant it is. */
export async function openApp(world: Pick<BareWorld, 'origin' | 'store'>, more: object = {}) {
  return ask(world, '/session', await idTokenOf(world, more));
}

/** An installation as it is stored. */
export interface StoredInstallation {
  readonly tenantId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly scopes: readonly string[];
  readonly tokens: string | null;
  readonly renewedAt: Date;
  readonly uninstalledAt: Date | null;
}

/** All installations there are. */
export async function installations({
  pool,
}: Pick<BareWorld, 'pool'>): Promise<readonly StoredInstallation[]> {
  const { rows } = await pool.query<StoredInstallation>(
    `select tenant_id as "tenantId", state, reason, scopes, tokens, renewed_at as "renewedAt",
            uninstalled_at as "uninstalledAt" from installations order by tenant_id`,
  );
  return rows;
}
