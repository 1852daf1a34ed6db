/** Moving the focus. */

/** Gives an element the focus once it is drawn: the elements draw themselves a moment after they are put in place. */
export function focusOn(element: HTMLElement | null): void {
  requestAnimationFrame(() => element?.focus());
}
