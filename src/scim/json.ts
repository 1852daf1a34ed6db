/** Guards for JSON that came over the wire. */
import type { Json, JsonObject } from '../model.ts';

/** A JSON object, and neither null nor an array. */
export function isObject(value: Json | undefined): value is JsonObject;
export function isObject(value: unknown): value is Readonly<Record<string, unknown>>;
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` that keeps the element type of a readonly array. */
export function isArray(value: Json | undefined): value is readonly Json[];
export function isArray(value: unknown): value is readonly unknown[];
export function isArray(value: unknown): boolean {
  return Array.isArray(value);
}

/** Whether an object has no members. */
export function isEmpty(object: JsonObject): boolean {
  return Object.keys(object).length === 0;
}

/** The word for a value's JSON type, with its article, for messages. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The member of an object by its name in any case (RFC 7643 §2.1: names are case insensitive). */
export function member(object: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : object[key];
}

/** Whether a list of schema URIs, as it came over the wire, has this one, in any case. */
export function names(schemas: unknown, uri: string): boolean {
  const wanted = uri.toLowerCase();
  return (
    isArray(schemas) &&
    schemas.some((named) => typeof named === 'string' && named.toLowerCase() === wanted)
  );
}

const UNSAFE = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** Whether every object answers to a name already: such a name is no attribute of anybody's. */
export function isUnsafeName(name: string): boolean {
  return UNSAFE.has(name);
}

/** Text that UTF-8 and the database can hold: JSON can escape NUL and half a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
