/** The store and its orders in a browser: somebody buys, staff edit, refund, cancel and delete. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { placeOrder, sellCourses } from './order-support.ts';
import { startStore } from './support.ts';

let browser: Browser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser.close());

/** A page that fails the test when a script on it does. */
async function openPage(errors: string[]): Promise<Page> {
  const page = await browser.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  return page;
}

test('From the store through the checkout to a refund', async (t) => {
  const store = await startStore(t, { now: Date.now });
  await sellCourses(store);
  const errors: string[] = [];
  const page = await openPage(errors);
  await page.goto(`${store.origin}/store`);
  const course = page.getByRole('listitem').filter({ hasText: 'Welding 101' });
  await course.getByText('$149.00').waitFor();
  await course.getByRole('combobox').selectOption('With tutor');
  await course.getByText('$299.00').waitFor();
  await course.getByRole('button', { name: 'Add to cart' }).click();
  const helmet = page.getByRole('listitem').filter({ hasText: 'Helmet' });
  await helmet.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('link', { name: 'Checkout (2)' }).click();

  await page.getByText('$388.00').waitFor();
  await page.getByLabel('Quantity').first().fill('2');
  await page.getByText('$687.00').waitFor();
  await page.getByLabel('Learner e-mail').first().fill('grace@example.com');
  await page.getByLabel('E-mail', { exact: true }).fill('nobody');
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.getByText('Email is invalid').waitFor();
  await page.getByLabel('E-mail', { exact: true }).fill('ada@example.com');
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('Pay later').check();
  await page.getByRole('button', { name: 'Place order' }).click();
  await page.getByRole('link', { name: 'Show the order' }).click();

  await page.getByText('learner email: grace@example.com').waitFor();
  await page.getByText('Pending').waitFor();
  await page.getByRole('button', { name: 'Mark as paid' }).click();
  await page.getByRole('button', { name: 'Take payment' }).click();
  await page.getByText('Paid', { exact: true }).first().waitFor();

  await page.getByRole('button', { name: 'Refund' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Welding 101 - With tutor (2 left)').fill('3');
  await dialog.getByRole('button', { name: 'Refund' }).click();
  await dialog.getByText('cannot refund more items').waitFor();
  await dialog.getByLabel('Welding 101 - With tutor (2 left)').fill('1');
  await dialog.getByLabel('Reason').fill('Ill');
  await dialog.getByRole('button', { name: 'Refund' }).click();
  await page.getByText('Partially refunded').waitFor();
  await page.getByRole('link', { name: 'Ada' }).waitFor();
  const [order] = Object.values((await store.control('GET', 'orders')).orders ?? {});
  assert.equal(order?.financialStatus, 'PARTIALLY_REFUNDED');
  assert.equal(order?.lines?.[0]?.currentQuantity, 1);
  assert.equal(order?.refunds?.[0]?.note, 'Ill');
  assert.deepEqual(errors, []);
  await page.close();
});

test('Staff edit, dispute, cancel and delete an order they found in the list', async (t) => {
  const store = await startStore(t, { now: Date.now });
  await sellCourses(store);
  await placeOrder(store, { email: 'ada@example.com', lines: [{ sku: 'WELD-101' }], paid: true });
  await placeOrder(store, { email: 'eve@example.com', guest: true });
  const errors: string[] = [];
  const page = await openPage(errors);
  await page.goto(`${store.origin}/orders`);
  await page.getByText('2 orders', { exact: true }).first().waitFor();
  await page.getByRole('searchbox').fill('weld-101');
  await page.getByText('1 order', { exact: true }).first().waitFor();
  await page.getByRole('link', { name: '#1001' }).click();

  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByLabel('Add a product').selectOption('First Aid');
  await dialog.getByLabel('Learner e-mail').fill('grace@example.com');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Partially paid').waitFor();
  await page.getByText('learner email: grace@example.com').waitFor();

  await page.getByRole('button', { name: 'Dispute' }).click();
  await dialog.getByLabel('Status').selectOption('Lost');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Chargeback lost').first().waitFor();

  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete the order' }).click();
  await dialog.getByText('only cancelled orders and test orders').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await dialog.getByRole('button', { name: 'Cancel the order' }).click();
  await page.getByText('Cancelled', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete the order' }).click();
  await page.getByText('1 order', { exact: true }).first().waitFor();
  await page.getByText('eve@example.com').waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});
