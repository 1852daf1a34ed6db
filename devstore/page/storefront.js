/** The store as a customer sees it: what there is to buy. */
import { readCart, writeCart } from './cart.js';
import { announce, element, fill } from './dom.js';
import { amount } from './order-words.js';
import { live } from './store.js';

export function showStorefront(main) {
  const cart = element('a', { class: 'button primary', href: '/checkout' }, cartWords());
  const body = element('div', {}, element('p', { 'aria-busy': 'true' }, 'Loading…'));
  const add = (line) => {
    writeCart([...readCart(), line]);
    cart.textContent = cartWords();
    announce(`${line.name} is in the cart`);
  };
  fill(
    main,
    element(
      'div',
      { class: 'heading' },
      element('div', { class: 'grow' }, element('h1', {}, 'Store')),
      cart,
    ),
    body,
  );
  live(() => 'products?limit=250', {
    show: ({ products }) => {
      const sold = products.filter(({ status }) => status === 'ACTIVE');
      fill(body, sold.length > 0 ? shelf(sold, add) : nothing());
    },
    fail: (error) => {
      if (error)
        fill(body, element('p', { class: 'alert' }, 'The store does not answer. Trying again…'));
    },
  });
}

function cartWords() {
  const items = readCart().reduce((sum, { quantity }) => sum + quantity, 0);
  return `Checkout (${items})`;
}

function nothing() {
  return element(
    'div',
    { class: 'card message' },
    element('h2', {}, 'Nothing is sold here yet'),
    element('p', {}, 'POST /_dev/products makes products.'),
  );
}

function shelf(products, add) {
  return element(
    'ul',
    { class: 'products', 'aria-label': 'Products' },
    products.map((product) =>
      element('li', { class: 'card padded product' }, article(product, add)),
    ),
  );
}

function article({ title, descriptionHtml, variants, number }, add) {
  const price = element('p', { class: 'strong' });
  const choice = element(
    'select',
    { 'aria-label': `Kind of ${title}`, change: () => show() },
    variants.map(({ shownTitle }, index) =>
      element('option', { value: index }, shownTitle ?? title),
    ),
  );
  const chosen = () => variants[Number(choice.value)];
  const show = () => {
    price.textContent = amount(chosen().price);
  };
  show();
  const buy = () => {
    const { id, shownTitle, price: cost } = chosen();
    const name = [title, shownTitle].filter(Boolean).join(' - ');
    add({ variantId: id, name, price: cost, quantity: 1, learner: '' });
  };
  return [
    element('h2', { id: `product-${number}` }, title),
    element('p', { class: 'muted grow' }, textOf(descriptionHtml)),
    variants.length > 1 ? choice : null,
    price,
    element(
      'button',
      { class: 'button', type: 'button', 'aria-describedby': `product-${number}`, click: buy },
      'Add to cart',
    ),
  ].filter(Boolean);
}

function textOf(html) {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent;
}
