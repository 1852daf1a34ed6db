/** The title of the document. */
import { useEffect } from 'react';

/** Names the page in the browser's tab and history, from the most special to the most general. */
export function useTitle(...parts: readonly string[]): void {
  const title = [...parts, 'Rollcall'].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
