/**
 * Bearer authentication of SCIM requests (RFC 6750). A checked token is remembered for less than a
 * second, so that a revocation is in effect on every instance within one.
 */
import type { Access } from '../directory/access.ts';
import { tenantOf } from '../directory/ids.ts';
import { forbidden, ScimError, unauthorized } from '../scim/error.ts';
import type { TokenOwner } from '../store/tokens.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { BoundedMap } from './bounded-map.ts';
import { type Checked, createTokenCheck, type TokenCheckOptions } from './token-check.ts';

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

/** A token as it was presented. */
interface Presented {
  readonly owner: TokenOwner;
  readonly token: string;
  readonly address: string;
}

/** Makes the checker; its memory is this process's own. */
export function createBearer(options: TokenCheckOptions): Bearer {
  const { now } = options;
  const remembered = new BoundedMap<Checked>(mostRemembered);
  const attempts = createAttempts({ now, allowed: failuresAllowed });
  const check = createTokenCheck(options);
  const isFresh = ({ checkedAt, expiresAt }: Checked) =>
    now() - checkedAt < rememberMs && now() < expiresAt;

  /** Whoever has been known lately is looked up in spite of others' failures at the same address. */
  const checked = async ({ owner, token, address }: Presented): Promise<Checked | null> => {
    const name = `${owner.sourceId} ${token}`;
    const known = remembered.get(name);
    if (known !== undefined && isFresh(known)) return known;
    if (known === undefined && attempts.tooMany(`${address} ${owner.sourceId}`))
      throw tooManyAttempts();
    const found = await check(owner, token);
    if (found === null) remembered.delete(name);
    else remembered.set(name, found);
    return found;
  };

  return {
    attempts,
    async authenticate(sourceId, authorization, address) {
      const token = tokenOf(authorization);
      if (token === null) throw unauthorized('Send the header Authorization: Bearer <token>.');
      const tenantId = tenantOf(sourceId);
      const owner = tenantId === null ? null : { tenantId, sourceId };
      const found = owner === null ? null : await checked({ owner, token, address });
      if (found === null) {
        attempts.failed(`${address} ${sourceId}`);
        throw unknownToken();
      }
      if (!found.access.source.provisioningEnabled) throw switchedOff();
      return found.access;
    },
  };
}

function tooManyAttempts(): ScimError {
  return new ScimError(429, 'Too many failed attempts from this address: wait a minute.');
}

function unknownToken(): ScimError {
  return unauthorized(
    'The bearer token is unknown, expired or revoked: copy the Authorization header again.',
  );
}

function switchedOff(): ScimError {
  return forbidden(
    'SCIM provisioning is switched off: switch on "Enable SCIM provisioning" in User sync, SCIM.',
  );
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
