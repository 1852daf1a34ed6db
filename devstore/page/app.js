/** Which view the address asks for. */
import { showCustomerForm } from './customer-form.js';
import { showCustomerList } from './customer-list.js';
import { showCustomerPage } from './customer-page.js';

const main = document.getElementById('main');
const [, customer] = /^\/customers\/(\w+)$/.exec(location.pathname) ?? [];

if (customer === undefined) showCustomerList(main);
else if (customer === 'new')
  showCustomerForm(main, null, ({ number }) => location.assign(`/customers/${number}`));
else showCustomerPage(main, customer);
