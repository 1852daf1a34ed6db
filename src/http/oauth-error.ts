/**
 * Refusals of the token endpoint (RFC 6749 §5.2); the description is for whoever sets the client up,
 * in ASCII without quotation marks.
 */

/** The error codes with their statuses; the last two for what the RFC leaves to HTTP. */
const statuses = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_scope: 400,
  unsupported_grant_type: 400,
  temporarily_unavailable: 503,
  server_error: 500,
} as const;

/** An error code. */
export type OAuthErrorCode = keyof typeof statuses;

/** A request that the token endpoint refuses. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;
  readonly status: number;

  constructor(
    code: OAuthErrorCode,
    description: string,
    status: number = statuses[code],
    options?: ErrorOptions,
  ) {
    super(description, options);
    this.code = code;
    this.status = status;
  }

  /** The body of the answer. */
  toBody(): { readonly error: string; readonly error_description: string } {
    return { error: this.code, error_description: this.message };
  }
}

/** 400: the request is not formed as it has to be. */
export const invalidRequest = (description: string) =>
  new OAuthError('invalid_request', description);

/** 401: the client is not who it says, or does not say who it is. */
export const invalidClient = (description: string) => new OAuthError('invalid_client', description);
