/**
 * The operations of a PATCH as steps on single attributes: whole-object values, with or without a
 * path, are spread over the attributes that they name (RFC 7644 §3.5.2.1, §3.5.2.3).
 */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../model.ts';
import { type Draft, readValue } from './attribute-value.ts';
import { invalidPath, invalidSyntax, invalidValue, mutability, noTarget } from './error.ts';
import { isObject, typeName } from './json.ts';
import type { PatchOperation } from './patch.ts';
import type { PatchOp, PatchStep } from './patch-step.ts';
import {
  type AttributeTarget,
  attributeTarget,
  type ExtensionTarget,
  findTarget,
} from './patch-target.ts';
import { unknownTarget, unknownTargetIn } from './patch-unknown.ts';
import { parseAttributePath } from './path.ts';
import { isEmptyText, isPathKey } from './quirks.ts';
import { checkElementFilter } from './resolved-filter.ts';
import { findExtension, type Namespace, type ResourceType } from './resource-types.ts';
import { findAttribute } from './schema.ts';
import {
  keptAttribute,
  noteIgnored,
  toleratingUnknowns,
  type Unknowns,
} from './unknown-attributes.ts';

/** What the spreading of operations into steps needs to know. */
export interface Spread {
  readonly type: ResourceType;
  readonly issued: JsonObject;
  /** The resource as the operations before this one left it. */
  readonly draft: Draft;
  readonly unknowns: Unknowns;
}

/** The steps that an operation asks for. */
export function stepsOf({ op, path, value }: PatchOperation, spread: Spread): readonly PatchStep[] {
  if (path === undefined) {
    if (spread.type.strictInterop) {
      throw invalidSyntax(
        'Each operation needs a path here: strict interoperability is switched on.',
      );
    }
    return stepsOfResource(op, value, spread);
  }
  const target =
    findTarget(spread.type, path) ??
    unknownTarget(path, { ...spread, value, refusal: invalidPath });
  switch (target?.kind) {
    case 'attribute':
      return [stepOn(op, target, { value, spread })];
    case 'extension':
      return stepsOfExtension(op, target, { value, spread });
    case 'resource':
      return stepsOfResource(op, value, spread);
    case undefined:
      return [];
  }
}

/** "If omitted, the target location is assumed to be the resource itself" (§3.5.2.1, §3.5.2.3). */
function stepsOfResource(op: PatchOp, value: unknown, spread: Spread): readonly PatchStep[] {
  if (op === 'remove') throw noTarget('A remove needs a path; name the attribute to remove.');
  if (!isObject(value)) {
    throw invalidValue(
      `Without a path the value must be an object of attributes, not ${typeName(value)}.`,
    );
  }
  return Object.keys(value).flatMap((key) => stepsOfKey(op, key, { value: value[key], spread }));
}

/** A value, and what it is for. */
interface Given {
  readonly value: unknown;
  readonly spread: Spread;
}

function stepsOfKey(op: PatchOp, key: string, { value, spread }: Given): readonly PatchStep[] {
  const { type } = spread;
  const isPath = findExtension(type, key) !== undefined || isPathKey(key);
  const unknown = { ...spread, value, refusal: invalidSyntax };
  const target = (isPath ? findTarget(type, key) : undefined) ?? unknownTarget(key, unknown);
  switch (target?.kind) {
    case 'attribute':
      return stepsOfMember(op, target, { value, spread });
    case 'extension':
      return stepsOfExtension(op, target, { value, spread });
    case 'resource':
      noteIgnored(spread.unknowns, key);
      return [];
    case undefined:
      return [];
  }
}

/** A path, or a key, that is the URN of an extension speaks of all its attributes. */
function stepsOfExtension(
  op: PatchOp,
  { container, attributes }: ExtensionTarget,
  { value, spread }: Given,
): readonly PatchStep[] {
  if (op === 'remove' || value === null || isEmptyText(value)) {
    return removals({ container, attributes }, spread.draft[container]);
  }
  if (!isObject(value)) {
    throw invalidValue(`${container} must be an object of attributes, not ${typeName(value)}.`);
  }
  return Object.keys(value).flatMap((key) => {
    const name = `${container}:${key}`;
    const parsed = parseAttributePath(key);
    const path = parsed?.urn === undefined ? parsed : undefined;
    const known = path && attributeTarget({ attributes, container }, path, name);
    const unknown = { ...spread, value: value[key], refusal: invalidSyntax };
    const named = { key, name, ...(path === undefined ? {} : { path }) };
    const target = known ?? unknownTargetIn({ attributes, container }, named, unknown);
    return target === undefined ? [] : stepsOfMember(op, target, { value: value[key], spread });
  });
}

/** Removes what an extension has, but for what is the server's. */
function removals(
  { container, attributes }: Required<Namespace>,
  extension: Json | undefined,
): readonly PatchStep[] {
  if (!isObject(extension)) return [];
  return Object.keys(extension).flatMap((key) => {
    const attribute = findAttribute(attributes, key) ?? keptAttribute(key);
    if (attribute.mutability === 'readOnly') return [];
    const target = {
      kind: 'attribute',
      container,
      attribute,
      name: `${container}:${key}`,
    } as const;
    return { op: 'remove', target, value: undefined };
  });
}

/** The step for one member of a value, unless it only repeats what is issued. */
function stepsOfMember(
  op: PatchOp,
  target: AttributeTarget,
  { value, spread }: Given,
): readonly PatchStep[] {
  if (isRepeated(target, value, spread.issued)) return [];
  return [stepOn(op, target, { value, spread })];
}

/** A step, if the path is one that the interoperability profile allows where it holds. */
function stepOn(op: PatchOp, target: AttributeTarget, { value, spread }: Given): PatchStep {
  const { attribute, filter, subAttribute, name } = target;
  if (filter !== undefined && spread.type.strictInterop) {
    checkElementFilter(filter, attribute);
    if (subAttribute === undefined) {
      throw invalidPath(
        `'${name}' must end in a sub-attribute: strict interoperability is switched on.`,
      );
    }
  }
  return { op, target, value };
}

/**
 * Whether a member of a value speaks of a readOnly attribute without contradicting it. Complex ones
 * are the server's to the last sub-attribute: `meta` "SHALL be ignored when provided by clients"
 * (RFC 7643 §3.1).
 */
function isRepeated(target: AttributeTarget, value: unknown, issued: JsonObject): boolean {
  const { attribute, container, subAttribute, name } = target;
  if (attribute.mutability !== 'readOnly' || subAttribute !== undefined) return false;
  const holder = container === undefined ? issued : issued[container];
  const known = isObject(holder) ? holder[attribute.name] : undefined;
  const place = { path: name, unknowns: toleratingUnknowns() };
  const sent = readValue(attribute, value, place);
  if (known === undefined || sent === undefined || isDeepStrictEqual(known, sent)) return true;
  throw mutability(`${name} is readOnly and has another value; leave it out of the request.`);
}
