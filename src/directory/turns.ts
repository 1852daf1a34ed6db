/** Writers of one resource, one after another. */
import { ScimError } from '../scim/error.ts';
import { isDeadlock } from '../store/statement.ts';

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

/** How often a write is tried again when somebody else wrote the same resource in between. */
const mostTries = 20;

/** Tries until it is done; `null` says that somebody else wrote the same resource in between. */
export function whileBusy<Done>(id: string, attempt: () => Promise<Done | null>): Promise<Done> {
  return inTurn(id, async () => {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const done = await unlessDeadlocked(attempt);
      if (done !== null) return done;
    }
    throw new ScimError(503, 'The resource is being changed by many requests at once: try again.');
  });
}

/** Two groups that contain each other, deleted at once, wait for each other: one is tried again. */
async function unlessDeadlocked<Done>(attempt: () => Promise<Done | null>): Promise<Done | null> {
  try {
    return await attempt();
  } catch (error) {
    if (isDeadlock(error)) return null;
    throw error;
  }
}
