/**
 * PATCH (RFC 7644 §3.5.2): pure, all or nothing, one engine for all attributes. A request becomes a
 * sequence of steps on single attributes; whole-object values without a path are spread first.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../model.ts';
import type { Draft } from './attribute-value.ts';
import { invalidPath, invalidSyntax, invalidValue } from './error.ts';
import { isArray, isObject, member, names, typeName } from './json.ts';
import { type ApartStep, readStep } from './patch-apart.ts';
import { PatchBudget } from './patch-budget.ts';
import { type Spread, stepsOf } from './patch-spread.ts';
import { applyStep, type PatchOp } from './patch-step.ts';
import { opInAnyCase } from './quirks.ts';
import { checkRequired, checkSchemas, withSchemas } from './resource.ts';
import type { ResourceType } from './resource-types.ts';
import { unknownsOf } from './unknown-attributes.ts';

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
  /** The steps on attributes that are kept apart, in their order: not applied. */
  readonly apart: readonly ApartStep[];
}

/** How a PATCH is to be applied. */
export interface PatchOptions {
  /** Top-level attributes that are kept apart from the resource, by their canonical names. */
  readonly apart?: ReadonlySet<string>;
}

/** The schema of a PATCH body. */
export const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
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
  { apart: keptApart }: PatchOptions = {},
): PatchResult {
  const unknowns = unknownsOf(type);
  const apart: ApartStep[] = [];
  const draft: Draft = { ...resource };
  const spread: Spread = { type, issued: { ...issued, ...resource }, draft, unknowns };
  const budget = new PatchBudget();
  for (const operation of request.operations) {
    for (const step of stepsOf(operation, spread)) {
      const { attribute, container } = step.target;
      if (container === undefined && keptApart?.has(attribute.name)) {
        apart.push(readStep(step, unknowns));
      } else {
        budget.spend(draft, step.target);
        applyStep(draft, step, unknowns);
      }
    }
  }
  checkRequired(type, draft);
  if (draft.schemas !== resource.schemas) checkSchemas(type, draft.schemas, unknowns);
  const result = withSchemas(type, draft);
  const changed = !isDeepStrictEqual(result, resource);
  const { ignored } = unknowns;
  return { resource: changed ? result : resource, changed, ignored, apart };
}
