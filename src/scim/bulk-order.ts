/**
 * The order in which the operations of a bulk request are done: the client's, but that an operation
 * waits for the POSTs it refers to. It is the waiting one that moves, not the POST, which may itself
 * need what stands before it, a DELETE that frees its userName for instance; "the same stateful
 * result" is to be achieved (RFC 7644 §3.7).
 */
import type { BulkOperation } from './bulk-operation.ts';

/** The indexes of the operations in the order in which they are to be done. */
export function bulkOrder(operations: readonly BulkOperation[]): readonly number[] {
  const awaited = awaitedBy(operations);
  const waiting = waitingFor(awaited);
  const unmet = awaited.map(({ size }) => size);
  const order = new Set<number>();
  let reached = -1;
  const take = (index: number): void => {
    order.add(index);
    for (const next of waiting[index] ?? []) {
      const left = (unmet[next] ?? 0) - 1;
      unmet[next] = left;
      if (left === 0 && next <= reached && !order.has(next)) take(next);
    }
  };
  for (const index of operations.keys()) {
    reached = index;
    if (unmet[index] === 0) take(index);
  }
  // What is left refers in circles, or waits for what does.
  for (const index of operations.keys())
    while (!order.has(index)) take(firstOfCircle(index, awaited, order));
  return [...order];
}

/**
 * For each operation, those that it waits for: the POSTs it refers to, and the one before it on the
 * same resource, so that these stay in their order when that one waits, too.
 */
function awaitedBy(operations: readonly BulkOperation[]): readonly ReadonlySet<number>[] {
  const posts = new Map<string, number>();
  for (const [index, { fault, method, bulkId }] of operations.entries())
    if (fault === undefined && method === 'POST' && bulkId !== undefined) posts.set(bulkId, index);
  const latest = new Map<string, number>();
  return operations.map((operation, index) => {
    if (operation.fault !== undefined) return new Set<number>();
    const referred = [...operation.references].map((bulkId) => posts.get(bulkId));
    const { kind, id } = operation.target;
    const resource = `${kind} ${id}`;
    const before = id === null ? undefined : latest.get(resource);
    latest.set(resource, index);
    const all = [...referred, before].filter((other) => other !== undefined);
    return new Set(all.filter((other) => other !== index));
  });
}

/** The same relation from its other end. */
function waitingFor(awaited: readonly ReadonlySet<number>[]): readonly (readonly number[])[] {
  const waiting: number[][] = awaited.map(() => []);
  for (const [index, others] of awaited.entries())
    for (const other of others) waiting[other]?.push(index);
  return waiting;
}

/** The first operation of a circle that is reached from this one by going on to what is awaited. */
function firstOfCircle(
  from: number,
  awaited: readonly ReadonlySet<number>[],
  done: ReadonlySet<number>,
): number {
  const way = new Set<number>();
  let at: number | undefined = from;
  while (at !== undefined && !way.has(at)) {
    way.add(at);
    at = [...(awaited[at] ?? [])].find((other) => !done.has(other));
  }
  return at === undefined ? from : Math.min(...[...way].slice([...way].indexOf(at)));
}
