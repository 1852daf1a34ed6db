/** How the admin API shows what is stored. Secrets and settings of destinations are never among it. */
import type { FreshToken } from '../directory/tokens.ts';
import type { NamedActivity } from '../store/activity.ts';
import type { Obstacle, PeopleCount, Progress } from '../store/source-status.ts';
import type { Source } from '../store/sources.ts';
import type { Tenant } from '../store/tenants.ts';
import type { StoredToken } from '../store/tokens.ts';
import { activityWords } from './admin-activity-words.ts';
import { tokenUrlOf } from './oauth-metadata.ts';
import { baseUrlOf } from './scim-request.ts';

/** A tenant. */
export function tenantView({ tenantId, name, shopDomain }: Tenant) {
  return { id: tenantId, name, shopDomain };
}

/**
 * A source; only a SCIM connection has a base URL and an OAuth client. Its schemas are read by
 * themselves.
 */
export function sourceView(
  { tenantId, schemaExtensions: _apart, ...source }: Source,
  publicUrl: string,
) {
  const scim = source.kind === 'scim';
  return {
    tenantId,
    ...source,
    baseUrl: scim ? baseUrlOf(publicUrl, source.id) : null,
    oauth: scim ? clientView(source, publicUrl) : null,
  };
}

function clientView({ id }: Pick<Source, 'id'>, publicUrl: string) {
  return { tokenUrl: tokenUrlOf(publicUrl, id), clientId: id };
}

/** A bearer token, the only time it is shown. */
export function tokenMadeView(fresh: FreshToken) {
  return { ...fresh, authorization: `Bearer ${fresh.token}` };
}

/** A client secret, the only time it is shown, with what goes with it. */
export function secretMadeView(
  { token: secret, ...fresh }: FreshToken,
  source: Source,
  publicUrl: string,
) {
  return { ...fresh, secret, ...clientView(source, publicUrl) };
}

/** A token as it is recognised: never itself, nor its hash. */
export function tokenView(token: StoredToken, now: number) {
  return { ...token, state: tokenState(token, now) };
}

function tokenState({ revokedAt, expiresAt }: StoredToken, now: number) {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= now ? 'expired' : 'live';
}

/** What a status is made from. */
export interface Status {
  readonly people: PeopleCount;
  readonly lastRequestAt: Date | null;
  readonly progress: readonly Progress[];
  readonly obstacles: readonly Obstacle[];
  readonly now: number;
}

/** How a source stands. */
export function statusView({ people, lastRequestAt, progress, obstacles, now }: Status) {
  const destinations = progress.map((destination) => ({
    ...destination,
    pausedUntil: laterThan(now, destination.pausedUntil),
    obstacles: obstacles
      .filter(({ destinationId }) => destinationId === destination.id)
      .map(({ outcome, reason, count }) => ({ outcome, reason, count })),
  }));
  return { people, lastRequestAt, destinations };
}

/** A pause that is over is none. */
function laterThan(now: number, at: Date | null): Date | null {
  return at !== null && at.getTime() > now ? at : null;
}

/** A line of activity with its sentence. */
export function activityView(line: NamedActivity) {
  return { ...line, summary: activityWords(line) };
}
