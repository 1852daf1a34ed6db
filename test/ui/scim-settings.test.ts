/** The folded parts of the page *User sync → SCIM*: OAuth client, custom attributes, advanced settings. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createTenant } from '../../src/directory/tenants.ts';
import { findSource } from '../../src/store/sources.ts';
import { tokensOf } from '../../src/store/tokens.ts';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { waitFor } from '../support/wait.ts';
import { testSecrets, testWorld, type World } from '../support/world.ts';

let browser: Browser;
let world: World;
let context: BrowserContext;
let page: Page;
let connection: { readonly tenantId: string; readonly sourceId: string };
let faults: string[];
let shops = 0;

before(async () => {
  [browser, world] = await Promise.all([startBrowser(), testWorld()]);
});
after(async () => {
  await browser.close();
  await world.close();
});
beforeEach(async () => {
  shops += 1;
  const shop = { shop: `shop-${shops}.myshopify.com`, accessToken: 'shpat_wrong' };
  connection = await createTenant(world.pool, testSecrets, {
    name: 'Analytical Engines',
    shop: { ...shop, origin: world.store.origin },
    switches: 'off',
  });
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${world.origin}/admin/${connection.tenantId}/user-sync/scim`);
  await page.getByText('OAuth 2.0 client').waitFor();
});
afterEach(async () => {
  await context.close();
  assert.deepEqual(faults, []);
});

const unfold = (title: string) => page.locator('summary', { hasText: title }).click();
const announced = (text: string) => page.locator('#announcer', { hasText: text }).waitFor();
const button = (name: string | RegExp) => page.getByRole('button', { name });

async function source() {
  const found = await findSource(world.pool, connection.tenantId, connection.sourceId);
  assert.ok(found);
  return found;
}

test('the OAuth client has its token URL, its id, and secrets that are shown once and revoked', async () => {
  const { sourceId } = connection;
  assert.equal(await page.getByLabel('Token URL').isVisible(), false);
  await unfold('OAuth 2.0 client');
  assert.equal(
    await page.getByLabel('Token URL').inputValue(),
    `http://rollcall.test/oauth/${sourceId}/token`,
  );
  assert.equal(await page.getByLabel('Client ID').inputValue(), sourceId);
  await page.getByText('No secret yet.').waitFor();

  await page.getByLabel('Secret expires').selectOption('In 90 days');
  await button('New secret').click();
  const field = page.getByLabel('Client secret', { exact: true });
  const secret = await field.inputValue();
  assert.match(secret, /^rcs_[\w-]{43}$/);
  await announced('The secret was made. It is shown once');
  await page.getByText('expires in 3 months').waitFor();
  await page.getByText('A client secret was made').waitFor();
  await button('I have copied it').click();
  assert.ok(!(await page.content()).includes(secret));

  await button(`Revoke the secret ${secret.slice(0, 10)}`).click();
  await page.getByRole('dialog').waitFor();
  await page.getByText('those made with it end at once').waitFor();
  await button('Revoke secret').click();
  await announced('was revoked');
  await page.getByText('Earlier secrets (1)').waitFor();
  const [kept] = await tokensOf(world.pool, connection, 'client_secret');
  assert.notEqual(kept?.revokedAt, null);
});

test('a setting is saved at once, and put back visibly when it cannot be saved', async () => {
  await unfold('Advanced');
  const unknown = page.getByLabel('Attributes nobody defined');
  await unknown.selectOption('Keep');
  await announced('Attributes nobody defined: “Keep”, saved');
  assert.equal((await source()).unknownAttributes, 'keep');
  await page.getByText('What happens to unknown attributes was set to keep').waitFor();

  await page.route('**/api/**', (route) =>
    route.request().method() === 'PATCH' ? route.abort() : route.continue(),
  );
  await unknown.selectOption('Refuse');
  await page.getByText('Not saved, so it is still “Keep”.').waitFor();
  assert.equal(await unknown.inputValue(), 'keep');
  await page.unroute('**/api/**');

  await page.getByRole('switch', { name: 'Strict interoperability profile' }).click();
  await announced('Strict interoperability profile: on, saved');
  await page.getByLabel('Phone numbers your store would not take').selectOption('Refuse');
  await waitFor('the setting', async () => (await source()).invalidPhone === 'refuse');
  assert.equal((await source()).strictInterop, true);
});

test('custom attributes begin with an example, are corrected by what is said, changed and removed', async () => {
  await unfold('Custom attributes');
  await page.getByText('None. The standard attributes').waitFor();
  await button('Add attributes').click();
  const area = page.getByLabel('Schema extension (JSON');
  const example = await area.inputValue();
  const urn = JSON.parse(example).id;
  await area.fill('{');
  await button('Save attributes').click();
  await page.getByText('This is not JSON').waitFor();
  await area.fill(example.replace('"integer"', '"number"').replace('"tier"', '"a b"'));
  await button('Save attributes').click();
  await page.getByText('attributes[0].name must').waitFor();
  await page.getByText('attributes[1].type must').waitFor();
  await assertAccessible(page);
  assert.deepEqual((await source()).schemaExtensions, []);

  await area.fill(example);
  await button('Save attributes').click();
  await announced(`The attributes of ${urn} were saved`);
  await page.getByText('User · tier, points, interests').waitFor();
  assert.equal((await source()).schemaExtensions.length, 1);
  assert.equal(await area.count(), 0);

  await button(`Edit ${urn}`).click();
  await area.fill((await area.inputValue()).replace('"points"', '"score"'));
  await button('Save attributes').click();
  await page.getByText('User · tier, score, interests').waitFor();

  await button(`Remove ${urn}`).click();
  const dialog = page.getByRole('dialog', { name: 'Remove these attributes?' });
  await dialog.waitFor();
  await page.getByText('is no longer known to your identity provider').waitFor();
  await button('Cancel').click();
  await dialog.waitFor({ state: 'detached' });
  await button(`Remove ${urn}`).click();
  await button('Remove attributes').click();
  await page.getByText('None. The standard attributes').waitFor();
  assert.deepEqual((await source()).schemaExtensions, []);
});

test('the parts are opened and worked with the keyboard alone', async () => {
  const press = (key: string) => page.keyboard.press(key);
  await page.locator('summary', { hasText: 'Custom attributes' }).focus();
  await press('Enter');
  await press('Tab');
  const focused = (name: string) =>
    waitFor('the focus', () => button(name).evaluate((node) => node.matches(':focus')));
  await focused('Add attributes');
  await press('Enter');
  const area = page.getByLabel('Schema extension (JSON');
  await waitFor('the focus', () => area.evaluate((node) => node.matches(':focus')));
  await press('Tab');
  await focused('Save attributes');
  await press('Tab');
  await press('Enter');
  await focused('Add attributes');
});

test('all parts open fit a phone', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const title of ['OAuth 2.0 client', 'Custom attributes', 'Advanced']) await unfold(title);
  await button('Add attributes').click();
  await button('New secret').click();
  await page.getByLabel('Client secret', { exact: true }).waitFor();
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
  await assertAccessible(page);
});
