/** The `path` of a PATCH operation: `attrPath / valuePath [subAttr]` (RFC 7644 §3.5.2, Figure 7). */
import { invalidPath } from './error.ts';
import { type Filter, parseValueFilter, printFilter } from './filter.ts';
import { type AttributePath, parseAttributePath, printAttributePath } from './path.ts';

/**
 * A PATCH path as a client wrote it. A path that is the URI of a schema reads as its last segment
 * in the rest of the URI; only the resource type can tell, so that is looked at first.
 */
export interface PatchPath extends AttributePath {
  readonly filter?: Filter;
}

/** Reads a PATCH path; throws `invalidPath`, or `invalidFilter` for what is inside of brackets. */
export function parsePatchPath(text: string): PatchPath {
  const bracket = text.indexOf('[');
  const head = parseAttributePath(bracket < 0 ? text : text.slice(0, bracket).trim());
  const path = bracket < 0 ? head : head && withFilter(head, text, bracket);
  if (path === undefined) {
    throw invalidPath(
      `'${text.slice(0, 200)}' is not a path; write it like name.familyName or emails[type eq "work"].value.`,
    );
  }
  return path;
}

function withFilter(head: AttributePath, text: string, bracket: number): PatchPath | undefined {
  if (head.subAttribute !== undefined) return undefined;
  const { filter, end } = parseValueFilter(text, bracket);
  const rest = text.slice(end).trim();
  if (rest === '') return { ...head, filter };
  const tail = rest.startsWith('.') ? parseAttributePath(rest.slice(1)) : undefined;
  if (tail === undefined || tail.urn !== undefined || tail.subAttribute !== undefined) {
    return undefined;
  }
  return { ...head, filter, subAttribute: tail.attribute };
}

/** Writes a PATCH path; the inverse of {@link parsePatchPath}. */
export function printPatchPath(path: PatchPath): string {
  if (path.filter === undefined) return printAttributePath(path);
  const { subAttribute, ...collection } = path;
  const tail = subAttribute === undefined ? '' : `.${subAttribute}`;
  return `${printAttributePath(collection)}[${printFilter(path.filter)}]${tail}`;
}
