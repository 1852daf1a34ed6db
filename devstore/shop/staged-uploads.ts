/**
 * Places to upload a file to, and the files there. A file is kept in blocks of whole lines, so that
 * neither writing nor reading one needs it in memory.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import type { Shop } from './shop.ts';
import { isoTime } from './time.ts';

/** How large a file of variables may be; https://shopify.dev/docs/api/usage/bulk-operations/imports */
export const maximumFileSize = 100 * 1024 * 1024;

const targetLifetimeMs = 24 * 60 * 60 * 1000;
const fileLifetimeMs = 7 * 24 * 60 * 60 * 1000;

export interface UploadParameter {
  readonly name: string;
  readonly value: string;
}

/** What a form must carry to be taken in at a target, and until when. */
export interface UploadTarget {
  readonly key: string;
  readonly parameters: readonly UploadParameter[];
  readonly expiresAt: number;
}

/** A file that was uploaded whole. */
export interface UploadedFile {
  readonly contentId: number;
  /** In bytes. */
  readonly size: number;
  readonly lines: number;
}

/** Whole lines of a file, each with its `\n` but perhaps the last. */
export interface UploadBlock {
  /** The number of the first line, counted from 0 over the whole file. */
  readonly firstLine: number;
  readonly data: Uint8Array;
}

/** A new target with the parameters of Google Cloud Storage's signed forms, which Shopify hands out. */
export function createTarget(
  shop: Shop,
  file: { readonly filename: string; readonly mimeType: string },
): UploadTarget {
  removeOldUploads(shop);
  const key = `tmp/1/bulk/${randomUUID()}/${file.filename}`;
  const now = shop.now();
  const expiresAt = now + targetLifetimeMs;
  const policy = { conditions: [{ key }], expiration: isoTime(expiresAt) };
  const parameters = Object.entries({
    'Content-Type': file.mimeType,
    success_action_status: '201',
    acl: 'private',
    key,
    'x-goog-date': isoTime(now).replace(/[-:]/g, ''),
    'x-goog-credential': 'uploads@development-store/auto/storage/goog4_request',
    'x-goog-algorithm': 'GOOG4-RSA-SHA256',
    'x-goog-signature': randomBytes(32).toString('hex'),
    policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
  }).map(([name, value]) => ({ name, value }));
  shop.database
    .statement('INSERT INTO staged_uploads (key, parameters, expires_at) VALUES (?, ?, ?)')
    .run(key, JSON.stringify(parameters), expiresAt);
  return { key, parameters, expiresAt };
}

export function findTarget(database: Database, key: string): UploadTarget | undefined {
  const row = database
    .statement('SELECT parameters, expires_at FROM staged_uploads WHERE key = ?')
    .get(key);
  return (
    row && {
      key,
      parameters: JSON.parse(String(row.parameters)),
      expiresAt: Number(row.expires_at),
    }
  );
}

/** The file uploaded to a target, or undefined while there is none. */
export function findUploadedFile(database: Database, key: string): UploadedFile | undefined {
  const row = database
    .statement(
      'SELECT content_id, size, lines FROM staged_uploads WHERE key = ? AND size IS NOT NULL',
    )
    .get(key);
  return (
    row && {
      contentId: Number(row.content_id),
      size: Number(row.size),
      lines: Number(row.lines),
    }
  );
}

/** Writes a block down; the file counts once `finishUpload` has named it. */
export function writeBlock(
  database: Database,
  place: { readonly contentId: number; readonly sequence: number },
  block: UploadBlock,
): void {
  database
    .statement(
      'INSERT INTO upload_blocks (content_id, sequence, first_line, data) VALUES (?, ?, ?, ?)',
    )
    .run(place.contentId, place.sequence, block.firstLine, block.data);
}

/** Makes the uploaded content the target's file, in place of what was there. */
export function finishUpload(database: Database, key: string, file: UploadedFile): void {
  database
    .statement('UPDATE staged_uploads SET content_id = ?, size = ?, lines = ? WHERE key = ?')
    .run(file.contentId, file.size, file.lines, key);
}

/** Forgets what came of an upload that was not finished. */
export function dropContent(database: Database, contentId: number): void {
  database.statement('DELETE FROM upload_blocks WHERE content_id = ?').run(contentId);
}

/** How many blocks a file has. */
export function countBlocks(database: Database, contentId: number): number {
  const row = database
    .statement('SELECT count(*) AS total FROM upload_blocks WHERE content_id = ?')
    .get(contentId);
  return Number(row?.total);
}

export function readBlock(
  database: Database,
  contentId: number,
  sequence: number,
): UploadBlock | undefined {
  const row = database
    .statement('SELECT first_line, data FROM upload_blocks WHERE content_id = ? AND sequence = ?')
    .get(contentId, sequence);
  return row?.data instanceof Uint8Array
    ? { firstLine: Number(row.first_line), data: row.data }
    : undefined;
}

/** Whether the first line is an object, as in a file of variables. */
export function startsWithObject(database: Database, { contentId }: UploadedFile): boolean {
  const data = readBlock(database, contentId, 0)?.data ?? new Uint8Array();
  const [line = ''] = new TextDecoder().decode(data).split('\n', 1);
  return parseObject(line) !== undefined;
}

/** The object a line holds, or undefined when it holds none. */
export function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

const active = `SELECT content_id FROM bulk_operations
  WHERE status IN ('CREATED', 'RUNNING', 'CANCELING') AND content_id IS NOT NULL`;

// A file stays for a week, and longer while an operation reads it.
function removeOldUploads({ database, now }: Shop): void {
  const expiredBefore = now() + targetLifetimeMs - fileLifetimeMs;
  const old = `SELECT content_id FROM staged_uploads WHERE expires_at < ? EXCEPT ${active}`;
  database.transaction(() => {
    database.statement(`DELETE FROM upload_blocks WHERE content_id IN (${old})`).run(expiredBefore);
    database
      .statement(
        `DELETE FROM staged_uploads
         WHERE expires_at < ? AND coalesce(content_id, 0) NOT IN (${active})`,
      )
      .run(expiredBefore);
  });
}

/** Removes what uploads left behind that were cut off or replaced; only at the start of a store. */
export function removeStrayContents(database: Database): void {
  const named = 'SELECT content_id FROM staged_uploads WHERE content_id IS NOT NULL';
  database
    .statement(
      `DELETE FROM upload_blocks WHERE content_id IN (
         SELECT DISTINCT content_id FROM upload_blocks EXCEPT ${named} EXCEPT ${active})`,
    )
    .run();
}
