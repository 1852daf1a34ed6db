/**
 * PATCH (RFC 7644 §3.5.2): pure, all or nothing, one engine for all attributes. A request becomes a
 * sequence of steps on single attributes; whole-object values without a path are spread first.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../model.ts';
import { type Draft, type Ignored, ignore, readValue } from './attribute-value.ts';
import { invalidPath, invalidSyntax, invalidValue, mutability, noTarget } from './error.ts';
import { isArray, isObject, member, names, typeName } from './json.ts';
import { PatchBudget } from './patch-budget.ts';
import { applyStep, type PatchOp, type PatchStep } from './patch-step.ts';
import {
  type AttributeTarget,
  attributeTarget,
  findTarget,
  type PatchTarget,
} from './patch-target.ts';
import { parseAttributePath } from './path.ts';
import { isEmptyText, isPathKey, opInAnyCase } from './quirks.ts';
import { checkRequired, withSchemas } from './resource.ts';
import { findExtension, type ResourceType } from './resource-types.ts';
import type { Schema } from './schema.ts';

/** One operation, its path and value not yet read. */
export interface PatchOperation {
  readonly op: PatchOp;
  readonly path?: string;
  /** Undefined where the operation has none. */
  readonly value: unknown;
}

export interface PatchRequest {
  readonly operations: readonly PatchOperation[];
}

export interface PatchResult {
  readonly resource: JsonObject;
  /** False where the resource is as it was: its version and lastModified stay. */
  readonly changed: boolean;
  /** Attributes that the resource type does not define. */
  readonly ignored: readonly string[];
}

const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const MAX_OPERATIONS = 1000;

/**
 * Reads the body of a PATCH. The RFC wants one operation or more; Microsoft's validator sends none and
 * expects success (https://github.com/scimmyjs/scimmy/issues/59).
 */
export function readPatch(body: unknown): PatchRequest {
  if (!isObject(body)) {
    throw invalidSyntax(`The body must be a PatchOp object, not ${typeName(body)}.`);
  }
  const schemas = member(body, 'schemas');
  if (!names(schemas, PATCH_URN)) {
    throw invalidSyntax(`schemas must be an array that has "${PATCH_URN}".`);
  }
  const operations = member(body, 'Operations');
  if (!isArray(operations)) {
    throw invalidSyntax(`Operations must be an array, not ${typeName(operations)}.`);
  }
  if (operations.length > MAX_OPERATIONS) {
    throw invalidSyntax(
      `The request has ${operations.length} operations; send at most ${MAX_OPERATIONS} at a time.`,
    );
  }
  return { operations: operations.map(readOperation) };
}

const OPS: readonly PatchOp[] = ['add', 'replace', 'remove'];

function readOperation(operation: unknown, index: number): PatchOperation {
  const at = `Operations[${index}]`;
  if (!isObject(operation)) throw invalidSyntax(`${at} must be an object.`);
  const word = member(operation, 'op');
  const op = OPS.find((known) => known === opInAnyCase(word));
  if (op === undefined) throw invalidSyntax(`${at}.op must be add, replace or remove.`);
  const path = member(operation, 'path') ?? '';
  if (typeof path !== 'string') throw invalidPath(`${at}.path must be a string.`);
  const value = member(operation, 'value');
  if (op !== 'remove' && value === undefined) {
    throw invalidValue(`${at} has no value; send the value to ${op}, or null to unassign it.`);
  }
  return path.trim() === '' ? { op, value } : { op, path, value };
}

/**
 * Applies a PATCH to a stored resource. `issued` holds what the server itself adds on output (`id`):
 * a value without a path may repeat such a readOnly attribute, as Okta does when it renames a group,
 * but not contradict it.
 */
export function applyPatch(
  type: ResourceType,
  resource: JsonObject,
  request: PatchRequest,
  issued: JsonObject = {},
): PatchResult {
  const ignored: Ignored = [];
  const draft: Draft = { ...resource };
  const spread: Spread = { type, issued: { ...issued, ...resource }, ignored };
  const budget = new PatchBudget();
  for (const operation of request.operations) {
    for (const step of stepsOf(operation, spread)) {
      budget.spend(draft, step.target);
      applyStep(draft, step, ignored);
    }
  }
  checkRequired(type, draft);
  const result = withSchemas(type, draft);
  const changed = !isDeepStrictEqual(result, resource);
  return { resource: changed ? result : resource, changed, ignored };
}

/** What the spreading of operations into steps needs to know. */
interface Spread {
  readonly type: ResourceType;
  readonly issued: JsonObject;
  readonly ignored: Ignored;
}

/** The steps that an operation asks for. */
function stepsOf({ op, path, value }: PatchOperation, spread: Spread): readonly PatchStep[] {
  if (path === undefined) return stepsOfResource(op, value, spread);
  const target = findTarget(spread.type, path);
  switch (target?.kind) {
    case 'attribute':
      return [{ op, target, value }];
    case 'extension':
      return stepsOfExtension(op, target.schema, { value, spread });
    case 'resource':
      return stepsOfResource(op, value, spread);
    case undefined:
      ignore(spread.ignored, path);
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
  return Object.keys(value).flatMap((key) => {
    const target = targetOfKey(spread.type, key);
    if (target?.kind === 'extension') {
      return stepsOfExtension(op, target.schema, { value: value[key], spread });
    }
    return stepsOfMember(op, key, { target, value: value[key], spread });
  });
}

function targetOfKey(type: ResourceType, key: string): PatchTarget | undefined {
  const isUrn = findExtension(type, key) !== undefined;
  return isUrn || isPathKey(key) ? findTarget(type, key) : undefined;
}

/** A path, or a key, that is the URN of an extension speaks of all its attributes. */
function stepsOfExtension(
  op: PatchOp,
  schema: Schema,
  { value, spread }: { readonly value: unknown; readonly spread: Spread },
): readonly PatchStep[] {
  const container = schema.id;
  if (op === 'remove' || value === null || isEmptyText(value)) {
    return schema.attributes.list
      .filter(({ mutability: rule }) => rule !== 'readOnly')
      .map((attribute) => {
        const name = `${container}:${attribute.name}`;
        const target = { kind: 'attribute', container, attribute, name } as const;
        return { op: 'remove', target, value: undefined };
      });
  }
  if (!isObject(value)) {
    throw invalidValue(`${container} must be an object of attributes, not ${typeName(value)}.`);
  }
  return Object.keys(value).flatMap((key) => {
    const name = `${container}:${key}`;
    const path = parseAttributePath(key);
    const target =
      path?.urn === undefined && path !== undefined
        ? attributeTarget({ attributes: schema.attributes, container }, path, name)
        : undefined;
    return stepsOfMember(op, name, { target, value: value[key], spread });
  });
}

/** The step for one member of a value, unless it is unknown or only repeats what is issued. */
function stepsOfMember(
  op: PatchOp,
  name: string,
  {
    target,
    value,
    spread,
  }: { readonly target: PatchTarget | undefined; readonly value: unknown; readonly spread: Spread },
): readonly PatchStep[] {
  if (target?.kind !== 'attribute') {
    ignore(spread.ignored, name);
    return [];
  }
  return isRepeated(target, value, spread.issued) ? [] : [{ op, target, value }];
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
  const sent = readValue(attribute, value, { path: name, ignored: [] });
  if (known === undefined || sent === undefined || isDeepStrictEqual(known, sent)) return true;
  throw mutability(`${name} is readOnly and has another value; leave it out of the request.`);
}
