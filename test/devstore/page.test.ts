/** The store's page in a browser: it shows what there is, keeps up, and lets staff work. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { placeOrder } from './order-support.ts';
import { makeCustomer, startStore } from './support.ts';

let browser: Browser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser.close());

test('The list follows the store by itself, and names are text, never markup', async (t) => {
  const store = await startStore(t, { now: Date.now });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(store.origin);
  await page.getByRole('heading', { name: 'No customers yet' }).waitFor();
  const name = '<img src=x onerror="document.title=1">';
  await makeCustomer(store, { firstName: name, email: 'ada@example.com', tags: ['maths'] });
  await page.getByRole('link', { name }).waitFor();
  assert.equal(await page.title(), 'Customers · Development store');
  await page.getByRole('searchbox').fill('nobody');
  await page.getByRole('heading', { name: 'No customer found' }).waitFor();
  await page.getByRole('searchbox').fill('maths');
  await page.getByRole('link', { name }).click();
  await page.getByText('Customer created').waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test('Staff add, edit and delete a customer, and read what the store refuses', async (t) => {
  const store = await startStore(t, { now: Date.now });
  await makeCustomer(store, { email: 'taken@example.com' });
  const page = await browser.newPage({ viewport: { width: 375, height: 720 } });
  await page.goto(`${store.origin}/customers/new`);
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('E-mail').fill('taken@example.com');
  await page.getByLabel('Country code').fill('GB');
  await page.getByLabel('City').fill('London');
  await page.getByRole('button', { name: 'Add customer' }).click();
  await page.getByText('Email has already been taken').waitFor();
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByRole('button', { name: 'Add customer' }).click();
  await page.getByRole('heading', { name: 'Ada', exact: true }).waitFor();

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Tags').fill('vip, maths');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Tags added: maths, vip').waitFor();
  const saved = (await store.control('GET', 'customers?query=ada@')).customers?.[0];
  assert.deepEqual(saved?.tags, ['maths', 'vip']);
  assert.equal(saved?.defaultAddress?.city, 'London');

  const order = await placeOrder(store, { customerId: saved?.id });
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete customer' }).click();
  await page.getByText('because they have associated orders').waitFor();
  await store.control('DELETE', `orders/${order.number}?force=true`);
  await page.getByRole('button', { name: 'Delete customer' }).click();
  await page.getByText('1 customer', { exact: true }).first().waitFor();
  const width = await page.evaluate('document.documentElement.scrollWidth');
  assert.equal(width, 375);
  await page.close();
});

test('The company a customer acts for and the roles there are on its page', async (t) => {
  const store = await startStore(t, { now: Date.now });
  const customer = await makeCustomer(store, { email: 'ada@example.com' });
  const company = await store.control('POST', 'companies', {
    name: 'Acme',
    locations: [{ name: 'Leeds' }],
  });
  const { number } = await store.control('GET', `customers/${customer.id}`);
  const page = await browser.newPage();
  await page.goto(`${store.origin}/customers/${number}`);
  await page.getByRole('heading', { name: 'Tags' }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Company' }).count(), 0);
  const contact = await store.control('POST', `companies/${company.number}/contacts`, {
    customer: customer.id,
  });
  await page.getByText('Contact without a role').waitFor();
  await store.control('POST', `company-contacts/${contact.id}/roles`, { role: 'Ordering only' });
  await page.getByText('Ordering only · Leeds').waitFor();
  await page.close();
});
