/** Which view the address asks for. */
import { showApps } from './apps.js';
import { showCheckout } from './checkout.js';
import { showCustomerForm } from './customer-form.js';
import { showCustomerList } from './customer-list.js';
import { showCustomerPage } from './customer-page.js';
import { showEmbeddedApp } from './embedded-app.js';
import { showOrderList } from './order-list.js';
import { showOrderPage } from './order-page.js';
import { showStorefront } from './storefront.js';

const main = document.getElementById('main');
const [section = '', id] = location.pathname.split('/').slice(1);

const views = {
  '': () => show('customers', () => showCustomerList(main)),
  customers: () => show('customers', () => showCustomer(id)),
  orders: () => show('orders', () => (id ? showOrderPage(main, id) : showOrderList(main))),
  store: () => show('store', () => showStorefront(main)),
  apps: () => show('apps', () => (id ? showEmbeddedApp(main) : showApps(main))),
  checkout: () => show('store', () => showCheckout(main)),
};

function show(tab, view) {
  const link = document.querySelector(`[data-tab="${tab}"]`);
  link.setAttribute('aria-current', 'page');
  document.title = `${link.textContent} · Development store`;
  view();
}

function showCustomer(customer) {
  if (customer !== 'new') return showCustomerPage(main, customer);
  showCustomerForm(main, null, ({ number }) => location.assign(`/customers/${number}`));
}

views[section]();
