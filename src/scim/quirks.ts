/**
 * Tolerances for identity providers that the RFCs do not ask for. Each names who needs it, when it
 * was seen and where it is described. Reading and patching call them as named steps, so that a
 * quirk is given up by deleting its function.
 */
import type { Filter } from './filter.ts';
import { isArray, isObject, member } from './json.ts';
import { type AttributePath, parseAttributePath } from './path.ts';
import { type Attribute, findAttribute, significant } from './schema.ts';

/** A single value as its sender meant it: all the quirks of values. */
export function asMeant(attribute: Attribute, value: unknown): unknown {
  if (isEmptyText(value)) return null;
  if (attribute.type === 'boolean') return booleanFromText(value);
  return attribute.type === 'complex'
    ? complexFromText(attribute, singleFromList(attribute, value))
    : value;
}

/**
 * Entra ID writes `""` where a value was cleared, and `{"value": ""}` for a manager; Microsoft's
 * validator then expects the attribute to be gone. Seen 2018-2026.
 * https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
 */
export function isEmptyText(value: unknown): boolean {
  return value === '';
}

/**
 * Entra ID sends `"True"` and `"False"` for booleans without the flag `aadOptscim062020`, and asks
 * `roles[primary eq "True"]`; OneLogin's template and Keycloak's plugins send `"true"`. Seen
 * 2018-2026.
 * https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
 */
export function booleanFromText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const lower = value.toLowerCase();
  if (lower === 'true') return true;
  return lower === 'false' ? false : value;
}

/**
 * Entra ID sends `"manager": "<id>"`, a string where the attribute is complex, and others send
 * `"roles": ["admin"]`: the string is the significant value. Seen 2023-2026.
 * https://github.com/apache/directory-scimple/issues/1242
 */
export function complexFromText(attribute: Attribute, value: unknown): unknown {
  if (typeof value !== 'string' || significant(attribute) === undefined) return value;
  return { value };
}

/**
 * Entra ID has sent a manager as a list of one object, where the attribute has one value: so did its
 * documentation show it. Seen 2016-2020. Same page as {@link isEmptyText}.
 */
export function singleFromList(attribute: Attribute, value: unknown): unknown {
  return !attribute.multiValued && isArray(value) && value.length === 1 ? value[0] : value;
}

/**
 * OneLogin's JSON template sends `"emails": {"value": …}`, an object where a list has one element.
 * Seen 2026. https://developers.onelogin.com/scim/define-user-schema
 */
export function listFromSingle(value: unknown): readonly unknown[] {
  return isArray(value) ? value : [value];
}

/**
 * Entra ID clears a manager by `{"value": ""}`: without its significant value nothing is left for
 * the other sub-attributes to describe. Seen 2022-2026. Same page as {@link isEmptyText}.
 */
export function isClearedBy(attribute: Attribute, cleared: Attribute): boolean {
  return significant(attribute) === cleared;
}

/**
 * Entra ID, JumpCloud, AWS and others remove members by `"path": "members", "value": [{…}]`, Ping's
 * SDK also by `"value": {"members": [{…}]}`. RFC 7644 §3.5.2.2 knows no `value` there, and to act on
 * the path alone would remove everybody. Undefined where nothing is listed (Keycloak's plugins empty
 * a group by `"value": null`). Seen 2019-2026.
 * https://github.com/MicrosoftDocs/azure-docs/issues/30826
 * https://github.com/pingidentity/scim2/issues/267
 */
export function listedForRemoval(
  attribute: Attribute,
  value: unknown,
): readonly unknown[] | undefined {
  if (!attribute.multiValued || value === undefined || value === null || isEmptyText(value)) {
    return undefined;
  }
  const named = isObject(value) ? member(value, attribute.name) : undefined;
  return listFromSingle(named ?? value);
}

/**
 * Entra ID replaces `emails[type eq "work"].value` or `roles[primary eq "True"].display` of a user
 * who has none and expects it to be created, where RFC 7644 §3.5.2.3 says noTarget. Held to filters
 * from which a sensible element follows: one canonical type, or the primary. Seen 2019-2026.
 * https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
 */
export function createsOnReplace(attribute: Attribute, filter: Filter): boolean {
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return false;
  const named = findAttribute(attribute.subAttributes, filter.path.attribute);
  if (named?.name === 'primary') return booleanFromText(filter.value) === true;
  if (named?.name !== 'type' || typeof filter.value !== 'string') return false;
  const value = filter.value.toLowerCase();
  return named.canonicalValues?.some((canonical) => canonical.toLowerCase() === value) ?? false;
}

/**
 * Entra ID capitalises the op of an operation: "Replace". Seen 2018-2026. Same page as
 * {@link booleanFromText}.
 */
export function opInAnyCase(op: unknown): unknown {
  return typeof op === 'string' ? op.toLowerCase() : op;
}

/**
 * Entra ID, with the flag `aadOptscim062020`, sends a value without a path whose keys are paths:
 * `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`. A key that is no path,
 * a foreign URL say, names nothing. Seen 2020-2026. Same page as {@link booleanFromText}.
 */
export function isPathKey(key: string): boolean {
  return key.includes('[') || parseAttributePath(key) !== undefined;
}

/**
 * Entra ID filters by `emails[type eq "work"].value eq "x"` when that is its matching attribute. The
 * grammar of RFC 7644 §3.4.2.2 ends a valuePath at its bracket; `emails[type eq "work" and value eq
 * "x"]` says the same. Seen 2019-2026. Same page as {@link isEmptyText}.
 */
export function comparedElement(path: AttributePath, filter: Filter, comparison: Filter): Filter {
  return { kind: 'valuePath', path, filter: { kind: 'and', terms: [filter, comparison] } };
}
