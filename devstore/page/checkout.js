/** The checkout: for whom each course is, who buys, and how it is paid. */
import { readCart, writeCart } from './cart.js';
import { choiceField, inputField } from './dialog.js';
import { element, fill } from './dom.js';
import { amount, words } from './order-words.js';
import { card } from './parts.js';
import { ask } from './store.js';

export function showCheckout(main) {
  const cart = readCart();
  if (cart.length === 0) return fill(main, heading('Checkout'), empty());
  const problem = element('p', { class: 'alert', role: 'alert', hidden: true });
  const buy = async (event) => {
    event.preventDefault();
    try {
      const order = await ask('POST', 'orders', orderOf(event.target.elements));
      writeCart([]);
      fill(main, thanks(order));
      document.getElementById('main').focus();
    } catch (error) {
      problem.hidden = false;
      problem.textContent = error.message;
      problem.scrollIntoView();
    }
  };
  const total = element('output', { class: 'total' }, totalOf(cart));
  const showTotal = () => {
    total.textContent = totalOf(readCart());
  };
  const form = element(
    'form',
    { novalidate: true, submit: buy, input: showTotal },
    problem,
    element(
      'div',
      { class: 'columns' },
      element('div', { class: 'stack' }, items(main, cart), buyer()),
      element('div', { class: 'stack' }, payment(total)),
    ),
  );
  fill(main, heading('Checkout'), form);
}

function heading(title) {
  return element(
    'div',
    { class: 'heading' },
    element('div', { class: 'grow' }, element('h1', {}, title)),
    element('a', { class: 'button', href: '/store' }, 'Back to the store'),
  );
}

function empty() {
  return element(
    'div',
    { class: 'card message' },
    element('h2', {}, 'The cart is empty'),
    element('p', {}, 'Choose something in the store first.'),
  );
}

function items(main, cart) {
  const entries = cart.map((line, index) => {
    const change = (name) => (event) => {
      const value =
        name === 'quantity' ? Math.max(1, Number(event.target.value)) : event.target.value;
      writeCart(
        readCart().map((entry, at) => (at === index ? { ...entry, [name]: value } : entry)),
      );
    };
    const remove = () => {
      writeCart(readCart().filter((_, at) => at !== index));
      showCheckout(main);
    };
    return element(
      'li',
      { class: 'cart-line' },
      element('div', { class: 'strong' }, `${line.name}, ${amount(line.price)}`),
      inputField(`quantity-${index}`, 'Quantity', {
        type: 'number',
        min: 1,
        value: line.quantity,
        input: change('quantity'),
      }),
      inputField(`learner-${index}`, 'Learner e-mail', {
        type: 'email',
        value: line.learner,
        placeholder: 'The buyer, when left empty',
        input: change('learner'),
      }),
      element('button', { class: 'button', type: 'button', click: remove }, 'Remove'),
    );
  });
  return card('Items', element('ol', { class: 'lines' }, entries));
}

/** The addresses of the customers there are, to choose from. */
function knownCustomers() {
  const list = element('datalist', { id: 'known-customers' });
  ask('GET', 'customers?limit=250&order=newest').then(({ customers }) =>
    list.append(
      ...customers
        .filter(({ email }) => email)
        .map(({ email, displayName }) => element('option', { value: email }, displayName)),
    ),
  );
  return list;
}

function buyer() {
  return card(
    'Buyer',
    element(
      'div',
      { class: 'grid' },
      element(
        'div',
        { class: 'wide' },
        inputField('email', 'E-mail', { type: 'email', list: 'known-customers' }),
        knownCustomers(),
      ),
      inputField('firstName', 'First name'),
      inputField('lastName', 'Last name'),
    ),
    element(
      'fieldset',
      {},
      element('legend', {}, 'Account'),
      choiceField('radio', {
        name: 'account',
        value: 'customer',
        label: 'Customer: found by the e-mail address, or made',
        checked: true,
      }),
      choiceField('radio', {
        name: 'account',
        value: 'guest',
        label: 'Guest: the order has no customer',
      }),
    ),
  );
}

function totalOf(cart) {
  return amount(cart.reduce((sum, { price, quantity }) => sum + Number(price) * quantity, 0));
}

function payment(total) {
  const choice = (value, label, checked = false) =>
    choiceField('radio', { name: 'payment', value, label, checked });
  return card(
    'Payment',
    total,
    element(
      'fieldset',
      {},
      element('legend', {}, 'How'),
      choice('paid', 'Pay now', true),
      choice('later', 'Pay later'),
      choice('authorized', 'Hold on the card, capture later'),
    ),
    choiceField('checkbox', { name: 'test', value: 'yes', label: 'Test order' }),
    element(
      'div',
      { class: 'actions' },
      element('button', { class: 'button primary' }, 'Place order'),
    ),
  );
}

function orderOf(form) {
  const text = (name) => form[name].value.trim() || null;
  const method = form.payment.value;
  return {
    email: text('email'),
    firstName: text('firstName'),
    lastName: text('lastName'),
    guest: form.account.value === 'guest',
    paid: method === 'paid',
    authorized: method === 'authorized',
    test: form.test.checked,
    lines: readCart().map(({ variantId }, index) => {
      const learner = text(`learner-${index}`);
      return {
        variantId,
        quantity: Number(form[`quantity-${index}`].value),
        ...(learner ? { properties: { 'learner email': learner } } : {}),
      };
    }),
  };
}

function thanks(order) {
  return element(
    'div',
    { class: 'card message' },
    element('h2', {}, `Thank you: order ${order.name}`),
    element('p', {}, `${words(order.financialStatus)}, ${amount(order.total)}.`),
    element('a', { class: 'button primary', href: `/orders/${order.number}` }, 'Show the order'),
    ' ',
    element('a', { class: 'button', href: '/store' }, 'Back to the store'),
  );
}
