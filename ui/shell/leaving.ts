/** Going to another page while something here is not saved: whoever holds the changes is asked first. */
import type { AroundNavHandler } from 'wouter';

/** Is asked before a page is left; calls `leave` when that may be. */
type Guard = (leave: () => void) => void;

let guard: Guard | null = null;

/** Names who is asked; calling what it answers takes that back. */
export function guardLeaving(asked: Guard): () => void {
  guard = asked;
  return () => {
    if (guard === asked) guard = null;
  };
}

/** Going back or forward in the browser, which the router only hears of afterwards. */
window.navigation?.addEventListener('navigate', (event) => {
  if (guard === null || event.navigationType !== 'traverse' || !event.cancelable) return;
  const { key, url } = event.destination;
  if (new URL(url).pathname === location.pathname) return;
  event.preventDefault();
  guard(() => window.navigation.traverseTo(key));
});

/** Nobody is asked any more: for moving on right after what was changed is saved. */
export function leaveFreely(): void {
  guard = null;
}

/** Goes to a page, unless somebody has to be asked first; another state of the same page is no leaving. */
export const aroundNavigation: AroundNavHandler = (navigate, to, options) => {
  const here = new URL(to, location.href).pathname === location.pathname;
  if (guard === null || here) navigate(to, options);
  else guard(() => navigate(to, options));
};
