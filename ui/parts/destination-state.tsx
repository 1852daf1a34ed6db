/** The state of a destination in a word. */

/** What the word is made from. */
export interface DestinationState {
  readonly state: 'active' | 'paused' | 'quarantined';
  /** It asked for a break until then. */
  readonly pausedUntil: string | null;
  /** Whether somebody waits. */
  readonly busy: boolean;
}

/** The word and its colour. */
export function stateWord({ state, pausedUntil, busy }: DestinationState) {
  if (state === 'quarantined') return { word: 'Needs attention', tone: 'critical' } as const;
  if (state === 'paused') return { word: 'Paused', tone: 'warning' } as const;
  if (pausedUntil !== null) return { word: 'Taking a break', tone: 'warning' } as const;
  return { word: busy ? 'Working' : 'Active', tone: 'success' } as const;
}

/** The badge. */
export function DestinationBadge(props: DestinationState) {
  const { word, tone } = stateWord(props);
  return <s-badge tone={tone}>{word}</s-badge>;
}
