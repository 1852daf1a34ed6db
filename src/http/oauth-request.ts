/** Reads a token request (RFC 6749 §4.4.2): who the client is, and what it asks for. */
import { invalidClient, invalidRequest, OAuthError } from './oauth-error.ts';

/** A request for a token by client credentials. */
export interface TokenRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  /** As it was asked for; `null` where it was not. */
  readonly scope: string | null;
}

/** A client with its secret; not checked yet. */
type Client = Pick<TokenRequest, 'clientId' | 'clientSecret'>;

/** Reads the parameters of a body: empty ones count as left out, none may be repeated (§3.2). */
export function readForm(text: string): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.has(name)) throw invalidRequest(`Send ${printable(name)} once.`);
    form.set(name, value);
  }
  return new Map([...form].filter(([, value]) => value !== ''));
}

/**
 * Reads a whole request.
 * @throws `OAuthError`
 */
export function readTokenRequest(
  form: ReadonlyMap<string, string>,
  authorization: string | undefined,
): TokenRequest {
  const client = clientOf(form, authorization);
  checkGrant(form);
  return { ...client, scope: scopeOf(form) };
}

function checkGrant(form: ReadonlyMap<string, string>): void {
  const grant = form.get('grant_type');
  if (grant === undefined) throw invalidRequest('Send grant_type=client_credentials.');
  if (grant !== 'client_credentials')
    throw new OAuthError(
      'unsupported_grant_type',
      'Only grant_type=client_credentials is served here.',
    );
}

function clientOf(form: ReadonlyMap<string, string>, authorization: string | undefined): Client {
  const [clientId, clientSecret] = [form.get('client_id'), form.get('client_secret')];
  if (authorization === undefined) {
    if (clientId === undefined || clientSecret === undefined)
      throw invalidClient(
        'Send client_id and client_secret, in the body or by HTTP Basic authentication.',
      );
    return { clientId, clientSecret };
  }
  if (clientSecret !== undefined)
    throw invalidRequest(
      'Send the client secret either in the body or by HTTP Basic authentication, not both (RFC 6749, section 2.3).',
    );
  const client = basicClient(authorization);
  if (client === null)
    throw invalidClient('The Authorization header is not HTTP Basic with client id and secret.');
  if (clientId !== undefined && clientId !== client.clientId)
    throw invalidRequest('The client_id of the body is not the one of the Authorization header.');
  return client;
}

/** `id:secret`, each form-encoded before they were joined (RFC 6749 §2.3.1). */
function basicClient(authorization: string): Client | null {
  const encoded = /^basic +([\w+/=-]{1,4000})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const [clientId, clientSecret] = [text.slice(0, colon), text.slice(colon + 1)].map(formDecoded);
  return colon > 0 && clientId && clientSecret ? { clientId, clientSecret } : null;
}

function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** Tokens are good for the whole connection, so that a scope is only repeated; it has to be one (§3.3). */
function scopeOf(form: ReadonlyMap<string, string>): string | null {
  const scope = form.get('scope') ?? null;
  if (scope !== null && !/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope))
    throw new OAuthError('invalid_scope', 'The scope is not formed as RFC 6749, section 3.3 says.');
  return scope;
}

/** What an error description may hold (RFC 6749 §5.2), at a length to read. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?').slice(0, 60);
}
