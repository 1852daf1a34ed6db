/** Finds the values that a path names: for filters and for sorting, in memory and in SQL alike. */
import type { AttributePath } from './path.ts';
import { findNamespace, type Namespace, type ResourceType } from './resource-types.ts';
import { type Attribute, findAttribute, significant } from './schema.ts';

/** One member on the way to a value; `many` where it holds a list. */
export interface Step {
  readonly key: string;
  readonly many: boolean;
}

/** Which values a path names, from the resource or, inside of a valuePath, from one element. */
export interface Target {
  readonly steps: readonly Step[];
  readonly attribute: Attribute;
  /** For messages, and for finding an index: `emails.value`. */
  readonly name: string;
}

/** Finds what a path names; undefined where the schemas do not define it. */
export type Scope = (path: AttributePath) => Target | undefined;

/** The names of a resource type. */
export function resourceScope(type: ResourceType): Scope {
  return (path) => {
    const namespace = findNamespace(type, path.urn);
    return namespace && targetIn(namespace, path);
  };
}

function targetIn({ attributes, container }: Namespace, path: AttributePath): Target | undefined {
  const attribute = findAttribute(attributes, path.attribute);
  if (attribute === undefined) return undefined;
  const target =
    container === undefined
      ? { steps: [stepTo(attribute)], attribute, name: attribute.name }
      : {
          steps: [{ key: container, many: false }, stepTo(attribute)],
          attribute,
          name: `${container}:${attribute.name}`,
        };
  if (path.subAttribute === undefined) return target;
  const subAttribute = findAttribute(attribute.subAttributes, path.subAttribute);
  return subAttribute === undefined ? undefined : within(target, subAttribute);
}

/**
 * Inside of brackets names are sub-attributes. The values of a simple attribute have none: there
 * `value` is the value itself (RFC 7644 §3.5.2.2, "a complex filter … comparing a value").
 */
export function elementScope(attribute: Attribute): Scope {
  return ({ urn, attribute: name, subAttribute }) => {
    if (urn !== undefined || subAttribute !== undefined) return undefined;
    if (attribute.type !== 'complex') {
      return name.toLowerCase() === 'value' ? { steps: [], attribute, name } : undefined;
    }
    const found = findAttribute(attribute.subAttributes, name);
    return found && { steps: [stepTo(found)], attribute: found, name: found.name };
  };
}

/**
 * What can be compared of a target: itself or, where it is complex, its `value` (`emails co "x"` in
 * RFC 7644, Figure 2). Undefined where it is complex and has none.
 */
export function comparable(target: Target): Target | undefined {
  if (target.attribute.type !== 'complex') return target;
  const value = significant(target.attribute);
  return value && within(target, value);
}

/** A sub-attribute to name in place of a complex target that has no `value`, for messages. */
export function exampleWithin({ name, attribute }: Target): string {
  return `${name}.${attribute.subAttributes.list[0]?.name}`;
}

function stepTo(attribute: Attribute): Step {
  return { key: attribute.name, many: attribute.multiValued };
}

function within(target: Target, subAttribute: Attribute): Target {
  return {
    steps: [...target.steps, stepTo(subAttribute)],
    attribute: subAttribute,
    name: `${target.name}.${subAttribute.name}`,
  };
}
