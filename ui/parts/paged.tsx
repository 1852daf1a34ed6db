/** A table that is read page by page. */
import { type ReactNode, useRef } from 'react';
import { useListener } from './listen.ts';

interface PagedProps {
  /** What goes to the next page; `null` where there is none. */
  readonly next: (() => void) | null;
  readonly previous: (() => void) | null;
  /** Another page is on its way. */
  readonly loading: boolean;
  readonly children: ReactNode;
}

/** The table; its rows and filters are inside. */
export function Paged({ next, previous, loading, children }: PagedProps) {
  const table = useRef<HTMLElement>(null);
  useListener(table, 'nextpage', () => next?.());
  useListener(table, 'previouspage', () => previous?.());
  return (
    <s-table
      ref={table as never}
      paginate={next !== null || previous !== null}
      hasNextPage={next !== null}
      hasPreviousPage={previous !== null}
      loading={loading}
    >
      {children}
    </s-table>
  );
}
