/**
 * `POST /admin/oauth/access_token`: an ID token is exchanged for a pair of tokens, or a refresh token for the next
 * pair (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/token-exchange).
 */
import { type Exchange, HttpError, pause, readText, sendJson } from '../../standin/exchange.ts';
import type { StoreParts } from '../server.ts';
import { issueTokens, refreshTokens, type TokenPair } from '../shop/app-tokens.ts';
import { isIdToken } from '../shop/id-token.ts';

/** Where it is. */
export const accessTokenPath = '/admin/oauth/access_token';

/** By this name rules of faults match it. */
const operation = 'accessToken';

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
const offlineType = 'urn:shopify:params:oauth:token-type:offline-access-token';

export async function serveAppAccess(store: StoreParts, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  if (request.method !== 'POST') throw new HttpError(405, { errors: 'Method Not Allowed' });
  const form = read(request.headers['content-type'], await readText(request));
  store.stats.countRequest(operation);
  const fault = store.faults.strikeRequest([operation]);
  if (fault?.kind === 'slow') await pause(fault.delayMs);
  if (fault?.kind === 'status') throw new HttpError(fault.status, { errors: fault.error.message });
  if (fault?.kind === 'cut-before') return void request.socket.destroy();
  const pair = pairFor(store, form);
  if (fault?.kind === 'cut-after') return void request.socket.destroy();
  const { accessSeconds, refreshSeconds } = store.app.lives;
  sendJson(response, 200, {
    access_token: pair.accessToken,
    scope: [...store.shop.live.scopes].join(','),
    expires_in: accessSeconds,
    refresh_token: pair.refreshToken,
    refresh_token_expires_in: refreshSeconds,
  });
}

type Form = Readonly<Record<string, string | undefined>>;

function read(type: string | undefined, text: string): Form {
  if (type?.startsWith('application/x-www-form-urlencoded') === true)
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    return body && typeof body === 'object'
      ? Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]))
      : {};
  } catch {
    throw refused('invalid_request', 'The body is neither a form nor JSON');
  }
}

const refused = (error: string, description: string, status = 400): HttpError =>
  new HttpError(status, { error, error_description: description });

function pairFor({ shop, app }: StoreParts, form: Form): TokenPair {
  const { clientId, clientSecret, lives } = app;
  if (form.client_id !== clientId || form.client_secret !== clientSecret)
    throw refused('invalid_client', 'The client ID or the client secret is wrong', 401);
  if (form.grant_type === 'refresh_token') {
    const pair = refreshTokens(shop, form.refresh_token ?? '', lives);
    if (pair === null)
      throw refused('invalid_request', 'The refresh token is unknown, used up or expired', 401);
    return pair;
  }
  if (form.grant_type !== exchangeGrant) throw refused('unsupported_grant_type', 'No such grant');
  const isAsked =
    form.subject_token_type === idTokenType && form.requested_token_type === offlineType;
  if (!isAsked || form.expiring !== '1')
    throw refused(
      'invalid_request',
      'This store gives expiring offline tokens for ID tokens alone',
    );
  const party = { shop: shop.domain, clientId, clientSecret };
  if (!isIdToken(form.subject_token ?? '', party, shop.now()))
    throw refused('invalid_subject_token', 'The ID token is not of this store, or has expired');
  return issueTokens(shop, lives);
}
