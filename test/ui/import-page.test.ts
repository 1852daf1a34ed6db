/** The page *Import* in a browser: customers are read, matched with the roll, and those in doubt decided about. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { existingCustomer, linkThat, push } from '../support/roll.ts';
import { addServer, scimServer } from '../support/scim-server.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed } from '../support/world.ts';

let browser: Browser;

describe('the page Import', () => {
  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
  });

  test('reads customers, says whose each is, and gives the one in doubt to whom somebody chooses', async () => {
    await using world = await testWorld();
    await world.pool.query(`update sources set domains = '{example.org}' where id = $1`, [
      world.sourceId,
    ]);
    const email = 'ada.lovelace@example.com';
    const { id: remoteId } = await existingCustomer(world, { email, tags: ['friend'] });
    await existingCustomer(world, { email: 'stranger@example.net' });
    const ada = await push(world, userNamed('Ada'));
    await linkThat(world, ada, 'the hold', ({ outcome }) => outcome === 'held');

    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${world.origin}/admin/${world.tenantId}/import`);
    await page.getByRole('button', { name: 'Read customers' }).click();
    await page.getByText('2 customers read').waitFor();
    await page.getByText('may not speak for example.com').first().waitFor();
    await page.getByLabel('Show').selectOption({ label: 'Left alone (1)' });
    await page.getByText('stranger@example.net').waitFor();
    await assertAccessible(page);

    const choose = page.getByRole('button', { name: /is the customer of ada/i });
    await choose.click();
    await linkThat(world, ada, 'the adoption', (link) => link.remoteId === remoteId);
    await choose.waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await assertAccessible(page);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test('reads the users of an application', async () => {
    await using world = await testWorld();
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const destinationId = await addServer(world, { baseUrl, token });
    const user = (userName: string, value: string) => ({ userName, emails: [{ value }] });
    const first = server.addUser(user('ada.lovelace@example.com', 'ada@example.com'));
    server.addUser(user('augusta', 'ada.lovelace@example.com'));
    server.addUser(user('stranger', 'stranger@example.net'));
    await push(world, userNamed('Ada'));
    await world.settled();

    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${world.origin}/admin/${world.tenantId}/applications/${destinationId}`);
    await page.getByRole('link', { name: 'Import users' }).click();
    await page.getByRole('button', { name: 'Read users' }).click();
    await page.getByText('3 users read').waitFor();
    await page.getByLabel('Show').selectOption({ label: 'Left alone (1)' });
    await page.getByText('stranger@example.net').waitFor();
    await page.getByText('Nothing is done about these people at').waitFor();
    await assertAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await assertAccessible(page);

    await page.getByRole('button', { name: /ada@example.com.* is the user of ada/i }).click();
    await waitFor('the adoption', async () => server.users.get(first).externalId !== undefined);
    await page.close();
  });
});
