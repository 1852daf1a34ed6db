/**
 * Offline access tokens of the app, which expire: got for an ID token, renewed with the refresh token that came with
 * them (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/token-exchange).
 */
import { z } from 'zod';
import type { ShopifyApp } from './id-token.ts';

/**
 * Gives an access token, to be asked before each request. Told which one a shop refused, it gives another; or the same
 * where there is no other.
 */
export type GiveAccessToken = (refused?: string) => Promise<string>;

/** A pair, and what it is good for. */
export interface TokenPair {
  readonly accessToken: string;
  readonly accessUntil: Date;
  readonly refreshToken: string;
  readonly refreshUntil: Date;
  readonly scopes: readonly string[];
}

/** What a shop answers to who wants a pair. */
export type TokenAnswer =
  | { readonly kind: 'given'; readonly pair: TokenPair }
  /** It says no, and will not say yes to the same again. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** It does not know the app by this ID and secret: whoever runs Rollcall has to act, and no merchant. */
  | { readonly kind: 'app-unknown'; readonly message: string }
  /** It says nothing that can be understood, or not now. What was sent is still good. */
  | { readonly kind: 'unanswered'; readonly message: string };

/** Who asks which shop. */
export interface TokenParty {
  readonly shop: string;
  /** Where the shop answers. The app's secret is sent there, so it must not be what a merchant entered. */
  readonly origin: string;
  readonly app: ShopifyApp;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

const timeoutMs = 10_000;

/** Exchanges an ID token for a pair. */
export function exchangeIdToken(party: TokenParty, idToken: string): Promise<TokenAnswer> {
  return ask(party, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: idToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    expiring: '1',
  });
}

/** Exchanges a refresh token for the next pair. The old one stays good until something of the new one is used. */
export function renewAccessToken(party: TokenParty, refreshToken: string): Promise<TokenAnswer> {
  return ask(party, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

async function ask(
  { shop, origin, app, fetch, now }: TokenParty,
  grant: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const [secret = ''] = app.clientSecrets;
  const body = new URLSearchParams({
    client_id: app.clientId,
    client_secret: secret,
    ...grant,
  });
  try {
    const response = await fetch(`${origin}/admin/oauth/access_token`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: body.toString(),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const text = await response.text();
    if (response.ok) return given(text, now());
    if (response.status >= 500 || response.status === 429)
      return unanswered(`${shop} answered with status ${response.status}.`);
    return refusedWith(text, response.status, shop);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return unanswered(`${shop} did not answer: ${reason}`);
  }
}

const unanswered = (message: string): TokenAnswer => ({ kind: 'unanswered', message });

const answerSchema = z.object({
  access_token: z.string().min(1),
  scope: z.string(),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1),
  refresh_token_expires_in: z.number().positive(),
});

function given(text: string, now: number): TokenAnswer {
  const read = answerSchema.parse(JSON.parse(text));
  const pair = {
    accessToken: read.access_token,
    accessUntil: new Date(now + read.expires_in * 1_000),
    refreshToken: read.refresh_token,
    refreshUntil: new Date(now + read.refresh_token_expires_in * 1_000),
    scopes: read.scope.split(',').filter((scope) => scope !== ''),
  };
  return { kind: 'given', pair };
}

const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/** Shopify's own words (RFC 6749 §5.2). Without any it was somebody between us who spoke: nothing is given up for that. */
function refusedWith(text: string, status: number, shop: string): TokenAnswer {
  const read = refusalSchema.safeParse(jsonOrNull(text));
  if (!read.success) return unanswered(`${shop} answered with status ${status}.`);
  const { error, error_description: description } = read.data;
  if (/client|application/.test(error))
    return {
      kind: 'app-unknown',
      message: `${shop} does not know the app (${description ?? error}): check ROLLCALL_SHOPIFY_CLIENT_ID and ROLLCALL_SHOPIFY_CLIENT_SECRET.`,
    };
  return { kind: 'refused', code: error, message: description ?? error };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
