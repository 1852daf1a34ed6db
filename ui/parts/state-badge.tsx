/** How somebody stands at a destination, in a word and its colour. */

/** How the wish and the world agree. */
export type StandingState = 'done' | 'waiting' | 'retrying' | 'held' | 'rejected';

const looks = {
  done: { word: 'Up to date', tone: 'success' },
  waiting: { word: 'Waiting', tone: 'info' },
  retrying: { word: 'Trying again', tone: 'info' },
  held: { word: 'On hold', tone: 'warning' },
  rejected: { word: 'Refused', tone: 'critical' },
} as const satisfies Readonly<Record<StandingState, object>>;

/** What needs somebody comes first. */
const byUrgency: readonly StandingState[] = ['rejected', 'held', 'retrying', 'waiting', 'done'];

/** The state that matters most of several; `done` where there is none. */
export function mostUrgent(states: readonly StandingState[]): StandingState {
  return byUrgency.find((state) => states.includes(state)) ?? 'done';
}

interface StateBadgeProps {
  readonly state: StandingState;
  /** Where, as in "On hold in Moodle". */
  readonly place?: string;
}

/** The badge. */
export function StateBadge({ state, place }: StateBadgeProps) {
  const { word, tone } = looks[state];
  return <s-badge tone={tone}>{place === undefined ? word : `${word} in ${place}`}</s-badge>;
}
