/** Whoever came last for each key; a key without waiters is forgotten. */
const lines = new Map<string, Promise<unknown>>();

/**
 * Runs `work` after all earlier work of the same key has ended, well or badly: of many requests that
 * read, edit and write one user at once, only one would win each round. It holds for this process;
 * between several, the version of the row decides.
 */
export async function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const earlier = lines.get(key);
  const turn = earlier === undefined ? work() : earlier.then(work, work);
  lines.set(key, turn);
  try {
    return await turn;
  } finally {
    if (lines.get(key) === turn) lines.delete(key);
  }
}
