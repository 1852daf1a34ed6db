/**
 * Definitions of metafields. A definition of type `id` always has unique values, which is what
 * makes it usable as a custom id of a customer.
 * https://shopify.dev/docs/apps/build/custom-data/metafields/working-with-custom-ids
 */
import type { Database } from './database.ts';
import { isMetafieldType, unknownTypeMessage, valueComplaint } from './metafield-types.ts';
import { type Problem, problemIf } from './problem.ts';
import { appId, type Shop } from './shop.ts';

export interface MetafieldDefinition {
  readonly id: number;
  readonly ownerType: string;
  readonly namespace: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: string;
  readonly uniqueValues: boolean;
  readonly adminFilterable: boolean;
  readonly access: {
    readonly admin: string;
    readonly storefront: string;
    readonly customerAccount: string;
  };
}

export type NewDefinition = Omit<MetafieldDefinition, 'id'> & {
  /** Somebody asked for unique values to be off. */
  readonly uniqueValuesRefused: boolean;
};

/** `$app` and nothing mean the app's own namespace, `$app:x` one below it. */
export function resolveNamespace(namespace: string | null | undefined): string {
  const own = `app--${appId}`;
  if (!namespace || namespace === '$app') return own;
  return namespace.startsWith('$app:') ? `${own}--${namespace.slice('$app:'.length)}` : namespace;
}

/** Whether the namespace is reserved to another app. */
export function isForeignNamespace(namespace: string): boolean {
  const owner = /^app--(\d+)/.exec(namespace)?.[1];
  return owner !== undefined && owner !== String(appId);
}

export function findDefinition(
  database: Database,
  ownerType: string,
  { namespace, key }: { readonly namespace: string; readonly key: string },
): MetafieldDefinition | undefined {
  const row = database
    .statement(
      `SELECT document FROM metafield_definitions
       WHERE owner_type = ? AND namespace = ? AND key = ?`,
    )
    .get(ownerType, namespace, key);
  return row && JSON.parse(String(row.document));
}

/** All definitions of an owner type, in the order they were made. */
export function listDefinitions(database: Database, ownerType: string): MetafieldDefinition[] {
  return database
    .statement('SELECT document FROM metafield_definitions WHERE owner_type = ? ORDER BY id')
    .all(ownerType)
    .map((row) => JSON.parse(String(row.document)));
}

/** The definition made, or why not. */
export function createDefinition(
  shop: Shop,
  input: NewDefinition,
): MetafieldDefinition | readonly Problem[] {
  const problems = definitionProblems(shop, input);
  if (problems.length > 0) return problems;
  const { uniqueValuesRefused, ...rest } = input;
  const definition: MetafieldDefinition = {
    id: shop.database.nextId('definition'),
    ...rest,
    uniqueValues: input.type === 'id' || (input.uniqueValues && !uniqueValuesRefused),
  };
  return shop.database.transaction(() => {
    insertDefinition(shop.database, definition);
    adoptUnstructured(shop.database, definition);
    return definition;
  });
}

function definitionProblems({ database }: Shop, input: NewDefinition): Problem[] {
  const { ownerType, namespace, key, name, type } = input;
  const owner = `${ownerType.charAt(0)}${ownerType.slice(1).toLowerCase()}`;
  const taken = `Key is in use for ${owner} metafields on the '${namespace}' namespace.`;
  const disabled = 'Capability unique_values is required for type id but is disabled';
  return [
    ...nameProblems('namespace', 'Namespace', { value: namespace, minimum: 3, maximum: 255 }),
    ...nameProblems('key', 'Key', { value: key, minimum: 2, maximum: 64 }),
    ...characterProblems('namespace', 'Namespace', namespace),
    ...characterProblems('key', 'Key', key),
    ...problemIf(name.trim() === '', 'name', "Name can't be blank", 'BLANK'),
    ...problemIf(
      name.length > 255,
      'name',
      'Name is too long (maximum is 255 characters)',
      'TOO_LONG',
    ),
    ...problemIf(!isMetafieldType(type), 'type', unknownTypeMessage(type), 'INCLUSION'),
    ...(type === 'id' && input.uniqueValuesRefused
      ? [{ field: [], message: disabled, code: 'CAPABILITY_REQUIRED_BUT_DISABLED' }]
      : []),
    ...problemIf(findDefinition(database, ownerType, input) !== undefined, 'key', taken, 'TAKEN'),
  ];
}

/** Whether a namespace or key is too short or too long. */
export function nameProblems(
  field: string,
  label: string,
  { value, minimum, maximum }: { value: string; minimum: number; maximum: number },
): Problem[] {
  const tooShort = `${label} is too short (minimum is ${minimum} characters)`;
  const tooLong = `${label} is too long (maximum is ${maximum} characters)`;
  return [
    ...problemIf(value.length < minimum, field, tooShort, 'TOO_SHORT'),
    ...problemIf(value.length > maximum, field, tooLong, 'TOO_LONG'),
  ];
}

function characterProblems(field: string, label: string, value: string): Problem[] {
  const message = `${label} contains one or more invalid characters.`;
  return problemIf(!/^[\w-]*$/.test(value), field, message, 'INVALID_CHARACTER');
}

function insertDefinition(database: Database, definition: MetafieldDefinition): void {
  const { id, ownerType, namespace, key } = definition;
  database
    .statement(
      `INSERT INTO metafield_definitions (id, owner_type, namespace, key, document)
       VALUES (?, ?, ?, ?, ?)`,
    )
    .run(id, ownerType, namespace, key, JSON.stringify(definition));
}

// Metafields that were there before their definition take its type where their value fits; of
// several equal values under a definition with unique ones, the oldest counts.
function adoptUnstructured(database: Database, definition: MetafieldDefinition): void {
  const { ownerType, namespace, key, type, uniqueValues } = definition;
  const rows = database
    .statement(
      `SELECT id, value FROM metafields
       WHERE owner_type = ? AND namespace = ? AND key = ? ORDER BY id`,
    )
    .all(ownerType, namespace, key);
  for (const row of rows)
    if (valueComplaint(type, String(row.value)) === undefined)
      database
        .statement('UPDATE OR IGNORE metafields SET type = ?, unique_value = ? WHERE id = ?')
        .run(type, uniqueValues ? String(row.value) : null, Number(row.id));
}
