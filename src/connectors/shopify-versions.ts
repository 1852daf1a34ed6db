/** When a write changed the customer, as far as its answer says. */
import { isObject } from '../scim/json.ts';
import type { Operation } from '../shopify/operations.generated.ts';

/** Mutations that change a customer and cannot answer when: their payloads lead to none. */
const silent: ReadonlySet<string> = new Set([
  'CustomerAddressCreate',
  'CustomerAddressUpdate',
  'CustomerAddressDelete',
  'CustomerCancelDataErasure',
  'CustomerRequestDataErasure',
  'MetafieldsDelete',
]);

/** The payload's field that is the customer, or leads to it. */
const answering: Readonly<Record<string, (payload: Payload) => unknown>> = {
  CustomerSet: ({ customer }) => customer,
  TagsAdd: ({ node }) => node,
  TagsRemove: ({ node }) => node,
  MetafieldsSet: ({ metafields }) =>
    Array.isArray(metafields) && isObject(metafields[0]) ? metafields[0].owner : null,
};

type Payload = Readonly<Record<string, unknown>>;

/**
 * The customer's `updatedAt` after an operation; `null` where it changed and the answer does not say
 * when, `undefined` where the operation changes no customer.
 */
export function versionAfter(
  { name }: Operation<unknown, never>,
  result: unknown,
): string | null | undefined {
  if (silent.has(name)) return null;
  const lead = answering[name];
  if (lead === undefined) return undefined;
  const [payload] = isObject(result) ? Object.values(result) : [];
  const customer = isObject(payload) ? lead(payload) : null;
  const at = isObject(customer) ? customer.updatedAt : null;
  return typeof at === 'string' ? at : null;
}
