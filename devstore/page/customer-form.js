/** The form in which staff add or edit a customer. */
import { element, fill } from './dom.js';
import { ask } from './store.js';

const customerFields = [
  { name: 'firstName', label: 'First name' },
  { name: 'lastName', label: 'Last name' },
  { name: 'email', label: 'E-mail', type: 'email', wide: true },
  { name: 'phone', label: 'Phone', type: 'tel', hint: '+1 613 555 0135' },
  { name: 'locale', label: 'Language', hint: 'en' },
  { name: 'tags', label: 'Tags, separated by commas', wide: true },
  { name: 'note', label: 'Note', multiline: true, wide: true },
  { name: 'state', label: 'Account', choices: ['DISABLED', 'INVITED', 'ENABLED', 'DECLINED'] },
];

const addressFields = [
  { name: 'address1', label: 'Street and number', wide: true },
  { name: 'address2', label: 'Apartment, suite', wide: true },
  { name: 'city', label: 'City' },
  { name: 'zip', label: 'Postal code' },
  { name: 'provinceCode', label: 'Province or state code', hint: 'ON' },
  { name: 'countryCode', label: 'Country code', hint: 'CA' },
];

/** `customer` is null for a new one; `done` is told the customer as saved. */
export function showCustomerForm(container, customer, done) {
  const values = { state: 'DISABLED', ...customer };
  const street = customer?.defaultAddress ?? {};
  const alert = element('p', { class: 'alert', role: 'alert', hidden: true });
  const form = element(
    'form',
    {
      novalidate: true,
      submit: (event) => {
        event.preventDefault();
        save({ form, alert, customer, done });
      },
    },
    alert,
    element(
      'div',
      { class: 'stack' },
      fieldset('Customer', customerFields, { ...values, tags: (values.tags ?? []).join(', ') }),
      fieldset('Default address', addressFields, street),
    ),
    element(
      'div',
      { class: 'actions' },
      element('button', { class: 'button primary' }, customer ? 'Save' : 'Add customer'),
      element(
        'a',
        { class: 'button', href: customer ? `/customers/${customer.number}` : '/' },
        'Cancel',
      ),
    ),
  );
  fill(
    container,
    element('a', { class: 'back', href: '/' }, '← Customers'),
    element(
      'div',
      { class: 'heading' },
      element('h1', {}, customer ? `Edit ${customer.displayName}` : 'Add customer'),
    ),
    form,
  );
  form.querySelector('input').focus();
}

function fieldset(title, fields, values) {
  return element(
    'section',
    { class: 'card padded' },
    element('h2', {}, title),
    element(
      'div',
      { class: 'grid' },
      fields.map((field) => control(field, values[field.name])),
    ),
  );
}

function control(field, value) {
  const { name, label, wide, hint, type, multiline, choices } = field;
  const attributes = {
    id: name,
    name,
    'aria-describedby': `${name}-error`,
    placeholder: hint ?? null,
  };
  const input = choices
    ? element(
        'select',
        attributes,
        choices.map((choice) => option(choice, choice === value)),
      )
    : element(multiline ? 'textarea' : 'input', {
        ...attributes,
        type: multiline ? null : (type ?? 'text'),
      });
  if (!choices) input.value = value ?? '';
  return element(
    'div',
    { class: wide ? 'wide' : null },
    element('label', { for: name }, label),
    input,
    element('p', { class: 'field-error', id: `${name}-error` }),
  );
}

function option(value, selected) {
  const text = value.charAt(0) + value.slice(1).toLowerCase();
  return element('option', { value, selected }, text);
}

async function save({ form, alert, customer, done }) {
  clearErrors(form, alert);
  try {
    const body = bodyOf(form, customer);
    const saved = customer
      ? await ask('PATCH', `customers/${customer.number}`, body)
      : await ask('POST', 'customers', body);
    done(saved);
  } catch (error) {
    showErrors(form, alert, error);
  }
}

function bodyOf(form, customer) {
  const value = (name) => form.elements.namedItem(name).value.trim();
  const entries = customerFields.map(({ name }) => [name, value(name) || null]);
  const address = Object.fromEntries(addressFields.map(({ name }) => [name, value(name) || null]));
  return {
    ...Object.fromEntries(entries),
    note: value('note') || null,
    tags: value('tags').split(','),
    state: value('state'),
    ...addressesOf(address, customer),
  };
}

/** The default address is edited in place; the others stay as they are. */
function addressesOf(address, customer) {
  const current = customer?.defaultAddress;
  const blank = Object.values(address).every((part) => part === null);
  if (blank && !current) return {};
  const id = (entry) => `gid://shopify/MailingAddress/${entry.id}`;
  const others = (customer?.addresses ?? []).filter((entry) => entry.id !== current?.id);
  const edited = blank ? [] : [current ? { id: id(current), ...address } : address];
  return { addresses: [...edited, ...others.map((entry) => ({ id: id(entry) }))] };
}

function clearErrors(form, alert) {
  alert.hidden = true;
  for (const node of form.querySelectorAll('[aria-invalid]')) node.removeAttribute('aria-invalid');
  for (const node of form.querySelectorAll('.field-error')) node.textContent = '';
}

function showErrors(form, alert, error) {
  const rest = [];
  for (const { field, message } of error.errors ?? []) {
    const name = nameOf(field ?? []);
    const input = form.elements.namedItem(name);
    if (!input) rest.push(message);
    else {
      input.setAttribute('aria-invalid', 'true');
      document.getElementById(`${name}-error`).textContent = message;
    }
  }
  const said = error.errors?.length ? rest.join(' ') : error.message;
  alert.hidden = said === '';
  alert.textContent = said;
  form.querySelector('[aria-invalid]')?.focus();
}

/** The input a problem belongs to: `addresses.0.country` is about the country's code. */
function nameOf(field) {
  const name = field.at(-1) ?? '';
  return { country: 'countryCode', province: 'provinceCode' }[name] ?? name;
}
