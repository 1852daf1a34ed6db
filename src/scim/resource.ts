/**
 * Reads the bodies of POST and PUT (RFC 7644 §3.3, §3.5.1) into the form in which a resource is
 * stored: plain JSON with canonical names, core attributes at the top, each extension under its
 * URN, and without `id` and `meta`, which the server adds on output. Passwords are not kept.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../model.ts';
import { type Draft, readValue } from './attribute-value.ts';
import { invalidSyntax, invalidValue, mutability } from './error.ts';
import { isArray, isEmpty, isObject, member, typeName } from './json.ts';
import { findExtension, isBaseSchema, isKnownSchema, type ResourceType } from './resource-types.ts';
import { type AttributeSet, findAttribute, type Schema } from './schema.ts';
import {
  keepsSchema,
  keepsUnknown,
  nameIn,
  type Unknowns,
  unknownAttribute,
  unknownsOf,
} from './unknown-attributes.ts';

/** What a body says, and the names of what it says in vain. */
export interface ReadResource {
  readonly resource: JsonObject;
  /** Attributes and schema URIs that the resource type does not define. */
  readonly ignored: readonly string[];
}

/** Reads the body of a POST. */
export function readResource(type: ResourceType, body: unknown): ReadResource {
  const unknowns = unknownsOf(type);
  const draft = readBody(type, body, unknowns);
  checkRequired(type, draft);
  return { resource: withSchemas(type, draft), ignored: unknowns.ignored };
}

/**
 * Reads the body of a PUT over what is stored: readOnly attributes stay, immutable ones must match
 * or be left out, all others that are left out are cleared (RFC 7644 §3.5.1).
 */
export function replaceResource(
  type: ResourceType,
  stored: JsonObject,
  body: unknown,
): ReadResource & { readonly changed: boolean } {
  const unknowns = unknownsOf(type);
  const draft = withFixed(type, stored, readBody(type, body, unknowns));
  checkRequired(type, draft);
  const resource = withSchemas(type, draft);
  const { ignored } = unknowns;
  return { resource, ignored, changed: !isDeepStrictEqual(resource, stored) };
}

function readBody(type: ResourceType, body: unknown, unknowns: Unknowns): Draft {
  if (!isObject(body)) {
    throw invalidSyntax(`The body must be a JSON object of a ${type.name}, not ${typeName(body)}.`);
  }
  const schemas = readSchemas(type, member(body, 'schemas'), unknowns);
  const draft: Draft = {};
  for (const key of Object.keys(body)) {
    const extension = key.includes(':') ? findExtension(type, key) : undefined;
    if (extension === undefined) {
      readInto(draft, type.attributes, { key, value: body[key], path: key, unknowns });
    } else {
      set(draft, extension.id, readExtension(extension, body[key], unknowns));
    }
  }
  return { ...draft, schemas };
}

/** The base schema must be named (RFC 7643 §3), and is followed by those that nobody defines. */
function readSchemas(type: ResourceType, schemas: unknown, unknowns: Unknowns): readonly string[] {
  const uris = isArray(schemas) ? schemas.filter((uri) => typeof uri === 'string') : [];
  if (!uris.some((uri) => isBaseSchema(type, uri))) {
    throw invalidSyntax(`schemas must be an array that has "${type.schema.id}".`);
  }
  return checkSchemas(type, uris, unknowns);
}

/** Decides about the URIs of schemas that nobody defines: those that stay are returned. */
export function checkSchemas(
  type: ResourceType,
  schemas: unknown,
  unknowns: Unknowns,
): readonly string[] {
  const uris = isArray(schemas) ? schemas.filter((uri) => typeof uri === 'string') : [];
  return uris.filter((uri) => isKnownSchema(type, uri) || keepsSchema(unknowns, uri));
}

interface Member {
  readonly key: string;
  readonly value: unknown;
  readonly path: string;
  readonly unknowns: Unknowns;
}

/** Reads one member of a body; what is readOnly is ignored, and what is never returned not kept. */
function readInto(draft: Draft, attributes: AttributeSet, { key, value, path, unknowns }: Member) {
  const attribute = findAttribute(attributes, key) ?? unknownAttribute(unknowns, key, path);
  if (attribute === undefined || attribute.mutability === 'readOnly') return;
  const read = readValue(attribute, value, { path, unknowns });
  if (attribute.returned !== 'never') set(draft, nameIn(draft, attribute), read);
}

function readExtension(schema: Schema, value: unknown, unknowns: Unknowns): JsonObject | undefined {
  if (value === null) return undefined;
  if (!isObject(value)) {
    throw invalidValue(`${schema.id} must be an object, not ${typeName(value)}.`);
  }
  const draft: Draft = {};
  for (const key of Object.keys(value)) {
    const path = `${schema.id}:${key}`;
    readInto(draft, schema.attributes, { key, value: value[key], path, unknowns });
  }
  return isEmpty(draft) ? undefined : draft;
}

/** Assigns a member, or removes it where its value is unassigned. */
export function set(draft: Draft, name: string, value: Json | undefined): void {
  if (value === undefined) delete draft[name];
  else draft[name] = value;
}

/** The resource with `schemas` as it follows from its attributes: the base, and what has data. */
export function withSchemas(type: ResourceType, draft: JsonObject): JsonObject {
  const used = type.extensions.map(({ schema }) => schema.id).filter((id) => id in draft);
  const kept = keepsUnknown(type) ? keptSchemas(type, draft) : [];
  return { ...draft, schemas: [type.schema.id, ...used, ...kept] };
}

/** Of the schemas that nobody defines those that were named, and those that have data. */
function keptSchemas(type: ResourceType, draft: JsonObject): readonly string[] {
  const named = isArray(draft.schemas)
    ? draft.schemas.filter((uri) => typeof uri === 'string')
    : [];
  const used = Object.keys(draft).filter((key) => key.includes(':') && isObject(draft[key]));
  const byName = new Map<string, string>();
  for (const uri of [...used, ...named]) {
    if (!isKnownSchema(type, uri) && !byName.has(uri.toLowerCase())) {
      byName.set(uri.toLowerCase(), uri);
    }
  }
  return [...byName.values()];
}

/** Throws `invalidValue` where a required attribute has no value (RFC 7643 §2.2). */
export function checkRequired(type: ResourceType, resource: JsonObject): void {
  checkRequiredIn(type.attributes, resource, '');
  for (const { schema, required } of type.extensions) {
    const extension = resource[schema.id];
    if (required || isObject(extension)) {
      checkRequiredIn(schema.attributes, isObject(extension) ? extension : {}, `${schema.id}:`);
    }
  }
}

function checkRequiredIn(attributes: AttributeSet, object: JsonObject, prefix: string): void {
  for (const { name } of attributes.required) {
    if (object[name] === undefined) {
      throw invalidValue(`${prefix}${name} is required; send a value that is not empty.`);
    }
  }
  for (const { name, subAttributes } of attributes.nested) {
    const value = object[name];
    const elements = isArray(value) ? value : [value];
    for (const element of elements) {
      if (isObject(element)) checkRequiredIn(subAttributes, element, `${prefix}${name}.`);
    }
  }
}

/** What was sent with the readOnly and immutable attributes of what is stored. */
function withFixed(type: ResourceType, stored: JsonObject, sent: Draft): Draft {
  const result = withFixedOf(type.attributes, stored, sent);
  for (const { schema } of type.extensions) {
    const extension = sent[schema.id];
    const kept = stored[schema.id];
    if (!isObject(kept)) continue;
    const merged = withFixedOf(schema.attributes, kept, isObject(extension) ? extension : {});
    set(result, schema.id, isEmpty(merged) ? undefined : merged);
  }
  return result;
}

/**
 * Elements of multi-valued attributes are not looked into: one with another immutable
 * sub-attribute is another element.
 */
function withFixedOf(attributes: AttributeSet, stored: JsonObject, sent: JsonObject): Draft {
  const result: Draft = { ...sent };
  for (const attribute of attributes.fixed) {
    const { name } = attribute;
    const before = stored[name];
    const after = sent[name];
    if (before === undefined) continue;
    if (attribute.mutability === 'readOnly') result[name] = before;
    else if (attribute.mutability === 'immutable') {
      if (after !== undefined && !isDeepStrictEqual(before, after)) throw immutable(name);
      result[name] = before;
    } else if (isObject(before) && isObject(after)) {
      result[name] = withFixedOf(attribute.subAttributes, before, after);
    }
  }
  return result;
}

/** The error for a change to an immutable attribute that has a value. */
export function immutable(name: string): Error {
  return mutability(`${name} is immutable and has a value; leave it out, or send that value.`);
}
