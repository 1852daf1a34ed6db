/** What people of the directory may change about themselves, by the administrator's choice. Pure. */
import type { Json, JsonObject } from '../model.ts';
import { enterpriseUserSchema } from '../scim/enterprise-user.ts';
import { isArray, isObject } from '../scim/json.ts';

/** One line of a profile. */
interface OwnField {
  /** Its name in the profile. */
  readonly name: string;
  readonly label: string;
  /** The members on the way to it in a SCIM User. */
  readonly keys: readonly string[];
  /** Of an attribute with several values, which one: of this type. */
  readonly type?: string;
}

const ofEnterprise = (name: string, label: string): readonly OwnField[] => [
  { name, label, keys: [enterpriseUserSchema.id, name] },
];
const plain = (name: string, label: string): readonly OwnField[] => [{ name, label, keys: [name] }];

/**
 * What may be opened to people themselves, each with its lines in the profile. E-mail addresses are not among it: by
 * them somebody takes over accounts that are there already.
 */
const attributes = {
  displayName: plain('displayName', 'Display name'),
  name: [
    { name: 'givenName', label: 'First name', keys: ['name', 'givenName'] },
    { name: 'familyName', label: 'Last name', keys: ['name', 'familyName'] },
  ],
  nickName: plain('nickName', 'Nickname'),
  phoneNumbers: [
    { name: 'mobile', label: 'Mobile phone', keys: ['phoneNumbers'], type: 'mobile' },
    { name: 'phone', label: 'Work phone', keys: ['phoneNumbers'], type: 'work' },
  ],
  title: plain('title', 'Job title'),
  department: ofEnterprise('department', 'Department'),
  division: ofEnterprise('division', 'Division'),
  organization: ofEnterprise('organization', 'Organization'),
  costCenter: ofEnterprise('costCenter', 'Cost center'),
  preferredLanguage: plain('preferredLanguage', 'Language'),
  timezone: plain('timezone', 'Time zone'),
} as const satisfies Readonly<Record<string, readonly OwnField[]>>;

/** An attribute that may be opened. */
export type OwnAttribute = keyof typeof attributes;

/** All of them. */
export const ownAttributes = Object.keys(attributes) as readonly OwnAttribute[];

/** What is open where nobody has said otherwise. */
export const usualOwnAttributes: readonly OwnAttribute[] = [
  'displayName',
  'name',
  'phoneNumbers',
  'department',
];

/** A line of somebody's profile. */
export interface ProfileField {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  readonly editable: boolean;
}

/** The lines of a profile: what may be changed, and what is known besides. */
export function profileOf(user: JsonObject, open: readonly string[]): readonly ProfileField[] {
  return Object.entries(attributes).flatMap(([attribute, fields]) =>
    fields
      .map((field: OwnField) => ({
        name: field.name,
        label: field.label,
        value: valueIn(user, field),
        editable: open.includes(attribute),
      }))
      .filter(({ value, editable }) => editable || value !== null),
  );
}

function valueIn(user: JsonObject, field: OwnField): string | null {
  const [first = '', second] = field.keys;
  const outer: Json | undefined = user[first];
  if (field.type !== undefined) {
    const typed = isArray(outer) ? outer.find((one) => isOfType(one, field.type)) : undefined;
    return isObject(typed) && typeof typed.value === 'string' ? typed.value : null;
  }
  const value = second === undefined ? outer : isObject(outer) ? outer[second] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}

function isOfType(element: Json, type: string | undefined): boolean {
  return isObject(element) && String(element.type ?? '').toLowerCase() === type;
}

/** The lines of a profile that may be changed, by their names. */
export function openFields(open: readonly string[]): ReadonlySet<string> {
  const all = Object.entries(attributes).filter(([attribute]) => open.includes(attribute));
  return new Set(all.flatMap(([, fields]) => fields.map(({ name }) => name)));
}

/**
 * The SCIM PATCH (RFC 7644 §3.5.2) that makes these changes to a user; `null` empties a line.
 * @returns `null` where nothing changes
 */
export function patchFor(
  user: JsonObject,
  changes: Readonly<Record<string, string | null>>,
): JsonObject | null {
  const operations = Object.values(attributes)
    .flat()
    .flatMap((field: OwnField): readonly JsonObject[] => {
      const wanted = changes[field.name];
      if (wanted === undefined || wanted === valueIn(user, field)) return [];
      const { whole, value } = pathsOf(field);
      return [
        wanted === null ? { op: 'remove', path: whole } : { op: 'add', path: value, value: wanted },
      ];
    });
  if (operations.length === 0) return null;
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

/** Where a line is: what is taken away with it, and where its value goes. */
function pathsOf({ keys, type }: OwnField): { readonly whole: string; readonly value: string } {
  const [first = '', second] = keys;
  if (type !== undefined) {
    const whole = `${first}[type eq "${type}"]`;
    return { whole, value: `${whole}.value` };
  }
  const path =
    second === undefined ? first : `${first}${first.startsWith('urn:') ? ':' : '.'}${second}`;
  return { whole: path, value: path };
}

/** Which line of a profile a sentence is about, by the attribute that it begins with; `null`: none of them. */
export function fieldNamedIn(sentence: string, changed: readonly string[]): string | null {
  const fields = Object.values(attributes).flat() as readonly OwnField[];
  const found = fields.find(
    (field) => changed.includes(field.name) && sentence.startsWith(field.keys[0] ?? ''),
  );
  return found?.name ?? null;
}
