/** Buttons that command another element: `commandFor="id" command="--show"`. */

interface Overlay {
  showOverlay(): void;
  hideOverlay(): void;
  toggleOverlay(): void;
}

/** Does what a button says to the element that it names. */
export function obey(id: string | undefined, command: string | undefined): void {
  if (id === undefined) return;
  const overlay = document.getElementById(id) as (HTMLElement & Partial<Overlay>) | null;
  if (command === '--show') overlay?.showOverlay?.();
  else if (command === '--hide') overlay?.hideOverlay?.();
  else overlay?.toggleOverlay?.();
}
