/** The page *User sync → SCIM* in a browser, over a Rollcall that works. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { createTenant } from '../../src/directory/tenants.ts';
import { findSource, insertSource } from '../../src/store/sources.ts';
import { tokensOf } from '../../src/store/tokens.ts';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { waitFor } from '../support/wait.ts';
import { scim, testSecrets, testWorld, userNamed, type World } from '../support/world.ts';

interface Connection {
  readonly tenantId: string;
  readonly sourceId: string;
}

let browser: Browser;
let world: World;
let context: BrowserContext;
let page: Page;
let connection: Connection;
let faults: string[];

const provisioning = () => page.getByRole('switch', { name: 'Enable SCIM provisioning' });
const creation = () => page.getByRole('switch', { name: 'Enable new customer creation' });
const newToken = () => page.getByRole('button', { name: 'New token' });
const headerValue = () => page.getByLabel('Header value');
const announced = (text: string) => page.locator('#announcer', { hasText: text }).waitFor();

async function open(): Promise<void> {
  await page.goto(`${world.origin}/admin/${connection.tenantId}/user-sync/scim`);
  await provisioning().waitFor();
}

async function source() {
  const found = await findSource(world.pool, connection.tenantId, connection.sourceId);
  assert.ok(found);
  return found;
}

async function push(name: string): Promise<void> {
  const token = (await headerValue().inputValue()).slice('Bearer '.length);
  const { status } = await scim(
    world.origin,
    { ...connection, token },
    { method: 'POST', path: '/Users', body: userNamed(name) },
  );
  assert.equal(status, 201);
}

/** "Copied" and "Saved" go by themselves, on a busy machine before anybody has looked: here they stay. */
const feedbackStays = `
  const usual = globalThis.setTimeout;
  globalThis.setTimeout = (run, ms, ...more) =>
    usual(run, ms === 2_500 || ms === 3_000 ? 600_000 : ms, ...more);
`;

/** Waits until the element has the focus. */
async function focused(element: Locator): Promise<void> {
  await waitFor('the focus', () => element.evaluate((node) => node.matches(':focus')));
}

describe('the page User sync, SCIM', () => {
  before(async () => {
    [browser, world] = await Promise.all([startBrowser(), testWorld()]);
  });
  after(async () => {
    await browser.close();
    await world.close();
  });

  beforeEach(async () => {
    const shop = {
      shop: `${randomUUID()}.myshopify.com`,
      origin: world.store.origin,
      accessToken: 'shpat_wrong',
    };
    connection = await createTenant(world.pool, testSecrets, {
      name: 'Analytical Engines',
      shop,
      switches: 'off',
    });
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    await context.addInitScript(feedbackStays);
    page = await context.newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    // Also what the content security policy refuses.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        faults.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    assert.deepEqual(faults, []);
  });

  test('begins empty: both switches off, no token, waiting for the first request', async () => {
    await open();
    assert.equal(await provisioning().isChecked(), false);
    assert.equal(await creation().isChecked(), false);
    assert.equal(
      await page.getByLabel('SCIM base URL', { exact: true }).inputValue(),
      `http://rollcall.test/scim/v2/${connection.sourceId}`,
    );
    await page.getByText('Waiting for the first request…').waitFor();
    await page.getByText('SCIM provisioning is off: requests are refused').waitFor();
    await page.getByText('None yet. Make one').waitFor();
    assert.equal(await headerValue().count(), 0);
    await assertAccessible(page);
  });

  test('saves a switch at once and says so', async () => {
    await open();
    await provisioning().click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await announced('Enable SCIM provisioning: on, saved');
    assert.equal((await source()).provisioningEnabled, true);
    assert.equal((await source()).creationEnabled, false);
    await page.getByText('SCIM provisioning was switched on').waitFor();
    await page.reload();
    await provisioning().waitFor();
    assert.equal(await provisioning().isChecked(), true);
  });

  test('puts a switch back, visibly, when it cannot be saved', async () => {
    await open();
    await page.route('**/api/**', (route) =>
      route.request().method() === 'PATCH' ? route.abort() : route.continue(),
    );
    await creation().click();
    await page.getByText('Not saved, so it is still off. Rollcall cannot be reached.').waitFor();
    assert.equal(await creation().isChecked(), false);
    assert.equal((await source()).creationEnabled, false);
    await page.unroute('**/api/**');
    await creation().click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.equal(await page.getByText('Not saved').count(), 0);
  });

  test('shows the header once, copies it, and knows the token by its prefix afterwards', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.origin });
    await open();
    await newToken().click();
    await page.getByText('Shown once: copy it now.').first().waitFor();
    const header = await headerValue().inputValue();
    assert.match(header, /^Bearer rc_[\w-]{43}$/);
    await focused(page.getByRole('button', { name: 'Copy header' }));
    await assertAccessible(page);
    const clipboard = () => page.evaluate('navigator.clipboard.readText()');

    await page.getByRole('button', { name: 'Copy header' }).click();
    await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
    assert.equal(await clipboard(), header);
    await page.getByRole('button', { name: 'Copy token only' }).click();
    await waitFor(
      'the token alone',
      async () => (await clipboard()) === header.slice('Bearer '.length),
    );
    await page.getByRole('button', { name: 'Copy command' }).click();
    await waitFor('the command', async () =>
      String(await clipboard()).includes(`Authorization: ${header}`),
    );
    await page.getByRole('button', { name: 'Copy URL' }).click();
    await waitFor(
      'the URL',
      async () =>
        (await clipboard()) ===
        (await page.getByLabel('SCIM base URL', { exact: true }).inputValue()),
    );

    await page.getByRole('button', { name: 'I have copied it' }).click();
    await focused(newToken());
    const prefix = header.slice('Bearer '.length, 'Bearer '.length + 10);
    await page.getByText(`${prefix}…`).waitFor();
    await page.reload();
    await page.getByText(`${prefix}…`).waitFor();
    assert.ok(!(await page.content()).includes(header));
  });

  test('copies without the permission for the clipboard, or selects for copying by hand', async () => {
    await page.addInitScript('Object.defineProperty(navigator, "clipboard", { value: undefined })');
    await open();
    await page.evaluate(
      'document.addEventListener("copy", () => { window.copied = document.activeElement.value }, { once: true })',
    );
    await page.getByRole('button', { name: 'Copy URL' }).click();
    await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
    const url = await page.getByLabel('SCIM base URL', { exact: true }).inputValue();
    assert.equal(await page.evaluate('window.copied'), url);

    await page.evaluate('document.execCommand = () => false');
    await page.getByRole('button', { name: /^(Copied|Copy URL)$/ }).click();
    await page.getByRole('button', { name: 'Press Ctrl+C' }).waitFor();
    assert.equal(await page.evaluate('getSelection().toString()'), url);
  });

  test('makes a token that expires', async () => {
    await open();
    await page.getByLabel('Expires', { exact: true }).selectOption('In 90 days');
    await newToken().click();
    await page.getByText('expires in 3 months').waitFor();
    const [token] = await tokensOf(world.pool, connection);
    assert.equal(Math.round(((token?.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000), 90);
  });

  test('says what to do about a third token, and revokes one after asking', async () => {
    await open();
    await newToken().click();
    const first = (await headerValue().inputValue()).slice(7, 17);
    await newToken().click();
    await waitFor(
      'the second token',
      async () => (await headerValue().inputValue()).slice(7, 17) !== first,
    );
    await newToken().click();
    await page.getByText('revoke the one that is no longer used, then make a new one').waitFor();

    const revoke = page.getByRole('button', { name: `Revoke the token ${first}` });
    const dialog = page.getByRole('dialog', { name: `Revoke ${first}…?` });
    await revoke.click();
    await dialog.waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await revoke.click();
    await page.getByRole('button', { name: 'Revoke token' }).click();
    await announced(`The token ${first} was revoked`);
    await page.getByText('Earlier tokens (1)').click();
    await page.getByText('revoked just now').waitFor();
    assert.equal(
      (await tokensOf(world.pool, connection)).filter(({ revokedAt }) => revokedAt === null).length,
      1,
    );
    await newToken().click();
    await waitFor(
      'the third token',
      async () => (await tokensOf(world.pool, connection)).length === 3,
    );
  });

  test('follows what happens by itself, and shows names as text, never as markup', async () => {
    await open();
    await provisioning().click();
    await announced('Enable SCIM provisioning: on, saved');
    await newToken().click();
    await headerValue().waitFor();
    await push('Ada');
    await page.getByText('1 active, 0 inactive').waitFor();
    await page.getByText('Ada Lovelace was received').waitFor();
    // The shop refuses the access token of this tenant: its owner has to act.
    await page.getByText('Needs attention').waitFor();
    await assertAccessible(page);
    const name = '<img src=x onerror="document.title=1">';
    const token = (await headerValue().inputValue()).slice('Bearer '.length);
    const grace = { ...userNamed('Grace'), displayName: name };
    await scim(
      world.origin,
      { ...connection, token },
      { method: 'POST', path: '/Users', body: grace },
    );
    await page.getByText(`${name} was received`).waitFor();
    assert.equal(await page.title(), 'SCIM · User sync · Rollcall');
  });

  test('says that Rollcall does not answer, keeps what it showed, and recovers', async () => {
    await open();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByText('What you see may be out of date.').waitFor();
    await page.getByText('Waiting for the first request…').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Try now' }).waitFor();
    await page.unroute('**/api/**');
    const recovered = page.getByText('What you see may be out of date.').waitFor({
      state: 'detached',
    });
    await Promise.race([page.getByRole('button', { name: 'Try now' }).click(), recovered]);
    await recovered;
  });

  test('offers to try again when nothing could be loaded, and leads on from a store there is not', async () => {
    await page.route('**/api/**', (route) => route.abort());
    await page.goto(`${world.origin}/admin/${connection.tenantId}/user-sync/scim`);
    await page.getByRole('heading', { name: 'This page could not be loaded' }).waitFor();
    await assertAccessible(page);
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await page.unroute('**/api/**');
    // The page asks again by itself, too, and may be faster than the press.
    await Promise.race([again.click(), provisioning().waitFor()]);
    await provisioning().waitFor();
    await page.goto(`${world.origin}/admin/nobody/user-sync/scim`);
    await page.getByText('There is no tenant nobody.').waitFor();
    await page.getByRole('link', { name: 'To your stores' }).click();
    await page.getByRole('link', { name: 'Analytical Engines' }).first().waitFor();
  });

  test('lets several connections of a store be chosen', async () => {
    await open();
    assert.equal(await page.getByRole('combobox', { name: 'Connection' }).count(), 0);
    const second = `${connection.tenantId}-second`;
    await insertSource(world.pool, {
      tenantId: connection.tenantId,
      id: second,
      kind: 'scim',
      name: 'Difference Engines',
      provisioningEnabled: true,
      creationEnabled: false,
    });
    await page.reload();
    await page.getByRole('combobox', { name: 'Connection' }).selectOption('Difference Engines');
    await page.waitForURL(/source=/);
    await waitFor('the other base URL', async () =>
      (await page.getByLabel('SCIM base URL', { exact: true }).inputValue()).endsWith(second),
    );
    assert.equal(await provisioning().isChecked(), true);
  });

  test('can be walked with the keyboard alone', async () => {
    await open();
    const press = (key: string) => page.keyboard.press(key);
    await press('Tab');
    await focused(page.getByRole('link', { name: 'Skip to the content' }));
    await press('Enter');
    await press('Tab');
    await focused(creation());
    await press('Tab');
    await focused(provisioning());
    await press('Space');
    await announced('Enable SCIM provisioning: on, saved');
    await focused(provisioning());
    for (let stops = 0; stops < 4; stops += 1) await press('Tab');
    await focused(newToken());
    await press('Enter');
    await focused(page.getByRole('button', { name: 'Copy header' }));

    const revoke = page.getByRole('button', { name: /^Revoke the token/ });
    await revoke.focus();
    await press('Enter');
    await focused(page.getByRole('button', { name: 'Cancel' }));
    await press('Escape');
    await page.locator('s-modal').waitFor({ state: 'detached' });
    await focused(revoke);
    await press('Enter');
    await focused(page.getByRole('button', { name: 'Cancel' }));
    await press('Tab');
    await press('Enter');
    await focused(page.getByRole('heading', { name: 'Tokens in use' }));
    await page.getByText('None yet. Make one').waitFor();
  });

  test('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open();
    await newToken().click();
    await headerValue().waitFor();
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await assertAccessible(page);
  });
});
