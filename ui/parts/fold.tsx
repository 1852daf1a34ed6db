/** A card that is folded until somebody wants it. */
import type { ReactNode } from 'react';

interface FoldProps {
  readonly title: string;
  /** What it is for, seen while it is folded. */
  readonly more: string;
  readonly children: ReactNode;
}

/** A folded card. */
export function Fold({ title, more, children }: FoldProps) {
  return (
    <s-section accessibilityLabel={title}>
      <details className="fold">
        <summary>
          <h2>{title}</h2>
          <span className="muted">{more}</span>
        </summary>
        <div className="folded">{children}</div>
      </details>
    </s-section>
  );
}
