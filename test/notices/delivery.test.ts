/** Notices on their way: by log, webhook and e-mail, over real sockets, through failures and kills. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { usualNoticeTimes } from '../../src/notices/retry.ts';
import { changeNoticeSettings } from '../../src/notices/settings.ts';
import { usualLimits } from '../../src/provisioning/drain.ts';
import {
  type ListedNotice,
  type NewNotice,
  noticesPage,
  raiseNotice,
} from '../../src/store/notices.ts';
import { secretBox } from '../../src/store/secret-box.ts';
import { encryptionKey, processWorld } from '../support/process.ts';
import { isGenuine, type Receiver, webhookReceiver } from '../support/receiver.ts';
import { destinationOf, push } from '../support/roll.ts';
import { secondInstance } from '../support/second-instance.ts';
import { smtpServer } from '../support/smtp.ts';
import { waitFor } from '../support/wait.ts';
import { testSecrets, testWorld, userNamed, type World } from '../support/world.ts';

const quick = { ...usualNoticeTimes, retriesMs: [50] };
const by = { actor: 'test', requestId: null };

const alarm: NewNotice = {
  kind: 'alarm.raised',
  destinationId: null,
  code: null,
  message: 'Somebody has waited for an hour.',
  detail: null,
};

/** Has the notices of a world go to a receiver and to recipients; gives the webhook's secret. */
async function tell(
  { pool, tenantId }: Pick<World, 'pool' | 'tenantId'>,
  receiver: Pick<Receiver, 'url'> | null,
  recipients: readonly string[] = [],
  secrets = testSecrets,
): Promise<string> {
  const webhook = receiver === null ? null : { url: receiver.url, secret: 'keep' as const };
  const change = { webhook, recipients, ...by };
  const { secret } = await changeNoticeSettings({ pool, secrets }, tenantId, change);
  return secret ?? '';
}

/** How the deliveries of the latest notice stand. */
async function latest({ pool, tenantId }: Pick<World, 'pool' | 'tenantId'>): Promise<ListedNotice> {
  const [notice] = await noticesPage(pool, tenantId, { limit: 1, before: null });
  assert.ok(notice, 'there is no notice');
  return notice;
}

const arrived = (world: Pick<World, 'pool' | 'tenantId'>) =>
  waitFor('the latest notice to arrive everywhere', async () => {
    const notice = await latest(world);
    return notice.deliveries.every(({ deliveredAt }) => deliveredAt !== null) && notice;
  });

suite('a notice', { concurrency: 4 }, () => {
  test('of a quarantine and of the way out arrives by log, webhook and e-mail', async () => {
    await using smtp = await smtpServer();
    await using receiver = await webhookReceiver();
    const lines: string[] = [];
    const limits = { ...usualLimits, probesMs: [300] };
    const logTo = (line: string) => lines.push(line);
    await using world = await testWorld({ smtp: smtp.config, noticeTimes: quick, limits, logTo });
    const secret = await tell(world, receiver, ['ops@example.com', 'ada@example.com']);
    await world.store.fault({ kind: 'invalid-token', times: null });
    await push(world, userNamed('Ada'));
    const quarantined = await waitFor('the quarantine', async () => {
      const { state } = await destinationOf(world);
      return state === 'quarantined' && arrived(world);
    });
    assert.equal(quarantined.kind, 'destination.quarantined');

    const [webhook] = receiver.received;
    assert.ok(webhook && isGenuine(webhook, secret));
    assert.equal(webhook.id, quarantined.id);
    assert.equal(webhook.body.type, 'destination.quarantined');
    assert.equal(webhook.body.timestamp, quarantined.at.toISOString());
    const { code, message, destination, tenant, todo } = webhook.body.data;
    assert.deepEqual(
      { code, destination, tenant },
      {
        code: 'credentials',
        destination: { id: world.destinationId, name: 'Shopify customers' },
        tenant: { id: world.tenantId, name: 'Test' },
      },
    );
    assert.match(message, /refuses the access token/);
    assert.match(todo, /^Enter a new access token/);

    assert.deepEqual(smtp.mails.map(({ to }) => to).sort(), [
      ['ada@example.com'],
      ['ops@example.com'],
    ]);
    const [mail] = smtp.mails;
    assert.equal(mail?.header('Subject'), 'Test: Shopify customers is stopped');
    assert.equal(mail?.header('From'), 'Rollcall <rollcall@example.com>');
    assert.match(mail?.header('Content-Type') ?? '', /^text\/plain/);
    assert.match(
      mail?.header('Message-ID') ?? '',
      new RegExp(`^<${quarantined.id}\\.\\w+@example.com>$`),
    );
    assert.match(
      mail?.text ?? '',
      /refuses the access token.*Since: 20.*What to do: Enter a new access token/s,
    );

    await world.store.dev('DELETE', 'faults');
    await world.settled();
    const recovered = await arrived(world);
    assert.equal(recovered.kind, 'destination.recovered');
    assert.equal(receiver.received.length, 2);
    assert.equal(smtp.mails.length, 4);
    const logged = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'notice');
    assert.deepEqual(
      logged.map(({ level, kind, noticeId }) => [level, kind, noticeId]),
      [
        [50, 'destination.quarantined', quarantined.id],
        [30, 'destination.recovered', recovered.id],
      ],
    );
    assert.doesNotMatch(lines.join(''), /whsec_|p@ss|p%40ss/);
  });

  test('is sent again, under the same id and in the same words, until it is taken', async () => {
    await using smtp = await smtpServer();
    await using receiver = await webhookReceiver();
    await using world = await testWorld({ smtp: smtp.config, noticeTimes: quick });
    const secret = await tell(world, receiver, ['ops@example.com']);
    receiver.answer(500, 503);
    smtp.refuse('451 come back later', 2);
    const id = await raiseNotice(world.pool, world.tenantId, alarm);
    const { deliveries } = await arrived(world);
    assert.deepEqual(
      deliveries.map(({ channel, attempts, lastError }) => [channel, attempts, lastError]),
      [
        ['email', 3, null],
        ['log', 1, null],
        ['webhook', 3, null],
      ],
    );
    assert.deepEqual(
      receiver.received.map((one) => [one.id, one.status]),
      [
        [id, 500],
        [id, 503],
        [id, 204],
      ],
    );
    assert.equal(new Set(receiver.received.map(({ text }) => text)).size, 1);
    assert.ok(receiver.received.every((one) => isGenuine(one, secret)));
    assert.ok(!receiver.received.some((one) => isGenuine(one, `whsec_${btoa('x'.repeat(32))}`)));
  });

  test('that nobody takes for three days is given up, and says why', async () => {
    await using receiver = await webhookReceiver();
    await using world = await testWorld({ noticeTimes: quick });
    await tell(world, receiver);
    receiver.answer(...Array.from({ length: 50 }, () => 500));
    await raiseNotice(world.pool, world.tenantId, alarm);
    await waitFor('it to be sent again', async () => receiver.received.length >= 2);
    await world.pool.query("update notices set at = now() - interval '3 days'");
    const webhook = await waitFor('the webhook to be given up', async () => {
      const { deliveries } = await latest(world);
      return deliveries.find(
        ({ channel, givenUpAt }) => channel === 'webhook' && givenUpAt !== null,
      );
    });
    assert.equal(webhook.lastError, 'The receiver answered with status 500.');
    assert.equal(webhook.attempts, receiver.received.length);
    assert.ok(webhook.attempts >= 2);
  });

  test('to a recipient that is refused for good is not sent there again, and the others get it', async () => {
    await using smtp = await smtpServer();
    await using world = await testWorld({ smtp: smtp.config, noticeTimes: quick });
    await tell(world, null, ['gone@example.com', 'ops@example.com']);
    smtp.unknown.add('gone@example.com');
    await raiseNotice(world.pool, world.tenantId, alarm);
    await waitFor('the other mail', async () => smtp.mails.length === 1);
    const gone = await waitFor('the refusal', async () => {
      const { deliveries } = await latest(world);
      return deliveries.find(({ givenUpAt }) => givenUpAt !== null);
    });
    assert.deepEqual([gone.target, gone.attempts], ['gone@example.com', 1]);
    assert.match(gone.lastError ?? '', /550 no such mailbox/);
  });

  test('for a receiver that hangs is no concern of another tenant’s, however many there are', async () => {
    // Those that hang do so until the end, however long the others take.
    const noticeTimes = { ...usualNoticeTimes, requestMs: 600_000 };
    await using world = await testWorld({ noticeTimes });
    await using hanging = await webhookReceiver();
    await using receiver = await webhookReceiver();
    const { pool } = world;
    await pool.query("insert into tenants (tenant_id, name) values ('other', 'Other')");
    await tell(world, hanging);
    await tell({ pool, tenantId: 'other' }, receiver);
    hanging.answer(...Array.from({ length: 40 }, () => 'hang' as const));
    for (let count = 0; count < 150; count += 1) await raiseNotice(pool, world.tenantId, alarm);
    await waitFor('the receiver to hang', async () => hanging.received.length > 0);
    await raiseNotice(pool, 'other', alarm);
    await waitFor('the other tenant’s notice', async () => receiver.received.length === 1);
    assert.ok(hanging.received.length <= 4, 'only so many of one tenant are under way');
  });

  test('is sent once where two instances run', async () => {
    await using receiver = await webhookReceiver();
    await using world = await testWorld();
    const other = await secondInstance(world);
    await tell(world, receiver);
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => raiseNotice(world.pool, world.tenantId, alarm)),
    );
    await waitFor('all of them', async () => receiver.received.length >= ids.length);
    await arrived(world);
    await other.close();
    assert.deepEqual(receiver.received.map(({ id }) => id).sort(), [...ids].sort());
  });

  test('that was sealed with another key is told to be, and waits for the right one', async () => {
    await using receiver = await webhookReceiver();
    await using world = await testWorld({ noticeTimes: quick });
    await tell(world, receiver, [], secretBox(Buffer.alloc(32, 1)));
    await raiseNotice(world.pool, world.tenantId, alarm);
    const webhook = await waitFor('the failure', async () =>
      (await latest(world)).deliveries.find(({ lastError }) => lastError !== null),
    );
    assert.equal(webhook.givenUpAt, null);
    assert.equal(receiver.received.length, 0);
  });
});

test('a notice outlives kill -9 between the change and its delivery', async () => {
  await using receiver = await webhookReceiver();
  await using world = await processWorld();
  const secret = await tell(world, receiver, [], secretBox(encryptionKey));
  receiver.answer('hang');
  await world.store.fault({ kind: 'invalid-token', times: null });
  await using process = await world.start();
  await push(world.at(process), userNamed('Ada'));
  await waitFor('the delivery to be under way', async () => receiver.received.length === 1);
  await process.kill();

  await using successor = await world.start();
  await waitFor('it to be sent again', async () => receiver.received.length === 2);
  const [first, second] = receiver.received;
  assert.equal(first?.status, null);
  assert.ok(second && isGenuine(second, secret));
  assert.equal(second.id, first?.id);
  assert.equal(second.text, first?.text);
  await arrived(world);
  const { rows } = await world.pool.query('select count(*) as count from notices');
  assert.equal(rows[0]?.count, 1);
  assert.match(process.output() + successor.output(), /"msg":"notice"/);
  await successor.stop();
});
