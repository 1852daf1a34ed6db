/** Looks a presented token up: whose it is, and all that a request with it has to know. */
import { timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import type { Access } from '../directory/access.ts';
import { hasExpired } from '../directory/access-tokens.ts';
import { hashToken } from '../directory/tokens.ts';
import type { Connector } from '../provisioning/connector.ts';
import { resourceTypesOf } from '../scim/resource-types.ts';
import { destinationsOf } from '../store/destinations.ts';
import { findSource } from '../store/sources.ts';
import { findLiveToken, type LiveToken, type TokenOwner, touchToken } from '../store/tokens.ts';
import { destinationRules } from './destination-rules.ts';

/** What checking a token needs. */
export interface TokenCheckOptions {
  readonly pool: pg.Pool;
  readonly now: () => number;
  readonly connectorNamed: (name: string) => Connector | null;
}

/** What a token was found to be good for. */
export interface Checked {
  readonly access: Access;
  readonly checkedAt: number;
  readonly expiresAt: number;
}

/** Finds out what a token is good for; `null`: it is unknown, expired or revoked. */
export type TokenCheck = (owner: TokenOwner, token: string) => Promise<Checked | null>;

/** Makes the check; requests that come while a token is being checked wait for the one check. */
export function createTokenCheck(options: TokenCheckOptions): TokenCheck {
  const check = lookUp(options);
  const underWay = new Map<string, Promise<Checked | null>>();
  return (owner, token) => {
    const name = `${owner.sourceId} ${token}`;
    const running = underWay.get(name);
    if (running !== undefined) return running;
    const started = check(owner, token).finally(() => underWay.delete(name));
    underWay.set(name, started);
    return started;
  };
}

function lookUp({ pool, now, connectorNamed }: TokenCheckOptions): TokenCheck {
  const rulesOf = destinationRules(connectorNamed);
  return async (owner, token) => {
    const checkedAt = now();
    const hash = hashToken(token);
    const [live, source, destinations] = await Promise.all([
      findLiveToken(pool, owner, hash),
      findSource(pool, owner.tenantId, owner.sourceId),
      destinationsOf(pool, owner.tenantId),
    ]);
    if (live === null || source === null || !timingSafeEqual(live.hash, hash)) return null;
    if (hasExpired(live, checkedAt)) return null;
    await touchToken(pool, owner, live.secretId ?? live.id);
    const access = {
      source,
      types: resourceTypesOf(source),
      ...namesOf(live, owner),
      userId: live.userId,
      destinations: destinations.flatMap(rulesOf),
    };
    return { access, checkedAt, expiresAt: live.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY };
  };
}

/** Access tokens come and go: the log knows them by their secret, limits and cursors by their client. */
function namesOf(
  { id, secretId }: LiveToken,
  { sourceId }: TokenOwner,
): Pick<Access, 'actor' | 'credential'> {
  return secretId === null
    ? { actor: `token ${id}`, credential: id }
    : { actor: `secret ${secretId}`, credential: `oauth:${sourceId}` };
}
