/** Which fields a user has: those of SCIM that people use, and those that the directory's schema extensions add. */
import { useAnswer } from '../../api/queries.ts';
import { enterprise, type Listed, type User } from '../directory/directory.ts';
import { type Draft, type Field, type Kind, type Place, textIn } from './places.ts';

/** Fields that belong together. */
export interface FieldGroup {
  /** `null` for the first ones. */
  readonly heading: string | null;
  readonly fields: readonly Field[];
}

const field = (
  name: string,
  label: string,
  { details = '', kind = 'text' as Kind, place = { kind: 'plain', keys: [name] } as Place } = {},
): Field => ({ name, label, details, kind, place });

const inName = (name: string, label: string) =>
  field(name, label, { place: { kind: 'plain', keys: ['name', name] } });

const ofEnterprise = (name: string, label: string, kind: Kind = 'text') =>
  field(name, label, { kind, place: { kind: 'plain', schema: enterprise, keys: [name] } });

const phone = (name: string, label: string, type: string) =>
  field(name, label, {
    details: 'With its country, as in +44 20 7946 0000.',
    place: { kind: 'typed', list: 'phoneNumbers', type, sub: 'value' },
  });

const ofAddress = (sub: string, label: string, details = '') =>
  field(sub, label, { details, place: { kind: 'typed', list: 'addresses', type: 'work', sub } });

const standard: readonly FieldGroup[] = [
  {
    heading: null,
    fields: [
      field('userName', 'User name', {
        details: 'What they sign in with, mostly their e-mail address.',
      }),
      field('email', 'E-mail', {
        details: 'Where applications and Rollcall write to.',
        kind: 'email',
        place: { kind: 'email' },
      }),
      inName('givenName', 'First name'),
      inName('familyName', 'Last name'),
      field('displayName', 'Display name'),
      field('nickName', 'Nickname'),
    ],
  },
  {
    heading: 'Work',
    fields: [
      field('title', 'Title'),
      ofEnterprise('department', 'Department'),
      ofEnterprise('division', 'Division'),
      ofEnterprise('organization', 'Organization'),
      ofEnterprise('costCenter', 'Cost center'),
      ofEnterprise('employeeNumber', 'Employee number'),
      ofEnterprise('manager', 'Manager', 'person'),
    ],
  },
  {
    heading: 'Contact',
    fields: [
      phone('phone', 'Work phone', 'work'),
      phone('mobile', 'Mobile phone', 'mobile'),
      ofAddress('streetAddress', 'Street address'),
      ofAddress('locality', 'City'),
      ofAddress('region', 'State or region'),
      ofAddress('postalCode', 'Postal code'),
      ofAddress('country', 'Country', 'Its two letters, as in GB.'),
      field('preferredLanguage', 'Language', { details: 'As in en-GB.' }),
      field('timezone', 'Time zone', { details: 'As in Europe/London.' }),
    ],
  },
];

/** A schema as it is published (RFC 7643 §7). */
interface Schema {
  readonly id: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly description?: string;
  readonly mutability: string;
  readonly canonicalValues?: readonly string[];
}

interface ResourceType {
  readonly id: string;
  readonly schemaExtensions?: readonly { readonly schema: string }[];
}

/** What is entered as a text of one line. */
const kinds: Readonly<Record<string, Kind>> = {
  string: 'text',
  reference: 'text',
  binary: 'text',
  boolean: 'boolean',
  integer: 'number',
  decimal: 'number',
  dateTime: 'dateTime',
};

const hints: Readonly<Partial<Record<Kind, string>>> = {
  number: 'A number.',
  dateTime: 'As in 2026-11-28T09:00:00Z.',
  json: 'As JSON.',
};

/** The fields of an extension; what nobody may write has none. */
function groupOf({ id, name, attributes }: Schema): FieldGroup {
  return {
    heading: name,
    fields: attributes
      .filter(({ mutability }) => mutability !== 'readOnly')
      .map((attribute): Field => {
        const { canonicalValues = [], description = '' } = attribute;
        const of = kinds[attribute.type] ?? 'json';
        const kind = !attribute.multiValued ? of : of === 'json' ? 'json' : 'lines';
        const values = canonicalValues.length === 0 ? '' : `As ${canonicalValues.join(', ')}.`;
        const several = kind === 'lines' ? 'One a line.' : '';
        return {
          name: `${id}:${attribute.name}`,
          label: attribute.name,
          details: [description, values, hints[of] ?? '', several].filter(Boolean).join(' '),
          ...{ kind, of },
          place: { kind: 'plain', schema: id, keys: [attribute.name] },
        };
      }),
  };
}

/** Every field of a user; `undefined` while nobody knows which extensions there are. */
export function useFieldGroups(): readonly FieldGroup[] | undefined {
  const types = useAnswer<Listed<ResourceType>>('/directory/ResourceTypes');
  const schemas = useAnswer<Listed<Schema>>('/directory/Schemas');
  if (types.data === undefined || schemas.data === undefined)
    return types.isError || schemas.isError ? standard : undefined;
  const user = types.data.Resources?.find(({ id }) => id === 'User');
  const extensions = user?.schemaExtensions?.map(({ schema }) => schema) ?? [];
  const custom = schemas.data.Resources?.filter(
    ({ id }) => id !== enterprise && extensions.includes(id),
  ).map(groupOf);
  return [...standard, ...(custom ?? []).filter(({ fields }) => fields.length > 0)];
}

/** All fields, in the order of the page. */
export function allFields(groups: readonly FieldGroup[]): readonly Field[] {
  return groups.flatMap(({ fields }) => fields);
}

/** The fields of somebody who is there. */
export function draftOf(fields: readonly Field[], user: User): Draft {
  return Object.fromEntries(fields.map((one) => [one.name, textIn(user, one)]));
}
