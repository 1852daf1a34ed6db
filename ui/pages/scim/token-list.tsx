/** Tokens or secrets of a connection, known by their prefixes: those in use, and earlier ones folded away. */
import type { RefObject } from 'react';
import { When } from '../../parts/when.tsx';
import type { Token, TokenKind } from './token-kinds.ts';

interface TokenListProps {
  readonly kind: TokenKind;
  readonly tokens: readonly Token[];
  readonly revoke: (token: Token) => void;
  /** Takes the focus when a token is gone. */
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

/** The list. */
export function TokenList({ kind, tokens, revoke, heading }: TokenListProps) {
  const live = tokens.filter(({ state }) => state === 'live');
  const earlier = tokens.filter(({ state }) => state !== 'live');
  const id = `${kind.path}-heading`;
  return (
    <>
      <h3 id={id} ref={heading} tabIndex={-1}>
        {kind.listTitle}
      </h3>
      <ul className="plain divided" aria-labelledby={id}>
        {live.length === 0 ? <li className="muted">{kind.none}</li> : null}
        {live.map((token) => (
          <li key={token.id}>
            <Facts token={token} />
            <s-button
              variant="tertiary"
              tone="critical"
              accessibilityLabel={`Revoke the ${kind.noun} ${token.prefix}`}
              onClick={() => revoke(token)}
            >
              Revoke
            </s-button>
          </li>
        ))}
      </ul>
      {earlier.length === 0 ? null : (
        <details className="fold">
          <summary>
            {kind.earlier} ({earlier.length})
          </summary>
          <ul className="plain divided folded">
            {earlier.map((token) => (
              <li key={token.id}>
                <Facts token={token} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Facts({ token }: { readonly token: Token }) {
  const { prefix, state, userName, createdAt, expiresAt, revokedAt, lastUsedAt } = token;
  return (
    <>
      <code>{prefix}…</code>
      <span className="wide muted">
        {userName === null ? null : <b>Only for {userName} · </b>}
        Made <When at={createdAt} />
        {' · '}
        {state === 'revoked' && revokedAt !== null ? (
          <>
            revoked <When at={revokedAt} />
          </>
        ) : expiresAt === null ? (
          'never expires'
        ) : (
          <>
            {state === 'expired' ? 'expired' : 'expires'} <When at={expiresAt} />
          </>
        )}
        {lastUsedAt === null ? (
          ' · never used'
        ) : (
          <>
            {' · last used '}
            <When at={lastUsedAt} />
          </>
        )}
      </span>
    </>
  );
}
