/** `product`, `productVariant`, `products`, `productsCount`. */
import { productFilter } from '../../shop/product-filter.ts';
import { findProduct, findVariant, productDocuments } from '../../shop/product-rows.ts';
import type { Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import { numberOf } from '../ids.ts';
import { withScope } from '../scopes.ts';
import {
  type CountArguments,
  type SearchArguments,
  searchedConnection,
  searchedCount,
} from '../searched-connection.ts';

interface ProductsArguments extends SearchArguments {
  readonly sortKey: string;
}

const sortColumns: Readonly<Record<string, string>> = {
  CREATED_AT: 'created_at',
  ID: 'id',
  PRODUCT_TYPE: 'type_key',
  RELEVANCE: 'id',
  TITLE: 'title_key',
  UPDATED_AT: 'updated_at',
  VENDOR: 'vendor_key',
};

const search = { documents: productDocuments, filter: productFilter };

export const productQueries: Fields<undefined> = withScope('read_products', {
  product: (_, { id }: { id: string }, { shop }) =>
    findProduct(shop.database, numberOf('Product', id)) ?? null,

  productVariant: (_, { id }: { id: string }, { shop }) =>
    findVariant(shop.database, numberOf('ProductVariant', id)) ?? null,

  products: (_, args: ProductsArguments, context, info) => {
    const column = sortColumns[args.sortKey];
    if (column === undefined) throw notImplemented(`the sort key ${args.sortKey}`);
    return searchedConnection({ ...search, column }, args, context, info);
  },

  productsCount: (_, args: CountArguments, context, info) =>
    searchedCount(search, args, context, info),
});
