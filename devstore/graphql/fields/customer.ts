/** `Customer`. */
import { findContactOf } from '../../shop/company-contacts.ts';
import { isEmail } from '../../shop/contact.ts';
import { type Customer, defaultAddress, displayName } from '../../shop/customer.ts';
import { canDelete } from '../../shop/customers.ts';
import { globalId } from '../../shop/global-id.ts';
import { resolveNamespace } from '../../shop/metafield-definitions.ts';
import { findMetafield, listMetafields } from '../../shop/metafields.ts';
import { findVisibleOrder } from '../../shop/order-access.ts';
import { amountSpent, ordersOfCustomer } from '../../shop/order-rows.ts';
import { isoTime } from '../../shop/time.ts';
import { b2bField } from '../b2b-access.ts';
import { listConnection } from '../connection.ts';
import type { Fields } from '../context.ts';
import type { PageArguments } from '../inputs.ts';
import { money } from '../money.ts';
import { type OrdersArguments, orderConnection } from '../queries/orders.ts';
import { withScope } from '../scopes.ts';

interface MetafieldsArguments extends PageArguments {
  readonly namespace?: string | null;
  readonly keys?: readonly string[] | null;
}

export const customerFields: Fields<Customer> = {
  id: ({ id }) => globalId('Customer', id),
  legacyResourceId: ({ id }) => String(id),
  displayName,
  defaultEmailAddress: emailAddress,
  defaultPhoneNumber: phoneNumber,
  emailMarketingConsent: (customer) => customer.email && emailConsent(customer),
  validEmailAddress: ({ email }) => email !== null && isEmail(email),
  verifiedEmail: () => true,
  canDelete,
  numberOfOrders: ({ numberOfOrders }) => String(numberOfOrders),
  amountSpent: ({ id }, _args, { shop }) => money(amountSpent(shop.database, id)),
  ...withScope<Customer>('read_orders', {
    orders: ({ id }, args: OrdersArguments, context, info) =>
      orderConnection({ sql: 'customer_id = ?', parameters: [id] }, args, context, info),
    lastOrder: ({ id }, _args, { shop }) => {
      const last = ordersOfCustomer(shop.database, id).at(-1);
      return (last && findVisibleOrder(shop, last.id)) ?? null;
    },
  }),
  addresses: ({ addresses }, args: { first?: number | null }) =>
    addresses.slice(0, args.first ?? undefined),
  addressesV2: ({ addresses }, args: PageArguments) => listConnection(addresses, args),
  defaultAddress,
  metafield: (customer, args: { namespace?: string | null; key: string }, { shop }) =>
    findMetafield(shop.database, {
      ownerType: 'CUSTOMER',
      ownerId: customer.id,
      namespace: resolveNamespace(args.namespace),
      key: args.key,
    }) ?? null,
  metafields: (customer, args: MetafieldsArguments, { shop }) =>
    listConnection(
      listMetafields(shop.database, 'CUSTOMER', customer.id).filter((metafield) =>
        isAskedFor(metafield, args),
      ),
      args,
    ),
  companyContactProfiles: b2bField('read', 'companyContactProfiles', ({ id }, _args, { shop }) => {
    const contact = findContactOf(shop.database, id);
    return contact ? [contact] : [];
  }),
  identityProviderSubjects: () => [],
  dataSaleOptOut: () => false,
  hasTimelineComment: () => false,
  productSubscriberStatus: () => 'NEVER_SUBSCRIBED',
  createdAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ updatedAt }) => isoTime(updatedAt),
};

function isAskedFor(
  metafield: { readonly namespace: string; readonly key: string },
  { namespace, keys }: MetafieldsArguments,
): boolean {
  if (namespace && metafield.namespace !== resolveNamespace(namespace)) return false;
  if (!keys || keys.length === 0) return true;
  return keys.includes(metafield.key) || keys.includes(`${metafield.namespace}.${metafield.key}`);
}

function emailConsent({ emailConsent: consent }: Customer) {
  return {
    marketingState: consent.marketingState,
    marketingOptInLevel: consent.marketingOptInLevel,
    consentUpdatedAt: consent.updatedAt && isoTime(consent.updatedAt),
    sourceLocation: null,
  };
}

function emailAddress({ email, emailConsent: consent }: Customer) {
  if (email === null) return null;
  return {
    emailAddress: email,
    marketingState: consent.marketingState,
    marketingOptInLevel: consent.marketingOptInLevel,
    marketingUpdatedAt: consent.updatedAt && isoTime(consent.updatedAt),
    sourceLocation: null,
    validFormat: isEmail(email),
  };
}

// Nobody can subscribe to text messages in this store, so the consent is always the first one.
function phoneNumber({ phone }: Customer) {
  if (phone === null) return null;
  return {
    phoneNumber: phone,
    marketingState: 'NOT_SUBSCRIBED',
    marketingOptInLevel: 'SINGLE_OPT_IN',
    marketingUpdatedAt: null,
    marketingCollectedFrom: null,
    sourceLocation: null,
    smsMarketingConsent: {
      state: 'NOT_SUBSCRIBED',
      optInLevel: 'SINGLE_OPT_IN',
      updatedAt: null,
      collectedFrom: null,
      sourceLocation: null,
    },
  };
}
