/** A customer's addresses: how an input becomes one, and how one is written out. */
import type { Problem } from './problem.ts';
import { countryCode, countryName, findZone } from './zones.ts';

export interface Address {
  readonly id: number;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly company: string | null;
  readonly address1: string | null;
  readonly address2: string | null;
  readonly city: string | null;
  readonly provinceCode: string | null;
  readonly province: string | null;
  readonly countryCode: string | null;
  readonly country: string | null;
  readonly zip: string | null;
  readonly phone: string | null;
}

const textFields = [
  'firstName',
  'lastName',
  'company',
  'address1',
  'address2',
  'city',
  'zip',
  'phone',
] as const;

type TextField = (typeof textFields)[number];

/** `MailingAddressInput` of the schema; what is left out stays as it is. */
export interface AddressInput extends Partial<Record<TextField, string | null>> {
  readonly id?: string | null;
  readonly countryCode?: string | null;
  readonly country?: string | null;
  readonly provinceCode?: string | null;
  readonly province?: string | null;
}

export interface AddressDraft {
  readonly address: Address;
  readonly problems: readonly Problem[];
}

/** The address with nothing in it but a name, which a new one takes from its customer. */
export function emptyAddress(id: number, owner: Pick<Address, 'firstName' | 'lastName'>): Address {
  const { firstName, lastName } = owner;
  const nothing = { company: null, address1: null, address2: null, city: null, zip: null };
  const nowhere = { provinceCode: null, province: null, countryCode: null, country: null };
  return { id, firstName, lastName, ...nothing, ...nowhere, phone: null };
}

/** Writes an input over an address. The problems' fields are relative to the input. */
export function applyAddressInput(base: Address, input: AddressInput): AddressDraft {
  const texts: Partial<Record<TextField, string | null>> = {};
  const problems: Problem[] = [];
  for (const field of textFields) {
    const value = input[field];
    if (value === undefined) continue;
    texts[field] = blankToNull(value);
    problems.push(...textProblems(field, texts[field] ?? ''));
  }
  const place = applyPlace({ ...base, ...texts }, input);
  return { address: place.address, problems: [...problems, ...place.problems] };
}

function applyPlace(base: Address, input: AddressInput): AddressDraft {
  const wantedCountry = blankToNull(input.countryCode ?? input.country ?? null);
  const named = input.countryCode !== undefined || input.country !== undefined;
  const code = named ? wantedCountry && countryCode(wantedCountry) : base.countryCode;
  if (code === undefined) return refuse(base, 'country', 'Country is invalid');
  const address: Address = {
    ...base,
    countryCode: code,
    country: code && (countryName(code) ?? null),
    ...(code === base.countryCode ? {} : { provinceCode: null, province: null }),
  };
  return applyZone(address, input);
}

function applyZone(base: Address, input: AddressInput): AddressDraft {
  if (input.provinceCode === undefined && input.province === undefined)
    return { address: base, problems: [] };
  const wanted = blankToNull(input.provinceCode ?? input.province ?? null);
  const zone = wanted && base.countryCode ? findZone(base.countryCode, wanted) : null;
  if (zone === 'invalid') return refuse(base, 'province', 'Province is invalid');
  const [provinceCode, province] = [zone?.code ?? null, zone?.name ?? null];
  return { address: { ...base, provinceCode, province }, problems: [] };
}

function refuse(address: Address, field: string, message: string): AddressDraft {
  return { address, problems: [{ field: [field], message, code: 'INVALID' }] };
}

function textProblems(field: TextField, value: string): Problem[] {
  const label = labels[field];
  const complaint =
    (value.length > 255 && 'is too long (maximum is 255 characters)') ||
    (/<[^>]+>/.test(value) && 'cannot contain HTML tags') ||
    (/https?:\/\//i.test(value) && 'cannot contain URL') ||
    (/\p{Extended_Pictographic}/u.test(value) && 'cannot contain emojis');
  if (!complaint) return [];
  const code = value.length > 255 ? 'TOO_LONG' : 'INVALID';
  return [{ field: [field], message: `${label} ${complaint}`, code }];
}

const labels: Readonly<Record<TextField, string>> = {
  firstName: 'First name',
  lastName: 'Last name',
  company: 'Company',
  address1: 'Address1',
  address2: 'Address2',
  city: 'City',
  zip: 'Zip',
  phone: 'Phone',
};

/** Whether the address says nothing but a name. */
export function isBlankAddress(address: Address): boolean {
  const { company, address1, address2, city, zip, phone, provinceCode, countryCode } = address;
  return [company, address1, address2, city, zip, phone, provinceCode, countryCode].every(
    (value) => value === null,
  );
}

/** Whether two addresses say the same; a customer holds no address twice. */
export function isSameAddress(one: Address, other: Address): boolean {
  return JSON.stringify({ ...one, id: 0 }) === JSON.stringify({ ...other, id: 0 });
}

/** `Ottawa ON, Canada`; null when nothing is known. */
export function formattedArea(address: Address): string | null {
  const place = [address.city, address.provinceCode].filter(Boolean).join(' ');
  return [place, address.country].filter(Boolean).join(', ') || null;
}

/** First and last name, or null. */
export function addressName(address: Address): string | null {
  return [address.firstName, address.lastName].filter(Boolean).join(' ') || null;
}

/** The address as the lines of an envelope. */
export function formattedLines(
  address: Address,
  options: { readonly withName: boolean; readonly withCompany: boolean },
): string[] {
  const place = [address.city, address.provinceCode, address.zip].filter(Boolean).join(' ');
  return [
    options.withName ? addressName(address) : null,
    options.withCompany ? address.company : null,
    address.address1,
    address.address2,
    place,
    address.country,
  ].filter((line): line is string => Boolean(line));
}

function blankToNull(value: string | null): string | null {
  return value?.trim() || null;
}
