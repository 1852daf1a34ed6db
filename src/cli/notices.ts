/** Notices on the command line: listed, where they go, and a test of it. */
import { readInput } from '../http/admin-input.ts';
import { noticeRules } from '../http/admin-notices.ts';
import { noticeSettingsInput } from '../http/notice-input.ts';
import { type NoticeWorld, noticeWorld } from '../notices/notice-world.ts';
import {
  changeNoticeSettings,
  type NoticeSettings,
  readNoticeSettings,
} from '../notices/settings.ts';
import { sendTestNotice } from '../notices/test-notice.ts';
import { createOutbound } from '../provisioning/outbound.ts';
import { type DeliveryState, noticesPage } from '../store/notices.ts';
import { type Context, secretsOf, theTenant, UsageError } from './context.ts';

const listed = 50;

/** `notice list`. */
export async function listNotices({ database, options }: Context): Promise<string> {
  const { tenantId } = await theTenant(database, options);
  const notices = await noticesPage(database.pool, tenantId, { limit: listed, before: null });
  if (notices.length === 0) return 'No notices yet.';
  return notices
    .map(({ at, kind, code, destinationName, message, deliveries }) =>
      [
        [at.toISOString(), kind, ...(code === null ? [] : [code]), destinationName ?? ''].join(
          '  ',
        ),
        `  ${message}`,
        ...deliveries.map((delivery) => `  ${stateOf(delivery)}`),
      ].join('\n'),
    )
    .join('\n');
}

function stateOf({ channel, target, attempts, deliveredAt, givenUpAt, lastError }: DeliveryState) {
  const way = target === '' ? channel : `${channel} ${target}`;
  if (deliveredAt !== null) return `${way}: delivered`;
  const trouble = lastError === null ? '' : `: ${lastError}`;
  if (givenUpAt !== null) return `${way}: given up after ${attempts} attempts${trouble}`;
  return `${way}: waiting, ${attempts} attempts${trouble}`;
}

/** `notice settings`: shows them, and changes what an option names. */
export async function noticeSettingsCommand(context: Context): Promise<string> {
  const { database, options } = context;
  const { tenantId } = await theTenant(database, options);
  const before = await readNoticeSettings(database.pool, tenantId);
  const { webhook, email } = options;
  const newSecret = options['new-secret'] === true;
  if (webhook === undefined && email === undefined && !newSecret) return settingsLines(before);
  return withNotices(context, async (world) => {
    const wished = {
      webhook: webhookWish(before, webhook, newSecret),
      recipients: email === undefined ? before.recipients : listOf(email),
    };
    const change = readInput(noticeSettingsInput(noticeRules(world)), wished);
    const by = { actor: 'cli', requestId: null };
    const after = await changeNoticeSettings(world, tenantId, { ...change, ...by });
    const secret =
      after.secret === null ? [] : [`Secret: ${after.secret}`, 'It is not shown again.'];
    return [settingsLines(after), ...secret].join('\n');
  });
}

const nothing = 'none';

function webhookWish(before: NoticeSettings, url: string | undefined, newSecret: boolean) {
  if (url === nothing) return null;
  const meant = url ?? before.webhook?.url;
  if (meant === undefined && newSecret)
    throw new UsageError('There is no webhook yet: give its address with --webhook.');
  return meant === undefined ? null : { url: meant, secret: newSecret ? 'new' : 'keep' };
}

function listOf(text: string): readonly string[] {
  return text === nothing ? [] : text.split(',').map((address) => address.trim());
}

function settingsLines({ webhook, recipients }: NoticeSettings): string {
  return [
    'Log: always',
    `Webhook: ${webhook?.url ?? nothing}`,
    `E-mail: ${recipients.length === 0 ? nothing : recipients.join(', ')}`,
  ].join('\n');
}

/** `notice test`. */
export async function testNoticeCommand(context: Context): Promise<string> {
  const { tenantId } = await theTenant(context.database, context.options);
  return withNotices(context, async (world) => {
    const { results } = await sendTestNotice(world, tenantId);
    const lines = results.map(({ channel, target, error }) =>
      [channel, ...(target === '' ? [] : [target]), error ?? 'delivered'].join('  '),
    );
    if (results.some(({ error }) => error !== null)) throw new UsageError(lines.join('\n'));
    return lines.join('\n');
  });
}

/** Works with what delivers, as a running Rollcall would. */
export async function withNotices<Result>(
  { config, database, log }: Context,
  work: (world: NoticeWorld) => Promise<Result>,
): Promise<Result> {
  const outbound = createOutbound(config);
  try {
    const world = noticeWorld({
      ...config,
      log,
      pool: database.pool,
      secrets: await secretsOf(config),
      now: Date.now,
      random: Math.random,
      fetch: outbound.fetch,
    });
    return await work(world);
  } finally {
    await outbound.close();
  }
}
