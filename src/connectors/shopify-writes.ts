/** What of a customer is written by mutations of its own: tags, metafields and the default address. */
import type { Attributes } from '../provisioning/connector.ts';
import type { Send } from '../shopify/company-contacts.ts';
import * as operations from '../shopify/operations.generated.ts';
import { address, addressPrefix } from './shopify-account.ts';
import type { MetafieldValue } from './shopify-metafields.ts';
import { refuse } from './shopify-verdicts.ts';

/** Adds tags and takes tags away; the others stay. */
export async function writeTags(
  id: string,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
  send: Send,
): Promise<void> {
  if (add.length > 0) {
    const { tagsAdd } = await send(operations.TagsAdd, { id, tags: add });
    refuse(tagsAdd?.userErrors);
  }
  if (remove.length > 0) {
    const { tagsRemove } = await send(operations.TagsRemove, { id, tags: remove });
    refuse(tagsRemove?.userErrors);
  }
}

/** Sets metafields that have a value, and before that deletes those that have none: Shopify knows no empty one. */
export async function writeMetafields(
  ownerId: string,
  values: readonly MetafieldValue[],
  send: Send,
): Promise<void> {
  const empty = values.flatMap(({ namespace, key, value }) =>
    value === null ? [{ ownerId, namespace, key }] : [],
  );
  if (empty.length > 0) {
    const { metafieldsDelete } = await send(operations.MetafieldsDelete, { metafields: empty });
    refuse(metafieldsDelete?.userErrors);
  }
  const assigned = values.flatMap(({ value, ...place }) =>
    value === null ? [] : [{ ownerId, ...place, value }],
  );
  if (assigned.length > 0) {
    const { metafieldsSet } = await send(operations.MetafieldsSet, { metafields: assigned });
    refuse(metafieldsSet?.userErrors);
  }
}

/** The default address of a customer as it is. */
export interface Place {
  readonly customerId: string;
  /** `null` where there is none. */
  readonly addressId: string | null;
  readonly before: Attributes;
}

/** Writes the default address where something of it changes; the whole of it, as Shopify checks it as one. */
export async function writeAddress(
  { customerId, addressId, before }: Place,
  { changed, whole }: { readonly changed: Attributes; readonly whole: Attributes },
  send: Send,
): Promise<void> {
  const isChanged = Object.entries(changed).some(
    ([name, value]) => name.startsWith(addressPrefix) && (addressId !== null || value !== null),
  );
  if (!isChanged) return;
  const fields = Object.fromEntries(
    address.flatMap((name) => {
      const value = whole[addressPrefix + name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  // What somebody else wrote into it keeps an address alive.
  const isEmpty = address.every(
    (name) => (fields[name] === undefined ? before[addressPrefix + name] : fields[name]) == null,
  );
  if (addressId === null) {
    const { customerAddressCreate } = await send(operations.CustomerAddressCreate, {
      customerId,
      address: fields,
    });
    refuse(customerAddressCreate?.userErrors);
  } else if (isEmpty) {
    const { customerAddressDelete } = await send(operations.CustomerAddressDelete, {
      customerId,
      addressId,
    });
    refuse(customerAddressDelete?.userErrors);
  } else {
    const { customerAddressUpdate } = await send(operations.CustomerAddressUpdate, {
      customerId,
      addressId,
      address: fields,
    });
    refuse(customerAddressUpdate?.userErrors);
  }
}
