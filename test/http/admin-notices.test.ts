/** The admin API: notices, where they go, and a test of it. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { raiseNotice } from '../../src/store/notices.ts';
import {
  type Admin,
  activityOf,
  assertProblem,
  type Made,
  newTenant,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { isGenuine, webhookReceiver } from '../support/receiver.ts';
import { type SmtpServer, smtpServer } from '../support/smtp.ts';

let database: TestDatabase;
let smtp: SmtpServer;
let admin: Admin;
/** As in production, and without mail. */
let guarded: Admin;
let tenant: Made;
let path: string;
before(async () => {
  [database, smtp] = await Promise.all([testDatabase(), smtpServer()]);
  const { pool } = database;
  admin = await startAdmin({ pool, smtp: smtp.config });
  guarded = await startAdmin({ pool, privateNetwork: 'refused' });
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await guarded[Symbol.asyncDispose]();
  await smtp[Symbol.asyncDispose]();
  await database.close();
});
beforeEach(async () => {
  tenant = await newTenant(database.pool);
  path = `/api/tenants/${tenant.tenantId}/notices`;
});

const webhook = { url: 'https://example.com/notices' };
const put = (settings: object, of = admin) => of.send('PUT', `${path}/settings`, settings);

suite('where notices go', () => {
  test('is the log alone, to begin with', async () => {
    const { status, body } = await admin.send('GET', `${path}/settings`);
    assert.equal(status, 200);
    assert.deepEqual(body, { webhook: null, recipients: [], mail: 'available' });
    assert.equal((await guarded.send('GET', `${path}/settings`)).body.mail, 'off');
  });

  test('is set with a secret that is shown once and kept sealed', async () => {
    const recipients = ['ops@example.com', 'ops@example.com', 'ada@example.com'];
    const { status, body } = await put({ webhook, recipients });
    assert.equal(status, 200, JSON.stringify(body));
    const { secret } = body;
    assert.match(secret, /^whsec_/);
    assert.deepEqual(body.recipients, ['ops@example.com', 'ada@example.com']);

    const again = await put({ webhook, recipients: [] });
    assert.equal(again.body.secret, null, 'the first one stays');
    const renewed = await put({ webhook: { ...webhook, secret: 'new' }, recipients: [] });
    assert.match(renewed.body.secret, /^whsec_/);
    assert.notEqual(renewed.body.secret, secret);

    const { body: shown } = await admin.send('GET', `${path}/settings`);
    assert.deepEqual(shown, { webhook, recipients: [], mail: 'available' });
    const { rows } = await database.pool.query('select * from notice_settings');
    const lines = await activityOf(tenant, admin);
    assert.equal(lines.length, 3);
    assert.equal(lines[0]?.summary, 'Where notices go was changed');
    const told = JSON.stringify([shown, rows, lines]) + admin.log.join('');
    for (const one of [secret, renewed.body.secret]) assert.ok(!told.includes(one));

    await put({ webhook: null, recipients: [] });
    const anew = await put({ webhook, recipients: [] });
    assert.notEqual(anew.body.secret, null, 'whoever comes back gets another');
  });

  test('is refused, field by field, where it makes no sense', async () => {
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ recipients: [] }, /^webhook must be an object/],
      [{ webhook: 'https://example.com', recipients: [] }, /^webhook must be an object/],
      [
        { webhook: { url: 'ftp://example.com' }, recipients: [] },
        /^webhook\.url must be an address/,
      ],
      [
        { webhook: { url: 'https://me:secret@example.com' }, recipients: [] },
        /^webhook\.url must be without user and password/,
      ],
      [{ webhook: null, recipients: ['nobody'] }, /^recipients\.0 must be an e-mail address/],
      [
        { webhook: null, recipients: ['ops@example.com\r\nBcc: everybody@example.com'] },
        /^recipients\.0 must be an e-mail address/,
      ],
      [
        { webhook: null, recipients: ['ops@example.com,other@example.com'] },
        /^recipients\.0 must be an e-mail address/,
      ],
      [
        { webhook: null, recipients: Array.from({ length: 11 }, (_, at) => `${at}@example.com`) },
        /^recipients must be a list of at most 10/,
      ],
      [{ webhook: null, recipients: [], colour: 'red' }, /^colour is not known here/],
    ];
    for (const [settings, detail] of cases)
      assertProblem(await put(settings), 400, 'invalid-input', detail);
  });

  test('is no private address and no plain http, where the operator does not allow them', async () => {
    for (const url of ['http://example.com/', 'https://127.0.0.1/', 'https://[fd00::1]/x']) {
      const answer = await put({ webhook: { url }, recipients: [] }, guarded);
      assertProblem(
        answer,
        400,
        'invalid-input',
        /^webhook\.url must be another address: .*public|https/,
      );
    }
    assert.equal((await put({ webhook, recipients: [] }, guarded)).status, 200);
  });

  test('is no mailbox where no mail can be sent', async () => {
    const answer = await put({ webhook: null, recipients: ['ops@example.com'] }, guarded);
    assertProblem(answer, 400, 'invalid-input', /^recipients must be empty: .*ROLLCALL_SMTP_URL/);
  });
});

suite('a test notice', () => {
  test('tells how each channel went, and is not tried again', async () => {
    await using receiver = await webhookReceiver();
    const set = await put({ webhook: { url: receiver.url }, recipients: ['ops@example.com'] });
    receiver.answer(500);
    const { status, body } = await admin.send('POST', `${path}/test`, {});
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.results, [
      { channel: 'email', target: 'ops@example.com', error: null },
      { channel: 'log', target: '', error: null },
      { channel: 'webhook', target: '', error: 'The receiver answered with status 500.' },
    ]);
    const [sent] = receiver.received;
    assert.ok(sent && isGenuine(sent, set.body.secret));
    assert.deepEqual([sent.id, sent.body.type], [body.id, 'notice.test']);
    const subject = smtp.mails.at(-1)?.header('Subject');
    assert.equal(subject, 'Analytical Engines: Rollcall sends a test notice');

    const [listed] = (await admin.send('GET', path)).body.notices;
    assert.equal(listed.id, body.id);
    const states = listed.deliveries.map(
      (one: { channel: string; deliveredAt: unknown; givenUpAt: unknown }) => [
        one.channel,
        one.deliveredAt !== null,
        one.givenUpAt !== null,
      ],
    );
    assert.deepEqual(states, [
      ['email', true, false],
      ['log', true, false],
      ['webhook', false, true],
    ]);
  });

  test('does not reach a private address behind a public name', async () => {
    await put({ webhook: { url: 'https://localhost/notices' }, recipients: [] }, guarded);
    const { body } = await guarded.send('POST', `${path}/test`, {});
    const { error } = body.results.find(
      ({ channel }: { channel: string }) => channel === 'webhook',
    );
    assert.equal(error, 'localhost has no public address.');
  });
});

suite('the list of notices', () => {
  test('is paged, newest first, each with its destination’s name', async () => {
    const { tenantId, destinationId } = tenant;
    const ids: (string | null)[] = [];
    for (const code of ['one', 'two', 'three']) {
      const notice = { kind: 'alarm.raised', destinationId, code, message: code, detail: { code } };
      ids.push(await raiseNotice(database.pool, tenantId, { ...notice, kind: 'alarm.raised' }));
    }
    const first = await admin.send('GET', `${path}?limit=2`);
    assert.deepEqual(
      first.body.notices.map(({ id }: { id: string }) => id),
      [ids[2], ids[1]],
    );
    assert.equal(first.body.notices[0].destinationName, 'Shopify customers');
    const second = await admin.send('GET', `${path}?limit=2&before=${first.body.next}`);
    assert.deepEqual(
      second.body.notices.map(({ id }: { id: string }) => id),
      [ids[0]],
    );
    assert.equal(second.body.next, null);
    assertProblem(
      await admin.send('GET', `${path}?before=x`),
      400,
      'invalid-input',
      /^before must be the next/,
    );
  });

  test('is nobody else’s', async () => {
    await raiseNotice(database.pool, (await newTenant(database.pool)).tenantId, {
      kind: 'alarm.raised',
      destinationId: null,
      code: null,
      message: 'somebody else’s',
      detail: null,
    });
    assert.deepEqual((await admin.send('GET', path)).body, { notices: [], next: null });
    for (const [method, at] of [
      ['GET', ''],
      ['GET', '/settings'],
      ['PUT', '/settings'],
      ['POST', '/test'],
    ] as const) {
      const answer = await admin.send(
        method,
        `/api/tenants/nobody/notices${at}`,
        method === 'GET' ? undefined : {},
      );
      assertProblem(answer, 404, 'not-found', /no tenant nobody/);
    }
  });
});
