/** The authorization server of a source as clients find it (RFC 8414). */

/** Where metadata is found. */
export const wellKnown = '/.well-known/oauth-authorization-server';

/** The identifier of a source's authorization server (RFC 8414 §2). */
export function issuerOf(publicUrl: string, sourceId: string): string {
  return `${publicUrl}/oauth/${sourceId}`;
}

/** Where a source's client gets its tokens. */
export function tokenUrlOf(publicUrl: string, sourceId: string): string {
  return `${issuerOf(publicUrl, sourceId)}/token`;
}

/** RFC 8414 §2. No response type, as there is no authorization endpoint. */
export function metadata(publicUrl: string, sourceId: string) {
  return {
    issuer: issuerOf(publicUrl, sourceId),
    token_endpoint: tokenUrlOf(publicUrl, sourceId),
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
  };
}
