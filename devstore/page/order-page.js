/** One order: what was bought by whom, what was paid, and what staff can do about it. */
import { chips, element, fill, timeAgo } from './dom.js';
import { orderActions } from './order-actions.js';
import { amount, orderChips, words } from './order-words.js';
import { card, facts, missing, timeline } from './parts.js';
import { live } from './store.js';

export function showOrderPage(main, number) {
  const alert = element('p', { class: 'alert', role: 'alert', hidden: true });
  const body = element('div', {}, element('p', { 'aria-busy': 'true' }, 'Loading…'));
  fill(main, alert, body);
  const refresh = live(() => `orders/${number}`, {
    show: (order) => {
      document.title = `${order.name} · Development store`;
      fill(
        body,
        page(order, () => refresh()),
      );
    },
    fail: (error) => {
      const gone = error?.status === 404;
      alert.hidden = error === null || gone;
      if (gone) fill(body, missing('order', '/orders'));
      else if (error) alert.textContent = 'The store does not answer. Trying again…';
    },
  });
}

function page(order, refresh) {
  return [
    element('a', { class: 'back', href: '/orders' }, '← Orders'),
    element(
      'div',
      { class: 'heading' },
      element('div', { class: 'grow' }, element('h1', {}, order.name), orderChips(order)),
      orderActions(order, refresh),
    ),
    element(
      'div',
      { class: 'columns' },
      element(
        'div',
        { class: 'stack' },
        lines(order),
        payment(order),
        refunds(order),
        disputes(order),
        timeline(order.timeline),
      ),
      element(
        'div',
        { class: 'stack' },
        customer(order),
        card(
          'Times',
          facts('', [
            ['Placed', timeAgo(order.createdAt)],
            ['Processed', timeAgo(order.processedAt)],
            ['Updated', timeAgo(order.updatedAt)],
            ...(order.cancelledAt ? [['Cancelled', timeAgo(order.cancelledAt)]] : []),
          ]),
        ),
        attributes(order),
        order.tags.length > 0 ? card('Tags', chips(order.tags.map((tag) => [tag, '']))) : null,
        order.note ? card('Note', element('div', {}, order.note)) : null,
      ),
    ),
  ];
}

function lines({ lines: list }) {
  const items = list.map((line) =>
    element(
      'li',
      { class: line.currentQuantity === 0 ? 'line gone' : 'line' },
      element(
        'div',
        {},
        element('div', { class: 'strong' }, line.name),
        line.sku ? element('div', { class: 'muted small' }, line.sku) : null,
        ...line.properties.map(({ key, value }) =>
          element('div', { class: 'small' }, `${key}: ${value}`),
        ),
      ),
      element(
        'div',
        { class: 'line-sum' },
        unitsOf(line),
        element('div', {}, amount(line.price * line.currentQuantity)),
      ),
    ),
  );
  return card('Items', element('ol', { class: 'lines' }, items));
}

function unitsOf({ price, quantity, currentQuantity }) {
  const was = quantity === currentQuantity ? '' : ` (of ${quantity})`;
  return element('div', { class: 'muted small' }, `${currentQuantity}${was} × ${amount(price)}`);
}

function payment(order) {
  const { originalTotal, currentTotal, received, refunded, outstanding } = order;
  const owed = Number(outstanding);
  return card(
    'Payment',
    facts('figures', [
      ['Placed for', amount(originalTotal)],
      ['Now', amount(currentTotal)],
      ['Paid', amount(received)],
      ['Refunded', amount(refunded)],
      owed < 0 ? ['Owed to the customer', amount(-owed)] : ['Outstanding', amount(owed)],
    ]),
  );
}

function refunds({ refunds: list, lines: bought }) {
  if (list.length === 0) return null;
  const nameOf = (id) => bought.find((line) => line.id === id)?.name ?? id;
  const entries = list.map((refund) => [
    amount(refund.amount),
    [...refund.lines.map(({ line, quantity }) => `${quantity} × ${nameOf(line)}`), refund.note]
      .filter(Boolean)
      .join('\n') || 'Money alone',
  ]);
  return card('Refunds', facts('', entries));
}

function disputes({ disputes: list }) {
  if (list.length === 0) return null;
  const entries = list.map(({ type, status, amount: disputed }) => [
    words(type),
    `${words(status)}, ${amount(disputed)}`,
  ]);
  return card('Disputes', facts('', entries));
}

function customer({ customer: buyer, email, phone }) {
  const name = buyer
    ? element('a', { href: `/customers/${buyer.number}` }, buyer.displayName)
    : element('span', {}, email ? 'Guest' : 'Nobody');
  return card(
    'Customer',
    facts('', [
      ['Name', name],
      ['E-mail', email],
      ['Phone', phone],
    ]),
  );
}

function attributes({ attributes: list }) {
  if (list.length === 0) return null;
  return card(
    'Attributes',
    facts(
      '',
      list.map(({ key, value }) => [key, value]),
    ),
  );
}
