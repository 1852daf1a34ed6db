/** Metafields: reading them, and writing a list of them or none. */
import { createHash } from 'node:crypto';
import type { SQLOutputValue } from 'node:sqlite';
import type { Database } from './database.ts';
import {
  findDefinition,
  isForeignNamespace,
  type MetafieldDefinition,
  nameProblems,
} from './metafield-definitions.ts';
import { isMetafieldType, unknownTypeMessage, valueComplaint } from './metafield-types.ts';
import { type Problem, problemIf } from './problem.ts';
import type { Shop } from './shop.ts';

export interface Metafield {
  readonly id: number;
  readonly ownerType: string;
  readonly ownerId: number;
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A value to write, its namespace resolved. */
export interface MetafieldWrite {
  readonly ownerType: string;
  readonly ownerId: number;
  readonly namespace: string;
  readonly key: string;
  readonly type: string | null;
  readonly value: string;
  /** `undefined` writes whatever is there, `null` wants nothing to be there yet. */
  readonly compareDigest: string | null | undefined;
}

export type MetafieldPlace = Pick<Metafield, 'ownerType' | 'ownerId' | 'namespace' | 'key'>;

/** What `compareDigest` compares: it changes exactly when type or value do. */
export function metafieldDigest({ type, value }: Metafield): string {
  return createHash('sha256').update(`${type}\n${value}`).digest('hex');
}

export function findMetafield(database: Database, place: MetafieldPlace): Metafield | undefined {
  const { ownerType, ownerId, namespace, key } = place;
  const row = database
    .statement(
      `SELECT * FROM metafields
       WHERE owner_type = ? AND owner_id = ? AND namespace = ? AND key = ?`,
    )
    .get(ownerType, ownerId, namespace, key);
  return row && readMetafield(row);
}

/** The metafield that holds a value of a definition with unique values. */
export function findByUniqueValue(
  database: Database,
  { ownerType, namespace, key }: Pick<MetafieldDefinition, 'ownerType' | 'namespace' | 'key'>,
  value: string,
): Metafield | undefined {
  const row = database
    .statement(
      `SELECT * FROM metafields
       WHERE owner_type = ? AND namespace = ? AND key = ? AND unique_value = ?`,
    )
    .get(ownerType, namespace, key, value);
  return row && readMetafield(row);
}

/** All metafields of an owner, oldest first. */
export function listMetafields(
  database: Database,
  ownerType: string,
  ownerId: number,
): Metafield[] {
  return database
    .statement('SELECT * FROM metafields WHERE owner_type = ? AND owner_id = ? ORDER BY id')
    .all(ownerType, ownerId)
    .map(readMetafield);
}

/**
 * What speaks against a write; fields are relative to its input. `earlier` are the writes that come
 * before it in the same request.
 */
export function metafieldProblems(
  { database }: Shop,
  write: MetafieldWrite,
  earlier: readonly MetafieldWrite[] = [],
): Problem[] {
  const shape = [
    ...nameProblems('namespace', 'Namespace', { value: write.namespace, minimum: 3, maximum: 255 }),
    ...nameProblems('key', 'Key', { value: write.key, minimum: 2, maximum: 64 }),
  ];
  if (shape.length > 0) return shape;
  if (isForeignNamespace(write.namespace)) return [foreign];
  const definition = findDefinition(database, write.ownerType, write);
  const type = typeProblems(write, definition);
  if (type.length > 0) return type;
  return [
    ...valueProblems(definition?.type ?? write.type ?? '', write.value),
    ...(definition?.uniqueValues ? uniqueProblems(database, write, earlier) : []),
    ...staleProblems(database, write),
  ];
}

const foreign: Problem = {
  field: ['namespace'],
  message: 'Access to this namespace and key on Metafields for this resource type is not allowed.',
  code: 'APP_NOT_AUTHORIZED',
};

function typeProblems(
  { type }: MetafieldWrite,
  definition: MetafieldDefinition | undefined,
): Problem[] {
  if (!definition && !type) return problemIf(true, 'type', "Type can't be blank", 'BLANK');
  if (type && !isMetafieldType(type))
    return problemIf(true, 'type', unknownTypeMessage(type), 'INCLUSION');
  const message = `Type must be consistent with the definition's type: ${definition?.type}.`;
  const differs = Boolean(type && definition && type !== definition.type);
  return problemIf(differs, 'type', message, 'INVALID_TYPE');
}

function valueProblems(type: string, value: string): Problem[] {
  if (value.trim() === '') return problemIf(true, 'value', "Value can't be blank.", 'BLANK');
  const complaint = valueComplaint(type, value);
  return complaint ? problemIf(true, 'value', complaint, 'INVALID_VALUE') : [];
}

function uniqueProblems(
  database: Database,
  write: MetafieldWrite,
  earlier: readonly MetafieldWrite[],
): Problem[] {
  const holder = findByUniqueValue(database, write, write.value);
  const claimed = earlier.filter(
    ({ namespace, key, value }) =>
      namespace === write.namespace && key === write.key && value === write.value,
  );
  const owners = [...claimed, ...(holder ? [holder] : [])].map(({ ownerId }) => ownerId);
  const taken = owners.some((ownerId) => ownerId !== write.ownerId);
  const message =
    'Value is already assigned to another metafield. Choose a different value to ensure it remains unique.';
  return problemIf(taken, 'value', message, 'TAKEN');
}

function staleProblems(database: Database, write: MetafieldWrite): Problem[] {
  if (write.compareDigest === undefined) return [];
  const current = findMetafield(database, write);
  if ((current ? metafieldDigest(current) : null) === write.compareDigest) return [];
  const message =
    'The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.';
  return [{ field: [], message, code: 'STALE_OBJECT' }];
}

/** Writes a value that has no problems, keeping the id of the metafield it replaces. */
export function writeMetafield(shop: Shop, write: MetafieldWrite): Metafield {
  const { ownerType, ownerId, namespace, key, value } = write;
  const definition = findDefinition(shop.database, ownerType, write);
  const row = shop.database
    .statement(
      `INSERT INTO metafields (id, owner_type, owner_id, namespace, key, type, value, unique_value,
         created_at, updated_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
       ON CONFLICT (owner_type, owner_id, namespace, key) DO UPDATE SET type = excluded.type,
         value = excluded.value, unique_value = excluded.unique_value,
         updated_at = excluded.updated_at
       RETURNING *`,
    )
    .get(
      shop.database.nextId('metafield'),
      ownerType,
      ownerId,
      namespace,
      key,
      definition?.type ?? write.type,
      value,
      definition?.uniqueValues ? value : null,
      shop.now(),
    );
  if (!row) throw new Error('SQLite returned no row for a written metafield');
  return readMetafield(row);
}

/** Whether there was a metafield to delete. */
export function deleteMetafield(database: Database, place: MetafieldPlace): boolean {
  const { ownerType, ownerId, namespace, key } = place;
  const result = database
    .statement(
      'DELETE FROM metafields WHERE owner_type = ? AND owner_id = ? AND namespace = ? AND key = ?',
    )
    .run(ownerType, ownerId, namespace, key);
  return Number(result.changes) > 0;
}

export function deleteMetafieldsOf(database: Database, ownerType: string, ownerId: number): void {
  database
    .statement('DELETE FROM metafields WHERE owner_type = ? AND owner_id = ?')
    .run(ownerType, ownerId);
}

function readMetafield(row: Record<string, SQLOutputValue>): Metafield {
  return {
    id: Number(row.id),
    ownerType: String(row.owner_type),
    ownerId: Number(row.owner_id),
    namespace: String(row.namespace),
    key: String(row.key),
    type: String(row.type),
    value: String(row.value),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}
