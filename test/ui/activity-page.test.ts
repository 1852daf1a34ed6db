/** The page *Activity* and the messages of the shop in a browser, over a Rollcall that works. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { storeDelivery } from '../../src/store/inbox.ts';
import { assertAccessible } from '../support/axe.ts';
import { patch, push } from '../support/roll.ts';
import { assertFits, visits } from '../support/visit.ts';
import { waitFor } from '../support/wait.ts';
import { customerChanged, inboxOf } from '../support/webhooks.ts';
import { userNamed } from '../support/world.ts';

/** Of a customer who is nobody's there is nothing to do. */
const handled: ReadonlySet<string> = new Set(['done', 'ignored']);

describe('the page Activity', () => {
  const visit = visits();
  const line = (words: string) => visit.page.locator('summary', { hasText: words });

  test('finds by person, destination and outcome; the address keeps it, and it is saved as a file', async () => {
    const { world, page, open } = visit;
    const [ada] = await Promise.all([
      push(world, userNamed('Ada')),
      push(world, userNamed('Grace')),
    ]);
    await world.settled();
    await patch(world, ada, { 'name.familyName': 'King' });
    await world.settled();
    await open('/activity');
    await line('Grace Lovelace was received').waitFor();
    await page.getByRole('searchbox', { name: 'Search by person or group' }).fill('ada');
    await line('Grace Lovelace').first().waitFor({ state: 'detached' });
    await page.getByLabel('Destination').selectOption('Shopify customers');
    await page.waitForURL(/query=ada&destination=/);
    await line('was received').waitFor({ state: 'detached' });
    await line('Ada King got a new account').waitFor();

    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const file = await (await saved).path();
    const csv = await readFile(file, 'utf8');
    assert.match(csv, /Ada King was updated in Shopify customers/);
    assert.doesNotMatch(csv, /Grace|was received/);
    await visit.said('The file was saved');

    // What was changed there, as it was and as it is.
    await line('Ada King was updated in Shopify').click();
    await page.getByRole('row', { name: 'lastName Lovelace King' }).waitFor();
    await page.getByText('Decision').waitFor();
    await assertAccessible(page);
    await page.reload();
    await line('Ada King got a new account').waitFor();
    await page.getByLabel('Outcome').selectOption('Refused');
    await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
    await page.getByLabel('Until').fill('2020-01-01');
    await page.getByLabel('Until').blur();
    await page.waitForURL(/to=2020-01-01/);
    await page.getByRole('button', { name: 'Show all activity' }).click();
    await line('Grace Lovelace was received').waitFor();
    assert.equal(new URL(page.url()).search, '');
  });

  test('has somebody who was refused looked at again', async () => {
    const { world, page, open } = visit;
    await push(world, userNamed('Ada'));
    await world.settled();
    const { rows } = await world.pool.query(
      `update activity set outcome = 'rejected' where kind = 'account.create' returning id`,
    );
    assert.equal(rows.length, 1);
    await open('/activity?outcome=rejected');
    await line('Ada Lovelace').click();
    await page.getByRole('button', { name: 'Try again' }).click();
    await visit.said('Ada Lovelace is looked at again');
    await page.getByText('Under way').waitFor();
    const { body } = await visit.api('GET', '/activity');
    assert.equal(body.activity[0].kind, 'person.sync');
    assert.match(
      String(await page.getByRole('link', { name: 'Open person' }).getAttribute('href')),
      /\/people\/[\w-]+$/,
    );
  });

  test('turns the pages of a long log, also on a phone', async () => {
    const { world, page, open } = visit;
    await page.setViewportSize({ width: 390, height: 844 });
    await open('/activity');
    await line('A token was made').waitFor();
    await world.pool.query(
      `insert into activity (tenant_id, id, kind, outcome, message)
       select tenant_id, uuidv7(), 'offer.create', 'done', 'Number ' || n
       from tenants, generate_series(1, 60) n`,
    );
    await line('Number 60').waitFor();
    await assertAccessible(page);
    await assertFits(page);
    await page.getByRole('button', { name: 'Older' }).click();
    await line('A token was made').waitFor();
    await page.getByRole('button', { name: 'To the newest' }).click();
    await line('Number 60').waitFor();
  });

  test('shows the messages of the shop, and has those that were given up handled again', async () => {
    const { world, page, open } = visit;
    await open('/activity');
    await page.getByRole('link', { name: 'Messages from your shop' }).click();
    await page.getByRole('heading', { name: 'No message yet' }).waitFor();
    await assertAccessible(page);
    for (const webhookId of ['1', '2']) {
      await storeDelivery(world.pool, {
        ...{ shop: 'test.myshopify.com', webhookId, eventId: null, topic: 'customers/update' },
        ...{
          triggeredAt: null,
          body: customerChanged('gid://shopify/Customer/4711'),
          state: 'ignored',
          waitMs: 0,
        },
      });
    }
    await world.pool.query(`update inbox set state = 'dead', attempts = 9, error = 'No such host'`);
    await line('A customer was changed').first().click();
    await page.getByText('No such host').waitFor();
    await page.getByText('Customer/4711').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Try again' }).click();
    await visit.said('The message is handled again');
    await waitFor('the message', async () =>
      (await inboxOf(world)).some(({ state }) => handled.has(state)),
    );
    await page.getByLabel('Show').selectOption('Given up');
    await page.waitForURL(/state=dead/);
    await page.getByRole('button', { name: 'Try all again' }).click();
    await waitFor('every message', async () =>
      (await inboxOf(world)).every(({ state }) => handled.has(state)),
    );
    await page.getByRole('heading', { name: 'None of these' }).waitFor();
    await visit.said('1 message is handled again');
  });
});
