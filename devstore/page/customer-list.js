/** The list of customers: searched, paged, and kept up to date. */
import { announce, chips, element, fill, stateChips, timeAgo } from './dom.js';
import { live } from './store.js';

const pageSize = 50;

export function showCustomerList(main) {
  const parameters = new URLSearchParams(location.search);
  const view = { query: parameters.get('query') ?? '', cursors: [] };
  const parts = layout(view, () => refresh());
  fill(main, parts.heading, parts.alert, parts.card);

  const refresh = live(() => pathOf(view), {
    show: (page) => showPage(parts, view, page, refresh),
    fail: (error) => {
      parts.alert.hidden = error === null;
      if (error) parts.alert.textContent = 'The store does not answer. Trying again…';
    },
  });
}

function pathOf({ query, cursors }) {
  const parameters = new URLSearchParams({ query, limit: pageSize, order: 'newest' });
  const after = cursors.at(-1);
  if (after !== undefined) parameters.set('after', after);
  return `customers?${parameters}`;
}

function layout(view, refresh) {
  const count = element('span', { class: 'muted' });
  const heading = element(
    'div',
    { class: 'heading' },
    element('div', { class: 'grow' }, element('h1', {}, 'Customers'), count),
    element('a', { class: 'button primary', href: '/customers/new' }, 'Add customer'),
  );
  const search = element('input', {
    class: 'search',
    type: 'search',
    'aria-label': 'Search customers',
    placeholder: 'Search by name, e-mail, phone, tag or id',
    value: view.query,
    input: (event) => {
      view.query = event.target.value;
      view.cursors = [];
      const address = view.query ? `/?${new URLSearchParams({ query: view.query })}` : '/';
      history.replaceState(null, '', address);
      refresh();
    },
  });
  const body = element('div', {}, skeleton());
  const card = element(
    'section',
    { class: 'card', 'aria-label': 'Customers' },
    element('div', { class: 'toolbar', role: 'search' }, search),
    body,
  );
  return {
    heading,
    count,
    card,
    body,
    alert: element('p', { class: 'alert', role: 'alert', hidden: true }),
  };
}

function skeleton() {
  const lines = [70, 55, 64, 48].map((width) => {
    const line = element('div', { class: 'skeleton' });
    line.style.width = `${width}%`;
    return line;
  });
  return element(
    'div',
    { class: 'padded stack', 'aria-busy': 'true', 'aria-label': 'Loading' },
    lines,
  );
}

function showPage(parts, view, page, refresh) {
  const people = page.total === 1 ? '1 customer' : `${page.total.toLocaleString('en')} customers`;
  parts.count.textContent = people;
  announce(view.query ? `${people} found` : people);
  if (page.customers.length === 0) return fill(parts.body, nobody(view));
  fill(parts.body, table(page.customers), pager(view, page, refresh));
}

function nobody({ query }) {
  if (query)
    return element(
      'div',
      { class: 'message' },
      element('h2', {}, 'No customer found'),
      element('p', {}, `Nobody matches “${query}”.`),
    );
  return element(
    'div',
    { class: 'message' },
    element('h2', {}, 'No customers yet'),
    element('p', {}, 'They appear here as soon as the app or you add one.'),
    element('a', { class: 'button', href: '/customers/new' }, 'Add customer'),
  );
}

function table(customers) {
  const titles = ['Customer', 'Status', 'Tags', 'Location', 'Orders', 'Updated'];
  const heads = titles.map((title) =>
    element('th', { scope: 'col', class: title === 'Orders' ? 'number' : null }, title),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, heads)),
    element('tbody', {}, customers.map(row)),
  );
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

function pager(view, page, refresh) {
  if (view.cursors.length === 0 && page.next === null) return null;
  const turn = (change) => () => {
    change();
    refresh();
    document.getElementById('main').focus();
  };
  return element(
    'nav',
    { class: 'pager', 'aria-label': 'Pages' },
    element(
      'button',
      {
        class: 'button',
        type: 'button',
        disabled: view.cursors.length === 0,
        click: turn(() => view.cursors.pop()),
      },
      'Newer',
    ),
    element('span', { class: 'muted small' }, `Page ${view.cursors.length + 1}`),
    element(
      'button',
      {
        class: 'button',
        type: 'button',
        disabled: page.next === null,
        click: turn(() => view.cursors.push(page.next)),
      },
      'Older',
    ),
  );
}
