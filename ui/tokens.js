/** The Authorization header: made once, shown once, afterwards known by its prefix. */
import { api, sentenceOf } from './api.js';
import { copyButton, copyField } from './copy.js';
import { announce, h, painter } from './dom.js';
import { askToRevoke } from './revoke-dialog.js';
import { when } from './when.js';

/**
 * @typedef {{ id: string, prefix: string, state: 'live' | 'expired' | 'revoked', createdAt: string,
 *   expiresAt: string | null, revokedAt: string | null, lastUsedAt: string | null }} Token
 * @typedef {{ mostLive: number, tokens: readonly Token[] }} TokenList
 */

/**
 * @param {string} path of the source
 * @param {{ onFresh: (authorization: string | null) => void, onChange: () => void }} listener
 * @returns {{ element: HTMLElement, update: (list: TokenList) => void }}
 */
export function tokensPart(path, { onFresh, onChange }) {
  const fresh = h('div', { class: 'fresh-place' });
  const fault = h('p', { class: 'fault', role: 'alert' });
  const expiry = /** @type {HTMLSelectElement} */ (
    h(
      'select',
      { id: 'expiry' },
      h('option', { value: '' }, 'Never'),
      h('option', { value: '90' }, 'In 90 days'),
      h('option', { value: '365' }, 'In 1 year'),
    )
  );
  const make = h(
    'button',
    { type: 'button', class: 'button primary', onclick: () => void press() },
    'New token',
  );
  const heading = h('h3', { id: 'tokens-heading', tabindex: '-1' }, 'Tokens in use');
  const live = h('ul', { class: 'tokens', 'aria-labelledby': 'tokens-heading' });
  const earlier = h('ul', { class: 'tokens' });
  const earlierCount = h('summary');
  const past = h('details', { hidden: true }, earlierCount, earlier);

  let shownId = '';
  const forget = () => {
    fresh.replaceChildren();
    shownId = '';
    onFresh(null);
  };
  const dismiss = () => {
    forget();
    make.focus();
  };
  const press = async () => {
    if (make.getAttribute('aria-busy') === 'true') return;
    make.setAttribute('aria-busy', 'true');
    fault.textContent = '';
    try {
      const expiresInDays = expiry.value === '' ? null : Number(expiry.value);
      const made = await api('POST', `${path}/tokens`, { expiresInDays });
      fresh.replaceChildren(freshToken(made, dismiss));
      fresh.querySelector('button')?.focus();
      shownId = made.id;
      onFresh(made.authorization);
      announce('The token was made. It is shown once: copy it now.');
      onChange();
    } catch (error) {
      fault.textContent = sentenceOf(error);
    } finally {
      make.removeAttribute('aria-busy');
    }
  };
  /** @param {Token} token */
  const revoke = (token) =>
    askToRevoke(
      token.prefix,
      () => api('DELETE', `${path}/tokens/${token.id}`),
      () => {
        fault.textContent = '';
        if (shownId === token.id) forget();
        announce(`The token ${token.prefix} was revoked`);
        onChange();
        heading.focus();
      },
    );

  const paintLive = painter(live, (/** @type {readonly Token[]} */ tokens) =>
    tokens.length === 0
      ? [h('li', { class: 'none' }, 'None yet. Make one and paste it into your identity provider.')]
      : tokens.map((token) => tokenLine(token, revoke)),
  );
  const paintEarlier = painter(earlier, (/** @type {readonly Token[]} */ tokens) =>
    tokens.map((token) => tokenLine(token, null)),
  );

  const element = h(
    'div',
    { class: 'field' },
    h('h3', { class: 'label' }, 'Authorization header'),
    fresh,
    h(
      'div',
      { class: 'token-form' },
      h('label', { for: 'expiry' }, 'Expires'),
      expiry,
      make,
      h(
        'p',
        { class: 'help' },
        'The header is shown once, right after you make its token. Two tokens can be live, so that you can change over without a gap.',
      ),
    ),
    fault,
    heading,
    live,
    past,
  );
  return {
    element,
    update({ tokens }) {
      const before = tokens.filter(({ state }) => state !== 'live');
      paintLive(tokens.filter(({ state }) => state === 'live'));
      paintEarlier(before);
      past.hidden = before.length === 0;
      earlierCount.textContent = `Earlier tokens (${before.length})`;
    },
  };
}

/**
 * @param {{ authorization: string, token: string }} made
 * @param {() => void} dismiss
 */
function freshToken({ authorization, token }, dismiss) {
  return h(
    'div',
    { class: 'fresh' },
    h(
      'p',
      {},
      h('strong', {}, 'Shown once: copy it now. '),
      'Rollcall keeps only a fingerprint of it and cannot show it again.',
    ),
    copyField({
      id: 'authorization',
      label: 'Header value',
      value: authorization,
      button: 'Copy header',
    }),
    h(
      'div',
      { class: 'fresh-foot' },
      copyButton('Copy token only', () => token),
      h('button', { type: 'button', class: 'button quiet', onclick: dismiss }, 'I have copied it'),
    ),
  );
}

/**
 * @param {Token} token
 * @param {((token: Token) => void) | null} revoke
 */
function tokenLine(token, revoke) {
  const { prefix, state, createdAt, expiresAt, revokedAt, lastUsedAt } = token;
  /** @type {(Node | string)[]} */
  const facts = ['Made ', when(createdAt), ' · '];
  if (state === 'revoked' && revokedAt !== null) facts.push('revoked ', when(revokedAt));
  else if (expiresAt === null) facts.push('never expires');
  else facts.push(state === 'expired' ? 'expired ' : 'expires ', when(expiresAt));
  if (lastUsedAt === null) facts.push(' · never used');
  else facts.push(' · last used ', when(lastUsedAt));
  return h(
    'li',
    {},
    h('code', {}, `${prefix}…`),
    h('span', { class: 'facts' }, ...facts),
    revoke &&
      h(
        'button',
        {
          type: 'button',
          class: 'button danger-text',
          'data-key': token.id,
          'aria-label': `Revoke the token ${prefix}`,
          onclick: () => revoke(token),
        },
        'Revoke',
      ),
  );
}
