/** Custom attributes on the command line: the schema extensions of a connection, or of the directory. */
import { localSource } from '../directory/local.ts';
import { changeSchema, findSchema, mostSchemas } from '../directory/source-schemas.ts';
import type { JsonObject } from '../model.ts';
import { isArray, isObject } from '../scim/json.ts';
import { readSchemaDefinition } from '../scim/schema-definition.ts';
import type { Source } from '../store/sources.ts';
import { type Context, theSource, theTenant, UsageError } from './context.ts';
import { actor, theOne } from './directory.ts';
import { readJson } from './files.ts';

/** `schema list`. */
export async function listSchemas(context: Context): Promise<string> {
  const { schemaExtensions } = await theDefiner(context);
  if (context.options.json === true) return JSON.stringify({ schemas: schemaExtensions }, null, 2);
  return schemaExtensions.length === 0
    ? 'No custom attributes yet: rollcall schema put FILE'
    : schemaExtensions.map(lineOf).join('\n');
}

function lineOf({ id, resourceType, attributes }: JsonObject): string {
  const all = isArray(attributes) ? attributes : [];
  const names = all.map((one) => (isObject(one) ? one.name : ''));
  return `${id}  ${resourceType}  ${names.join(', ')}`;
}

/** `schema show`: as `schema put` takes it. */
export async function showSchema(context: Context): Promise<string> {
  const urn = theOne(context.positionals, 'Say which: rollcall schema show URN');
  const found = findSchema(await theDefiner(context), urn);
  if (found === null) throw noSuchSchema(urn);
  return JSON.stringify(found, null, 2);
}

/** `schema put`: adds one, or takes the place of the one with its URN. */
export async function putSchema(context: Context): Promise<string> {
  const file = theOne(
    context.positionals,
    'Say which file: rollcall schema put badge.json (docs/scim.md shows one; rollcall schema show URN prints one).',
  );
  const read = readSchemaDefinition(await readJson(file));
  if (!read.ok) {
    const faults = read.faults.map(
      ({ field, detail }) => `${field === '' ? 'The file' : field} ${detail}.`,
    );
    throw new UsageError(`Nothing was changed.\n${faults.join('\n')}`);
  }
  const { id: urn } = read.schema;
  switch (await change(context, urn, read.published)) {
    case 'too many':
      throw new UsageError(
        `There are ${mostSchemas} schemas already: add the attributes to one of them.`,
      );
    case 'unchanged':
      return `${urn} is so already.`;
    default:
      return `${urn} is defined.`;
  }
}

/** `schema remove`. */
export async function removeSchema(context: Context): Promise<string> {
  const urn = theOne(context.positionals, 'Say which: rollcall schema remove URN');
  if ((await change(context, urn, null)) === 'absent') throw noSuchSchema(urn);
  return `${urn} is removed. What users already have of it stays stored; it is not shown until it is defined again.`;
}

async function change(context: Context, urn: string, schema: JsonObject | null) {
  const { tenantId, id: sourceId } = await theDefiner(context);
  const by = { actor, requestId: null };
  return changeSchema(context.database.pool, { tenantId, sourceId, urn, schema, ...by });
}

/** Whose custom attributes are meant: a connection's, or with `--directory` the directory's. */
async function theDefiner({ database, options }: Context): Promise<Source> {
  if (options.directory !== true) return theSource(database, options);
  const { tenantId } = await theTenant(database, options);
  return localSource(database.pool, tenantId);
}

const noSuchSchema = (urn: string): UsageError =>
  new UsageError(`There is no schema ${urn}: see rollcall schema list.`);
