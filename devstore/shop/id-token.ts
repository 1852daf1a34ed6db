/**
 * ID tokens: what the store's admin gives an embedded app to say who looks at it
 * (https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens). A JWT (RFC 7519), signed HS256 with the app's secret.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** Who signs, for whom. */
export interface IdTokenParty {
  readonly shop: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What it says: `exp`, `nbf` and `iat` in seconds. */
export interface IdTokenClaims {
  readonly iss: string;
  readonly dest: string;
  readonly aud: string;
  readonly sub: string;
  readonly exp: number;
  readonly nbf: number;
  readonly iat: number;
  readonly jti: string;
  readonly sid: string;
}

/** A token lives a minute. */
const lifeSeconds = 60;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const signatureOf = (text: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(text).digest();

/** Makes a token for a member of the staff; `more` says something else than usual. */
export function idToken(
  { shop, clientId, clientSecret }: IdTokenParty,
  now: number,
  more: Partial<IdTokenClaims> = {},
): string {
  const iat = Math.floor(now / 1_000);
  const claims: IdTokenClaims = {
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: clientId,
    sub: '42',
    exp: iat + lifeSeconds,
    nbf: iat,
    iat,
    jti: randomUUID(),
    sid: randomUUID(),
    ...more,
  };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${signatureOf(text, clientSecret).toString('base64url')}`;
}

/** Whether a token is one of this shop for this app, and still good. */
export function isIdToken(
  token: string,
  { shop, clientId, clientSecret }: IdTokenParty,
  now: number,
): boolean {
  const [head = '', body = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const made = signatureOf(`${head}.${body}`, clientSecret);
  if (given.length !== made.length || !timingSafeEqual(given, made)) return false;
  const claims: Partial<IdTokenClaims> = JSON.parse(Buffer.from(body, 'base64url').toString());
  const seconds = now / 1_000;
  return (
    claims.aud === clientId &&
    claims.dest === `https://${shop}` &&
    (claims.nbf ?? Number.POSITIVE_INFINITY) <= seconds &&
    (claims.exp ?? 0) > seconds
  );
}
