/** Tokens or secrets of a connection, known by their prefixes: those in use, and earlier ones folded away. */
import { h, painter } from './dom.js';
import { when } from './when.js';

/**
 * @typedef {{ id: string, prefix: string, userName: string | null, state: 'live' | 'expired' | 'revoked',
 *   createdAt: string, expiresAt: string | null, revokedAt: string | null, lastUsedAt: string | null }} Token
 * @typedef {import('./token-kinds.js').TokenKind} TokenKind
 */

/**
 * @param {TokenKind} kind
 * @param {(token: Token) => void} revoke
 * @returns {{ element: HTMLElement, update: (tokens: readonly Token[]) => void, focus: () => void }}
 */
export function tokenList({ path, noun, listTitle, none, earlier: earlierTitle }, revoke) {
  const heading = h('h3', { id: `${path}-heading`, class: 'in-use', tabindex: '-1' }, listTitle);
  const live = h('ul', { class: 'tokens', 'aria-labelledby': `${path}-heading` });
  const earlier = h('ul', { class: 'tokens' });
  const earlierCount = h('summary');
  const past = h('details', { hidden: true }, earlierCount, earlier);
  const paintLive = painter(live, (/** @type {readonly Token[]} */ tokens) =>
    tokens.length === 0
      ? [h('li', { class: 'none' }, none)]
      : tokens.map((token) => tokenLine(token, noun, revoke)),
  );
  const paintEarlier = painter(earlier, (/** @type {readonly Token[]} */ tokens) =>
    tokens.map((token) => tokenLine(token, noun, null)),
  );
  return {
    element: h('div', {}, heading, live, past),
    update(tokens) {
      const before = tokens.filter(({ state }) => state !== 'live');
      paintLive(tokens.filter(({ state }) => state === 'live'));
      paintEarlier(before);
      past.hidden = before.length === 0;
      earlierCount.textContent = `${earlierTitle} (${before.length})`;
    },
    focus: () => heading.focus(),
  };
}

/**
 * @param {Token} token
 * @param {string} noun
 * @param {((token: Token) => void) | null} revoke
 */
function tokenLine(token, noun, revoke) {
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
          'aria-label': `Revoke the ${noun} ${token.prefix}`,
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
function factsOf({ state, userName, createdAt, expiresAt, revokedAt, lastUsedAt }) {
  /** @type {(Node | string)[]} */
  const facts = userName === null ? [] : [h('b', {}, `Only for ${userName}`), ' · '];
  facts.push('Made ', when(createdAt), ' · ');
  if (state === 'revoked' && revokedAt !== null) facts.push('revoked ', when(revokedAt));
  else if (expiresAt === null) facts.push('never expires');
  else facts.push(state === 'expired' ? 'expired ' : 'expires ', when(expiresAt));
  if (lastUsedAt === null) facts.push(' · never used');
  else facts.push(' · last used ', when(lastUsedAt));
  return facts;
}
