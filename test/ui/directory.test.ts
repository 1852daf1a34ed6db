/** The identity provider's half of the guide, in two tenants: a directory whose application is the other's store. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createTenant } from '../../src/directory/tenants.ts';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { directory } from '../support/directory.ts';
import { waitFor } from '../support/wait.ts';
import { connect, request, testSecrets, testWorld, type World } from '../support/world.ts';

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
    await traits.getByText('By PATCH, as it says').first().waitFor();
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
    const sent = page.getByRole('combobox', { name: 'Groups that are sent' });
    await sent.selectOption('Only some…');
    await page.getByRole('button', { name: /^Customers/ }).click();
    await assertAccessible(page);
    await button(page, 'Done');
    const chosen = page.getByRole('list', { name: 'Groups that are sent' });
    await chosen.getByText('Customers').waitFor();
    await assertAccessible(page);
    await sent.selectOption('All groups');
    await chosen.waitFor({ state: 'detached' });
    await page.getByRole('switch', { name: 'Delete groups' }).click();
    await page.locator('#announcer', { hasText: 'Delete groups: saved' }).waitFor();
    await button(page, 'Preview');
    await page.locator('s-table-row', { hasText: 'Customers' }).getByText('New').waitFor();
    await assertAccessible(page);
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

  test('keeps somebody’s manager, address and custom attributes, and what is not on the page as it was', async () => {
    const its = await directory(world.pool, await directoryTenant());
    const urn = 'urn:example:params:scim:schemas:extension:loyalty:1.0:User';
    const schema = {
      ...{ id: urn, name: 'Loyalty', resourceType: 'User' },
      attributes: [
        { name: 'tier', type: 'string' },
        { name: 'points', type: 'integer' },
        { name: 'member', type: 'boolean' },
        { name: 'since', type: 'dateTime' },
        { name: 'interests', type: 'string', multiValued: true },
      ],
    };
    const defined = await request(
      `${world.origin}/api/tenants/${its.tenantId}/sources/${its.sourceId}/schemas/${encodeURIComponent(urn)}`,
      { method: 'PUT', body: schema, headers: { 'content-type': 'application/json' } },
    );
    assert.equal(defined.status, 201, JSON.stringify(defined.body));
    const home = { value: 'ada@home.example', type: 'home' };
    const fax = { value: '+44 20 7946 0001', type: 'fax' };
    const emails = [{ value: 'ada@example.com', type: 'work', primary: true }, home];
    const [id, grace] = await Promise.all([
      its.add('Ada', { emails, phoneNumbers: [fax], displayName: 'Ada' }),
      its.add('Grace', { displayName: 'Grace' }),
    ]);
    const stored = async () => {
      const { rows } = await world.pool.query('select data from resources where id = $1', [id]);
      return rows[0].data;
    };
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${world.origin}/admin/${its.tenantId}/directory/users/${id}`);
    await heading(page, 'Ada');
    await button(page, 'Choose the manager');
    await page.getByLabel('Search users').fill('gra');
    await page.getByRole('button', { name: /^Grace/ }).click();
    await page.getByRole('link', { name: 'Grace', exact: true }).waitFor();
    const fill = (label: string, text: string) =>
      page.getByLabel(label, { exact: true }).fill(text);
    await fill('E-mail', 'ada.king@example.com');
    await fill('Mobile phone', '+44 7700 900123');
    await fill('City', 'London');
    await fill('Country', 'GB');
    await fill('Employee number', '1815');
    await fill('tier', 'gold');
    await fill('points', 'many');
    await fill('since', '2026-11-28');
    await fill('interests', 'engines\n\nmusic');
    await page.getByLabel('member', { exact: true }).selectOption('Yes');
    await assertAccessible(page);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await button(page, 'Save');
    await page
      .getByText(/points must be/)
      .first()
      .waitFor();
    await fill('points', '1843');
    await button(page, 'Save');
    await page.locator('#announcer', { hasText: /^Saved$/ }).waitFor();
    const saved = await stored();
    const enterprise = saved['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'];
    assert.deepEqual([enterprise.manager.value, enterprise.employeeNumber], [grace, '1815']);
    assert.deepEqual(saved[urn], {
      ...{ tier: 'gold', points: 1843, member: true },
      ...{ since: '2026-11-28T00:00:00Z', interests: ['engines', 'music'] },
    });
    assert.deepEqual(saved.addresses, [{ type: 'work', locality: 'London', country: 'GB' }]);
    assert.deepEqual(saved.emails, [
      { value: 'ada.king@example.com', type: 'work', primary: true },
      home,
    ]);
    assert.deepEqual(saved.phoneNumbers[0], fax);

    for (const label of ['City', 'Country', 'Mobile phone', 'interests']) await fill(label, '');
    await button(page, 'Remove the manager');
    await button(page, 'Save');
    await waitFor('what was emptied to be gone', async () => !('addresses' in (await stored())));
    const emptied = await stored();
    assert.deepEqual(emptied.phoneNumbers, [fax]);
    assert.equal('interests' in emptied[urn], false);
    assert.equal(JSON.stringify(emptied).includes('manager'), false);
    await page.close();
  });

  test('does to many users what can be done to one, and names those whom it failed for', async () => {
    const its = await directory(world.pool, await directoryTenant());
    const names = ['Ada', 'Alan', 'Barbara', 'Grace'];
    for (const name of names) await its.add(name, { displayName: name });
    const users = async () => {
      const { rows } = await world.pool.query(
        `select data ->> 'displayName' as name, active from resources
         where tenant_id = $1 and type = 'User' order by 1`,
        [its.tenantId],
      );
      return rows.map(({ name, active }) => `${name} ${active ? 'active' : 'suspended'}`);
    };
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const api = `${world.origin}/api/tenants/${its.tenantId}/directory`;
    const made = await request(`${api}/Groups`, {
      method: 'POST',
      body: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Staff' },
      headers: { 'content-type': 'application/json' },
    });
    await page.goto(`${world.origin}/admin/${its.tenantId}/directory`);
    const card = page.getByRole('region', { name: 'Chosen users' });
    await button(page, 'Choose all 4');
    await card.getByText('4 users chosen').waitFor();
    await assertAccessible(page);
    await button(page, 'Add to group');
    await page.getByRole('button', { name: /^Staff/ }).click();
    await card.getByText('4 users added.').waitFor();
    const { body } = await request(`${api}/Groups/${made.body.id}`, { method: 'GET' });
    assert.equal(body.members.length, 4);
    await button(page, 'Close');

    for (const name of ['Ada', 'Grace'])
      await page.getByRole('checkbox', { name: `Choose ${name}` }).click();
    await card.getByText('2 users chosen').waitFor();
    await button(page, 'Suspend');
    await page.getByText('Suspend 2 users?').waitFor();
    await page.getByRole('button', { name: 'Suspend', exact: true }).last().click();
    await card.getByText('2 users suspended.').waitFor();
    assert.deepEqual(await users(), [
      ...['Ada suspended', 'Alan active', 'Barbara active', 'Grace suspended'],
    ]);

    await button(page, 'Choose all 4');
    await button(page, 'Send invitation');
    await card.getByText('2 users invited, 2 failed.').waitFor();
    const failed = card.getByRole('list', { name: 'Who failed' });
    for (const name of ['Ada', 'Grace'])
      await failed.getByText(`(${name.toLowerCase()}.lovelace@example.com)`).waitFor();
    await card.getByText('2 users chosen').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the links' }).click(),
    ]);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, 3);
    assert.match(lines[1] ?? '', /^"(alan|barbara)\.lovelace@example\.com","http.*#password=.*"$/);
    await assertAccessible(page);

    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await button(page, 'Delete');
    await page.getByText('Delete 2 users?').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).last().click();
    await card.getByText('2 users deleted.').waitFor();
    assert.deepEqual(await users(), ['Alan active', 'Barbara active']);
    await page.close();
  });

  test('chooses everybody whom a search finds, beyond the page that is shown', async () => {
    const its = await directory(world.pool, await directoryTenant());
    const many = Array.from({ length: 55 }, (_, at) => `Clone${at}`);
    for (const name of [...many, 'Grace']) await its.add(name);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${world.origin}/admin/${its.tenantId}/directory?query=clone`);
    await button(page, 'Choose all 55 found');
    const card = page.getByRole('region', { name: 'Chosen users' });
    await card.getByText('55 users chosen').waitFor();
    await button(page, 'Suspend');
    await page.getByText('Suspend 55 users?').waitFor();
    // The last ones wait until somebody has tried to leave.
    let goOn = () => {};
    const asked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route('**/directory/Users/*', async (route) => {
      await asked;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Suspend', exact: true }).last().click();
    await card.getByText('0 of 55.').waitFor();
    await page.getByRole('link', { name: 'Applications', exact: true }).first().click();
    await page.getByText('Leave before it is done?').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Cancel', exact: true }).last().click();
    goOn();
    await card.getByText('55 users suspended.').waitFor();
    const { rows } = await world.pool.query(
      `select data ->> 'userName' as name from resources where tenant_id = $1 and active`,
      [its.tenantId],
    );
    assert.deepEqual(rows, [{ name: 'grace.lovelace@example.com' }]);
    await page.close();
  });

  test('opens attributes to people, and defines attributes of the directory’s own', async () => {
    const its = await directory(world.pool, await directoryTenant());
    const id = await its.add('Ada', { displayName: 'Ada' });
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${world.origin}/admin/${its.tenantId}/directory`);
    await link(page, 'Directory settings');
    await heading(page, 'Directory settings');
    await page.getByLabel('Department').click();
    await page.getByLabel('Time zone').click();
    await button(page, 'Save');
    await page.locator('#announcer', { hasText: /^Saved$/ }).waitFor();
    const { rows } = await world.pool.query('select own_attributes from sources where id = $1', [
      its.sourceId,
    ]);
    assert.deepEqual(rows[0].own_attributes, ['displayName', 'name', 'phoneNumbers', 'timezone']);

    await page.getByText('Custom attributes').click();
    await button(page, 'Add attributes');
    await assertAccessible(page);
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await button(page, 'Save attributes');
    await page.getByRole('button', { name: /^Edit urn:/ }).waitFor();
    await page.goto(`${world.origin}/admin/${its.tenantId}/directory/users/${id}`);
    await page.getByRole('heading', { name: 'Loyalty' }).waitFor();
    await page.getByLabel('tier', { exact: true }).fill('gold');
    await button(page, 'Save');
    await page.locator('#announcer', { hasText: /^Saved$/ }).waitFor();
    const stored = await world.pool.query('select data from resources where id = $1', [id]);
    assert.match(JSON.stringify(stored.rows[0].data), /"tier":"gold"/);
    await page.close();
  });

  test('sees which groups an application holds and why, its full looks, and what stopped it', async () => {
    const its = await directory(world.pool, await directoryTenant());
    const send = (method: string, path: string, body?: object) =>
      request(`${world.origin}/api/tenants/${path}`, {
        method,
        body,
        headers: { 'content-type': 'application/json' },
      });
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    await world.scim('POST', '/Groups', { schemas, displayName: 'Editors' });
    for (const displayName of ['Editors', 'Writers'])
      await send('POST', `${its.tenantId}/directory/Groups`, { schemas, displayName });
    const settings = { baseUrl: `${world.origin}/scim/v2/${world.sourceId}`, token: world.token };
    const made = await send('POST', `${its.tenantId}/destinations`, {
      ...{ connector: 'scim', name: 'Help desk', scope: 'policies' },
      settings,
    });
    const at = `${its.tenantId}/destinations/${made.body.id}`;
    const push = { groups: 'all', create: false, update: true, delete: false, members: true };
    await send('PUT', `${at}/policy`, { policy: { ...made.body.policy, push } });

    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${world.origin}/admin/${its.tenantId}/applications/${made.body.id}`);
    await page.getByText('None yet', { exact: true }).waitFor();
    await button(page, 'Switch on');
    const groups = page.getByRole('list', { name: 'Groups there' });
    await groups.getByText('On hold').waitFor();
    await groups.getByText('There', { exact: true }).waitFor();
    const { body } = await send('GET', `${at}/groups`);
    assert.deepEqual(
      body.groups.map(({ name, outcome }: { name: string; outcome: string }) => [name, outcome]),
      [
        ['Writers', 'held'],
        ['Editors', 'done'],
      ],
    );
    await groups.getByText(body.groups[0].reason).waitFor();

    const night = async () => {
      await world.pool.query(
        `update destinations set swept_at = now() - interval '25 hours', created_at = now() - interval '2 days'
         where tenant_id = $1`,
        [its.tenantId],
      );
      return waitFor('the full look', async () => {
        const { sweep } = (await send('GET', `${at}/status`)).body;
        return Date.now() - Date.parse(sweep.lastAt) < 60_000 && !sweep.underWay && sweep;
      });
    };
    assert.equal((await night()).earlier.length, 0);
    await page.getByText('Found to differ since').waitFor();
    assert.equal((await night()).earlier.length, 1);
    await page.getByText('Earlier nightly looks').click();
    await page
      .getByText('in 1 day')
      .or(page.getByText('in 24 hours'))
      .or(page.getByText('tomorrow'))
      .first()
      .waitFor();
    await assertAccessible(page);
    await link(page, 'Attribute mapping');
    await heading(page, 'Attribute mapping and groups');
    await page.goBack();

    await send('PUT', `${at}/settings`, { settings: { ...settings, token: 'mistyped' } });
    await button(page, 'Restart');
    await page.getByText('It is tried by itself').waitFor();
    await page
      .getByText(/does not take the credentials/)
      .first()
      .waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await assertAccessible(page);
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
    await page.locator('summary', { hasText: 'Columns' }).click();
    await assertAccessible(page);
    await button(page, 'Import 1 user');
    await link(page, 'To the users');
    await page.getByLabel('Search users').fill('al');
    await page.getByRole('link', { name: 'Alan', exact: true }).waitFor();
    await page.getByText('1 found').waitFor();
    await page.close();
  });
});
