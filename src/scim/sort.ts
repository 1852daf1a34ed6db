/** In which order a list stands: `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3). */
import { invalidValue } from './error.ts';
import { type AttributePath, parseAttributePath, printAttributePath } from './path.ts';
import type { ResourceType } from './resource-types.ts';
import { comparable, exampleWithin, resourceScope, type Target } from './value-target.ts';

/** An order as it was asked for. */
export interface Sort {
  readonly path: AttributePath;
  readonly descending: boolean;
}

/** Reads both parameters; `null` where no order is asked for. */
export function readSort(query: {
  readonly sortBy?: unknown;
  readonly sortOrder?: unknown;
}): Sort | null {
  const descending = readOrder(query.sortOrder);
  const { sortBy } = query;
  if (sortBy === undefined || sortBy === '') return null;
  const path = typeof sortBy === 'string' ? parseAttributePath(sortBy.trim()) : undefined;
  if (path !== undefined) return { path, descending };
  throw invalidValue('sortBy must be the name of one attribute, for example sortBy=userName.');
}

function readOrder(value: unknown): boolean {
  if (value === undefined || value === '') return false;
  const order = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (order === 'ascending' || order === 'descending') return order === 'descending';
  throw invalidValue('sortOrder must be ascending or descending.');
}

/** The order as text: the same for orders that are the same. */
export function printSort({ path, descending }: Sort): string {
  return `${printAttributePath(path).toLowerCase()} ${descending ? 'descending' : 'ascending'}`;
}

/**
 * What resources of a type are sorted by. Undefined where its schemas do not define the attribute: it
 * has no value then (§3.4.2.1), and who has none follows or precedes who has (§3.4.2.3). Throws
 * `invalidValue` where it is complex and has no `value`: Table 9 keeps `invalidPath` for PATCH.
 */
export function sortTarget({ path }: Sort, type: ResourceType): Target | undefined {
  const target = resourceScope(type)(path);
  if (target === undefined) return undefined;
  const compared = comparable(target);
  if (compared !== undefined) return compared;
  throw invalidValue(
    `sortBy=${target.name} is complex; name a sub-attribute, for example ${exampleWithin(target)}.`,
  );
}

/** Throws `invalidValue` where no type has the attribute, as the interoperability profile asks. */
export function checkSort(sort: Sort, types: readonly ResourceType[]): void {
  if (types.some((type) => sortTarget(sort, type) !== undefined)) return;
  throw invalidValue(
    `sortBy names ${printAttributePath(sort.path)}, which no schema defines; see /Schemas.`,
  );
}
