/** The pages *Courses* in a browser: a place is connected, a product gives a course, orders are decided about. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { destinationsOf } from '../../src/store/destinations.ts';
import { allOffers } from '../../src/store/offers.ts';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { ledgerOf, offering } from '../support/courses.ts';
import { type TestLms, testLms } from '../support/lms.ts';
import { buy, sell } from '../support/sales.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, type World } from '../support/world.ts';

const dayMs = 86_400_000;

let browser: Browser;
let lms: TestLms;
let world: World;
let context: BrowserContext;
let page: Page;
let faults: string[];

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const announced = (text: string) => page.locator('#announcer', { hasText: text }).waitFor();

async function open(path = ''): Promise<void> {
  await page.goto(`${world.origin}/admin/${world.tenantId}/courses${path}`);
}

async function offers() {
  return allOffers(world.pool, world.tenantId);
}

/** Those who have the tag of a course at the shop. */
async function tagged(tag: string): Promise<readonly (string | null)[]> {
  await world.settled();
  const customers = await world.store.customers();
  return customers.filter(({ tags }) => tags.includes(tag)).map(({ email }) => email);
}

describe('the pages Courses', () => {
  before(async () => {
    [browser, lms] = await Promise.all([startBrowser(), testLms()]);
  });
  after(async () => {
    await browser.close();
    await lms[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    world = await testWorld({ webhooks: 'on' });
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    await world.close();
    assert.deepEqual(faults, []);
  });

  test('connect Moodle: what is missing is said, the test lists its checks, the token is not shown again', async () => {
    await open();
    await page.getByText('Sell courses like any other product').waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Connect your LMS' }).click();
    await page.getByRole('link', { name: 'Connect Moodle' }).click();
    await button('Connect and test').click();
    await page.getByText('Site address is needed.').waitFor();
    await page.getByText('Web service token is needed.').waitFor();
    const site = page.getByLabel('Site address');
    await waitFor('the focus', () => site.evaluate((node) => node.matches(':focus')));
    await assertAccessible(page);

    await site.fill(lms.origin);
    await page.getByLabel('Web service token').fill('f'.repeat(32));
    await button('Connect and test').click();
    await page.getByText('The connection does not work yet').waitFor();
    await page.getByText('Failed: It answers').waitFor();
    await page.getByText('Not tried: Rollcall may do there what it needs').waitFor();
    await assertAccessible(page);

    assert.equal(await page.getByLabel('Web service token').inputValue(), '');
    await page.getByLabel('Web service token').fill(lms.token);
    await button('Save').click();
    await announced('The settings were saved');
    await button('Test connection').click();
    await page.getByText('The connection works').waitFor();
    await page.getByText('Passed: Rollcall may do there what it needs').waitFor();
    await page.reload();
    await page.getByText('Welding 101 (WELD-101)').waitFor();
    assert.equal(await page.getByLabel('Web service token').inputValue(), '');
    await button('Switch on').click();
    await button('Switch off').waitFor();
    const stored = await destinationsOf(world.pool, world.tenantId);
    const moodle = stored.find(({ connector }) => connector === 'moodle');
    assert.deepEqual([moodle?.state, moodle?.settings], ['active', { site: lms.origin }]);
  });

  test('make an offer of a product, change it and withdraw it; whoever buys gets the course', async () => {
    await sell(world, 'WELD');
    await connectMoodle();
    await open('/offers/new');
    await button('Choose product').click();
    await page.getByPlaceholder('Search products').fill('course weld');
    await page.getByRole('button', { name: /Course WELD/ }).click();
    assert.equal(await page.getByLabel('Name of the offer').inputValue(), 'Course WELD');
    const save = button('Save');
    await save.click();
    await page.getByText('Add at least one course.').waitFor();
    assert.equal((await offers()).length, 0);
    await button('Add courses').click();
    await page.getByPlaceholder('Search courses').fill('welding 1');
    await page.getByRole('button', { name: /Welding 101/ }).click();
    await button('Done').click();
    await page.getByRole('radio', { name: /^For a number of days/ }).check();
    await page.getByLabel('Days').fill('90');
    await assertAccessible(page);
    await save.click();
    await page.getByText('Saved: it counts for orders from now on').waitFor();
    const [made] = await offers();
    assert.deepEqual(made?.terms.access, { days: 90 });
    await assertAccessible(page);

    await buy(world, 'bea@example.com', ['WELD']);
    await waitFor('the enrolment', async () => (await lms.enrolments('bea@example.com'))[0]);

    await page.getByLabel('Days').fill('30');
    await page.getByRole('link', { name: 'Courses', exact: true }).first().click();
    await page.getByText('What you changed on this page is lost').waitFor();
    await button('Cancel').click();
    assert.equal(await page.getByLabel('Days').inputValue(), '30');
    await save.click();
    await page.getByText('Version 2').first().waitFor();
    assert.deepEqual(
      (await offers()).map(({ version, terms }) => [version, terms.access]),
      [
        [1, { days: 90 }],
        [2, { days: 30 }],
      ],
    );

    await button('Withdraw offer').click();
    await page.getByRole('button', { name: 'Withdraw offer' }).last().click();
    await page.getByText('No offer yet').waitFor();
    assert.ok((await offers()).every(({ validUntil }) => validUntil !== null));
    await button('Show withdrawn').click();
    await page.getByText('30 days').waitFor();
    await assertAccessible(page);
  });

  test('decide about orders: learners are named, a refund is answered', async () => {
    await sell(world, 'WELD');
    await offering(world, 'WELD', ['course-a'], { quantity: 'named' });
    await buy(world, 'team@example.com', [], { lines: [{ sku: 'WELD', quantity: 2 }] });
    const one = await buy(world, 'ada@example.com', ['WELD']);
    await waitFor('the rights', async () => (await ledgerOf(world)).length === 3);
    const number = one.id.split('/').at(-1);
    const refund = await world.store.dev('POST', `orders/${number}/refund`, { amount: 100 });
    assert.equal(refund.status, 200, JSON.stringify(refund.body));
    await open();
    await page.getByText('3 courses need your decision').waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Decide' }).click();
    const learners = page.getByLabel('Learners’ e-mail addresses');
    await learners.fill('nobody');
    await button('Name the learners').click();
    await page.getByText('“nobody” is no e-mail address.').waitFor();
    await assertAccessible(page);
    await learners.fill('cai@example.com\ndot@example.com');
    await button('Name the learners').click();
    await announced('cai@example.com, dot@example.com learns in course-a');
    await button('Keep the course').click();
    await page.getByText('Nothing waits for you').waitFor();
    await waitFor('all three', async () => (await tagged('course-a')).length === 3);
  });

  test('apply an offer to earlier orders, and undo it', async () => {
    await sell(world, 'WELD');
    const processedAt = new Date(Date.now() - 10 * dayMs).toISOString();
    await buy(world, 'ada@example.com', ['WELD'], { processedAt });
    await buy(world, 'bea@example.com', ['WELD'], { processedAt, paid: false });
    await connectMoodle();
    await open('/offers/new');
    await page.getByRole('radio', { name: /^Stock-keeping units/ }).check();
    await page.getByLabel('SKU', { exact: true }).fill('WELD');
    await page.getByLabel('Name of the offer').fill('Welding');
    await button('Add courses').click();
    await page.getByRole('button', { name: /Welding 101/ }).click();
    await button('Done').click();
    await button('Save').click();
    await page.getByRole('link', { name: 'Apply to earlier orders' }).click();
    await button('Preview').click();
    await page.getByText('Of 2 orders, 1 learner gets something.').waitFor();
    await page.getByText('not paid yet (pending)').waitFor();
    await assertAccessible(page);
    assert.equal((await ledgerOf(world)).length, 0);

    await button('Apply to these orders').click();
    await page.getByText('Done', { exact: true }).waitFor();
    await waitFor('the enrolment', async () => (await lms.enrolments('ada@example.com'))[0]);
    await assertAccessible(page);
    await button('Undo Welding').click();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('Undone', { exact: true }).waitFor();
    await waitFor('the end of it', async () => {
      const [enrolment] = await lms.enrolments('ada@example.com');
      return enrolment?.status !== 'active';
    });
  });

  async function connectMoodle(): Promise<void> {
    const settings = { site: lms.origin, token: lms.token };
    const response = await fetch(`${world.origin}/api/tenants/${world.tenantId}/destinations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ connector: 'moodle', name: 'Academy', settings, state: 'active' }),
    });
    assert.equal(response.status, 201);
  }
});
