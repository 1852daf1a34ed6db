/** The whole guide, as a merchant walks it in the store's admin: from installing the app to a leaver at both ends. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { waitFor } from '../support/wait.ts';
import { type BareWorld, bareWorld, request, userNamed } from '../support/world.ts';

let browser: Browser;
let world: BareWorld;

before(async () => {
  [browser, world] = await Promise.all([startBrowser(), bareWorld({ webhooks: 'on' })]);
  const { status } = await world.store.dev('POST', 'app', { url: `${world.origin}/app` });
  assert.equal(status, 200);
});
after(async () => {
  await browser.close();
  await world.close();
});

/** Opens the app from *Apps*, as somebody who never saw it. */
async function install(page: Page): Promise<FrameLocator> {
  await page.goto(`${world.store.origin}/apps`);
  await page.getByRole('button', { name: 'Install app' }).click();
  await page.getByRole('button', { name: 'Install', exact: true }).click();
  return page.frameLocator('iframe');
}

/** Follows the app's own navigation, which the admin shows. */
const goTo = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Rollcall' }).getByRole('link', { name }).click();

suite('a merchant', () => {
  test('installs the app, switches it on, and finds the pushed person among the customers', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    const app = await install(page);
    await goTo(page, 'User sync');
    for (const name of ['Enable new customer creation', 'Enable SCIM provisioning']) {
      const toggle = app.getByRole('switch', { name });
      assert.equal(await toggle.isChecked(), false);
      await toggle.click();
      await app.locator('#announcer', { hasText: `${name}: on, saved` }).waitFor();
    }
    const copied = () => page.evaluate('navigator.clipboard.readText()').then(String);
    await app.getByRole('button', { name: 'Copy URL' }).click();
    await waitFor('the base URL', async () => (await copied()).includes('/scim/v2/'));
    const baseUrl = (await copied()).replace('http://rollcall.test', world.origin);
    await app.getByRole('button', { name: 'New token' }).click();
    await app.getByRole('button', { name: 'Copy header' }).click();
    await waitFor('the header', async () => (await copied()).startsWith('Bearer '));
    const authorization = await copied();

    const headers = { authorization, 'content-type': 'application/scim+json' };
    const body = userNamed('Ada');
    const made = await request(`${baseUrl}/Users`, { method: 'POST', headers, body });
    assert.equal(made.status, 201);
    await app.getByText('Ada Lovelace was received').waitFor();
    await waitFor('the customer', () => world.store.customer('ada.lovelace@example.com'));
    await page.goto(`${world.store.origin}/`);
    await page.getByText('Ada Lovelace').first().waitFor();
    await context.close();
  });
});
