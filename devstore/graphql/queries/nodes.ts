/** `node`, `nodes`: anything by its global id. */
import { findCustomer } from '../../shop/customer-rows.ts';
import type { Shop } from '../../shop/shop.ts';
import type { Fields } from '../context.ts';
import { apiError, notImplemented } from '../errors.ts';
import { globalIdOf } from '../ids.ts';

const maximumIds = 250;

export const nodeQueries: Fields<undefined> = {
  node: (_, { id }: { id: string }, { shop }) => nodeOf(shop, id),
  nodes: (_, { ids }: { ids: readonly string[] }, { shop }) => {
    if (ids.length > maximumIds)
      throw apiError(
        `The input array size of ${ids.length} is greater than the maximum allowed of ${maximumIds}.`,
        'MAX_INPUT_SIZE_EXCEEDED',
      );
    return ids.map((id) => nodeOf(shop, id));
  },
};

function nodeOf({ database }: Shop, id: string) {
  const { type, number } = globalIdOf(id);
  if (type === 'Customer') return findCustomer(database, number) ?? null;
  throw notImplemented(`node(id:) for ${type}`);
}
