/** How an order's state and amounts are put into words. */
import { chips } from './dom.js';

const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

/** `149.00` as `$149.00`. */
export function amount(text) {
  return money.format(Number(text));
}

/** `PARTIALLY_REFUNDED` as `Partially refunded`. */
export function words(name) {
  const plain = name.toLowerCase().replaceAll('_', ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

const kinds = { PAID: 'good', PENDING: 'accent', AUTHORIZED: 'accent', PARTIALLY_PAID: 'accent' };

/** How the order stands. */
export function orderChips(order) {
  const { financialStatus, cancelledAt, edited, test, disputes } = order;
  return chips([
    [words(financialStatus), kinds[financialStatus] ?? ''],
    ...(cancelledAt ? [['Cancelled', 'bad']] : []),
    ...(edited ? [['Edited', '']] : []),
    ...(test ? [['Test', '']] : []),
    ...disputes.map(({ type, status }) => [`${words(type)} ${words(status).toLowerCase()}`, 'bad']),
  ]);
}
