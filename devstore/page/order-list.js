/** The list of orders. */
import { element, timeAgo } from './dom.js';
import { showList, table } from './list-view.js';
import { amount, orderChips } from './order-words.js';

const toStore = (className) => element('a', { class: className, href: '/store' }, 'Open the store');

export function showOrderList(main) {
  showList(main, {
    resource: 'orders',
    home: '/orders',
    title: 'Orders',
    one: 'order',
    many: 'orders',
    placeholder: 'Search by number, e-mail, product, SKU, tag or id',
    action: toStore('button primary'),
    table: (orders) =>
      table(['Order', 'Status', 'Customer', '#Items', '#Total', 'Placed'], orders.map(row)),
    empty: () =>
      element(
        'div',
        { class: 'message' },
        element('h2', {}, 'No orders yet'),
        element('p', {}, 'Buy something in the store and the order appears here.'),
        toStore('button'),
      ),
  });
}

function row(order) {
  const items = order.lines.reduce((sum, { currentQuantity }) => sum + currentQuantity, 0);
  return element(
    'tr',
    {},
    element(
      'td',
      { class: 'person' },
      element('a', { class: 'person-link', href: `/orders/${order.number}` }, order.name),
      element('span', { class: 'muted small' }, order.lines.map(({ name }) => name).join(', ')),
    ),
    element('td', { class: 'status' }, orderChips(order)),
    element('td', { class: 'location' }, order.customer?.displayName ?? order.email ?? 'Nobody'),
    element('td', { class: 'number', 'data-unit': items === 1 ? 'item' : 'items' }, items),
    element('td', { class: 'number' }, amount(order.currentTotal)),
    element('td', { class: 'updated muted' }, timeAgo(order.processedAt)),
  );
}
