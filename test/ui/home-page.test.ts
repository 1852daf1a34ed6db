/** The page *Home* in a browser, over a Rollcall that works. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertAccessible } from '../support/axe.ts';
import { lineOf, offering, orderOf, record } from '../support/courses.ts';
import { crowdOf } from '../support/guard.ts';
import { addMoodle, testLms } from '../support/lms.ts';
import { push, remove } from '../support/roll.ts';
import { assertFits, visits } from '../support/visit.ts';
import { userNamed } from '../support/world.ts';

describe('the page Home', () => {
  const visit = visits({ switches: 'off' });
  const button = (name: string) => visit.page.getByRole('link', { name, exact: true });

  test('leads from step to step, and each ticks itself', async () => {
    await using lms = await testLms();
    const { world, page, open, api } = visit;
    await open('/');
    await page.getByText('0 of 5 done').waitFor();
    await page.getByText('None in these days.').first().waitFor();
    await assertAccessible(page);
    await button('Open user sync').click();
    await page.waitForURL(/\/user-sync\/scim$/);
    await page.getByRole('switch', { name: 'Enable SCIM provisioning' }).click();
    await page.getByRole('switch', { name: 'Enable new customer creation' }).click();
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await page.getByText('1 of 5 done').waitFor();

    const moodle = await addMoodle(world, lms);
    await page.getByText('2 of 5 done').waitFor();
    const user = userNamed('Ada');
    await push(world, user);
    await page.getByText('3 of 5 done').waitFor();
    await button('Create offer').waitFor();
    await offering({ ...world, destinationId: moodle }, 'WELD', ['course:2']);
    await page.getByText('4 of 5 done').waitFor();
    await assertAccessible(page);
    await record(world, [orderOf(1, String(user.userName), [lineOf('WELD')])]);
    // All done: the guide is not in the way any more.
    await page.getByText('Nothing needs your attention.').waitFor();
    await page.getByRole('heading', { name: 'Setup guide' }).waitFor({ state: 'detached' });
    await page.getByRole('img', { name: 'New people by day: 1 in 30 days, most on' }).waitFor();
    await page.getByRole('img', { name: 'New enrolments by day: 1 in 30 days' }).waitFor();
    await page.getByText('As numbers').click();
    const today = new Date().toLocaleDateString('en', { day: 'numeric', month: 'short' });
    await page.getByRole('row', { name: `${today} 1 1` }).waitFor();
    await assertAccessible(page);
    assert.equal((await api('GET', '/overview')).body.attention.length, 0);
  });

  test('keeps the guide hidden where somebody put it away', async () => {
    const { page, open } = visit;
    await open('/');
    await page.getByRole('button', { name: 'Hide setup guide' }).click();
    await page.getByRole('heading', { name: 'Last 30 days' }).waitFor();
    assert.equal(await page.getByText('0 of 5 done').count(), 0);
    await page.reload();
    await page.getByRole('heading', { name: 'Last 30 days' }).waitFor();
    assert.equal(await page.getByText('0 of 5 done').count(), 0);
  });

  test('says what waits for somebody, with where to go, also on a phone', async () => {
    const { world, page, open, api } = visit;
    const on = { provisioningEnabled: true, creationEnabled: true };
    await api('PATCH', `/sources/${world.sourceId}`, on);
    const crowd = await crowdOf(world, 14);
    await Promise.all(crowd.map(({ id }) => remove(world, id)));
    await page.setViewportSize({ width: 390, height: 844 });
    await open('/');
    await page.getByText('More people than usual would leave Shopify').waitFor();
    await assertAccessible(page);
    await assertFits(page);
    assert.match(
      String(await button('Decide').getAttribute('href')),
      new RegExp(`/settings/destinations/${world.destinationId}$`),
    );
    await api('POST', `/destinations/${world.destinationId}/pause`, {});
    await page.getByText('Paused').waitFor();
  });

  test('says that it cannot be loaded, and that what is shown may be old', async () => {
    const { page, open } = visit;
    await page.route('**/api/**', (route) => route.abort());
    await open('/');
    await page.getByRole('heading', { name: 'This page could not be loaded' }).waitFor();
    await page.unroute('**/api/**');
    const loaded = page.getByText('0 of 5 done').waitFor();
    // The page asks again by itself, too, and may be faster than the press.
    await Promise.race([page.getByRole('button', { name: 'Try again' }).click(), loaded]);
    await loaded;
    await page.route('**/api/**', (route) => route.abort());
    await page.getByText('What you see may be out of date.').waitFor();
    await page.getByText('0 of 5 done').waitFor();
  });
});
