/**
 * Reads the definition of a schema extension, as an administrator writes it: a Schema as RFC 7643 §7
 * has it, what is left out by the defaults of §2.2. Every fault is named with its place.
 */
import type { JsonObject, ResourceKind } from '../model.ts';
import { isObject, isUnsafeName } from './json.ts';
import { type Attribute, attributeSet, complex, type Schema, simple } from './schema.ts';
import {
  ATTRIBUTE_TYPES,
  choiceOf,
  type Definition,
  type Fault,
  flagOf,
  listOf,
  MUTABILITIES,
  RETURNED,
  textOf,
  textsOf,
  unknownMembers,
} from './schema-definition-fields.ts';
import { schemaBody } from './schema-resource.ts';

/** A schema extension and the resource type that it extends. */
export interface SchemaDefinition {
  readonly resourceType: ResourceKind;
  readonly schema: Schema;
  /** With nothing left out: what is stored, and read again to the same. */
  readonly published: JsonObject;
}

/** What a definition says, or all that is wrong with it. */
export type ReadDefinition =
  | ({ readonly ok: true } & SchemaDefinition)
  | { readonly ok: false; readonly faults: readonly Fault[] };

const MAX_ATTRIBUTES = 200;
const MAX_SUB_ATTRIBUTES = 50;
const MAX_FAULTS = 100;

const SCHEMA_MEMBERS = 'schemas id name description resourceType attributes meta'.split(' ');
const RESOURCE_TYPES: readonly ResourceKind[] = ['User', 'Group'];

/** Reads a definition. A fault's detail is a phrase to stand after its field. */
export function readSchemaDefinition(body: unknown): ReadDefinition {
  const faults: Fault[] = [];
  const definition = { object: isObject(body) ? body : {}, field: '', faults };
  if (!isObject(body)) faults.push({ field: '', detail: 'must be a JSON object' });
  unknownMembers(definition, SCHEMA_MEMBERS);
  const id = idOf(definition);
  const schema: Schema = {
    id,
    name: textOf(definition, 'name', id),
    description: textOf(definition, 'description', ''),
    attributes: attributeSet(attributesOf(definition)),
  };
  const resourceType = choiceOf(definition, 'resourceType', RESOURCE_TYPES, 'User');
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MAX_FAULTS) };
  return { ok: true, resourceType, schema, published: { ...schemaBody(schema), resourceType } };
}

/** A URI without the characters that end it in a filter, a PATCH path or a list of names. */
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&*+;=%-]*[A-Za-z0-9._~/?#@!$&*+;=%-]$/;
const MAX_URI = 200;

/** Others under the IETF's name are free: Entra ID's guides give custom extensions such a URN. */
const TAKEN = [
  'urn:ietf:params:scim:schemas:core:',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user',
  'urn:ietf:params:scim:api:',
  'urn:rollcall:',
];

function idOf(definition: Definition): string {
  const id = textOf(definition, 'id', '');
  const fault = (detail: string) => definition.faults.push({ field: 'id', detail });
  if (!URI.test(id) || id.length > MAX_URI) {
    fault(
      `must be a URI of at most ${MAX_URI} characters, for example urn:example:params:scim:schemas:extension:shop:2.0:User`,
    );
  } else if (TAKEN.some((prefix) => id.toLowerCase().startsWith(prefix))) {
    fault('is the URI of a schema that exists already; choose one of your own');
  }
  return id;
}

function attributesOf(definition: Definition): readonly Attribute[] {
  const attributes = listOf(definition, 'attributes', MAX_ATTRIBUTES).map(attributeOf);
  checkNames(definition, 'attributes', attributes);
  return attributes;
}

/** Names are case insensitive (§2.1). */
function checkNames(
  definition: Definition,
  member: string,
  attributes: readonly Attribute[],
): void {
  const names = new Set<string>();
  for (const [index, { name }] of attributes.entries()) {
    const lower = name.toLowerCase();
    if (name !== '' && names.has(lower)) {
      fault(definition, `${member}[${index}].name`, 'is the name of another attribute already');
    }
    names.add(lower);
  }
}

const ATTRIBUTE_MEMBERS = [
  ...['name', 'type', 'subAttributes', 'multiValued', 'description', 'required'],
  ...['canonicalValues', 'caseExact', 'mutability', 'returned', 'uniqueness', 'referenceTypes'],
];

function attributeOf(definition: Definition): Attribute {
  const attribute = simpleOf(definition);
  const subAttributes = listOf(definition, 'subAttributes', MAX_SUB_ATTRIBUTES);
  const isComplex = attribute.type === 'complex';
  if (isComplex !== subAttributes.length > 0) {
    fault(definition, 'subAttributes', 'must be there where the type is complex, and only there');
  }
  if (!isComplex) return attribute;
  const read = subAttributes.map(subAttributeOf);
  checkNames(definition, 'subAttributes', read);
  return complex(attribute.name, attribute.description, read, attribute);
}

/** "MUST NOT contain sub-attributes that have sub-attributes" (§2.3.8). */
function subAttributeOf(definition: Definition): Attribute {
  const attribute = simpleOf(definition);
  if (attribute.type === 'complex') {
    fault(definition, 'type', 'must not be complex, as it is inside of a complex attribute');
  }
  return attribute;
}

/** What every attribute has. */
function simpleOf(definition: Definition): Attribute {
  unknownMembers(definition, ATTRIBUTE_MEMBERS);
  const name = nameOf(definition);
  const description = textOf(definition, 'description', '');
  const type = choiceOf(definition, 'type', ATTRIBUTE_TYPES, 'string');
  return simple(name, description, { type, ...characteristicsOf(definition, type) });
}

/** ATTRNAME (RFC 7643 §2.1), and `$ref` of references. */
const NAME = /^(?:[A-Za-z][\w$-]*|\$ref)$/;
const MAX_NAME = 100;
const FILTER_WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

function nameOf(definition: Definition): string {
  const name = textOf(definition, 'name', '');
  if (!NAME.test(name) || name.length > MAX_NAME) {
    fault(definition, 'name', 'must begin with a letter, then letters, digits, $, - and _');
  } else if (isUnsafeName(name) || FILTER_WORDS.has(name.toLowerCase())) {
    fault(definition, 'name', `must be another than ${name}, which has a meaning already`);
  }
  return name;
}

/** References and binary values are case exact, whatever is said (§2.3.6, §2.3.7). */
const CASE_EXACT: ReadonlySet<string> = new Set(['reference', 'binary']);

function characteristicsOf(definition: Definition, type: string) {
  const mutability = choiceOf(definition, 'mutability', MUTABILITIES, 'readWrite');
  const unreturned = mutability === 'writeOnly' ? 'never' : 'default';
  const returned = choiceOf(definition, 'returned', RETURNED, unreturned);
  const required = flagOf(definition, 'required');
  if (mutability === 'writeOnly' && returned !== 'never') {
    fault(definition, 'returned', 'must be never where mutability is writeOnly');
  }
  if (required && (mutability === 'readOnly' || returned === 'never')) {
    fault(definition, 'required', 'must be false for what cannot be written or is not kept');
  }
  // Held for no custom attribute: each unique one would need an index of its own.
  choiceOf(definition, 'uniqueness', ['none'], 'none');
  const canonicalValues = textsOf(definition, 'canonicalValues');
  const referenceTypes = type === 'reference' ? textsOf(definition, 'referenceTypes') : [];
  return {
    mutability,
    returned,
    required,
    multiValued: flagOf(definition, 'multiValued'),
    caseExact: flagOf(definition, 'caseExact') || CASE_EXACT.has(type),
    ...(canonicalValues.length === 0 ? {} : { canonicalValues }),
    ...(referenceTypes.length === 0 ? {} : { referenceTypes }),
  };
}

function fault({ field, faults }: Definition, member: string, detail: string): void {
  faults.push({ field: `${field}${member}`, detail });
}
