/** `customerCreate`, `customerUpdate`, `customerDelete`. Their `userErrors` have no code. */
import { type Customer, newCustomer } from '../../shop/customer.ts';
import { applyCustomerInput } from '../../shop/customer-input.ts';
import {
  canDelete,
  changeCustomer,
  createCustomer,
  removeCustomer,
  takenProblems,
  touchCustomer,
} from '../../shop/customers.ts';
import { globalId } from '../../shop/global-id.ts';
import { resolveNamespace } from '../../shop/metafield-definitions.ts';
import { type MetafieldWrite, metafieldProblems, writeMetafield } from '../../shop/metafields.ts';
import { type Problem, under } from '../../shop/problem.ts';
import { type Shop, shopLocale } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import { customerOf } from '../ids.ts';
import type { CustomerInput } from '../inputs.ts';
import { shopNode } from '../queries/shop.ts';
import { applyConsent, consentProblems } from './consent.ts';
import { plainErrors } from './user-errors.ts';

export const customerMutations: Fields<undefined> = {
  customerCreate: (_, { input }: { input: CustomerInput }, { shop }) =>
    shop.database.transaction(() => create(shop, input)),

  customerUpdate: (_, { input }: { input: CustomerInput }, { shop }) =>
    shop.database.transaction(() => {
      const customer = input.id ? customerOf(shop, input.id) : undefined;
      return customer
        ? update(shop, customer, input)
        : refused([about('id', 'Customer does not exist')]);
    }),

  customerDelete: (_, { input }: { input: { id: string } }, { shop }) => {
    const customer = customerOf(shop, input.id);
    const problem = !customer
      ? about('id', "Customer can't be found")
      : canDelete(customer)
        ? null
        : about('id', 'Customer can’t be deleted because they have associated orders');
    if (customer && !problem) removeCustomer(shop, 'app', customer);
    return {
      deletedCustomerId: problem || !customer ? null : globalId('Customer', customer.id),
      shop: shopNode(shop),
      userErrors: plainErrors(problem ? [problem] : []),
    };
  },
};

function create(shop: Shop, input: CustomerInput) {
  if (input.id) return refused([about('id', 'Cannot specify ID on creation')]);
  const blank = newCustomer(shop.database.nextId('customer'), shop.now(), shopLocale);
  const { customer, metafields, problems } = draft(shop, blank, input);
  const consent = input.emailMarketingConsent;
  if (consent) problems.push(...consentProblems(shop, consent, ['emailMarketingConsent']));
  if (problems.length > 0) return refused(problems);
  const created = createCustomer(shop, 'app', consent ? applyConsent(customer, consent) : customer);
  for (const metafield of metafields) writeMetafield(shop, metafield);
  return { customer: created, userErrors: [] };
}

function update(shop: Shop, before: Customer, input: CustomerInput) {
  const { customer: after, metafields, problems } = draft(shop, before, input);
  if (input.emailMarketingConsent) problems.push(useConsentMutation);
  if (problems.length > 0) return refused(problems);
  const changed = changeCustomer(shop, 'app', { before, after });
  for (const metafield of metafields) writeMetafield(shop, metafield);
  const message = `Metafields set: ${metafields.map(({ key }) => key).join(', ')}`;
  const customer =
    metafields.length > 0 && changed === before
      ? touchCustomer(shop, 'app', { before, after: before, message })
      : changed;
  return { customer, userErrors: [] };
}

function draft(shop: Shop, customer: Customer, input: CustomerInput) {
  for (const field of ['smsMarketingConsent', 'whatsAppMarketingConsent'] as const)
    if (input[field]) throw notImplemented(`CustomerInput.${field}`);
  const applied = applyCustomerInput(customer, input, {
    newAddressId: () => shop.database.nextId('address'),
    blankAddresses: 'refused',
  });
  const metafields = (input.metafields ?? []).map((given) => metafieldWrite(customer.id, given));
  const multipassIdentifier = input.multipassIdentifier;
  return {
    customer:
      multipassIdentifier === undefined
        ? applied.customer
        : { ...applied.customer, multipassIdentifier },
    metafields,
    problems: [
      ...applied.problems,
      ...takenProblems(shop, applied.customer),
      ...metafields.flatMap((write, index) => listedProblems(shop, write, index)),
    ],
  };
}

type MetafieldInput = NonNullable<CustomerInput['metafields']>[number];

function metafieldWrite(ownerId: number, given: MetafieldInput): MetafieldWrite {
  if (given.id) throw notImplemented('MetafieldInput.id');
  return {
    ownerType: 'CUSTOMER',
    ownerId,
    namespace: resolveNamespace(given.namespace),
    key: given.key ?? '',
    type: given.type ?? null,
    value: given.value ?? '',
    compareDigest: undefined,
  };
}

function listedProblems(shop: Shop, write: MetafieldWrite, index: number): Problem[] {
  return metafieldProblems(shop, write).map((problem) =>
    under(['metafields', `${index}`], problem),
  );
}

const useConsentMutation: Problem = {
  field: ['emailMarketingConsent'],
  message:
    'To update emailMarketingConsent, please use the customerEmailMarketingConsentUpdate Mutation instead',
  code: null,
};

const about = (field: string, message: string): Problem => ({
  field: [field],
  message,
  code: null,
});

const refused = (problems: readonly Problem[]) => ({
  customer: null,
  userErrors: plainErrors(problems),
});
