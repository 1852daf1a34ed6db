/** The page *Attribute mapping and groups* in a browser, over a Rollcall that works. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { policySchema } from '../../src/provisioning/policy.ts';
import { groupSchema } from '../../src/scim/group.ts';
import { destinationsOf } from '../../src/store/destinations.ts';
import { assertAccessible } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { looked, push } from '../support/roll.ts';
import { addServer, scimServer, teamSchema } from '../support/scim-server.ts';
import { waitFor } from '../support/wait.ts';
import { testWorld, userNamed, type World } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';

let browser: Browser;
let world: World;
let context: BrowserContext;
let page: Page;
let faults: string[];

const button = (name: string) => page.getByRole('button', { name, exact: true });
const account = () => page.getByLabel('The account');

async function open(): Promise<void> {
  await page.goto(`${world.origin}/admin/${world.tenantId}/user-sync/mapping`);
  await button('Edit First name').waitFor();
}

async function policy() {
  const [destination] = await destinationsOf(world.pool, world.tenantId);
  return destination?.policy;
}

/** Presses Save in the bar, and in the question that says how many are touched. */
async function save(effect: RegExp | null): Promise<void> {
  await button('Save').first().click();
  if (effect !== null) {
    await page.getByText(effect).waitFor();
    await button('Save').last().click();
  }
  await page.getByText('Unsaved changes', { exact: true }).waitFor({ state: 'detached' });
}

describe('the page Attribute mapping and groups', () => {
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

  test('changes where a field comes from, shown on a real person before it is saved', async () => {
    const id = await push(world, userNamed('Ada', { title: 'Countess', nickName: 'Augusta' }));
    await looked(world, id);
    await open();
    await account().getByText('Countess').waitFor();
    await assertAccessible(page);

    await button('Edit First name').click();
    await page.getByRole('combobox', { name: 'Comes from' }).selectOption('nickName');
    await page.getByRole('combobox', { name: 'Written' }).selectOption({ label: 'In upper case' });
    await account().getByText('AUGUSTA').waitFor();
    await assertAccessible(page);
    await button('Done').click();
    await button('Edit Last name').click();
    const once = 'No, written once when it is created';
    await page.getByRole('combobox', { name: 'Kept up to date' }).selectOption({ label: once });
    await button('Done').click();
    await page.getByText('Once, when it is created').waitFor();
    await button('Remove Title').click();
    await account().getByText('Countess').waitFor({ state: 'detached' });
    assert.equal((await world.store.customer(ada))?.firstName, 'Ada', 'nothing is saved yet');

    await save(/1 of 1 accounts are changed/);
    await waitFor(
      'the customer to have the name',
      async () => (await world.store.customer(ada))?.firstName === 'AUGUSTA',
    );
    const mapping = (await policy())?.mapping as readonly { readonly to: string }[];
    assert.deepEqual(
      mapping.find(({ to }) => to === 'firstName'),
      { to: 'firstName', from: 'nickName', transform: 'upper' },
    );
    assert.deepEqual(
      mapping.find(({ to }) => to === 'lastName'),
      { to: 'lastName', from: 'name.familyName', only: 'create' },
    );
    assert.equal(
      mapping.some(({ to }) => to === 'title'),
      false,
    );
  });

  test('fills a metafield that is entered by its namespace and key', async () => {
    const id = await push(world, userNamed('Ada', { nickName: 'Augusta' }));
    await looked(world, id);
    await open();
    await button('Add field').click();
    const field = page.getByRole('combobox', { name: 'Field' });
    await field.selectOption({ label: 'Another metafield…' });
    await button('Done').click();
    await page.getByText('Say which one.').waitFor();
    await page.getByRole('textbox', { name: 'Metafield' }).fill('custom.nick_name');
    await page.getByRole('combobox', { name: 'Comes from' }).selectOption('nickName');
    await page.getByText('For Ada Lovelace').waitFor();
    await assertAccessible(page);
    await button('Done').click();
    await button('Edit custom.nick_name').waitFor();
    await save(/1 of 1 accounts are changed/);
    await waitFor('the metafield', async () =>
      (await world.store.customer(ada))?.metafields.some(
        ({ namespace, key, value }) =>
          namespace === 'custom' && key === 'nick_name' && value === 'Augusta',
      ),
    );
  });

  test('gives the members of a group a tag, and includes nobody but members of a group', async () => {
    const id = await push(world, userNamed('Ada'));
    await push(world, userNamed('Grace'));
    const group = await world.scim('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Welders',
      members: [{ value: id }],
    });
    await world.settled();
    await open();
    await button('Add rule').click();
    await button('Welders · 1 member').click();
    await button('Done').click();
    await page.getByText('Say what they are given.').waitFor();
    await page.getByRole('textbox', { name: 'Are given' }).fill('welder, staff');
    await button('Done').click();
    await page.getByText('Members of Welders →').waitFor();
    await save(/1 of 2 accounts are changed/);
    await waitFor('the tags', async () => {
      const tags = (await world.store.customer(ada))?.tags ?? [];
      return tags.includes('welder') && tags.includes('staff');
    });

    await page.getByRole('radio', { name: 'Only members of some groups' }).click();
    await button('Save').first().click();
    await page.getByText('Choose at least one group.').waitFor();
    await button('Welders · 1 member').click();
    await save(/1 person leave/);
    const ref = { source: world.sourceId, id: group.body.id, name: 'Welders' };
    assert.deepEqual((await policy())?.groups, [ref]);
  });

  test('says what is wrong and keeps what was typed; what is discarded is as it was', async () => {
    await open();
    const filter = page.getByRole('textbox', { name: 'And only people with' });
    await filter.fill('titel pr');
    await button('Save').first().click();
    await page.getByText(/titel/).first().waitFor();
    assert.equal(await filter.inputValue(), 'titel pr');
    await button('Discard').click();
    assert.equal(await filter.inputValue(), '');
    await page.getByRole('radio', { name: 'Delete the customer where Shopify allows it' }).click();
    await save(null);
    assert.equal((await policy())?.leave, 'delete');
    assert.equal((await policy())?.scope, null);
  });

  test('says when somebody is asked first, and who is taken for the same', async () => {
    await open();
    await page
      .getByRole('combobox', { name: 'Ask me first where more leave' })
      .selectOption('10 % of the accounts');
    await page.getByRole('combobox', { name: 'So many may always leave' }).selectOption('3 people');
    await page.getByRole('checkbox', { name: 'with the same phone number' }).click();
    await assertAccessible(page);
    await save(null);
    assert.deepEqual((await policy())?.guard, { floor: 3, share: 0.1 });
    assert.deepEqual((await policy())?.match, ['key', 'email', 'phone']);
    await page
      .getByRole('combobox', { name: 'Ask me first where more leave' })
      .selectOption('Never ask me');
    await page.getByRole('checkbox', { name: 'with the same e-mail address' }).click();
    await save(null);
    assert.deepEqual((await policy())?.guard, { floor: 3, share: 1 });
    assert.deepEqual((await policy())?.match, ['key', 'phone']);
  });

  test('names groups otherwise at an application, shown on a real group before it is saved', async () => {
    await using server = await scimServer();
    const { baseUrl, token } = server;
    const pushed = policySchema.shape.push.parse({ groups: 'all' });
    const destinationId = await addServer(world, { baseUrl, token }, { push: pushed });
    for (const displayName of ['Chess', 'Golf']) {
      const { status } = await world.scim('POST', '/Groups', {
        ...{ schemas: [groupSchema.id], displayName, externalId: `the ${displayName} club` },
      });
      assert.equal(status, 201);
    }
    await world.settled();
    await open();
    assert.equal(await page.getByText('Attributes of groups').count(), 0, 'a shop has none');
    await page.getByRole('combobox', { name: 'Destination' }).selectOption(destinationId);
    const chess = page.getByLabel('The group Chess');
    await chess.getByText('Chess').waitFor();

    assert.equal(await button('Remove Display name of groups').count(), 0, 'a group needs a name');
    await button('Edit Display name of groups').click();
    await page.getByRole('combobox', { name: 'Written' }).selectOption({ label: 'In upper case' });
    await chess.getByText('CHESS').waitFor();
    await button('Done').click();
    await button('Add field of groups').click();
    await page.getByRole('textbox', { name: 'Field' }).fill(`${teamSchema}:kind`);
    await page.getByRole('combobox', { name: 'Comes from' }).selectOption('externalId');
    await page.getByText('For Chess:').waitFor();
    await assertAccessible(page);
    await button('Done').click();
    await page.getByRole('button', { name: /^Golf/ }).click();
    const golf = page.getByLabel('The group Golf');
    await golf.getByText('GOLF', { exact: true }).waitFor();
    await golf.getByText('the Golf club').waitFor();
    await assertAccessible(page);

    await save(/2 groups are changed there/);
    const there = () =>
      [...server.groups.values()].map((group) => [group.displayName, group[teamSchema]?.kind]);
    await waitFor('the groups to be called otherwise', async () =>
      there().some(([name, kind]) => name === 'GOLF' && kind === 'the Golf club'),
    );
  });
});
