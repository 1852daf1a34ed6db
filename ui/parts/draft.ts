/** What somebody has typed and not saved. */

/** The draft after `sent` was saved: what was typed meanwhile stays, to be saved as well. */
export const afterSaving =
  <Draft>(sent: Draft, empty: Draft) =>
  (now: Draft): Draft =>
    now === sent ? empty : now;
