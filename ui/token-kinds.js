/** What can be made for a connection: each kind in the words it is shown with. */

/**
 * @typedef {{ path: 'tokens' | 'secrets', noun: string, title: string, listTitle: string, none: string,
 *   earlier: string, make: string, expires: string, help: string, warning: string,
 *   shown: (made: any) => import('./fresh-token.js').Shown }} TokenKind
 */

/** @type {TokenKind} */
export const bearerTokens = {
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
  shown: ({ authorization, token }) => ({
    field: {
      id: 'authorization',
      label: 'Header value',
      value: authorization,
      button: 'Copy header',
    },
    also: { label: 'Copy token only', value: token },
  }),
};

/** @type {TokenKind} */
export const clientSecrets = {
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
  shown: ({ secret }) => ({
    field: { id: 'client-secret', label: 'Client secret', value: secret, button: 'Copy secret' },
    also: null,
  }),
};
