/** `order`, `orders`, `ordersCount`. */
import type { GraphQLResolveInfo } from 'graphql';
import { findVisibleOrder, visibleOrders } from '../../shop/order-access.ts';
import { orderFilter } from '../../shop/order-filter.ts';
import { orderDocuments } from '../../shop/order-rows.ts';
import { and } from '../../shop/paging.ts';
import type { Condition } from '../../shop/search-filter.ts';
import type { Context, Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import { numberOf } from '../ids.ts';
import { withScope } from '../scopes.ts';
import {
  type CountArguments,
  type SearchArguments,
  searchedConnection,
  searchedCount,
} from '../searched-connection.ts';

export interface OrdersArguments extends SearchArguments {
  readonly sortKey: string;
}

const sortColumns: Readonly<Record<string, string>> = {
  CREATED_AT: 'created_at',
  CURRENT_TOTAL_PRICE: 'total',
  FINANCIAL_STATUS: 'financial_status',
  ID: 'id',
  ORDER_NUMBER: 'number',
  PROCESSED_AT: 'processed_at',
  RELEVANCE: 'id',
  UPDATED_AT: 'updated_at',
};

const search = { documents: orderDocuments, filter: orderFilter };

export const orderQueries: Fields<undefined> = withScope('read_orders', {
  order: (_, { id }: { id: string }, { shop }) =>
    findVisibleOrder(shop, numberOf('Order', id)) ?? null,

  orders: (_, args: OrdersArguments, context, info) => orderConnection(null, args, context, info),

  ordersCount: (_, args: CountArguments, context, info) =>
    searchedCount({ ...search, within: visibleOrders(context.shop) }, args, context, info),
});

/** A page of the orders that the app sees and the condition meets. */
export function orderConnection(
  condition: Condition | null,
  args: OrdersArguments,
  context: Context,
  info: GraphQLResolveInfo,
) {
  const column = sortColumns[args.sortKey];
  if (column === undefined) throw notImplemented(`the sort key ${args.sortKey}`);
  const within = and([visibleOrders(context.shop), condition]);
  return searchedConnection({ ...search, within, column }, args, context, info);
}
