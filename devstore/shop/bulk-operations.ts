/**
 * Bulk operations: what they are, how far they have come and what they answered. A batch writes its
 * results and its progress in the transaction of what it did, so that nothing is done twice.
 * https://shopify.dev/docs/api/usage/bulk-operations/imports
 */
import { randomBytes } from 'node:crypto';
import type { SQLOutputValue } from 'node:sqlite';
import type { Database } from './database.ts';
import type { Condition } from './search-filter.ts';
import type { Shop } from './shop.ts';

export type BulkType = 'QUERY' | 'MUTATION';

export type BulkStatus =
  | 'CANCELED'
  | 'CANCELING'
  | 'COMPLETED'
  | 'CREATED'
  | 'EXPIRED'
  | 'FAILED'
  | 'RUNNING';

export type BulkErrorCode = 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT';

export interface BulkOperation {
  /** Names the type to GraphQL wherever the schema only says `Node`. */
  readonly __typename: 'BulkOperation';
  readonly id: number;
  readonly type: BulkType;
  readonly status: BulkStatus;
  readonly errorCode: BulkErrorCode | null;
  /** The text of the query or mutation. */
  readonly document: string;
  readonly clientIdentifier: string | null;
  /** The uploaded variables of a mutation. */
  readonly contentId: number | null;
  /** How many lines of variables there are. */
  readonly lines: number | null;
  /** Where to go on, in the words of what runs it; null at the beginning. */
  readonly position: string | null;
  readonly objects: number;
  readonly rootObjects: number;
  /** In bytes. */
  readonly resultSize: number;
  /** What the address of the result proves itself with. */
  readonly resultToken: string;
  readonly createdAt: number;
  /** When it was completed; an operation that failed or was cancelled never was. */
  readonly completedAt: number | null;
  /** When it came to its end, whichever that was. */
  readonly endedAt: number | null;
}

/** What a batch has done. */
export interface BulkProgress {
  readonly position: string;
  readonly objects: number;
  readonly rootObjects: number;
  /** Lines of the result, each with its `\n`. */
  readonly output: string;
}

/** Results are kept for seven days, says the schema. */
export const resultLifetimeMs = 7 * 24 * 60 * 60 * 1000;

const unfinished = "('CREATED', 'RUNNING', 'CANCELING')";

export function isFinished({ status }: Pick<BulkOperation, 'status'>): boolean {
  return !['CREATED', 'RUNNING', 'CANCELING'].includes(status);
}

export function createBulkOperation(
  shop: Shop,
  input: Pick<BulkOperation, 'type' | 'document' | 'clientIdentifier' | 'contentId' | 'lines'>,
): BulkOperation {
  const { type, document, clientIdentifier, contentId, lines } = input;
  const id = shop.database.nextId('bulkOperation');
  const row = shop.database
    .statement(
      `INSERT INTO bulk_operations (id, type, status, document, client_identifier, content_id,
         lines, result_token, created_at)
       VALUES (?, ?, 'CREATED', ?, ?, ?, ?, ?, ?) RETURNING *`,
    )
    .get(
      id,
      type,
      document,
      clientIdentifier,
      contentId,
      lines,
      randomBytes(16).toString('hex'),
      shop.now(),
    );
  if (!row) throw new Error('SQLite returned no row for a new bulk operation');
  return readOperation(row);
}

export function findBulkOperation({ database, now }: Shop, id: number): BulkOperation | undefined {
  const row = database.statement('SELECT * FROM bulk_operations WHERE id = ?').get(id);
  return row && aged(readOperation(row), now());
}

/** The operations that have not come to an end, oldest first. */
export function unfinishedOperations(database: Database): BulkOperation[] {
  return database
    .statement(`SELECT * FROM bulk_operations WHERE status IN ${unfinished} ORDER BY id`)
    .all()
    .map(readOperation);
}

export type BulkSortKey = 'COMPLETED_AT' | 'CREATED_AT';

/** The operations that meet the condition, newest first. */
export function listBulkOperations(
  { database, now }: Shop,
  { condition, sortKey }: { readonly condition: Condition | null; readonly sortKey: BulkSortKey },
): BulkOperation[] {
  const column = sortKey === 'COMPLETED_AT' ? 'completed_at' : 'created_at';
  return database
    .statement(
      `SELECT * FROM bulk_operations WHERE ${condition?.sql ?? 'TRUE'}
       ORDER BY ${column} DESC, id DESC`,
    )
    .all(...(condition?.parameters ?? []))
    .map((row) => aged(readOperation(row), now()));
}

/** The newest operation of a type, or undefined when there never was one. */
export function newestBulkOperation(shop: Shop, type: BulkType): BulkOperation | undefined {
  const row = shop.database
    .statement('SELECT * FROM bulk_operations WHERE type = ? ORDER BY id DESC LIMIT 1')
    .get(type);
  return row && aged(readOperation(row), shop.now());
}

/** Moves an operation that is still under way to `CREATED`'s successors. */
export function changeStatus(
  database: Database,
  id: number,
  status: 'RUNNING' | 'CANCELING',
): void {
  database.statement('UPDATE bulk_operations SET status = ? WHERE id = ?').run(status, id);
}

/** Writes down what a batch did and answered. */
export function recordProgress(database: Database, id: number, progress: BulkProgress): void {
  const { position, objects, rootObjects, output } = progress;
  if (output !== '')
    database
      .statement('INSERT INTO bulk_results (operation_id, data) VALUES (?, ?)')
      .run(id, output);
  database
    .statement(
      `UPDATE bulk_operations SET position = ?, objects = objects + ?,
         root_objects = root_objects + ?, result_size = result_size + ? WHERE id = ?`,
    )
    .run(position, objects, rootObjects, Buffer.byteLength(output), id);
}

export type BulkEnd =
  | { readonly status: 'COMPLETED' | 'CANCELED' | 'EXPIRED' }
  | { readonly status: 'FAILED'; readonly errorCode: BulkErrorCode };

/** Brings an operation to its end. What it answered stays only where somebody may fetch it. */
export function endBulkOperation(shop: Shop, id: number, end: BulkEnd): void {
  const { database } = shop;
  const now = shop.now();
  const errorCode = end.status === 'FAILED' ? end.errorCode : null;
  const completedAt = ['COMPLETED', 'EXPIRED'].includes(end.status) ? now : null;
  database
    .statement(
      `UPDATE bulk_operations SET status = ?, error_code = ?, completed_at = ?, ended_at = ?
       WHERE id = ?`,
    )
    .run(end.status, errorCode, completedAt, now, id);
  if (end.status === 'CANCELED' || end.status === 'EXPIRED') dropResult(database, id);
}

/** The pieces of a result, in order; the caller may take its time between two of them. */
export function* readResult(database: Database, id: number): Generator<string> {
  let last = 0;
  for (;;) {
    const row = database
      .statement(
        'SELECT id, data FROM bulk_results WHERE operation_id = ? AND id > ? ORDER BY id LIMIT 1',
      )
      .get(id, last);
    if (!row) return;
    last = Number(row.id);
    yield String(row.data);
  }
}

/** Removes the results nobody can fetch any more. */
export function removeOldResults({ database, now }: Shop): void {
  const endedBefore = now() - resultLifetimeMs;
  database
    .statement(
      `DELETE FROM bulk_results WHERE operation_id IN (
         SELECT id FROM bulk_operations WHERE ended_at <= ? AND result_size > 0)`,
    )
    .run(endedBefore);
  database
    .statement(
      `UPDATE bulk_operations SET status = 'EXPIRED' WHERE status = 'COMPLETED' AND ended_at <= ?`,
    )
    .run(endedBefore);
}

function dropResult(database: Database, id: number): void {
  database.statement('DELETE FROM bulk_results WHERE operation_id = ?').run(id);
}

// Nothing happens when a result expires; it is the clock that makes it so.
function aged(operation: BulkOperation, now: number): BulkOperation {
  const { status, endedAt } = operation;
  const old = endedAt !== null && now - endedAt >= resultLifetimeMs;
  return old && status === 'COMPLETED' ? { ...operation, status: 'EXPIRED' } : operation;
}

/** Which result may be fetched: all of it, part of it, or none. */
export function availableResult(
  { status, resultSize, endedAt }: BulkOperation,
  now: number,
): 'whole' | 'partial' | 'none' {
  if (resultSize === 0 || endedAt === null || now - endedAt >= resultLifetimeMs) return 'none';
  if (status === 'COMPLETED') return 'whole';
  return status === 'FAILED' ? 'partial' : 'none';
}

const statuses: readonly string[] = [
  'CANCELED',
  'CANCELING',
  'COMPLETED',
  'CREATED',
  'EXPIRED',
  'FAILED',
  'RUNNING',
] satisfies BulkStatus[];

/** Whether a text names a status, in capitals. */
export function isBulkStatus(text: string): text is BulkStatus {
  return statuses.includes(text);
}

function readOperation(row: Record<string, SQLOutputValue>): BulkOperation {
  const number = (value: SQLOutputValue | undefined): number | null =>
    typeof value === 'number' ? value : null;
  const text = (value: SQLOutputValue | undefined): string | null =>
    typeof value === 'string' ? value : null;
  const status = String(row.status);
  return {
    __typename: 'BulkOperation',
    id: Number(row.id),
    type: row.type === 'QUERY' ? 'QUERY' : 'MUTATION',
    status: isBulkStatus(status) ? status : 'FAILED',
    errorCode: errorCodeOf(text(row.error_code)),
    document: String(row.document),
    clientIdentifier: text(row.client_identifier),
    contentId: number(row.content_id),
    lines: number(row.lines),
    position: text(row.position),
    objects: Number(row.objects),
    rootObjects: Number(row.root_objects),
    resultSize: Number(row.result_size),
    resultToken: String(row.result_token),
    createdAt: Number(row.created_at),
    completedAt: number(row.completed_at),
    endedAt: number(row.ended_at),
  };
}

function errorCodeOf(text: string | null): BulkErrorCode | null {
  if (text === 'ACCESS_DENIED' || text === 'TIMEOUT' || text === 'INTERNAL_SERVER_ERROR')
    return text;
  return null;
}
