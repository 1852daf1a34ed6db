/** The list of customers. */
import { stateChips } from './customer-chips.js';
import { chips, element, timeAgo } from './dom.js';
import { showList, table } from './list-view.js';

const addCustomer = (className) =>
  element('a', { class: className, href: '/customers/new' }, 'Add customer');

export function showCustomerList(main) {
  showList(main, {
    resource: 'customers',
    home: '/',
    title: 'Customers',
    one: 'customer',
    many: 'customers',
    placeholder: 'Search by name, e-mail, phone, tag or id',
    action: addCustomer('button primary'),
    table: (customers) =>
      table(['Customer', 'Status', 'Tags', 'Location', '#Orders', 'Updated'], customers.map(row)),
    empty: () =>
      element(
        'div',
        { class: 'message' },
        element('h2', {}, 'No customers yet'),
        element(
          'p',
          {},
          'They appear here as soon as the app or you add one, or one buys something.',
        ),
        addCustomer('button'),
      ),
  });
}

const tagsShown = 3;

function row(customer) {
  const more = customer.tags.length - tagsShown;
  const tags = customer.tags.slice(0, tagsShown).map((tag) => [tag, '']);
  return element(
    'tr',
    {},
    element(
      'td',
      { class: 'person' },
      element(
        'a',
        { class: 'person-link', href: `/customers/${customer.number}` },
        customer.displayName || 'No name',
      ),
      element('span', { class: 'muted small' }, contact(customer)),
    ),
    element('td', { class: 'status' }, stateChips(customer)),
    element('td', { class: 'tags' }, chips(more > 0 ? [...tags, [`+${more}`, '']] : tags)),
    element('td', { class: 'location' }, customer.location ?? ''),
    element(
      'td',
      { class: 'number', 'data-unit': customer.numberOfOrders === 1 ? 'order' : 'orders' },
      customer.numberOfOrders,
    ),
    element('td', { class: 'updated muted' }, timeAgo(customer.updatedAt)),
  );
}

function contact({ displayName, email, phone }) {
  const ways = [email, phone].filter((way) => way && way !== displayName);
  return ways.join(' · ');
}
