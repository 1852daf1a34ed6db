/** What to do with the base URL and the header, and a line to try them without an identity provider. */
import { copyButton } from './copy.js';
import { card, h } from './dom.js';

const placeholder = 'Bearer <token>';

const ada = JSON.stringify({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', primary: true }],
});

/**
 * @param {string} baseUrl
 * @param {string} authorization
 */
function curl(baseUrl, authorization) {
  return [
    `curl -X POST '${baseUrl}/Users' \\`,
    `  -H 'Authorization: ${authorization}' \\`,
    `  -H 'Content-Type: application/scim+json' \\`,
    `  -d '${ada}'`,
  ].join('\n');
}

/**
 * @param {string} baseUrl
 * @returns {{ element: HTMLElement, authorize: (authorization: string | null) => void }}
 */
export function helpCard(baseUrl) {
  const command = h('code', {}, curl(baseUrl, placeholder));
  const element = card(
    'Paste these into your identity provider',
    h(
      'ol',
      { class: 'steps' },
      h(
        'li',
        {},
        'In your identity provider, add a SCIM 2.0 application (for Okta, miniOrange or OneLogin: a SCIM app with header authentication; for Entra ID: a non-gallery enterprise application).',
      ),
      h('li', {}, 'Paste the SCIM base URL. Entra ID calls it ', h('i', {}, 'Tenant URL'), '.'),
      h(
        'li',
        {},
        'Make a token here and paste it. Where only a token is asked for (Entra ID: ',
        h('i', {}, 'Secret Token'),
        '), leave out the word Bearer: ',
        h('i', {}, 'Copy token only'),
        '.',
      ),
      h(
        'li',
        {},
        'Test the connection there, then assign a person. They appear under “People received” in seconds.',
      ),
    ),
    h('h3', { id: 'try' }, 'Or try it from a terminal'),
    h('pre', { tabindex: '0', role: 'group', 'aria-labelledby': 'try' }, command),
    copyButton('Copy command', () => command.textContent ?? ''),
  );
  return {
    element,
    authorize: (authorization) => {
      command.textContent = curl(baseUrl, authorization ?? placeholder);
    },
  };
}
