/** What can be made for a connection: each kind in the words it is shown with. */

/** What was just made, with the secret in it. */
export interface Made {
  readonly id: string;
  readonly token?: string;
  readonly authorization?: string;
  readonly secret?: string;
}

/** A token or secret as it is known afterwards. */
export interface Token {
  readonly id: string;
  readonly prefix: string;
  readonly userName: string | null;
  readonly state: 'live' | 'expired' | 'revoked';
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

/** One kind. */
export interface TokenKind {
  readonly path: 'tokens' | 'secrets';
  readonly noun: string;
  readonly title: string;
  readonly listTitle: string;
  readonly none: string;
  readonly earlier: string;
  readonly make: string;
  readonly expires: string;
  readonly help: string;
  readonly warning: string;
  readonly shown: (made: Made) => {
    readonly label: string;
    readonly value: string;
    readonly button: string;
    readonly also?: { readonly label: string; readonly text: string };
  };
}

/** What goes into the Authorization header. */
export const bearerTokens: TokenKind = {
  path: 'tokens',
  noun: 'token',
  title: 'Authorization header',
  listTitle: 'Tokens in use',
  none: 'None yet. Make one and paste it into your identity provider.',
  earlier: 'Earlier tokens',
  make: 'New token',
  expires: 'Expires',
  help: 'The header is shown once, right after you make its token. Two tokens can be live, so that you can change over without a gap.',
  warning:
    'Whoever still uses this token is refused from now on. Make sure that your identity provider has another one. This cannot be undone.',
  shown: ({ authorization = '', token = '' }) => ({
    label: 'Header value',
    value: authorization,
    button: 'Copy header',
    also: { label: 'Copy token only', text: token },
  }),
};

/** What an identity provider fetches its tokens with. */
export const clientSecrets: TokenKind = {
  path: 'secrets',
  noun: 'secret',
  title: 'Client secrets',
  listTitle: 'Secrets in use',
  none: 'No secret yet. You need one only where a token URL is asked for.',
  earlier: 'Earlier secrets',
  make: 'New secret',
  expires: 'Secret expires',
  help: 'A secret is shown once, right after you make it. Two can be live, so that you can change over without a gap.',
  warning:
    'Whoever still uses this secret gets no access token any more, and those made with it end at once. Make sure that your identity provider has another one. This cannot be undone.',
  shown: ({ secret = '' }) => ({ label: 'Client secret', value: secret, button: 'Copy secret' }),
};
