/** Notices on the command line. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTenant } from '../src/directory/tenants.ts';
import { cliOf, type Rollcall } from './support/cli.ts';
import { type TestDatabase, testDatabase } from './support/database.ts';
import { isGenuine, webhookReceiver } from './support/receiver.ts';
import { smtpServer } from './support/smtp.ts';
import { testSecrets } from './support/world.ts';

let database: TestDatabase;
let rollcall: Rollcall;
before(async () => {
  database = await testDatabase();
  rollcall = cliOf(database, { ROLLCALL_ENCRYPTION_KEY: '07'.repeat(32) });
});
after(() => database.close());

const newTenant = (name: string) =>
  createTenant(database.pool, testSecrets, {
    name,
    shop: { shop: `${name}.myshopify.com`, accessToken: 'none' },
    switches: 'on',
  });

test('notices are set up, tried and listed from the command line', async () => {
  await using receiver = await webhookReceiver();
  await using smtp = await smtpServer();
  assert.match((await rollcall(['notice', 'list'])).err, /There is no tenant yet/);
  await newTenant('one');
  const shown = await rollcall(['notice', 'settings']);
  assert.equal(shown.out, 'Log: always\nWebhook: none\nE-mail: none\n');

  const refused = await rollcall(['notice', 'settings', '--email', 'ops@example.com']);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /no mail can be sent\. Set ROLLCALL_SMTP_URL/);

  const mail = { ROLLCALL_SMTP_URL: smtp.config.url, ROLLCALL_MAIL_FROM: smtp.config.from };
  const args = ['--webhook', receiver.url, '--email', 'ops@example.com, ada@example.com'];
  const set = await rollcall(['notice', 'settings', ...args], mail);
  assert.equal(set.code, 0, set.err);
  assert.match(set.out, /^E-mail: ops@example\.com, ada@example\.com$/m);
  const secret = /^Secret: (whsec_\S+)$/m.exec(set.out)?.[1] ?? '';

  const tried = await rollcall(['notice', 'test'], mail);
  assert.equal(tried.code, 0, tried.err);
  assert.match(tried.out, /^email {2}ada@example\.com {2}delivered$/m);
  assert.match(tried.out, /^webhook {2}delivered$/m);
  const [sent] = receiver.received;
  assert.ok(sent && isGenuine(sent, secret));
  assert.equal(smtp.mails.length, 2);

  receiver.answer(500);
  const failed = await rollcall(['notice', 'test'], mail);
  assert.equal(failed.code, 1);
  assert.match(failed.err, /^webhook {2}The receiver answered with status 500\.$/m);
  const { out } = await rollcall(['notice', 'list']);
  assert.match(out, /^ {2}webhook: given up after 1 attempts: The receiver answered/m);
  assert.match(out, /^ {2}email ops@example\.com: delivered$/m);

  const { tenantId } = await newTenant('two');
  assert.match(
    (await rollcall(['notice', 'list'])).err,
    /several tenants: say which with --tenant/,
  );
  assert.equal((await rollcall(['notice', 'list', '--tenant', tenantId])).out, 'No notices yet.\n');
});
