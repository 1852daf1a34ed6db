/** What many requests want of the database at the same moment travels together. */
import { isUnavailable, type Queryable } from './statement.ts';

/** The most that travels together. */
const most = 100;

/** A statement for many items. `context` is what all of them have in common. */
type ForMany<Item, Result> = (
  db: Queryable,
  context: readonly string[],
  items: readonly Item[],
) => Promise<Result>;

/** A statement for one item. */
type ForOne<Item, Result> = (
  db: Queryable,
  context: readonly string[],
  item: Item,
) => Promise<Result>;

/** Items on their way, and what comes of them. */
interface Batch<Item, Result> {
  readonly items: Item[];
  readonly result: Promise<Result>;
}

/**
 * Makes of a look-up of many keys one of a single key: those that are asked for in the same turn of
 * the event loop travel together, and a lone one waits for nobody.
 */
export function together<Value>(
  load: ForMany<string, ReadonlyMap<string, Value>>,
): ForOne<string, Value | null> {
  const join = gathering(load);
  return async (db, context, key) => (await join(db, context, key).result).get(key) ?? null;
}

/**
 * Makes of a statement that writes many rows, all or none, one that writes a single row: those that
 * come in the same turn of the event loop share a transaction. Where one of them cannot be written,
 * each is written by itself, so that nobody fails for another.
 */
export function writtenTogether<Row, Written>(write: ForMany<Row, Written>): ForOne<Row, Written> {
  const join = gathering(write);
  return async (db, context, row) => {
    const { items, result } = join(db, context, row);
    try {
      return await result;
    } catch (error) {
      if (items.length === 1 || isUnavailable(error)) throw error;
      return write(db, context, [row]);
    }
  };
}

/** Adds an item to the batch that is about to leave, or begins one. */
function gathering<Item, Result>(
  run: ForMany<Item, Result>,
): (db: Queryable, context: readonly string[], item: Item) => Batch<Item, Result> {
  const waiting = new WeakMap<Queryable, Map<string, Batch<Item, Result>>>();
  return (db, context, item) => {
    const batches = waiting.get(db) ?? new Map<string, Batch<Item, Result>>();
    waiting.set(db, batches);
    const name = context.join(' ');
    const known = batches.get(name);
    if (known !== undefined && known.items.length < most) {
      known.items.push(item);
      return known;
    }
    const items = [item];
    const turn = new Promise((resolve) => setImmediate(resolve));
    const result = turn.then(() => {
      if (batches.get(name) === batch) batches.delete(name);
      return run(db, context, items);
    });
    const batch = { items, result };
    batches.set(name, batch);
    return batch;
  };
}
