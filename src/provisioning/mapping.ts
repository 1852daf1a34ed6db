/** Reads a mapping: which value of a SCIM user goes into which attribute of a destination. */
import type { Json, JsonObject } from '../model.ts';
import { parseFilter } from '../scim/filter.ts';
import { holds, matcher } from '../scim/filter-match.ts';
import { isArray, isObject } from '../scim/json.ts';
import { type PatchPath, parsePatchPath } from '../scim/patch-path.ts';
import { checkFilter, resolveElementFilter } from '../scim/resolved-filter.ts';
import {
  findExtension,
  groupType,
  isKnownSchema,
  type ResourceType,
  userType,
} from '../scim/resource-types.ts';
import { type Attribute, attributeSet, findAttribute } from '../scim/schema.ts';
import type { Attributes, MappingRule } from './connector.ts';
import { DestinationError } from './failure.ts';
import { transforms } from './transforms.ts';

/** Gives a SCIM resource's values in a destination's names; `null` where it has none. */
export type Mapping = (resource: JsonObject) => Attributes;

const notStored = new Set(['id', 'meta', 'members']);

/** What a mapping of groups may look at: what is stored with a group. Its members are memberships of people. */
export const mappedGroup: ResourceType = {
  ...groupType,
  attributes: attributeSet(groupType.attributes.list.filter(({ name }) => !notStored.has(name))),
};

/**
 * Compiles a mapping, of users where nothing else is said.
 * @throws `DestinationError` (misconfigured) where a path or filter cannot be read
 */
export function compileMapping(
  rules: readonly MappingRule[],
  type: ResourceType = userType,
): Mapping {
  const compiled = rules.map((rule) => [rule.to, compileRule(rule, type)] as const);
  return (resource) => Object.fromEntries(compiled.map(([to, read]) => [to, read(resource)]));
}

/** The attributes that rules write at creation only. */
export function namesAtCreation(rules: readonly MappingRule[]): ReadonlySet<string> {
  return new Set(rules.flatMap(({ to, only }) => (only === 'create' ? [to] : [])));
}

/** Attributes that are written always, and those, with a value, that are written at creation only. */
export function splitAttributes(
  attributes: Attributes,
  atCreation: ReadonlySet<string>,
): readonly [always: Attributes, initial: Attributes] {
  const all = Object.entries(attributes);
  return [
    Object.fromEntries(all.filter(([to]) => !atCreation.has(to))),
    Object.fromEntries(all.filter(([to, value]) => atCreation.has(to) && value !== null)),
  ];
}

type Reader = (resource: JsonObject) => string | null;

function compileRule(rule: MappingRule, type: ResourceType): Reader {
  try {
    const when = rule.when === undefined ? null : compileCondition(rule.when, type);
    const sources = [rule.from ?? []].flat().map((path) => compilePath(path, type));
    const transform =
      rule.transform === undefined ? (value: string) => value : transforms[rule.transform];
    return (resource) => {
      if (when !== null && !when(resource)) return null;
      const value = rule.constant ?? firstAssigned(sources, resource);
      return value === null ? null : transform(value);
    };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DestinationError(
      'misconfigured',
      `The mapping of ${rule.to} cannot be read: ${message}`,
      { cause, code: 'policy_unreadable' },
    );
  }
}

/** Fails closed: a condition on an attribute that does not exist is a mistake, not a `no`. */
function compileCondition(text: string, type: ResourceType): (resource: JsonObject) => boolean {
  const filter = parseFilter(text);
  checkFilter(filter, type);
  return matcher(filter, type);
}

function firstAssigned(sources: readonly Reader[], resource: JsonObject): string | null {
  for (const read of sources) {
    const value = read(resource);
    if (value !== null) return value;
  }
  return null;
}

/**
 * Compiles a SCIM path like `name.givenName`, `emails[type eq "work"].value` or
 * `urn:…:enterprise:2.0:User:department`. Of several values the primary one counts, else the first.
 */
export function compilePath(text: string, type: ResourceType = userType): Reader {
  const path = parsePatchPath(text);
  const extension = path.urn === undefined ? undefined : findExtension(type, path.urn);
  if (isCustom(path, type)) return customReader(path);
  const attribute = findAttribute(extension?.attributes ?? type.attributes, path.attribute);
  if (attribute === undefined) throw new Error(`a ${type.name} has no attribute ${text}`);
  const choose = chooser(path, attribute);
  return (resource) => {
    const base = extension === undefined ? resource : resource[extension.id];
    return isObject(base) ? asText(choose(base[attribute.name])) : null;
  };
}

/** Whether a path leads into a schema extension of a connection's own. */
function isCustom({ urn }: PatchPath, type: ResourceType): boolean {
  return urn !== undefined && !isKnownSchema(type, urn);
}

/** Which connection has that extension is only known when a policy is saved: {@link customPaths}. */
function customReader({ urn = '', attribute, subAttribute, filter }: PatchPath): Reader {
  if (filter !== undefined) throw new Error('a custom attribute takes no filter');
  const member = (object: Json | undefined, name: string): Json | undefined => {
    if (!isObject(object)) return undefined;
    const key = Object.keys(object).find((known) => known.toLowerCase() === name.toLowerCase());
    return key === undefined ? undefined : object[key];
  };
  return (resource) => {
    const value = member(member(resource, urn), attribute);
    const one = isArray(value) ? preferred(value) : value;
    return asText(isObject(one) ? member(one, subAttribute ?? 'value') : one);
  };
}

/** The paths of a mapping that lead into schema extensions of connections' own. */
export function customPaths(
  rules: readonly MappingRule[],
  type: ResourceType = userType,
): readonly PatchPath[] {
  return rules
    .flatMap(({ from }) => [from ?? []].flat())
    .map(parsePatchPath)
    .filter((path) => isCustom(path, type));
}

/** From an attribute's value to the one simple value the path means. */
function chooser(
  path: PatchPath,
  attribute: Attribute,
): (value: Json | undefined) => Json | undefined {
  const filter = path.filter === undefined ? null : resolveElementFilter(path.filter, attribute);
  const name = path.subAttribute ?? (attribute.type === 'complex' ? 'value' : null);
  const sub = name === null ? null : findAttribute(attribute.subAttributes, name);
  if (sub === undefined) throw new Error(`${attribute.name} has no sub-attribute ${name}`);
  return (value) => {
    const one = isArray(value)
      ? preferred(filter === null ? value : value.filter((element) => holds(filter, element)))
      : value;
    return sub === null ? one : isObject(one) ? one[sub.name] : undefined;
  };
}

function preferred(elements: readonly Json[]): Json | undefined {
  return elements.find((element) => isObject(element) && element.primary === true) ?? elements[0];
}

/** A value as text, without white space around it; blank is unassigned. */
function asText(value: Json | undefined): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return null;
  const text = String(value).trim();
  return text === '' ? null : text;
}
