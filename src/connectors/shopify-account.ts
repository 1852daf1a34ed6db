/** A person as a customer of a Shopify store: what it is made of, in Shopify's own forms, and how it is found. Pure. */
import {
  type CountryCode as PhoneCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type {
  Account,
  Attributes,
  MappingRule,
  Match,
  Person,
  Refusal,
} from '../provisioning/connector.ts';
import { anyOfCompanies, completed } from '../shopify/membership.ts';
import type { CustomerInput } from '../shopify/operations.generated.ts';
import { metafieldLabels, metafieldValues, ourMetafield } from './shopify-metafields.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What `customerSet` takes by itself. */
export const core = ['firstName', 'lastName', 'phone', 'locale'] as const;
/** The parts of an address, each an attribute behind this prefix. */
export const address = [
  'address1',
  'address2',
  'city',
  'provinceCode',
  'zip',
  'countryCode',
] as const;
export const addressPrefix = 'address.';

/** Where a customer's attributes come from, unless a policy says otherwise. */
export const mapping: readonly MappingRule[] = [
  { to: 'firstName', from: 'name.givenName' },
  { to: 'lastName', from: 'name.familyName' },
  { to: 'phone', from: ['phoneNumbers[type eq "mobile"].value', 'phoneNumbers.value'] },
  { to: 'locale', from: ['preferredLanguage', 'locale'], transform: 'language' },
  { to: 'address.address1', from: 'addresses.streetAddress', transform: 'firstLine' },
  { to: 'address.address2', from: 'addresses.streetAddress', transform: 'otherLines' },
  { to: 'address.city', from: 'addresses.locality' },
  { to: 'address.provinceCode', from: 'addresses.region', transform: 'region' },
  { to: 'address.zip', from: 'addresses.postalCode' },
  { to: 'address.countryCode', from: 'addresses.country', transform: 'country' },
  { to: 'department', from: `${enterprise}:department` },
  { to: 'title', from: 'title' },
  { to: 'organization', from: `${enterprise}:organization` },
  { to: 'employeeNumber', from: `${enterprise}:employeeNumber` },
];

/** As Shopify's admin calls them. */
export const labels = {
  firstName: { label: 'First name' },
  lastName: { label: 'Last name' },
  phone: { label: 'Phone number' },
  locale: { label: 'Language' },
  'address.address1': { label: 'Address' },
  'address.address2': { label: 'Apartment, suite, etc.' },
  'address.city': { label: 'City' },
  'address.provinceCode': { label: 'State or province' },
  'address.zip': { label: 'Postal code' },
  'address.countryCode': { label: 'Country' },
  ...metafieldLabels,
};

const longestName = 255;
const mailbox = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** Shopify's own forms: e-mail lower-cased without white space, phones in E.164, a role with its contact. */
export function normalise(account: Account): { account: Account; refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  const email = account.email.replaceAll(/\s/g, '').toLowerCase();
  if (!mailbox.test(email) || email.length > longestName) {
    refusals.push({
      path: 'emails',
      message: `Shopify would not take ${account.email} as an e-mail address.`,
      optional: false,
    });
  }
  for (const name of ['firstName', 'lastName'] as const) {
    const value = account.attributes[name];
    if (value != null && value.length > longestName) {
      refusals.push({
        path: 'name',
        message: `Shopify takes at most ${longestName} characters for a name.`,
        optional: false,
      });
    }
  }
  const phone = normalisePhone(account.attributes, refusals);
  const attributes = phone === undefined ? account.attributes : { ...account.attributes, phone };
  const memberships = completed(account.memberships);
  return { account: { ...account, email, attributes, memberships }, refusals };
}

function normalisePhone(attributes: Attributes, refusals: Refusal[]): string | null | undefined {
  const given = attributes.phone;
  if (given == null) return given;
  // The country is only asked where the number does not begin with one.
  const country = attributes['address.countryCode'] ?? undefined;
  const parsed = parsePhoneNumberFromString(given, country as PhoneCountry | undefined);
  if (parsed?.isValid()) return parsed.number;
  refusals.push({
    path: 'phoneNumbers',
    message: `Shopify would not take ${given} as a phone number: write it with its country, like +14155550123.`,
    optional: true,
  });
  return null;
}

/** `addresses` is deprecated in favour of mutations that need a customer: nothing else gives one with it. */
type CustomerLine = CustomerInput & {
  readonly addresses?: readonly Readonly<Record<string, string>>[];
};

/** The whole of a new customer, or `null` where one call cannot make it: companies take calls of their own. */
export function customerInput(account: Account): CustomerLine | null {
  if (anyOfCompanies(account.memberships)) return null;
  const { attributes, memberships } = account;
  const keyed = [ourMetafield('link_id', account.key), ...metafieldValues(attributes)];
  const place = assignedOf(
    address.map((name) => [name, attributes[addressPrefix + name] ?? null] as const),
  );
  return {
    email: account.email,
    ...assignedOf(core.map((name) => [name, attributes[name] ?? null] as const)),
    ...(memberships.length === 0 ? {} : { tags: memberships }),
    ...(Object.keys(place).length === 0 ? {} : { addresses: [place] }),
    metafields: keyed.flatMap(({ value, ...place }) =>
      value === null ? [] : [{ ...place, value }],
    ),
  };
}

function assignedOf(
  values: readonly (readonly [string, string | null])[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    values.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}

/** How Shopify is asked for a person's account; `null` where there is nothing to ask by. */
export function identifierOf({ key, email, attributes }: Person, match: Match) {
  switch (match) {
    case 'key':
      return { customId: { key: 'link_id', value: key } };
    case 'email':
      return { emailAddress: email };
    case 'phone':
      return attributes?.phone == null ? null : { phoneNumber: attributes.phone };
  }
}

/** Those of the attributes that are there, of these names. */
export function only<Name extends string>(
  attributes: Attributes,
  names: readonly Name[],
): Partial<Record<Name, string | null>> {
  const picked: Partial<Record<Name, string | null>> = {};
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
