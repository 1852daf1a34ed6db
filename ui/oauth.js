/** The OAuth 2.0 client of a connection, for identity providers that fetch their tokens themselves. */
import { copyField } from './copy.js';
import { fold, h } from './dom.js';
import { clientSecrets } from './token-kinds.js';
import { tokensPart } from './tokens.js';

/** @typedef {{ tokenUrl: string, clientId: string }} Client */

/**
 * @param {string} path of the source
 * @param {Client} client
 * @param {() => void} onChange
 */
export function oauthCard(path, { tokenUrl, clientId }, onChange) {
  const secrets = tokensPart(path, clientSecrets, { onChange });
  return {
    element: fold(
      {
        title: 'OAuth 2.0 client',
        more: 'Instead of a bearer token, where a token URL is asked for',
      },
      h(
        'p',
        { class: 'help lead-in' },
        'Some identity providers (Entra ID: ',
        h('i', {}, 'OAuth2 client credentials'),
        ') fetch a new access token every hour instead of keeping one. Give them these three.',
      ),
      copyField({ id: 'token-url', label: 'Token URL', value: tokenUrl, button: 'Copy token URL' }),
      copyField({ id: 'client-id', label: 'Client ID', value: clientId, button: 'Copy client ID' }),
      secrets.element,
    ),
    update: secrets.update,
  };
}
