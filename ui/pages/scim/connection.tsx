/** What is copied into the identity provider: the base URL and the Authorization header. */
import { useCallback } from 'react';
import { CopyField } from '../../parts/copy.tsx';
import type { Source } from './source.ts';
import { bearerTokens, type Made } from './token-kinds.ts';
import { Tokens } from './tokens.tsx';

interface ConnectionProps {
  readonly source: Source;
  readonly onFresh: (authorization: string | null) => void;
}

/** The card. */
export function Connection({ source, onFresh }: ConnectionProps) {
  const fresh = useCallback((made: Made | null) => onFresh(made?.authorization ?? null), [onFresh]);
  return (
    <s-section heading="Connection">
      <div className="stack divided">
        <CopyField label="SCIM base URL" value={source.baseUrl} button="Copy URL" />
        <Tokens source={source} kind={bearerTokens} onFresh={fresh} />
      </div>
    </s-section>
  );
}
