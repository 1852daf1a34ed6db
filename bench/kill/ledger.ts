/**
 * What Rollcall acknowledged, remembered by whoever was told. Nobody is written to again after an
 * answer that never came: either outcome is right then, and both are remembered.
 */

/** What is remembered of a person; `null` for one who is not, or no longer, on the roll. */
export type Remembered = { readonly active: boolean; readonly title: string } | null;

/** A person of the ledger. Changed by its one writer only. */
export interface Entry {
  readonly key: string;
  /** `null` until a creation was acknowledged. */
  id: string | null;
  certain: Remembered;
  /** What the unanswered write would have made of it. */
  possible: { readonly state: Remembered } | null;
}

/** Everything that was written in a run. */
export interface Ledger {
  readonly entries: Entry[];
  acknowledged: number;
  unanswered: number;
  /** Answers that a server which loses nothing does not give. */
  readonly wrong: string[];
}

/** A ledger without a line. */
export function emptyLedger(): Ledger {
  return { entries: [], acknowledged: 0, unanswered: 0, wrong: [] };
}

/** Whether a person may be in this state by what was acknowledged. */
export function allows({ certain, possible }: Entry, found: Remembered): boolean {
  return same(certain, found) || (possible !== null && same(possible.state, found));
}

function same(a: Remembered, b: Remembered): boolean {
  return a?.active === b?.active && a?.title === b?.title;
}
