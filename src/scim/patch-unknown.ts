/** Paths and keys of a PATCH that no schema defines, where the source keeps such attributes. */
import type { Draft } from './attribute-value.ts';
import { invalidPath } from './error.ts';
import { isObject } from './json.ts';
import { type PatchPath, parsePatchPath } from './patch-path.ts';
import type { AttributeTarget, PatchTarget } from './patch-target.ts';
import { isPathKey } from './quirks.ts';
import { findNamespace, type Namespace, type ResourceType } from './resource-types.ts';
import { findAttribute, NO_ATTRIBUTES } from './schema.ts';
import { keeps, keptAttribute, spelledIn, type Unknowns } from './unknown-attributes.ts';

/** Where an unknown name was found. */
export interface Unknown {
  readonly type: ResourceType;
  readonly draft: Draft;
  readonly unknowns: Unknowns;
  readonly value: unknown;
  /** The error for a name that is refused: it stands in a path, or in a value. */
  readonly refusal: (detail: string) => Error;
}

/** What a path, or a key of a value without a path, names; undefined where it is ignored. */
export function unknownTarget(text: string, unknown: Unknown): PatchTarget | undefined {
  const { type, draft, value } = unknown;
  const path = isPathKey(text) ? parsePatchPath(text) : undefined;
  if (!isKept(text, path, unknown)) return undefined;
  const known = spelledIn(draft, text);
  if (known !== undefined) return wholeTarget(known, text, unknown);
  if (path === undefined)
    return keptTarget({ attributes: NO_ATTRIBUTES }, { attribute: text }, text);
  const namespace = findNamespace(type, path.urn);
  if (namespace !== undefined || path.urn === undefined) {
    return keptTarget(namespace ?? { attributes: type.attributes }, path, text);
  }
  // Only its value tells the URI of a schema from that of an attribute in it.
  const container = spelledIn(draft, path.urn);
  return isObject(value) && container === undefined
    ? keptTarget({ attributes: NO_ATTRIBUTES }, { attribute: text }, text)
    : keptTarget({ attributes: NO_ATTRIBUTES, container: container ?? path.urn }, path, text);
}

/** What a key names in the value of an extension; undefined where it is ignored. */
export function unknownTargetIn(
  namespace: Namespace,
  { key, path, name }: { readonly key: string; readonly path?: PatchPath; readonly name: string },
  unknown: Unknown,
): AttributeTarget | undefined {
  if (!isKept(name, path ?? { attribute: key }, unknown)) return undefined;
  return keptTarget(namespace, path ?? { attribute: key }, name);
}

function isKept(text: string, path: PatchPath | undefined, { unknowns, refusal }: Unknown) {
  const { urn = text, attribute = text, subAttribute = text } = path ?? {};
  return keeps(unknowns, { names: [urn, attribute, subAttribute], path: text, refusal });
}

/** A member of the resource that is there: of the data of a schema its members, else all of it. */
function wholeTarget(key: string, name: string, { draft, value }: Unknown): PatchTarget {
  if (key.includes(':') && isObject(draft[key]) && isObject(value)) {
    return { kind: 'extension', container: key, attributes: NO_ATTRIBUTES };
  }
  return { kind: 'attribute', attribute: keptAttribute(key), name };
}

function keptTarget(
  { attributes, container }: Namespace,
  { attribute: name, subAttribute, filter }: PatchPath,
  text: string,
): AttributeTarget {
  const attribute = findAttribute(attributes, name) ?? keptAttribute(name);
  if (filter !== undefined && attribute.kept) {
    throw invalidPath(`No schema defines ${name}; leave the [ ] out of '${text}'.`);
  }
  const sub = subAttribute ?? '';
  return {
    kind: 'attribute',
    attribute,
    name: text,
    ...(container === undefined ? {} : { container }),
    ...(filter === undefined ? {} : { filter }),
    ...(subAttribute === undefined
      ? {}
      : { subAttribute: findAttribute(attribute.subAttributes, sub) ?? keptAttribute(sub) }),
  };
}
