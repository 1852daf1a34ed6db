/** The page of people of a directory in a browser, over a Rollcall that works. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { focused } from '../support/visit.ts';
import { waitFor } from '../support/wait.ts';
import { request, testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';
const password = 'a notion of the engine';

let browser: Browser;
let world: World;
let context: BrowserContext;
let page: Page;
let faults: string[];
let adaId: string;

const admin = (method: string, path: string, body?: object) =>
  request(`${world.origin}/api/tenants/${world.tenantId}/directory${path}`, {
    method,
    body,
    headers: { 'content-type': 'application/json' },
  });
const address = (rest = '') => `${world.origin}/me/${world.tenantId}${rest}`;
const field = (label: string) => page.getByLabel(label, { exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const heading = (name: string) => page.getByRole('heading', { name, exact: true });

/** The end of the address that an invitation gives. */
async function invitation(): Promise<string> {
  const { status, body } = await admin('POST', `/Users/${adaId}/invitation`, {});
  assert.equal(status, 201, JSON.stringify(body));
  return new URL(body.url).hash;
}

/** What the destinations of the tenant are called. */
async function names(): Promise<readonly string[]> {
  const { rows } = await world.pool.query<{ name: string }>('select name from destinations');
  return rows.map(({ name }) => name);
}

async function choose(): Promise<void> {
  await page.goto(address(await invitation()));
  await field('New password').fill(password);
  await field('The same again').fill(password);
  await button('Set password').click();
  await page.getByText('Your password is set.').waitFor();
}

async function signIn(on: Page, given = password): Promise<void> {
  // A field gets the focus a moment after it is shown: what is typed into another one before would go there.
  await on.locator('.door :focus').first().waitFor();
  await on.getByLabel('User name', { exact: true }).fill(ada);
  await on.getByLabel('Password', { exact: true }).fill(given);
  await on.getByRole('button', { name: 'Sign in', exact: true }).click();
}

describe('the page of people of a directory', () => {
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    world = await testWorld();
    const { status, body } = await admin('POST', '/Users', userNamed('Ada'));
    assert.equal(status, 201, JSON.stringify(body));
    adaId = body.id;
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
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
    await world.close();
    assert.deepEqual(faults, []);
  });

  test('takes an invited person from the link to a changed department in the shop', async () => {
    await world.settled();
    const [application] = await names();
    await page.goto(address(await invitation()));
    await heading('Welcome to Test').waitFor();
    await assertAccessible(page);
    assert.equal(await field('User name').inputValue(), ada);
    for (const name of ['New password', 'The same again'])
      assert.equal(await field(name).getAttribute('autocomplete'), 'new-password');
    await field('New password').fill('ada lovelace 1');
    await field('The same again').fill('ada lovelace');
    await button('Set password').click();
    await page.getByText('Is not the same as above.').waitFor();
    await field('The same again').fill('ada lovelace 1');
    await button('Set password').click();
    await page.getByText('Must not be made of your own name or address.').waitFor();
    await focused(field('New password'));
    await field('New password').fill(password);
    await field('The same again').fill(password);
    await field('The same again').press('Enter');

    await page.getByText('Your password is set. Sign in with it.').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    assert.equal(await field('User name').inputValue(), ada);
    assert.equal(await field('User name').getAttribute('autocomplete'), 'username');
    assert.equal(await field('Password').getAttribute('autocomplete'), 'current-password');
    await assertAccessible(page);
    await field('Password').fill(password);
    await field('Password').press('Enter');

    await heading('About you').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Chrome on Linux' }).waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: application ?? 'none' })
      .waitFor();
    await assertAccessible(page);
    await field('Department').fill('Mathematics');
    await field('Mobile phone').fill('12');
    await button('Save').click();
    await page.getByText(/would not take 12 as a phone number/).waitFor();
    await field('Mobile phone').fill('');
    await button('Save').click();
    await page.locator('#announcer', { hasText: 'Your profile was saved' }).waitFor();
    await waitFor('the department in the shop', async () => {
      const customer = await world.store.customer(ada);
      return customer?.metafields.some(
        ({ key, value }) => key === 'department' && value === 'Mathematics',
      );
    });
    await page.reload();
    await field('Department').waitFor();
    assert.equal(await field('Department').inputValue(), 'Mathematics');
  });

  test('says what is wrong with signing in, and nothing more', async () => {
    await page.goto(address());
    await heading('Sign in to Test').waitFor();
    await button('Sign in').click();
    await page.getByText('Enter your user name.').waitFor();
    await focused(field('User name'));
    await signIn(page);
    await page.getByText('The user name or the password is wrong.').waitFor();
    await assertAccessible(page);
    for (let count = 0; count < 10; count += 1)
      await request(address('/api/sign-in'), {
        method: 'POST',
        body: { userName: ada, password },
        headers: { 'content-type': 'application/json' },
      });
    await button('Sign in').click();
    await page.getByText('There were too many attempts: wait a minute, then try again.').waitFor();
    await page.getByRole('button', { name: 'Forgot your password?' }).click();
    await page.getByText('Ask your administrator for a link').waitFor();
    await assertAccessible(page);
  });

  test('shows where somebody is signed in, and signs out there', async () => {
    await choose();
    await signIn(page);
    await heading('About you').waitFor();
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const there = await phone.newPage();
    await there.goto(address());
    await signIn(there);
    await there.getByText('About you').waitFor();
    await assertAccessible(there);
    const wider = await there.evaluate('document.documentElement.scrollWidth > innerWidth');
    assert.equal(wider, false);
    await page.reload();
    await button('Sign out Chrome on Linux').click();
    await page.locator('#announcer', { hasText: 'was signed out' }).waitFor();
    await there.reload();
    await there.getByText('Sign in to Test').waitFor();
    await signIn(there);
    await there.getByText('About you').waitFor();
    await page.reload();
    await button('Sign out everywhere else').click();
    await page.getByText('your password has to be entered again').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Sign out everywhere else' }).last().click();
    await page.locator('#announcer', { hasText: 'signed out everywhere else' }).waitFor();
    await button('Sign out everywhere else').waitFor({ state: 'detached' });
    await there.reload();
    await there.getByText('Sign in to Test').waitFor();
    await phone.close();
    await button('Sign out').click();
    await heading('Sign in to Test').waitFor();
    await page.goto(address());
    await heading('Sign in to Test').waitFor();
  });

  test('is signed out everywhere by an administrator', async () => {
    await choose();
    await signIn(page);
    await heading('About you').waitFor();
    const desk = await context.newPage();
    await desk.goto(`${world.origin}/admin/${world.tenantId}/directory/users/${adaId}`);
    const signOut = desk.getByRole('button', { name: 'Sign out everywhere', exact: true });
    const question = desk.getByRole('dialog');
    for (const told of ['Signed out of one session.', 'They were signed in nowhere.']) {
      await signOut.first().click();
      await desk.getByText('they have to enter their password again').waitFor();
      await assertAccessible(desk);
      await signOut.last().click();
      await desk.getByText(told).waitFor();
      await question.waitFor({ state: 'hidden' });
    }
    await desk.locator('#announcer', { hasText: 'is signed out everywhere' }).waitFor();
    await assertAccessible(desk);
    await desk.close();
    await page.reload();
    await heading('Sign in to Test').waitFor();
  });

  test('changes the password', async () => {
    await choose();
    await signIn(page);
    await heading('About you').waitFor();
    await page.locator('summary', { hasText: 'Password' }).click();
    const next = 'weaves algebraic patterns';
    await field('Current password').fill('not the password');
    await field('New password').fill(next);
    await field('The same again').fill(next);
    await button('Change password').click();
    await page.getByText('Is wrong.').waitFor();
    await assertAccessible(page);
    await field('Current password').fill(password);
    await button('Change password').click();
    await page.getByText('Your password was changed.').waitFor();
    await button('Sign out').click();
    await signIn(page, next);
    await heading('About you').waitFor();
  });

  test('says that the password is set, however slow the rest is', async () => {
    const hash = await invitation();
    await page.goto(address(hash));
    await heading('Welcome to Test').waitFor();
    const refused = page.getByText('This link was used already');
    await page.route(`**/me/${world.tenantId}/api/`, async (route) => {
      await refused.waitFor({ timeout: 1_000 }).catch(() => undefined);
      await route.continue();
    });
    for (const name of ['New password', 'The same again']) await field(name).fill(password);
    await button('Set password').click();
    await page.getByText('Your password is set.').waitFor();
  });

  test('keeps what is typed while the rest is being saved', async () => {
    await choose();
    await signIn(page);
    await heading('About you').waitFor();
    const typed = Promise.withResolvers<void>();
    await page.route('**/api/profile', async (route) => {
      if (route.request().method() === 'PATCH') await typed.promise;
      await route.continue();
    });
    await field('Department').fill('Mathematics');
    const sent = page.waitForRequest((one) => one.method() === 'PATCH');
    await button('Save').click();
    await sent;
    await field('Display name').fill('The Countess');
    typed.resolve();
    await page.locator('#announcer', { hasText: 'Your profile was saved' }).waitFor();
    assert.equal(await field('Display name').inputValue(), 'The Countess');
    await button('Save').click();
    await page.getByRole('heading', { name: 'The Countess', level: 1 }).waitFor();
    const { body } = await admin('GET', `/Users/${adaId}`);
    assert.equal(body.displayName, 'The Countess');
    assert.equal(
      body['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'].department,
      'Mathematics',
    );
  });

  test('tells whose link is used up, and whose session has ended', async () => {
    const hash = await invitation();
    await invitation();
    await page.goto(address(hash));
    await page.getByText('This link was used already, or is too old').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'To sign in' }).click();
    await heading('Sign in to Test').waitFor();
    await page.goto('about:blank');
    await choose();
    await signIn(page);
    await heading('About you').waitFor();
    await admin('PATCH', `/Users/${adaId}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    });
    await field('Department').fill('Mathematics');
    await button('Save').click();
    await heading('Sign in to Test').waitFor();
    await page.goto(`${world.origin}/me/nowhere`);
    await page.getByText('There is nobody to sign in here').waitFor();
  });
});
