/** One operation of a bulk request (RFC 7644 §3.7). */
import type { ResourceKind } from '../model.ts';
import { bulkIdOf, referencesIn } from './bulk-reference.ts';
import { invalidSyntax, notFound, ScimError } from './error.ts';
import { isArray, isObject, member, typeName } from './json.ts';
import { PATCH_URN } from './patch.ts';
import type { ResourceType, ResourceTypes } from './resource-types.ts';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The methods that an operation can have. */
export type BulkMethod = (typeof METHODS)[number];

/** What the paths of operations are relative to. */
export interface BulkRoot {
  readonly types: ResourceTypes;
  readonly baseUrl: string;
}

/** What a path names: an endpoint or, by its id or the `bulkId:` of the POST that makes it, a resource. */
export interface BulkTarget {
  readonly kind: ResourceKind;
  readonly id: string | null;
}

/** What can be done. */
export interface BulkTask {
  readonly fault?: undefined;
  readonly method: BulkMethod;
  readonly bulkId?: string;
  readonly target: BulkTarget;
  readonly version?: string;
  readonly data: unknown;
  /** The bulkIds that its data and its path refer to. */
  readonly references: ReadonlySet<string>;
}

/** What cannot be done whatever happens, with as much of it as could be read. */
export interface BulkRefusal {
  readonly fault: ScimError;
  readonly method?: string;
  readonly bulkId?: string;
  readonly target?: BulkTarget;
}

/** One operation of a bulk request. */
export type BulkOperation = BulkTask | BulkRefusal;

/** Reads an operation; its faults are its own, and the result of it alone. */
export function readBulkOperation(sent: unknown, root: BulkRoot): BulkOperation {
  const label = isObject(sent) ? labelOf(sent, root) : {};
  try {
    if (!isObject(sent))
      throw invalidSyntax(`An operation must be an object, not ${typeName(sent)}.`);
    return readTask(sent, label);
  } catch (error) {
    if (error instanceof ScimError) return { ...label, fault: error };
    throw error;
  }
}

type Label = Omit<BulkRefusal, 'fault'>;
type Sent = Readonly<Record<string, unknown>>;

/** What its result repeats of an operation. */
function labelOf(sent: Sent, root: BulkRoot): Label {
  const method = member(sent, 'method');
  const bulkId = member(sent, 'bulkId');
  const target = targetOf(member(sent, 'path'), root);
  return {
    // RFC 9110 §9.1 has methods case-sensitive; here they are strings of a SCIM message.
    ...(typeof method === 'string' ? { method: method.toUpperCase() } : {}),
    ...(typeof bulkId === 'string' && bulkId !== '' ? { bulkId } : {}),
    ...(target === undefined ? {} : { target }),
  };
}

/** A path below the base URL, tolerated also whole and without its first slash. */
const PATH = /^\/?(\w+)(?:\/([^/?#]+))?\/?$/;

function targetOf(path: unknown, { types, baseUrl }: BulkRoot): BulkTarget | undefined {
  if (typeof path !== 'string') return undefined;
  const [, endpoint, id] =
    PATH.exec(path.startsWith(baseUrl) ? path.slice(baseUrl.length) : path) ?? [];
  const type = Object.values(types).find((type: ResourceType) => type.endpoint === `/${endpoint}`);
  return type && { kind: type.name, id: id === undefined ? null : unescaped(id).toWellFormed() };
}

function unescaped(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function readTask(sent: Sent, label: Label): BulkTask {
  const method = METHODS.find((known) => known === label.method);
  if (method === undefined)
    throw invalidSyntax('The method of an operation must be POST, PUT, PATCH or DELETE.');
  const target = checkTarget(method, member(sent, 'path'), label.target);
  const { bulkId } = label;
  if (method === 'POST' && bulkId === undefined)
    throw invalidSyntax('A POST needs a bulkId, a string of its own in the request.');
  const version = member(sent, 'version') ?? undefined;
  if (version !== undefined && typeof version !== 'string')
    throw invalidSyntax('The version of an operation must be an entity-tag, for example W/"1".');
  const data = readData(method, member(sent, 'data'));
  return {
    method,
    target,
    data,
    references: referencesOf(target, data),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(version === undefined ? {} : { version }),
  };
}

function checkTarget(
  method: BulkMethod,
  path: unknown,
  target: BulkTarget | undefined,
): BulkTarget {
  if (typeof path !== 'string')
    throw invalidSyntax(
      'An operation needs a path: /Users or /Groups, with an id unless it is a POST.',
    );
  if (target === undefined)
    throw notFound(`There is no endpoint ${path.slice(0, 100)}: see /ResourceTypes.`);
  if ((method === 'POST') === (target.id === null)) return target;
  throw invalidSyntax(
    method === 'POST'
      ? 'The path of a POST must be /Users or /Groups, without an id.'
      : `The path of a ${method} must name one resource: /Users/<id> or /Groups/<id>.`,
  );
}

function readData(method: BulkMethod, data: unknown): unknown {
  if (method === 'DELETE') return undefined;
  if (data === undefined || data === null) throw invalidSyntax(`A ${method} needs data.`);
  return method === 'PATCH' ? patchOf(data) : data;
}

/**
 * The example in §3.7.3 has the bare operations of a PATCH for its data, without the PatchOp around
 * them (erratum 5050), and clients followed it.
 */
function patchOf(data: unknown): unknown {
  if (isArray(data)) return { schemas: [PATCH_URN], Operations: data };
  if (!isObject(data) || member(data, 'schemas') !== undefined) return data;
  return { schemas: [PATCH_URN], ...data };
}

function referencesOf({ id }: BulkTarget, data: unknown): ReadonlySet<string> {
  const named = id === null ? undefined : bulkIdOf(id);
  const found = referencesIn(data);
  return named === undefined ? found : new Set([named, ...found]);
}
