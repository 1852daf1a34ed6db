/** How a place stands, in a word. */
import type { Place } from './places.ts';

const states = {
  active: ['On', 'success'],
  paused: ['Off', 'neutral'],
  quarantined: ['Needs attention', 'critical'],
} as const satisfies Record<Place['state'], readonly [string, string]>;

/** The badge. */
export function PlaceBadge({ state }: Pick<Place, 'state'>) {
  const [word, tone] = states[state];
  return <s-badge tone={tone}>{word}</s-badge>;
}
