/** The identity provider's half of the guide, in two tenants: a directory whose application is the other's store. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createTenant } from '../../src/directory/tenants.ts';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { waitFor } from '../support/wait.ts';
import { connect, testSecrets, testWorld, type World } from '../support/world.ts';

let browser: Browser;
let world: World;

before(async () => {
  [browser, world] = await Promise.all([startBrowser(), testWorld()]);
});
after(async () => {
  await browser.close();
  await world.close();
});

const button = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).first().click();
const link = (page: Page, name: string) =>
  page.getByRole('link', { name, exact: true }).first().click();
const heading = (page: Page, name: string) =>
  page.getByRole('heading', { name, level: 1 }).waitFor();

let tenants = 0;

/** A tenant that has a directory and no shop. */
async function directoryTenant(): Promise<string> {
  tenants += 1;
  const shop = {
    shop: `directory-${tenants}.myshopify.com`,
    origin: world.store.origin,
    accessToken: 'none',
  };
  const its = await createTenant(world.pool, testSecrets, { name: 'Staff', shop, switches: 'off' });
  await world.pool.query('delete from destinations where tenant_id = $1', [its.tenantId]);
  return its.tenantId;
}

/** Ada is invited, chooses a password, and changes her department: the customer has it a moment later. */
async function signedInAs(page: Page, tenantId: string): Promise<void> {
  await link(page, 'ada@example.com');
  await heading(page, 'Ada Lovelace');
  await button(page, 'Invite');
  const invitation = await page.getByLabel('Invitation link').inputValue();
  const context = await browser.newContext();
  const own = await context.newPage();
  await own.goto(`${world.origin}/me/${tenantId}${new URL(invitation).hash}`);
  const password = 'the analytical engine';
  for (const name of ['New password', 'The same again'])
    await own.getByLabel(name, { exact: true }).fill(password);
  await own.getByRole('button', { name: 'Set password' }).click();
  await own.getByText('Your password is set.').waitFor();
  await own.getByLabel('Password', { exact: true }).fill(password);
  await own.getByRole('button', { name: 'Sign in', exact: true }).click();
  await own.getByText('The store').waitFor();
  await own.getByLabel('Department').fill('Analysis');
  await own.getByRole('button', { name: 'Save' }).first().click();
  await waitFor('the department in the store', async () => {
    const customer = await world.store.customer('ada@example.com');
    return customer?.metafields.some(
      ({ key, value }) => key === 'department' && value === 'Analysis',
    );
  });
  await context.close();
}

suite('an administrator of the directory', () => {
  test('gives a group the store by a policy; who joins is a customer, who leaves is not, who returns is the same', async () => {
    const [tenantId, { token }] = await Promise.all([
      directoryTenant(),
      connect(world.pool, world),
    ]);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${world.origin}/admin/${tenantId}/directory`);

    await page.getByText('No users yet').waitFor();
    await assertAccessible(page);
    await link(page, 'Add user');
    await page.getByLabel('User name').fill('ada@example.com');
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Last name').fill('Lovelace');
    await page.getByLabel('Department').fill('Engineering');
    await assertAccessible(page);
    await button(page, 'Add user');
    await heading(page, 'Ada Lovelace');
    await assertAccessible(page);

    await link(page, 'Directory');
    await link(page, 'Groups');
    await link(page, 'Add group');
    await page.getByLabel('Name', { exact: true }).fill('Customers');
    await button(page, 'Add group');
    await heading(page, 'Customers');
    await assertAccessible(page);

    await link(page, 'Applications');
    await link(page, 'Add application');
    await page.getByLabel('Custom application name').fill('The store');
    await page.getByLabel('SCIM base URL').fill(`${world.origin}/scim/v2/${world.sourceId}`);
    await page.getByLabel('Bearer token (optional)').fill(token);
    await assertAccessible(page);
    await button(page, 'Add and test');
    await page.getByText('The connection works').first().waitFor();
    const traits = page.getByRole('region', { name: 'What The store says of itself' });
    await traits.getByText('By PATCH, as it says').waitFor();
    await traits.getByText('By index and by cursor').waitFor();
    await assertAccessible(page);

    await link(page, 'Add policy');
    await button(page, 'Choose a group');
    await page.getByRole('button', { name: 'Customers' }).click();
    await page.getByLabel('Policy name').fill('Customers have the store');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Add policy', exact: true }).last().click();
    await page
      .getByRole('button', { name: 'Remove the policy Customers have the store' })
      .waitFor();

    await link(page, 'The store');
    await page.getByLabel('Groups that are sent').selectOption('All groups');
    await page.getByRole('switch', { name: 'Delete groups' }).click();
    await page.locator('#announcer', { hasText: 'Delete groups: saved' }).waitFor();
    await button(page, 'Preview');
    await page.getByText('Everything agrees already').waitFor();
    await button(page, 'Switch on');
    await page.locator('#announcer', { hasText: 'The store is switched on' }).waitFor();

    await link(page, 'Customers');
    await heading(page, 'Customers');
    await button(page, 'Add members');
    await page.getByRole('button', { name: /^Ada Lovelace/ }).click();
    const customer = () => world.store.customer('ada@example.com');
    await waitFor('the customer', customer);
    const first = await customer();
    await button(page, 'Done');
    await waitFor('the group in the store’s connection', async () => {
      const { Resources = [] } = (await world.scim('GET', '/Groups')).body;
      return Resources.some(
        ({ displayName, members = [] }: { displayName: string; members?: readonly object[] }) =>
          displayName === 'Customers' && members.length === 1,
      );
    });
    await signedInAs(page, tenantId);
    await page.goBack();
    await heading(page, 'Customers');

    // Leaving settles for half a minute by default, which no test waits for.
    await world.pool.query(
      `update destinations set policy = jsonb_set(policy, '{settleMs}', '0') where tenant_id = $1`,
      [tenantId],
    );
    await page.getByRole('button', { name: /^Remove / }).click();
    const inactive = async () => (await customer())?.tags.some((tag) => /inactive/i.test(tag));
    await waitFor('the customer to be deactivated', inactive);
    await button(page, 'Add members');
    await page.getByRole('button', { name: /^Ada Lovelace/ }).click();
    await waitFor('the customer to be back', async () => !(await inactive()));
    assert.equal((await customer())?.id, first?.id);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test('suspends, deletes and restores a user, and corrects a user name that is taken', async () => {
    const its = await directoryTenant();
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${world.origin}/admin/${its}/directory/users/new`);
    await page.getByLabel('User name').fill('grace@example.com');
    await button(page, 'Add user');
    await heading(page, 'grace@example.com');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await page.goto(`${world.origin}/admin/${its}/directory/users/new`);
    await page.getByLabel('User name').fill('Grace@example.com');
    await button(page, 'Add user');
    await page.getByText('exists already').waitFor();

    await page.goto(`${world.origin}/admin/${its}/directory`);
    await link(page, 'grace@example.com');
    await button(page, 'Suspend');
    await page.getByText('Suspended', { exact: true }).waitFor();
    await button(page, 'Delete user');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('button', { name: 'Delete user' }).last().click();
    await heading(page, 'Users');
    await link(page, 'Deleted users');
    await heading(page, 'Deleted users');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Restore grace@example.com' }).click();
    await heading(page, 'grace@example.com');
    await page.getByText('Suspended', { exact: true }).waitFor();
    await page.close();
  });

  test('takes in a file after a preview, and finds its users by searching', async () => {
    const its = await directoryTenant();
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${world.origin}/admin/${its}/directory/import`);
    const lines = ['userName,givenName,groups', 'alan@example.com,Alan,Staff', ',Nobody,'];
    await page.getByLabel('Choose a file').setInputFiles({
      name: 'staff.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(lines.join('\n')),
    });
    await page.getByText('userName is empty.').waitFor();
    await assertAccessible(page);
    await button(page, 'Import 1 user');
    await link(page, 'To the users');
    await page.getByLabel('Search users').fill('al');
    await page.getByRole('link', { name: 'Alan', exact: true }).waitFor();
    await page.getByText('1 found').waitFor();
    await page.close();
  });
});
