/** The schema extensions of a SCIM connection: the custom attributes its admin defined. */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Json, JsonObject } from '../model.ts';
import { isArray, isObject } from '../scim/json.ts';
import { insertActivity } from '../store/activity.ts';
import { lockSource, type Source, updateSchemaExtensions } from '../store/sources.ts';
import { transaction } from '../store/statement.ts';
import type { By } from './tokens.ts';

/** Enough for every system an identity provider feeds; each is looked at with each request. */
export const mostSchemas = 20;

/** What became of a schema. */
export type SchemaOutcome = 'created' | 'updated' | 'unchanged' | 'deleted' | 'absent' | 'too many';

/** Which schema of which source, what becomes of it, and who says so. */
export interface SchemaChange extends By {
  readonly tenantId: string;
  readonly sourceId: string;
  readonly urn: string;
  /** As RFC 7643 §7 has it, with the `resourceType` it extends; `null` takes it away. */
  readonly schema: JsonObject | null;
  readonly requestId: string | null;
}

/** The schema with this URI, in any case. */
export function findSchema({ schemaExtensions }: Source, urn: string): JsonObject | null {
  return schemaExtensions.find(isNamed(urn)) ?? null;
}

/**
 * Adds, replaces or takes away a schema with its line of activity, all or nothing. What users have of
 * it stays stored: it is shown again when the schema comes back.
 */
export async function changeSchema(pool: pg.Pool, change: SchemaChange): Promise<SchemaOutcome> {
  return transaction(pool, async (client) => {
    const source = await lockSource(client, change.tenantId, change.sourceId);
    const outcome = source === null ? 'absent' : outcomeOf(source, change);
    const verb = verbs[outcome];
    if (source === null || verb === null) return outcome;
    await updateSchemaExtensions(client, source, changed(source, change));
    await insertActivity(client, source.tenantId, lineOf(verb, source, change));
    return outcome;
  });
}

const verbs = {
  created: 'create',
  updated: 'update',
  deleted: 'delete',
  unchanged: null,
  absent: null,
  'too many': null,
} as const satisfies Readonly<Record<SchemaOutcome, string | null>>;

function outcomeOf(source: Source, { urn, schema }: SchemaChange): SchemaOutcome {
  const before = findSchema(source, urn);
  if (schema === null) return before === null ? 'absent' : 'deleted';
  if (before === null) return source.schemaExtensions.length < mostSchemas ? 'created' : 'too many';
  return isDeepStrictEqual(before, schema) ? 'unchanged' : 'updated';
}

/** A schema that is replaced keeps its place. */
function changed({ schemaExtensions }: Source, { urn, schema }: SchemaChange) {
  const named = isNamed(urn);
  const known = schemaExtensions.some(named);
  const kept = schemaExtensions.flatMap((one) => {
    if (!named(one)) return [one];
    return schema === null ? [] : [schema];
  });
  return schema === null || known ? kept : [...kept, schema];
}

function isNamed(urn: string): (schema: JsonObject) => boolean {
  const wanted = urn.toLowerCase();
  return ({ id }) => typeof id === 'string' && id.toLowerCase() === wanted;
}

function lineOf(verb: string, source: Source, { urn, schema, actor, requestId }: SchemaChange) {
  return {
    id: uuidv7(),
    kind: `schema.${verb}`,
    actor,
    requestId,
    sourceId: source.id,
    outcome: 'done',
    message: urn,
    detail: { attributes: [attributeNames(findSchema(source, urn)), attributeNames(schema)] },
  };
}

function attributeNames(schema: JsonObject | null): Json {
  const attributes = schema?.attributes;
  if (!isArray(attributes)) return null;
  return attributes.flatMap((one) => (isObject(one) && one.name !== undefined ? [one.name] : []));
}
