/** The tokens of a connection, known by their prefixes: those in use, and earlier ones folded away. */
import { h, painter } from './dom.js';
import { when } from './when.js';

/**
 * @typedef {{ id: string, prefix: string, state: 'live' | 'expired' | 'revoked', createdAt: string,
 *   expiresAt: string | null, revokedAt: string | null, lastUsedAt: string | null }} Token
 */

/**
 * @param {(token: Token) => void} revoke
 * @returns {{ element: HTMLElement, update: (tokens: readonly Token[]) => void, focus: () => void }}
 */
export function tokenList(revoke) {
  const heading = h('h3', { id: 'tokens-heading', tabindex: '-1' }, 'Tokens in use');
  const live = h('ul', { class: 'tokens', 'aria-labelledby': 'tokens-heading' });
  const earlier = h('ul', { class: 'tokens' });
  const earlierCount = h('summary');
  const past = h('details', { hidden: true }, earlierCount, earlier);
  const paintLive = painter(live, (/** @type {readonly Token[]} */ tokens) =>
    tokens.length === 0 ? [noToken()] : tokens.map((token) => tokenLine(token, revoke)),
  );
  const paintEarlier = painter(earlier, (/** @type {readonly Token[]} */ tokens) =>
    tokens.map((token) => tokenLine(token, null)),
  );
  return {
    element: h('div', {}, heading, live, past),
    update(tokens) {
      const before = tokens.filter(({ state }) => state !== 'live');
      paintLive(tokens.filter(({ state }) => state === 'live'));
      paintEarlier(before);
      past.hidden = before.length === 0;
      earlierCount.textContent = `Earlier tokens (${before.length})`;
    },
    focus: () => heading.focus(),
  };
}

function noToken() {
  return h('li', { class: 'none' }, 'None yet. Make one and paste it into your identity provider.');
}

/**
 * @param {Token} token
 * @param {((token: Token) => void) | null} revoke
 */
function tokenLine(token, revoke) {
  return h(
    'li',
    {},
    h('code', {}, `${token.prefix}…`),
    h('span', { class: 'facts' }, ...factsOf(token)),
    revoke &&
      h(
        'button',
        {
          type: 'button',
          class: 'button danger-text',
          'data-key': token.id,
          'aria-label': `Revoke the token ${token.prefix}`,
          onclick: () => revoke(token),
        },
        'Revoke',
      ),
  );
}

/**
 * @param {Token} token
 * @returns {(Node | string)[]}
 */
function factsOf({ state, createdAt, expiresAt, revokedAt, lastUsedAt }) {
  /** @type {(Node | string)[]} */
  const facts = ['Made ', when(createdAt), ' · '];
  if (state === 'revoked' && revokedAt !== null) facts.push('revoked ', when(revokedAt));
  else if (expiresAt === null) facts.push('never expires');
  else facts.push(state === 'expired' ? 'expired ' : 'expires ', when(expiresAt));
  if (lastUsedAt === null) facts.push(' · never used');
  else facts.push(' · last used ', when(lastUsedAt));
  return facts;
}
