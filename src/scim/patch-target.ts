/** What the path of a PATCH operation, or a key of its value, names in the schemas. */
import { invalidPath } from './error.ts';
import type { Filter } from './filter.ts';
import { type PatchPath, parsePatchPath } from './patch-path.ts';
import {
  findExtension,
  findNamespace,
  isBaseSchema,
  type Namespace,
  type ResourceType,
} from './resource-types.ts';
import { type Attribute, type AttributeSet, findAttribute } from './schema.ts';

/** An attribute of the resource, some of its values, or a sub-attribute of these. */
export interface AttributeTarget {
  readonly kind: 'attribute';
  /** The URN of the extension that holds the attribute. */
  readonly container?: string;
  readonly attribute: Attribute;
  readonly filter?: Filter;
  readonly subAttribute?: Attribute;
  /** As the client wrote it, for messages. */
  readonly name: string;
}

/** All that a resource has under the URN of an extension. */
export interface ExtensionTarget {
  readonly kind: 'extension';
  readonly container: string;
  readonly attributes: AttributeSet;
}

export type PatchTarget = { readonly kind: 'resource' } | ExtensionTarget | AttributeTarget;

/** Finds what a path names: undefined where no schema defines it, `invalidPath` where it is none. */
export function findTarget(type: ResourceType, text: string): PatchTarget | undefined {
  const name = text.trim();
  if (isBaseSchema(type, name)) return { kind: 'resource' };
  const schema = findExtension(type, name);
  if (schema !== undefined) {
    return { kind: 'extension', container: schema.id, attributes: schema.attributes };
  }
  const path = parsePatchPath(name);
  const namespace = findNamespace(type, path.urn);
  return namespace && attributeTarget(namespace, path, name);
}

/** Finds what a path names in a namespace that is known already. */
export function attributeTarget(
  { attributes, container }: Namespace,
  path: PatchPath,
  name: string,
): AttributeTarget | undefined {
  const attribute = findAttribute(attributes, path.attribute);
  if (attribute === undefined) return undefined;
  if (path.filter !== undefined && !attribute.multiValued) {
    throw invalidPath(`${attribute.name} has one value; leave the [ ] out of '${name}'.`);
  }
  const target = {
    kind: 'attribute',
    attribute,
    name,
    ...(container === undefined ? {} : { container }),
    ...(path.filter === undefined ? {} : { filter: path.filter }),
  } as const;
  if (path.subAttribute === undefined) return target;
  if (attribute.type !== 'complex') {
    throw invalidPath(`${attribute.name} has no sub-attributes; end the path '${name}' there.`);
  }
  const subAttribute = findAttribute(attribute.subAttributes, path.subAttribute);
  return subAttribute && { ...target, subAttribute };
}
