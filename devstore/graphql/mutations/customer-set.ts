/**
 * `customerSet`: the upsert by custom id, id, e-mail or phone.
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/customerSet
 */
import { normaliseEmail, normalisePhone } from '../../shop/contact.ts';
import { type Customer, newCustomer } from '../../shop/customer.ts';
import { applyCustomerInput } from '../../shop/customer-input.ts';
import { findCustomerByEmail, findCustomerByPhone } from '../../shop/customer-rows.ts';
import { changeCustomer, createCustomer, takenProblems } from '../../shop/customers.ts';
import { resolveNamespace } from '../../shop/metafield-definitions.ts';
import { metafieldProblems, writeMetafield } from '../../shop/metafields.ts';
import type { Problem } from '../../shop/problem.ts';
import { type Shop, shopLocale } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { customerOf } from '../ids.ts';
import type { CustomerSetIdentifiers, CustomerSetInput, UniqueMetafieldValue } from '../inputs.ts';
import { customerByCustomId } from '../queries/customers.ts';
import { codedErrors } from './user-errors.ts';

interface CustomerSetArguments {
  readonly identifier?: CustomerSetIdentifiers | null;
  readonly input: CustomerSetInput;
}

/** Who is meant: somebody there, somebody to be made (perhaps with a custom id), or nobody. */
type Target =
  | { readonly kind: 'existing'; readonly customer: Customer }
  | { readonly kind: 'new'; readonly customId: UniqueMetafieldValue | null }
  | { readonly kind: 'refused'; readonly problem: Problem };

export const customerSetMutations: Fields<undefined> = {
  customerSet: (_, args: CustomerSetArguments, { shop }) =>
    shop.database.transaction(() => {
      const target = findTarget(shop, args);
      if (target.kind === 'refused') return refusal([target.problem]);
      return target.kind === 'existing'
        ? update(shop, target.customer, args.input)
        : create(shop, target.customId, args.input);
    }),
};

function findTarget(shop: Shop, { identifier, input }: CustomerSetArguments): Target {
  if (identifier && input.id) return refused(idNotAllowed);
  const id = identifier?.id ?? input.id;
  if (id) return existingOr(customerOf(shop, id), refused(notFound));
  if (identifier?.customId) {
    const { customId } = identifier;
    return existingOr(customerByCustomId(shop, customId), { kind: 'new', customId });
  }
  if (identifier?.email !== undefined)
    return findByContact(
      { identifier: normaliseEmail(identifier.email), input: normaliseEmail(input.email ?? null) },
      (email) => findCustomerByEmail(shop.database, email),
    );
  if (identifier?.phone !== undefined)
    return findByContact(
      { identifier: phoneKey(identifier.phone), input: phoneKey(input.phone ?? '') },
      (phone) => findCustomerByPhone(shop.database, phone),
    );
  return { kind: 'new', customId: null };
}

function findByContact(
  value: { readonly identifier: string | null; readonly input: string | null },
  find: (value: string) => Customer | undefined,
): Target {
  if (value.input === null) return refused(fieldRequired);
  if (value.input !== value.identifier) return refused(inputMismatch);
  return existingOr(find(value.input), { kind: 'new', customId: null });
}

// A number that cannot be read stays as it is: it will be refused as invalid, not as missing.
function phoneKey(phone: string): string | null {
  return normalisePhone(phone, null) ?? (phone.trim() || null);
}

function existingOr(customer: Customer | undefined, otherwise: Target): Target {
  return customer ? { kind: 'existing', customer } : otherwise;
}

function update(shop: Shop, before: Customer, input: CustomerSetInput) {
  const { customer, problems } = draft(shop, before, input);
  if (problems.length > 0) return refusal(problems);
  return accepted(changeCustomer(shop, 'app', { before, after: customer }));
}

function create(shop: Shop, customId: UniqueMetafieldValue | null, input: CustomerSetInput) {
  const blank = newCustomer(shop.database.nextId('customer'), shop.now(), shopLocale);
  const { customer, problems } = draft(shop, blank, input);
  const metafield = customId && customIdWrite(blank.id, customId);
  const all = [
    ...problems,
    // The identifier is no field of the input: what is wrong with its value is told of the input.
    ...(metafield ? metafieldProblems(shop, metafield) : []).map(aboutInput),
  ];
  if (all.length > 0) return refusal(all);
  const created = createCustomer(shop, 'app', customer);
  if (metafield) writeMetafield(shop, metafield);
  return accepted(created);
}

function draft(shop: Shop, customer: Customer, input: CustomerSetInput) {
  const applied = applyCustomerInput(customer, input, {
    newAddressId: () => shop.database.nextId('address'),
    blankAddresses: 'allowed',
  });
  const taken = takenProblems(shop, applied.customer);
  return { ...applied, problems: [...applied.problems, ...taken] };
}

function customIdWrite(ownerId: number, { namespace, key, value }: UniqueMetafieldValue) {
  return {
    ownerType: 'CUSTOMER',
    ownerId,
    namespace: resolveNamespace(namespace),
    key,
    type: 'id',
    value,
    compareDigest: undefined,
  };
}

const aboutInput = (problem: Problem): Problem => ({ ...problem, field: [] });

const accepted = (customer: Customer) => ({ customer, userErrors: [] });

const refusal = (problems: readonly Problem[]) => ({
  customer: null,
  userErrors: codedErrors(problems, ['input']),
});

const refused = (problem: Problem): Target => ({ kind: 'refused', problem });

const idNotAllowed: Problem = {
  field: [],
  message: 'The id field is not allowed if identifier is provided.',
  code: 'ID_NOT_ALLOWED',
};

const notFound: Problem = {
  field: [],
  message: 'Resource matching the identifier was not found.',
  code: 'NOT_FOUND',
};

const fieldRequired: Problem = {
  field: [],
  message: 'The input field corresponding to the identifier is required.',
  code: 'MISSING_FIELD_REQUIRED',
};

const inputMismatch: Problem = {
  field: [],
  message: 'The identifier value does not match the value of the corresponding field in the input.',
  code: 'INPUT_MISMATCH',
};
