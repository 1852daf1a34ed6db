/** The LMS's page in a browser: it shows what there is, keeps up, and lets staff enrol. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../support/browser.ts';
import { makePerson, startLms } from './support.ts';

let browser: Browser;

before(async () => {
  browser = await startBrowser();
});

after(() => browser.close());

test('Courses and their participants follow the web service by themselves', async (t) => {
  const lms = await startLms(t, { now: Date.now });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(lms.origin);
  await page.getByText('4 courses', { exact: true }).first().waitFor();
  await page.getByRole('link', { name: 'First Aid' }).click();
  await page.getByRole('heading', { name: 'Nobody is enrolled' }).waitFor();

  const userid = await makePerson(lms, 'ada');
  const enrolment = { roleid: 5, userid, courseid: 4, timeend: Date.UTC(2090, 0, 31, 12) / 1000 };
  await lms.call('enrol_manual_enrol_users', { enrolments: [enrolment] });
  const row = page.getByRole('row', { name: 'ada@example.com' });
  await row.getByText('Active').waitFor();
  await row.getByText('Jan 31, 2090').waitFor();
  await row.getByText('student').waitFor();
  await lms.call('enrol_manual_enrol_users', { enrolments: [{ ...enrolment, suspend: 1 }] });
  await row.getByText('Suspended').waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test('Staff enrol somebody by another way, also on a phone, and read what is refused', async (t) => {
  const lms = await startLms(t, { now: Date.now });
  await makePerson(lms, 'ada');
  const page = await browser.newPage({ viewport: { width: 375, height: 720 } });
  await page.goto(`${lms.origin}/courses/2`);
  await page.getByRole('button', { name: 'Enrol somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Username or e-mail').fill('nobody');
  await dialog.getByRole('button', { name: 'Enrol' }).click();
  await dialog.getByText('There is no user nobody').waitFor();
  await dialog.getByLabel('Username or e-mail').fill('ada');
  await dialog.getByLabel('Start').fill('2090-01-01');
  await dialog.getByRole('button', { name: 'Enrol' }).click();
  await page.locator('td', { hasText: 'Self enrolment' }).waitFor();
  await page.getByText('Starts later').waitFor();
  const { enrolments } = await lms.control('GET', 'enrolments?email=ada@example.com');
  assert.equal(enrolments?.[0]?.method, 'self');
  assert.equal(enrolments?.[0]?.status, 'future');

  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('searchbox').fill('ada');
  await page.getByText('1 user', { exact: true }).first().waitFor();
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 375);
  await page.close();
});
