/** Events of Polaris's elements whose names React would write otherwise, as `nextpage` and `aftershow`. */
import { type RefObject, useEffect } from 'react';

/** Calls `handle` at each event of the element, while there is one. */
export function useListener(
  element: RefObject<HTMLElement | null>,
  name: string,
  handle: (event: Event) => void,
): void {
  useEffect(() => {
    const { current } = element;
    current?.addEventListener(name, handle);
    return () => current?.removeEventListener(name, handle);
  });
}
