/** The SQL of the orders: looking one up, writing one down. */
import type { Database } from './database.ts';
import { currentTotal, financialStatus, netPayment, type Order, orderName } from './order.ts';
import type { Documents, Row } from './paging.ts';

function readOrder(row: Row): Order {
  return JSON.parse(String(row.document));
}

/** All orders, to be listed. */
export const orderDocuments: Documents<Order> = { table: 'orders', read: readOrder };

export function findOrder(database: Database, id: number): Order | undefined {
  const row = database.statement('SELECT document FROM orders WHERE id = ?').get(id);
  return row && readOrder(row);
}

/** Oldest first. */
export function ordersOfCustomer(database: Database, customerId: number): Order[] {
  return database
    .statement('SELECT document FROM orders WHERE customer_id = ? ORDER BY id')
    .all(customerId)
    .map(readOrder);
}

/** What a customer has paid for all orders, without what came back; in cents. */
export function amountSpent(database: Database, customerId: number): number {
  const sql = 'SELECT coalesce(sum(spent), 0) AS spent FROM orders WHERE customer_id = ?';
  return Number(database.statement(sql).get(customerId)?.spent);
}

export function insertOrder(database: Database, order: Order, searchableAt: number): void {
  database
    .statement(
      `INSERT INTO orders (email, customer_id, financial_status, total, spent, words, updated_at,
         cancelled_at, document, id, number, name, test, created_at, processed_at, searchable_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...columns(order),
      order.id,
      order.number,
      orderName(order),
      order.test ? 1 : 0,
      order.createdAt,
      order.processedAt,
      searchableAt,
    );
}

/** Writes what may change of an order. */
export function updateOrder(database: Database, order: Order): void {
  database
    .statement(
      `UPDATE orders SET email = ?, customer_id = ?, financial_status = ?, total = ?, spent = ?,
         words = ?, updated_at = ?, cancelled_at = ?, document = ? WHERE id = ?`,
    )
    .run(...columns(order), order.id);
}

export function deleteOrder(database: Database, id: number): void {
  database.statement('DELETE FROM orders WHERE id = ?').run(id);
}

function columns(order: Order) {
  const { email, customerId, phone, tags, lines, updatedAt, cancelledAt } = order;
  const items = lines.flatMap(({ title, sku, customAttributes }) => [
    title,
    sku,
    ...customAttributes.map(({ value }) => value),
  ]);
  const words = [orderName(order), email, phone, ...tags, ...items];
  return [
    email,
    customerId,
    financialStatus(order),
    currentTotal(order),
    netPayment(order),
    words.filter(Boolean).join('\n').toLowerCase(),
    updatedAt,
    cancelledAt,
    JSON.stringify(order),
  ] as const;
}
