/**
 * ID tokens (session tokens): what Shopify's admin gives an embedded app to say who looks at which shop
 * (https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens). A JWT, signed with the app's
 * client secret, that lives a minute. Checked by `jose`: Shopify's library would want an app's whole configuration for
 * the same.
 */
import { errors, jwtVerify } from 'jose';

/** The app as Shopify knows it. */
export interface ShopifyApp {
  readonly clientId: string;
  /** The newest first: for an hour after a rotation the old one may sign. */
  readonly clientSecrets: readonly string[];
}

/** What a good token says. */
export interface IdToken {
  /** The shop's domain at Shopify, in lower case. */
  readonly shop: string;
  /** The number of the member of the staff. */
  readonly user: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** No two tokens have the same. */
  readonly id: string;
}

/** Clocks may differ by this much, as in Shopify's own library. */
const skewSeconds = 10;

/** Whether a text has the form of a shop's domain at Shopify. */
export function isShopDomain(text: string): boolean {
  return shopDomain.test(text);
}

const shopDomain = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/;

/**
 * Reads a token at a moment.
 * @returns `null` for one that is forged, of another app, not good yet or any more, or not of one shop
 */
export async function readIdToken(
  token: string,
  { clientId, clientSecrets }: ShopifyApp,
  now: Date,
): Promise<IdToken | null> {
  for (const secret of clientSecrets) {
    try {
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
        algorithms: ['HS256'],
        audience: clientId,
        clockTolerance: skewSeconds,
        currentDate: now,
        requiredClaims: ['exp', 'nbf', 'iat', 'jti', 'sub', 'dest', 'iss'],
      });
      const { iss, dest, sub, jti, iat, exp } = payload;
      const shop = hostOf(dest);
      if (shop === null || shop !== hostOf(iss) || !isShopDomain(shop)) return null;
      return {
        shop,
        user: String(sub),
        id: String(jti),
        issuedAt: new Date(Number(iat) * 1_000),
        expiresAt: new Date(Number(exp) * 1_000),
      };
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) continue;
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
  return null;
}

function hostOf(address: unknown): string | null {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url?.protocol === 'https:' ? url.host.toLowerCase() : null;
}
