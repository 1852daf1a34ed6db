/** What many requests ask for at the same moment is asked of the database once. */
import type { Queryable } from './statement.ts';

/** The most keys of one question. */
const most = 100;

/** A question that is being put together. */
interface Question<Value> {
  readonly keys: Set<string>;
  readonly answer: Promise<ReadonlyMap<string, Value>>;
}

/**
 * Makes of a look-up of many keys one of a single key: those that are asked for in the same turn of
 * the event loop travel together, and a lone one waits for nobody. `context` is whatever else the
 * look-up depends on; only what has the same travels together.
 */
export function together<Value>(
  load: (
    db: Queryable,
    context: readonly string[],
    keys: readonly string[],
  ) => Promise<ReadonlyMap<string, Value>>,
): (db: Queryable, context: readonly string[], key: string) => Promise<Value | null> {
  const open = new WeakMap<Queryable, Map<string, Question<Value>>>();

  const begin = (db: Queryable, context: readonly string[], done: () => void) => {
    const keys = new Set<string>();
    const turn = new Promise((resolve) => setImmediate(resolve));
    const answer = turn.then(() => {
      done();
      return load(db, context, [...keys]);
    });
    return { keys, answer };
  };

  return async (db, context, key) => {
    const questions = open.get(db) ?? new Map<string, Question<Value>>();
    open.set(db, questions);
    const name = context.join(' ');
    const known = questions.get(name);
    const question =
      known !== undefined && known.keys.size < most
        ? known
        : begin(db, context, () => questions.get(name) === question && questions.delete(name));
    questions.set(name, question);
    question.keys.add(key);
    return (await question.answer).get(key) ?? null;
  };
}
