/** The whole guide, as a merchant walks it in the store's admin: from installing the app to a leaver at both ends. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { type TestLms, testLms } from '../support/lms.ts';
import { buy, sell } from '../support/sales.ts';
import { waitFor } from '../support/wait.ts';
import { type BareWorld, bareWorld, request, userNamed } from '../support/world.ts';

let browser: Browser;
let world: BareWorld;
let lms: TestLms;

const ada = 'ada.lovelace@example.com';

before(async () => {
  [browser, world, lms] = await Promise.all([
    startBrowser(),
    bareWorld({ webhooks: 'on' }),
    testLms(),
  ]);
  const { status } = await world.store.dev('POST', 'app', { url: `${world.origin}/app` });
  assert.equal(status, 200);
});
after(async () => {
  await browser.close();
  await world.close();
  await lms[Symbol.asyncDispose]();
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
  test('installs the app, switches it on, finds the pushed person among the customers, sells a course, and a leaver leaves both', async () => {
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
    await waitFor('the customer', () => world.store.customer(ada));
    await page.goto(`${world.store.origin}/`);
    await page.getByText('Ada Lovelace').first().waitFor();

    // A course that is bought in the store is held at the LMS.
    await sell(world, 'WELD');
    await page.goto(`${world.store.origin}/apps/rollcall/courses/connect/moodle`);
    await app.getByLabel('Site address').fill(lms.origin);
    await app.getByLabel('Web service token').fill(lms.token);
    await app.getByRole('button', { name: 'Connect and test' }).click();
    await app.getByText('The connection works').waitFor();
    await app.getByRole('button', { name: 'Switch on' }).click();
    await app.getByRole('button', { name: 'Switch off' }).waitFor();
    await page.goto(`${world.store.origin}/apps/rollcall/courses/offers/new`);
    await app.getByRole('button', { name: 'Choose product' }).click();
    // The store's own product picker.
    await page.getByLabel('Course WELD').check();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await app.getByRole('button', { name: 'Add courses' }).click();
    await app.getByPlaceholder('Search courses').fill('welding 1');
    await app.getByRole('button', { name: /Welding 101/ }).click();
    await app.getByRole('button', { name: 'Done', exact: true }).click();
    // The admin's own save bar.
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await app.getByText('Saved: it counts for orders from now on').waitFor();
    await buy(world, ada, ['WELD']);
    const enrolment = async () => (await lms.enrolments(ada))[0]?.status;
    await waitFor('the enrolment', async () => (await enrolment()) === 'active');

    await page.goto(`${world.store.origin}/apps/rollcall/people`);
    await app.getByRole('link', { name: 'Ada Lovelace' }).click();
    await app.getByText('Welding 101').first().waitFor();

    const left = await request(`${baseUrl}/Users/${made.body.id}`, {
      ...{ method: 'PATCH', headers },
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'active', value: false }],
      },
    });
    assert.equal(left.status, 200);
    await waitFor('the customer to be deactivated', async () =>
      (await world.store.customer(ada))?.tags.some((tag) => /inactive/i.test(tag)),
    );
    await waitFor('the learner to be deactivated', async () => (await lms.user(ada)).suspended);
    await context.close();
  });
});
