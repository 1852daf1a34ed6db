/** One customer: contact, address, tags, metafields, and what was done to it by whom. */

import { stateChips } from './customer-chips.js';
import { showCustomerForm } from './customer-form.js';
import { openDialog } from './dialog.js';
import { chips, element, fill, timeAgo } from './dom.js';
import { card, facts, missing, timeline } from './parts.js';
import { ask, live } from './store.js';

export function showCustomerPage(main, number) {
  const alert = element('p', { class: 'alert', role: 'alert', hidden: true });
  const body = element('div', {}, element('p', { 'aria-busy': 'true' }, 'Loading…'));
  fill(main, alert, body);
  let editing = false;

  const edit = (customer) => {
    editing = true;
    showCustomerForm(body, customer, () => {
      editing = false;
      location.reload();
    });
  };

  live(() => `customers/${number}`, {
    show: (customer) => {
      document.title = `${customer.displayName} · Development store`;
      if (!editing)
        fill(
          body,
          page(customer, () => edit(customer)),
        );
    },
    fail: (error) => {
      const gone = error?.status === 404;
      alert.hidden = error === null || gone;
      if (gone && !editing) fill(body, missing('customer', '/'));
      else if (error) alert.textContent = 'The store does not answer. Trying again…';
    },
  });
}

function page(customer, edit) {
  return [
    element('a', { class: 'back', href: '/' }, '← Customers'),
    heading(customer, edit),
    element(
      'div',
      { class: 'columns' },
      element(
        'div',
        { class: 'stack' },
        figures(customer),
        metafields(customer),
        timeline(customer.timeline),
      ),
      element(
        'div',
        { class: 'stack' },
        contact(customer),
        address(customer),
        tags(customer),
        companies(customer),
        note(customer),
      ),
    ),
  ];
}

function heading(customer, edit) {
  return element(
    'div',
    { class: 'heading' },
    element(
      'div',
      { class: 'grow' },
      element('h1', {}, customer.displayName || 'No name'),
      stateChips(customer),
    ),
    element(
      'button',
      { class: 'button danger', type: 'button', click: () => openDelete(customer) },
      'Delete',
    ),
    element('button', { class: 'button primary', type: 'button', click: edit }, 'Edit'),
  );
}

function openDelete(customer) {
  openDialog({
    title: `Delete ${customer.displayName}?`,
    text: 'This cannot be undone. A customer with orders cannot be deleted.',
    label: 'Delete customer',
    danger: true,
    act: async () => {
      await ask('DELETE', `customers/${customer.number}`);
      location.assign('/');
    },
  });
}

function figures(customer) {
  return element(
    'section',
    { class: 'card padded', 'aria-label': 'Summary' },
    facts('figures', [
      ['Orders', ordersLink(customer)],
      ['Customer since', timeAgo(customer.createdAt)],
      ['Updated', timeAgo(customer.updatedAt)],
      ['Number', String(customer.number)],
    ]),
  );
}

function ordersLink({ numberOfOrders, email }) {
  const count = String(numberOfOrders);
  if (numberOfOrders === 0 || !email) return count;
  return element('a', { href: `/orders?${new URLSearchParams({ query: email })}` }, count);
}

function contact({ email, phone, locale, emailMarketing }) {
  const consent = emailMarketing.toLowerCase().replaceAll('_', ' ');
  return card(
    'Contact',
    facts('', [
      ['E-mail', email],
      ['Phone', phone],
      ['Language', locale],
      ['E-mail marketing', consent],
    ]),
  );
}

function address({ addresses, defaultAddress }) {
  if (addresses.length === 0) return card('Addresses', element('p', { class: 'muted' }, 'None'));
  return card(
    'Addresses',
    facts(
      '',
      addresses.map((entry) => [
        entry.id === defaultAddress?.id ? 'Default' : 'Other',
        lines(entry),
      ]),
    ),
  );
}

function lines({
  firstName,
  lastName,
  company,
  address1,
  address2,
  zip,
  city,
  provinceCode,
  country,
}) {
  const join = (...parts) => parts.filter(Boolean).join(' ');
  return [
    join(firstName, lastName),
    company,
    address1,
    address2,
    join(city, provinceCode, zip),
    country,
  ]
    .filter(Boolean)
    .join('\n');
}

function tags({ tags: list }) {
  return card(
    'Tags',
    chips(list.map((tag) => [tag, ''])) ?? element('p', { class: 'muted' }, 'None'),
  );
}

/** What the customer is in B2B; nothing where it is nothing. */
function companies({ companies: list }) {
  if (list.length === 0) return null;
  const entries = list.map(({ name, isMainContact, roles }) => [
    isMainContact ? `${name} (main contact)` : name,
    roles.map(({ role, location }) => `${role} · ${location}`).join('\n') ||
      'Contact without a role',
  ]);
  return card('Company', facts('', entries));
}

function note({ note: text }) {
  return text ? card('Note', element('dd', {}, text)) : null;
}

function metafields({ metafields: list }) {
  if (list.length === 0) return card('Metafields', element('p', { class: 'muted' }, 'None'));
  const entries = list.map(({ namespace, key, type, value }) =>
    element(
      'div',
      {},
      element('dt', {}, `${namespace}.${key} (${type})`),
      element('dd', { class: 'metafield' }, value),
    ),
  );
  return card('Metafields', element('dl', {}, entries));
}
