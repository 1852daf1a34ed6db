/**
 * What an input makes of a customer: normalised and judged by Shopify's rules, without touching
 * anything. `customerSet`, `customerCreate`, `customerUpdate` and the staff's form all pass here.
 */
import {
  type Address,
  type AddressInput,
  applyAddressInput,
  emptyAddress,
  isBlankAddress,
  isSameAddress,
} from './addresses.ts';
import { isEmail, isLocale, normaliseEmail, normalisePhone } from './contact.ts';
import { type Customer, defaultAddress, withAddresses } from './customer.ts';
import { type Problem, problemIf, under } from './problem.ts';
import { shopLocale } from './shop.ts';
import { normaliseTags, tagProblems } from './tags.ts';

/** The fields `CustomerInput` and `CustomerSetInput` share; left out is untouched, null clears. */
export interface CustomerFields {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly locale?: string | null;
  readonly note?: string | null;
  readonly tags?: readonly string[] | null;
  readonly taxExempt?: boolean | null;
  readonly taxExemptions?: readonly string[] | null;
  readonly addresses?: readonly AddressInput[] | null;
}

export interface InputRules {
  /** Gives the id of a new address. */
  readonly newAddressId: () => number;
  /** `customerSet` takes an address with nothing in it, `customerCreate` and `…Update` do not. */
  readonly blankAddresses: 'allowed' | 'refused';
}

export interface CustomerDraft {
  readonly customer: Customer;
  readonly problems: readonly Problem[];
}

type Step = (customer: Customer, input: CustomerFields, rules: InputRules) => CustomerDraft;

/** Applies the input field by field; all problems are gathered. */
export function applyCustomerInput(
  customer: Customer,
  input: CustomerFields,
  rules: InputRules,
): CustomerDraft {
  let draft: CustomerDraft = { customer, problems: [] };
  for (const step of steps) {
    const next = step(draft.customer, input, rules);
    draft = { customer: next.customer, problems: [...draft.problems, ...next.problems] };
  }
  return { ...draft, problems: [...draft.problems, ...identityProblems(draft)] };
}

const email: Step = (customer, input) => {
  if (input.email === undefined) return { customer, problems: [] };
  const value = normaliseEmail(input.email);
  const tooLong = (value?.length ?? 0) > 255;
  return {
    customer: { ...customer, email: value },
    problems: [
      ...problemIf(tooLong, 'email', 'Email is too long (maximum is 255 characters)', 'TOO_LONG'),
      ...problemIf(
        value !== null && !tooLong && !isEmail(value),
        'email',
        'Email is invalid',
        'INVALID',
      ),
    ],
  };
};

// Comes after the addresses: a number without a country code is read with the address's country.
const phone: Step = (customer, input) => {
  if (input.phone === undefined) return { customer, problems: [] };
  const given = input.phone?.trim() ?? '';
  if (given === '') return { customer: { ...customer, phone: null }, problems: [] };
  if (given.length > 255)
    return refused(customer, 'phone', 'Phone is too long (maximum is 255 characters)', 'TOO_LONG');
  const number = normalisePhone(given, defaultAddress(customer)?.countryCode ?? null);
  if (number === null) return refused(customer, 'phone', 'Phone is invalid', 'INVALID');
  return { customer: { ...customer, phone: number }, problems: [] };
};

const names: Step = (customer, input) => ({
  customer: {
    ...customer,
    ...(input.firstName === undefined ? {} : { firstName: unlessBlank(input.firstName) }),
    ...(input.lastName === undefined ? {} : { lastName: unlessBlank(input.lastName) }),
  },
  problems: [
    ...tooLong('firstName', 'First name', input.firstName, 255),
    ...tooLong('lastName', 'Last name', input.lastName, 255),
  ],
});

const locale: Step = (customer, input) => {
  if (input.locale === undefined) return { customer, problems: [] };
  const value = input.locale || shopLocale;
  return {
    customer: { ...customer, locale: value },
    problems: problemIf(!isLocale(value), 'locale', 'Locale is invalid', 'INVALID'),
  };
};

const note: Step = (customer, input) => ({
  customer: input.note === undefined ? customer : { ...customer, note: input.note },
  problems: tooLong('note', 'Note', input.note, 5000),
});

const tags: Step = (customer, input) => {
  if (!input.tags) return { customer, problems: [] };
  const list = normaliseTags(input.tags);
  return { customer: { ...customer, tags: list }, problems: tagProblems(list) };
};

const taxes: Step = (customer, input) => ({
  customer: {
    ...customer,
    taxExempt: input.taxExempt ?? customer.taxExempt,
    taxExemptions: input.taxExemptions ?? customer.taxExemptions,
  },
  problems: problemIf(
    input.taxExempt === null,
    'taxExempt',
    'Tax exempt is of unexpected type NilClass',
    'INVALID',
  ),
});

const addresses: Step = (customer, input, rules) => {
  if (!input.addresses) return { customer, problems: [] };
  const list: Address[] = [];
  const problems: Problem[] = [];
  for (const [index, given] of input.addresses.entries()) {
    const draft = applyListedAddress(customer, given, rules);
    problems.push(...draft.problems.map((problem) => under(['addresses', `${index}`], problem)));
    if (!list.some((other) => isSameAddress(other, draft.address))) list.push(draft.address);
  }
  return { customer: withAddresses(customer, list), problems };
};

const steps: readonly Step[] = [email, names, locale, note, tags, taxes, addresses, phone];

function applyListedAddress(customer: Customer, given: AddressInput, rules: InputRules) {
  const known = customer.addresses.find(({ id }) => given.id && idOf(given.id) === id);
  const base = known ?? emptyAddress(rules.newAddressId(), customer);
  const draft = applyAddressInput(base, given);
  const unknown = problemIf(
    Boolean(given.id) && !known,
    'id',
    'Address does not exist',
    'NOT_FOUND',
  );
  const blank: Problem[] =
    rules.blankAddresses === 'refused' && isBlankAddress(draft.address)
      ? [{ field: [], message: 'Customer address cannot be blank.', code: 'BLANK' }]
      : [];
  return { address: draft.address, problems: [...unknown, ...draft.problems, ...blank] };
}

/** The number in a global id such as `gid://shopify/MailingAddress/12?model_name=…`. */
function idOf(gid: string): number {
  return Number(/\/(\d+)(?:\?|$)/.exec(gid)?.[1]);
}

// A number that was refused still says who is meant: one wrong field is one complaint.
function identityProblems({ customer, problems }: CustomerDraft): Problem[] {
  const { email, phone, firstName, lastName } = customer;
  if (email || phone || firstName || lastName) return [];
  if (problems.some(({ field }) => field[0] === 'phone')) return [];
  const message = 'A name, phone number, or email address must be present';
  return [{ field: [], message, code: null }];
}

function refused(customer: Customer, field: string, message: string, code: string): CustomerDraft {
  return { customer, problems: [{ field: [field], message, code }] };
}

function tooLong(
  field: string,
  label: string,
  value: string | null | undefined,
  maximum: number,
): Problem[] {
  const message = `${label} is too long (maximum is ${maximum} characters)`;
  return problemIf((value?.length ?? 0) > maximum, field, message, 'TOO_LONG');
}

function unlessBlank(value: string | null): string | null {
  return value?.trim() ? value : null;
}
