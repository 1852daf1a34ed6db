/** The page *People* in a browser, over a Rollcall that works. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { push, pushCopies } from '../support/roll.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

let browser: Browser;
let world: World;
let context: BrowserContext;
let page: Page;
let faults: string[];

const search = () => page.getByRole('searchbox', { name: 'Search people' });
const person = (name: string) => page.getByRole('link', { name, exact: true });
const counted = (words: string) => page.getByRole('status').filter({ hasText: words }).waitFor();

async function open(search = ''): Promise<void> {
  await page.goto(`${world.origin}/admin/${world.tenantId}/people${search}`);
}

describe('the page People', () => {
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

  test('begins empty, and says how people come', async () => {
    await open();
    await page.getByText('Nobody yet').waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Connect your identity provider' }).click();
    await page.waitForURL(/\/user-sync\/scim$/);
  });

  test('finds somebody while one types, and the address keeps what was looked for', async () => {
    await push(world, userNamed('Ada'));
    await push(world, userNamed('Grace'));
    await world.settled();
    await open();
    await counted('2 people');
    await assertAccessible(page);
    await search().pressSequentially('gra');
    // Typed slowly, "g" is looked for first, and finds the same.
    await page.waitForURL(/people\?query=gra$/);
    await counted('1 person');
    await person('Grace Lovelace').waitFor();
    assert.equal(await person('Ada Lovelace').count(), 0);

    await page.reload();
    await counted('1 person');
    assert.equal(await search().inputValue(), 'gra');
    await search().fill('nobody');
    await page.getByText('Nobody fits').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Show all people' }).click();
    await counted('2 people');
    assert.equal(await search().inputValue(), '');
  });

  test('tells nobody to be waiting for a destination that is paused', async () => {
    await world.pool.query(`update destinations set state = 'paused'`);
    await push(world, userNamed('Ada'));
    await open();
    await page
      .getByRole('row', { name: /Ada Lovelace/ })
      .getByText('Paused')
      .waitFor();
  });

  test('shows who needs attention, and where', async () => {
    await push(world, userNamed('Ada'));
    await world.settled();
    await request(`${world.origin}/api/tenants/${world.tenantId}/sources/${world.sourceId}`, {
      method: 'PATCH',
      body: { creationEnabled: false },
      headers: { 'content-type': 'application/json' },
    });
    await push(world, userNamed('Grace'));
    await world.settled();
    await open('?state=attention');
    await counted('1 person');
    await person('Grace Lovelace').waitFor();
    await page.getByText(/^On hold in /).waitFor();
    await page.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'Inactive' });
    await counted('0 people');
    assert.match(page.url(), /\?state=inactive$/);
  });

  test('is read page by page, also on a phone', async () => {
    const id = await push(world, userNamed('Ada'));
    await pushCopies(world, { id, name: 'ada', count: 60 });
    await page.setViewportSize({ width: 390, height: 800 });
    await open();
    await counted('61 people');
    const rows = page.locator('s-table-body s-table-row');
    assert.equal(await rows.count(), 50);
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL(/cursor=/);
    await rows.nth(11).waitFor({ state: 'detached' });
    assert.equal(await rows.count(), 11);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await rows.nth(49).waitFor();
    assert.doesNotMatch(page.url(), /cursor=/);
    const wider = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(wider, 0);
  });
});
