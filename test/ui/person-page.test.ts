/** The page of one person in a browser, over a Rollcall that works. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import {
  changePolicy,
  existingCustomer,
  linkOf,
  looked,
  patch,
  push,
  remove,
} from '../support/roll.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

let browser: Browser;
let world: World;
let context: BrowserContext;
let page: Page;
let faults: string[];

const button = (name: string) => page.getByRole('button', { name, exact: true });
const heading = (name: string) => page.getByRole('heading', { name, exact: true });

async function open(id: string): Promise<void> {
  await page.goto(`${world.origin}/admin/${world.tenantId}/people/${id}`);
  await button('Sync now').waitFor();
}

describe('the page of a person', () => {
  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    world = await testWorld();
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

  test('says who says so, what they have and why, and what changed from what to what', async () => {
    const id = await push(world, userNamed('Ada', { title: 'Countess' }));
    const welders = await world.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Welders',
      members: [{ value: id }],
    });
    const group = { source: world.sourceId, id: welders.body.id, name: 'Welders' };
    await changePolicy(world, {
      memberships: ['customer'],
      rules: [{ when: { group }, memberships: ['welder'] }],
    });
    await patch(world, id, { title: 'Analyst' });
    await world.settled();
    const { remoteId } = await looked(world, id);

    await page.goto(`${world.origin}/admin/${world.tenantId}/people`);
    await page.getByRole('link', { name: 'Ada Lovelace' }).click();
    await page.getByText('The group Welders').waitFor();
    await page.getByText('Everybody here has it').waitFor();
    assert.equal(await page.getByText('Has it', { exact: true }).count(), 2);
    await page.getByRole('link', { name: 'Identity provider' }).waitFor();
    await page.locator('dd', { hasText: 'Analyst' }).waitFor();
    const there = page.getByRole('link', { name: /^Open in / });
    const number = remoteId?.split('/').at(-1);
    assert.equal(await there.getAttribute('href'), `${world.store.origin}/customers/${number}`);

    const line = page.getByRole('listitem').filter({ hasText: 'was changed: title' });
    await line.getByText('1 change').click();
    await line.getByText('Countess').waitFor();
    await line.getByText('Analyst').waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'People', exact: true }).last().click();
    await page.waitForURL(/\/people$/);
  });

  test('looks again when asked, puts right what is not, and tells what came of it', async () => {
    await changePolicy(world, { drift: 'correct' });
    const id = await push(world, userNamed('Ada'));
    const { remoteId } = await looked(world, id);
    await open(id);
    const customer = `customers/${encodeURIComponent(remoteId ?? '')}`;
    await world.store.dev('PATCH', customer, { firstName: 'Augusta' });
    await button('Sync now').click();
    await heading('What came of it').waitFor();
    await page.getByRole('list', { name: 'What came of it' }).getByText('Up to date').waitFor();
    await waitFor(
      'the name to be put right',
      async () => (await world.store.customer(ada))?.firstName === 'Ada',
    );
    await page.getByText('Ada Lovelace is looked at again everywhere').waitFor();
  });

  test('gives something by hand, and takes it away', async () => {
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await open(id);
    await button('Give a course').click();
    await page.getByRole('combobox', { name: 'Where' }).waitFor();
    const what = page.getByRole('textbox', { name: 'What' });
    await what.waitFor();
    await assertAccessible(page);
    await button('Give').click();
    await page.getByText('Choose what to give.').waitFor();
    await page.getByText('Say why, in a few words.').waitFor();
    await waitFor('the focus', () => what.evaluate((node) => node.matches(':focus')));
    await what.fill('course-welding');
    await page.getByRole('textbox', { name: 'Why' }).fill('a prize');
    await button('Give').click();
    await page.getByText('Given by admin: a prize').waitFor();
    await waitFor('the tag', async () =>
      (await world.store.customer(ada))?.tags.includes('course-welding'),
    );
    await page.getByText('Has it', { exact: true }).waitFor();

    await button('Take away course-welding').click();
    await button('Take away').last().click();
    await waitFor(
      'the tag to be gone',
      async () => !(await world.store.customer(ada))?.tags.includes('course-welding'),
    );
    await page.getByText('Not now', { exact: true }).waitFor();
  });

  test('has somebody choose among two accounts, and goes on with the one that was chosen', async () => {
    await changePolicy(world, { match: ['key', 'email', 'phone'] });
    const phone = '+16134505293';
    const { id: byMail } = await existingCustomer(world, { email: ada, firstName: 'Augusta' });
    const { id: byPhone } = await existingCustomer(world, { email: 'aal@example.org', phone });
    const id = await push(
      world,
      userNamed('Ada', { phoneNumbers: [{ value: phone, type: 'mobile' }] }),
    );
    await looked(world, id);
    await open(id);
    await page.getByText('Which account is theirs?').waitFor();
    const choices = page.getByRole('list', { name: 'Accounts that may be theirs' });
    await choices.getByRole('link', { name: 'aal@example.org' }).waitFor();
    await assertAccessible(page);
    // Shopify has each number once: the merchant takes it from the other one.
    await world.store.dev('PATCH', `customers/${encodeURIComponent(byPhone)}`, { phone: null });
    await button('This is theirs: Augusta').click();
    await page.getByText('Which account is theirs?').waitFor({ state: 'detached' });
    await page.locator('#announcer', { hasText: 'The account was chosen' }).waitFor();
    await waitFor('the adoption', async () => (await linkOf(world, id)).remoteId === byMail);
  });

  test('remembers who was deleted', async () => {
    const id = await push(world, userNamed('Ada'));
    await looked(world, id);
    await remove(world, id);
    await world.settled();
    await open(id);
    await page.getByText('Identity provider deleted this person').waitFor();
    assert.equal(await button('Give a course').count(), 0);
    await assertAccessible(page);
  });
});
