/** One operation of a bulk request, done as its endpoint would do it. */
import { validate as isUuid } from 'uuid';
import type { ResourceKind } from '../model.ts';
import type { BulkResult } from '../scim/bulk.ts';
import type { BulkOperation, BulkTask } from '../scim/bulk-operation.ts';
import { bulkIdOf, resolveReferences } from '../scim/bulk-reference.ts';
import { invalidValue, notFound, preconditionFailed, ScimError } from '../scim/error.ts';
import { etagOf, ifMatch } from '../scim/etag.ts';
import { locationOf } from '../scim/meta.ts';
import type { StoredResource } from '../store/resources.ts';
import { operationsOf } from './operations.ts';
import { anyVersion, type DirectoryWorld, type Precondition, type Request } from './request.ts';

/** A bulk request under way. */
export interface BulkRun {
  readonly world: DirectoryWorld;
  readonly request: Request;
  /** The ids that its POSTs are to have, by their bulkIds. */
  readonly given: ReadonlyMap<string, string>;
  /** The ids that they came to have; null where one failed. */
  readonly made: Map<string, string | null>;
}

/** A POST that referred to others before they were done. */
export interface Anticipated {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly data: unknown;
  /** The ids that the others were given, by their bulkIds. */
  readonly expected: ReadonlyMap<string, string>;
}

/** Does one operation. Throws what its endpoint would answer. */
export async function doTask(
  run: BulkRun,
  task: BulkTask,
): Promise<{ readonly result: BulkResult; readonly anticipated?: Anticipated }> {
  if (task.method === 'POST') return create(run, task);
  const { world, request } = run;
  const id = idOf(run, task);
  const { replace, patch, remove } = operationsOf[task.target.kind];
  const data = resolveReferences(task.data, (bulkId) => madeId(run, bulkId));
  const precondition = preconditionOf(task);
  switch (task.method) {
    case 'PUT':
      return done(run, task, await replace(world, request, id, data, precondition));
    case 'PATCH':
      return done(run, task, await patch(world, request, id, data, precondition));
    case 'DELETE': {
      await remove(world, request, id, task.version === undefined ? null : precondition);
      const location = locationOf(request.access.types[task.target.kind], id, request.baseUrl);
      return { result: { operation: task, status: 204, location } };
    }
  }
}

async function create(run: BulkRun, task: BulkTask) {
  const { world, request, given, made } = run;
  const { bulkId = '', data, target } = task;
  const expected = new Map<string, string>();
  try {
    const resolved = resolveReferences(data, (name) => madeOrGiven(run, name, expected));
    const { kind } = target;
    const stored = await operationsOf[kind].create(world, request, resolved, given.get(bulkId));
    // A user who comes back, where the source has it so, comes back with the id of before.
    made.set(bulkId, stored.id);
    const anticipated = { kind, id: stored.id, data, expected };
    return { ...done(run, task, stored), anticipated };
  } catch (error) {
    made.set(bulkId, null);
    throw error;
  }
}

/** Resources that refer to each other in a circle cannot all be made before they are referred to. */
function madeOrGiven(run: BulkRun, bulkId: string, expected: Map<string, string>): string {
  const id = run.given.get(bulkId);
  if (id === undefined || run.made.has(bulkId)) return madeId(run, bulkId);
  expected.set(bulkId, id);
  return id;
}

function madeId({ given, made }: BulkRun, bulkId: string): string {
  const id = made.get(bulkId);
  if (typeof id === 'string') return id;
  const name = bulkId.slice(0, 100);
  if (given.has(bulkId))
    throw new ScimError(
      409,
      `The POST with the bulkId ${name} failed: mend it and send both again.`,
    );
  throw invalidValue(`No POST of this request that can be read has the bulkId ${name}.`);
}

/** The id that the path names. Throws 404 for what cannot be one: ids are case exact. */
function idOf(run: BulkRun, { target }: BulkTask): string {
  const id = target.id ?? '';
  const bulkId = bulkIdOf(id);
  if (bulkId !== undefined) return madeId(run, bulkId);
  if (isUuid(id) && id === id.toLowerCase()) return id;
  throw notFound(`There is no ${target.kind} ${id.slice(0, 100)} in this connection.`);
}

/** The `version` of an operation stands for If-Match (RFC 7644 §3.7, §3.14). */
function preconditionOf({ version, target }: BulkTask): Precondition {
  if (version === undefined) return anyVersion;
  return (stored) => {
    if (ifMatch(version, etagOf(stored))) return;
    throw preconditionFailed(
      `The ${target.kind} changed since the version of the operation: read it again.`,
    );
  };
}

function done(run: BulkRun, task: BulkTask, { id, version }: StoredResource) {
  const { types } = run.request.access;
  const location = locationOf(types[task.target.kind], id, run.request.baseUrl);
  const status = task.method === 'POST' ? 201 : 200;
  return { result: { operation: task, status, location, version } };
}

/** The result of an operation that failed: a POST then has no location (RFC 7644 §3.7.3). */
export function failedResult(
  { request, made }: BulkRun,
  operation: BulkOperation,
  error: ScimError,
): BulkResult {
  const failed = { operation, status: error.status, error };
  const { method, target } = operation;
  if (method === 'POST' || target === undefined || target.id === null) return failed;
  const bulkId = bulkIdOf(target.id);
  const id = bulkId === undefined ? target.id : made.get(bulkId);
  if (typeof id !== 'string') return failed;
  return {
    ...failed,
    location: locationOf(request.access.types[target.kind], id, request.baseUrl),
  };
}
