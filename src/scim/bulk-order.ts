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
      const others = (unmet[next] ?? 0) - 1;
      unmet[next] = others;
      if (others === 0 && next <= reached && !order.has(next)) take(next);
    }
  };
  for (const index of operations.keys()) {
    reached = index;
    if (unmet[index] === 0) take(index);
  }
  // What is left refers in circles, or waits for what does. A circle begins at its first operation.
  const left = [...operations.keys()].filter((index) => !order.has(index));
  for (const circle of circlesOf(left, awaited))
    for (const index of circle) if (!order.has(index)) take(index);
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

/** What is known of an operation on the way through what it awaits. */
interface Visit {
  /** When it was come to. */
  readonly at: number;
  /** The earliest that can be come back to from it. */
  low: number;
}

/**
 * Operations that await each other, together, and each alone that does not: every one after all that
 * it awaits (strongly connected components, by Tarjan's algorithm). `left` is closed: what its
 * operations await is among them, or done.
 */
function circlesOf(
  left: readonly number[],
  awaited: readonly ReadonlySet<number>[],
): readonly (readonly number[])[] {
  const among = new Set(left);
  const visits = new Map<number, Visit>();
  const open: number[] = [];
  const circles: (readonly number[])[] = [];
  const visit = (index: number): Visit => {
    const own: Visit = { at: visits.size, low: visits.size };
    visits.set(index, own);
    open.push(index);
    for (const other of awaited[index] ?? []) {
      const known = visits.get(other);
      if (!among.has(other)) continue;
      if (known === undefined) own.low = Math.min(own.low, visit(other).low);
      else if (open.includes(other)) own.low = Math.min(own.low, known.at);
    }
    if (own.low === own.at) circles.push(open.splice(open.indexOf(index)).sort((a, b) => a - b));
    return own;
  };
  for (const index of left) if (!visits.has(index)) visit(index);
  return circles;
}
