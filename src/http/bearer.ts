/**
 * Bearer authentication of SCIM requests (RFC 6750). A checked token is remembered for less than a
 * second, so that a revocation is in effect on every instance within one.
 */
import { timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import type { Access, DestinationRules } from '../directory/access.ts';
import { hasExpired } from '../directory/access-tokens.ts';
import { tenantOf } from '../directory/ids.ts';
import { hashToken } from '../directory/tokens.ts';
import type { Connector } from '../provisioning/connector.ts';
import { type Policy, policySchema } from '../provisioning/policy.ts';
import { forbidden, ScimError, unauthorized } from '../scim/error.ts';
import { resourceTypesOf } from '../scim/resource-types.ts';
import { destinationsOf, type StoredDestination } from '../store/destinations.ts';
import { findSource } from '../store/sources.ts';
import { findLiveToken, type LiveToken, touchToken } from '../store/tokens.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { BoundedMap } from './bounded-map.ts';

/** What checking a token needs. */
export interface BearerOptions {
  readonly pool: pg.Pool;
  readonly now: () => number;
  readonly connectorNamed: (name: string) => Connector | null;
}

/** Checks the credentials of a request. */
export interface Bearer {
  /** Failures by address: shared with the token endpoint, so that there is one measure of guessing. */
  readonly attempts: Attempts;
  /**
   * @param address the client's, to slow down whoever guesses
   * @throws `ScimError` 401, 403 (provisioning is off) or 429
   */
  authenticate(
    sourceId: string,
    authorization: string | undefined,
    address: string,
  ): Promise<Access>;
}

const rememberMs = 900;
const mostRemembered = 10_000;
const failuresAllowed = 30;

interface Remembered {
  readonly access: Access;
  readonly checkedAt: number;
  readonly expiresAt: number;
}

/** Makes the checker; its memory is this process's own. */
export function createBearer({ pool, now, connectorNamed }: BearerOptions): Bearer {
  const remembered = new BoundedMap<Remembered>(mostRemembered);
  const attempts = createAttempts({ now, allowed: failuresAllowed });
  const readPolicy = policyReader();

  const fail = (address: string): ScimError => {
    attempts.failed(address);
    return unauthorized(
      'The bearer token is unknown, expired or revoked: copy the Authorization header again.',
    );
  };

  const check = async (
    tenantId: string,
    sourceId: string,
    token: string,
  ): Promise<Remembered | null> => {
    const checkedAt = now();
    const hash = hashToken(token);
    const owner = { tenantId, sourceId };
    const [live, source, destinations] = await Promise.all([
      findLiveToken(pool, owner, hash),
      findSource(pool, tenantId, sourceId),
      destinationsOf(pool, tenantId),
    ]);
    if (live === null || source === null || !timingSafeEqual(live.hash, hash)) return null;
    if (hasExpired(live, checkedAt)) return null;
    await touchToken(pool, owner, live.secretId ?? live.id);
    const rules = destinations.flatMap((destination) =>
      rulesOf(destination, connectorNamed, readPolicy),
    );
    return {
      access: {
        source,
        types: resourceTypesOf(source),
        ...namesOf(live, sourceId),
        userId: live.userId,
        destinations: rules,
      },
      checkedAt,
      expiresAt: live.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
    };
  };

  /** Requests that come while a token is being checked wait for the one check. */
  const underWay = new Map<string, Promise<Remembered | null>>();
  const checkOnce: typeof check = (tenantId, sourceId, token) => {
    const name = `${sourceId} ${token}`;
    const running = underWay.get(name);
    if (running !== undefined) return running;
    const started = check(tenantId, sourceId, token).finally(() => underWay.delete(name));
    underWay.set(name, started);
    return started;
  };

  return {
    attempts,
    async authenticate(sourceId, authorization, address) {
      const token = tokenOf(authorization);
      const tenantId = tenantOf(sourceId);
      if (token === null) throw unauthorized('Send the header Authorization: Bearer <token>.');
      if (tenantId === null) throw fail(address);
      const name = `${sourceId} ${token}`;
      const known = remembered.get(name);
      const fresh =
        known !== undefined && now() - known.checkedAt < rememberMs && now() < known.expiresAt;
      if (!fresh && known === undefined && attempts.tooMany(address)) {
        throw new ScimError(429, 'Too many failed attempts from this address: wait a minute.');
      }
      const checked = fresh ? known : await checkOnce(tenantId, sourceId, token);
      if (checked === null) {
        remembered.delete(name);
        throw fail(address);
      }
      if (!fresh) remembered.set(name, checked);
      if (!checked.access.source.provisioningEnabled) {
        throw forbidden(
          'SCIM provisioning is switched off: switch on "Enable SCIM provisioning" in User sync, SCIM.',
        );
      }
      return checked.access;
    },
  };
}

/** Access tokens come and go: the log knows them by their secret, limits and cursors by their client. */
function namesOf(
  { id, secretId }: LiveToken,
  sourceId: string,
): Pick<Access, 'actor' | 'credential'> {
  return secretId === null
    ? { actor: `token ${id}`, credential: id }
    : { actor: `secret ${secretId}`, credential: `oauth:${sourceId}` };
}

/**
 * The challenge of a 401 (RFC 6750 §3): `error` only where a bearer token was presented (§3.1).
 * @param authorization the header of the request
 */
export function challengeOf(authorization: string | undefined): string {
  return /^bearer(?: |$)/i.test(authorization ?? '')
    ? 'Bearer realm="SCIM", error="invalid_token", error_description="The token is unknown, expired or revoked"'
    : 'Bearer realm="SCIM"';
}

/** The token of an Authorization header; the scheme's name is case-insensitive (RFC 9110 §11.1). */
function tokenOf(authorization: string | undefined): string | null {
  const match = /^bearer +([\x21-\x7e]{1,512})$/i.exec(authorization ?? '');
  return match?.[1] ?? null;
}

type PolicyReader = (policy: StoredDestination['policy']) => Policy | null;

/** Parsed policies by their text: parsing once a change keeps what is compiled from them. */
function policyReader(): PolicyReader {
  const known = new BoundedMap<Policy | null>(1_000);
  return (stored) => {
    const text = JSON.stringify(stored);
    const parsed = known.get(text);
    if (parsed !== undefined) return parsed;
    const policy = policySchema.safeParse(stored).data ?? null;
    known.set(text, policy);
    return policy;
  };
}

function rulesOf(
  destination: StoredDestination,
  connectorNamed: (name: string) => Connector | null,
  readPolicy: PolicyReader,
): readonly DestinationRules[] {
  const connector = connectorNamed(destination.connector);
  const policy = readPolicy(destination.policy);
  return connector === null || policy === null ? [] : [{ id: destination.id, connector, policy }];
}
