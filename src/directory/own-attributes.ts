/** What people of the directory may change about themselves, by the administrator's choice. Pure. */
import type { JsonObject } from '../model.ts';
import { PATCH_URN } from '../scim/patch.ts';
import {
  type Column,
  cellOf,
  columnNamedIn,
  operationsFor,
  standardColumn,
} from './user-columns.ts';

/** One line of a profile: a column of a file of users, with its label. */
interface OwnField {
  readonly label: string;
  readonly column: Column;
}

const line = (name: string, label: string): OwnField => ({
  label,
  column: standardColumn(name),
});

/**
 * What may be opened to people themselves, each with its lines in the profile. E-mail addresses are not among it: by
 * them somebody takes over accounts that are there already.
 */
const attributes = {
  displayName: [line('displayName', 'Display name')],
  name: [line('givenName', 'First name'), line('familyName', 'Last name')],
  nickName: [line('nickName', 'Nickname')],
  phoneNumbers: [line('mobile', 'Mobile phone'), line('phone', 'Work phone')],
  title: [line('title', 'Job title')],
  department: [line('department', 'Department')],
  division: [line('division', 'Division')],
  organization: [line('organization', 'Organization')],
  costCenter: [line('costCenter', 'Cost center')],
  preferredLanguage: [line('preferredLanguage', 'Language')],
  timezone: [line('timezone', 'Time zone')],
} satisfies Readonly<Record<string, readonly OwnField[]>>;

const allFields: readonly OwnField[] = Object.values(attributes).flat();

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
      .map(({ label, column }) => ({
        name: column.name,
        label,
        value: cellOf(user, column) || null,
        editable: open.includes(attribute),
      }))
      .filter(({ value, editable }) => editable || value !== null),
  );
}

/** The lines of a profile that may be changed, by their names. */
export function openFields(open: readonly string[]): ReadonlySet<string> {
  const all = Object.entries(attributes).filter(([attribute]) => open.includes(attribute));
  return new Set(all.flatMap(([, fields]) => fields.map(({ column }) => column.name)));
}

/**
 * The SCIM PATCH (RFC 7644 §3.5.2) that makes these changes to a user; `null` empties a line.
 * @returns `null` where nothing changes
 */
export function patchFor(
  user: JsonObject,
  changes: Readonly<Record<string, string | null>>,
): JsonObject | null {
  const operations = allFields.flatMap(({ column }) => {
    const wanted = changes[column.name];
    return wanted === undefined ? [] : operationsFor(user, column, wanted ?? '');
  });
  return operations.length === 0 ? null : { schemas: [PATCH_URN], Operations: operations };
}

/** Which line of a profile a sentence is about, by the attribute that it begins with; `null`: none of them. */
export function fieldNamedIn(sentence: string, changed: readonly string[]): string | null {
  const columns = allFields.map(({ column }) => column);
  const its = columns.filter(({ name }) => changed.includes(name));
  return columnNamedIn(sentence, its)?.name ?? null;
}
