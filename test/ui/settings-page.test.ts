/** The pages *Settings*, of a destination and *Notifications* in a browser, over a Rollcall that works. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertAccessible } from '../support/axe.ts';
import { crowdOf, guardRows, heldAre } from '../support/guard.ts';
import { addMoodle, testLms } from '../support/lms.ts';
import { isGenuine, webhookReceiver } from '../support/receiver.ts';
import { destinationOf, remove } from '../support/roll.ts';
import { assertFits, visits } from '../support/visit.ts';
import { waitFor } from '../support/wait.ts';

describe('the page Settings', () => {
  const visit = visits();
  const button = (name: string | RegExp) => visit.page.getByRole('button', { name });
  const manage = (name: string) => visit.page.getByRole('link', { name: `Manage ${name}` });
  const state = async () => (await destinationOf(visit.world)).state;

  test('pauses a destination with a reason, resumes it, and tries the connection', async () => {
    const { page, open, said } = visit;
    await open('/settings');
    await page.getByLabel('Activity and notifications').fill('400');
    await button('Save').click();
    await page.getByText('Must be a whole number of days from 1 to 365').waitFor();
    await page.getByLabel('Activity and notifications').fill('90');
    await button('Save').click();
    await said(/^Saved$/); // not that there are unsaved changes
    await page.reload();
    await page.getByText('At most 365 days.').waitFor();
    assert.equal(await page.getByLabel('Activity and notifications').inputValue(), '90');
    await page.getByText('Nobody is told yet').waitFor();
    await assertAccessible(page);
    await manage('Shopify customers').click();
    await page.getByLabel('Why it is paused').fill('Moving house');
    await button('Pause').click();
    await said('Shopify customers is paused');
    await page.getByText('Moving house').waitFor();
    assert.equal(await state(), 'paused');
    await assertAccessible(page);
    await button('Resume').click();
    await said('Shopify customers goes on');
    assert.equal(await state(), 'active');
    await button('Test connection').click();
    await page.getByText('The connection works').waitFor();
    await page.getByRole('list', { name: 'What was tried' }).getByText('It answers').waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await button('Pause everything').click();
    await page.getByRole('dialog', { name: 'Pause everything?' }).waitFor();
    await button('Pause everything').last().click();
    await said('Everything is paused');
    await page.getByText('Everything is paused').first().waitFor();
    assert.equal(await state(), 'paused');
  });

  test('says why a destination is quarantined, and tries it again', async () => {
    const { world, page, open, said } = visit;
    await world.pool.query(
      `update destinations set state = 'quarantined', reason_code = 'credentials', reason = 'The token is refused.', quarantined_at = now()`,
    );
    await open(`/settings/destinations/${world.destinationId}`);
    await page.getByText('The token is refused.').waitFor();
    await assertAccessible(page);
    await button('Try now').click();
    await said('Shopify customers is tried again');
    await waitFor('the destination', async () => (await state()) === 'active');
    await page.getByText('Everybody is kept up to date').waitFor();
  });

  test('tells by name who would leave, and lets them be kept or allowed, also on a phone', async () => {
    const { world, page, open, said } = visit;
    const crowd = await crowdOf(world, 14);
    await Promise.all(crowd.map(({ id }) => remove(world, id)));
    const held = await heldAre(world, 14);
    await page.setViewportSize({ width: 390, height: 844 });
    await open(`/settings/destinations/${world.destinationId}`);
    await page.getByText('14 people would leave Shopify customers').waitFor();
    await assertAccessible(page);
    await assertFits(page);
    const [first] = held;
    assert.ok(first);
    await page.getByRole('checkbox').first().check();
    await button('Keep 1 chosen').click();
    await page.getByRole('dialog', { name: 'Keep 1 person?' }).waitFor();
    await button('Keep').last().click();
    await said('1 person stay');
    await waitFor('the decision', async () =>
      (await guardRows(world)).some(({ leave }) => leave === 'discarded'),
    );
    // The page may hear of what was decided before the decision is answered.
    await page.route('**/guard/allow', async (route) => {
      const response = await route.fetch();
      await page.getByText('Nobody waits for you.').waitFor();
      await route.fulfill({ response });
    });
    await button('Allow all 13 to leave').click();
    await page.getByRole('dialog', { name: 'Allow 13 people to leave?' }).waitFor();
    await button('Allow').last().click();
    await said('13 people may leave');
    await page.getByText('Nobody waits for you.').waitFor();
    await world.settled();
    assert.equal((await guardRows(world)).filter(({ leave }) => leave === 'held').length, 0);
  });

  test('removes a learning system after asking; the shop cannot be removed', async () => {
    await using lms = await testLms();
    const { world, page, open, said } = visit;
    await addMoodle(world, lms);
    await open('/settings');
    await manage('Shopify customers').click();
    await page.getByText('Everybody is kept up to date').waitFor();
    assert.equal(await button(/^Remove/).count(), 0);
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await manage('Moodle').click();
    await button('Remove Moodle').click();
    await page.getByRole('dialog', { name: 'Remove Moodle?' }).waitFor();
    await button('Remove').last().click();
    await said('Moodle was removed');
    await page.waitForURL(/\/settings$/);
    await manage('Shopify customers').waitFor();
    const { rows } = await world.pool.query('select name from destinations');
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['Shopify customers'],
    );
  });

  test('sends notifications to a signed webhook, with a test that says how it went', async () => {
    await using receiver = await webhookReceiver();
    const { page, open, said } = visit;
    await open('/settings');
    await page.getByRole('link', { name: 'Change notifications' }).click();
    const address = page.getByLabel('Address', { exact: true });
    await page.getByText('This installation sends no e-mail').waitFor();
    await address.fill('nowhere');
    await button('Save').click();
    await page.getByText('Must be an address like').waitFor();
    await assertAccessible(page);
    await address.fill(receiver.url);
    await button('Save').click();
    await said('Notifications were saved');
    const secret = await page.getByLabel('Signing secret').inputValue();
    assert.match(secret, /^whsec_/);
    await assertAccessible(page);
    await button('Send test notification').click();
    await page.getByText(`${receiver.url}: arrived`).waitFor();
    const [received] = receiver.received;
    assert.ok(received && isGenuine(received, secret));
  });
});
