/** Attributes of a user as `name=value`: read to what a PATCH takes, and shown. */
import type { FileLine } from '../directory/user-file.ts';
import type { Json, JsonObject } from '../model.ts';
import { isArray, isObject } from '../scim/json.ts';
import { parsePatchPath } from '../scim/patch-path.ts';
import type { ResourceType } from '../scim/resource-types.ts';
import { type Attribute, findAttribute } from '../scim/schema.ts';
import { resourceScope } from '../scim/value-target.ts';
import { UsageError } from './context.ts';
import { type Directory, theUser } from './directory.ts';

/** What somebody assigned: as the cells of a file have it, and the rest as operations of a PATCH. */
export interface Assigned {
  readonly cells: FileLine['cells'];
  readonly operations: readonly JsonObject[];
}

/** Names of a file's columns that are no attributes of SCIM, or are read otherwise. */
const cellNames: ReadonlySet<string> = new Set([
  'email',
  'phone',
  'givenName',
  'familyName',
  'active',
]);

/** Reads assignments; an empty value empties the attribute. Throws `UsageError`. */
export async function readAssignments(
  directory: Directory,
  texts: readonly string[],
): Promise<Assigned> {
  const cells: Record<string, string> = {};
  const operations: JsonObject[] = [];
  for (const text of texts) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === '') throw new UsageError(`${text} is no attribute: write it like title=Analyst.`);
    if (cellNames.has(name)) cells[name] = value;
    else operations.push(await operationOf(directory, name, value));
  }
  return { cells, operations };
}

async function operationOf(directory: Directory, name: string, text: string): Promise<JsonObject> {
  const type = directory.request.access.types.User;
  if (name === 'groups')
    throw new UsageError('Groups have their members: rollcall group join GROUP USER.');
  const path = pathOf(type, name);
  const attribute = resourceScope(type)(parsePatchPath(path))?.attribute;
  if (attribute === undefined)
    throw new UsageError(
      `Users have no attribute ${name}: there are ${attributeNames(type).join(', ')}.`,
    );
  if (text === '') return { op: 'remove', path };
  const value = namesManager(attribute, text)
    ? await idOf(directory, text)
    : valueIn(attribute, text);
  return { op: 'replace', path, value };
}

/** An attribute of an extension may be named without its URN, where only one schema has it. */
function pathOf(type: ResourceType, name: string): string {
  const [head = ''] = name.split(/[.[]/);
  if (name.includes(':') || findAttribute(type.attributes, head) !== undefined) return name;
  const [only, ...others] = type.extensions.filter(
    ({ schema }) => findAttribute(schema.attributes, head) !== undefined,
  );
  return only === undefined || others.length > 0 ? name : `${only.schema.id}:${name}`;
}

function attributeNames(type: ResourceType): readonly string[] {
  const own = [
    ...type.attributes.list,
    ...type.extensions.flatMap(({ schema }) => schema.attributes.list),
  ];
  const writable = own.filter(
    ({ mutability, name }) => mutability !== 'readOnly' && name !== 'schemas',
  );
  return [...cellNames, ...writable.map(({ name }) => name)].filter(
    (name, index, all) => all.indexOf(name) === index,
  );
}

/** Whose manager somebody is may be said by userName; as `user show` has it, it is JSON. */
const namesManager = ({ name, type }: Attribute, text: string): boolean =>
  name === 'manager' && type === 'complex' && !text.startsWith('{');

const idOf = async (directory: Directory, who: string): Promise<string> =>
  (await theUser(directory, who)).id;

/** A text is a text; what cannot be one is JSON. SCIM says what is wrong with it. */
function valueIn({ type, multiValued }: Attribute, text: string): Json {
  const isJson =
    type === 'integer' ||
    type === 'decimal' ||
    ((multiValued || type === 'complex') && /^[[{]/.test(text));
  if (!isJson) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${text} cannot be read as JSON.`);
  }
}

/** The attributes of a user as `name=value`, a line for each. */
export function attributeLines(type: ResourceType, data: JsonObject): readonly string[] {
  return Object.entries(data).flatMap(([name, value]) => {
    if (name === 'schemas') return [];
    if (!isObject(value)) return [`${name}=${textOf(value)}`];
    const between = name.startsWith('urn:') ? ':' : '.';
    return Object.entries(value).map(([inner, held]) => {
      const path = `${name}${between}${inner}`;
      return `${pathOf(type, inner) === path ? inner : path}=${textOf(held)}`;
    });
  });
}

const textOf = (value: Json): string =>
  isObject(value) || isArray(value) ? JSON.stringify(value) : String(value);
