import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from '../src/config.ts';

const key = 'a'.repeat(64);

function faultsOf(variables: Record<string, string>): readonly string[] {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

test('nothing needs to be set in development, which is loopback only', () => {
  const config = readConfig({});
  assert.equal(config.mode, 'development');
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.publicUrl, 'http://127.0.0.1:3000');
  assert.equal(config.dataDir, './data');
});

test('an empty variable counts as unset', () => {
  assert.equal(readConfig({ PORT: '', ROLLCALL_MODE: '' }).port, 3000);
});

test('the limit of SCIM requests is a number of them a second, in production a thousand', () => {
  const production = {
    ROLLCALL_MODE: 'production',
    ROLLCALL_PUBLIC_URL: 'https://rollcall.example.com',
    ROLLCALL_ENCRYPTION_KEY: key,
  };
  assert.equal(readConfig(production).requestsPerSecond, 1_000);
  const variable = 'ROLLCALL_SCIM_REQUESTS_PER_SECOND';
  assert.equal(readConfig({ [variable]: '50' }).requestsPerSecond, 50);
  assert.match(faultsOf({ [variable]: '0' }).join(), /whole number of requests from 1 to 1000000/);
});

test('the token of the metrics is long enough not to be guessed', () => {
  const variable = 'ROLLCALL_METRICS_TOKEN';
  assert.equal(readConfig({}).metricsToken, null);
  assert.equal(readConfig({ [variable]: 'x'.repeat(16) }).metricsToken, 'x'.repeat(16));
  for (const weak of ['x'.repeat(15), `${'x'.repeat(15)} y`])
    assert.match(faultsOf({ [variable]: weak }).join(), /at least 16 characters and no spaces/);
});

test('times of alarms and of what is kept are numbers from one up', () => {
  const { alarmAfter, keepDays } = readConfig({
    ROLLCALL_ALARM_SECONDS: '120',
    ROLLCALL_ACTIVITY_DAYS: '90',
  }).upkeep;
  assert.deepEqual(alarmAfter, { ordinaryMs: 120_000, leaversMs: 60_000 });
  assert.deepEqual(keepDays, { activity: 90, inbox: 30, minutes: 8 });
  for (const wrong of ['0', '-1', '1.5', 'long']) {
    const faults = faultsOf({ ROLLCALL_INBOX_DAYS: wrong, ROLLCALL_LEAVER_ALARM_SECONDS: wrong });
    assert.match(faults.join('\n'), /ROLLCALL_INBOX_DAYS must be a whole number of days from 1/);
    assert.match(
      faults.join('\n'),
      /LEAVER_ALARM_SECONDS must be a whole number of seconds from 1/,
    );
  }
});

test('the time of grace is a number of days, also none', () => {
  assert.equal(readConfig({}).upkeep.graceDays, 30);
  assert.equal(readConfig({ ROLLCALL_GRACE_DAYS: '0' }).upkeep.graceDays, 0);
  for (const wrong of ['-1', '366', 'long'])
    assert.match(
      faultsOf({ ROLLCALL_GRACE_DAYS: wrong }).join(),
      /GRACE_DAYS must be a whole number of days from 0/,
    );
});

test('every fault is told at once, each with its mend', () => {
  const faults = faultsOf({
    ROLLCALL_MODE: 'production',
    PORT: 'x',
    DATABASE_URL: 'mysql://x',
    ROLLCALL_ENCRYPTION_KEY: 'short',
  });
  assert.deepEqual(
    faults.map((fault) => fault.split(' ')[0]),
    ['PORT', 'DATABASE_URL', 'ROLLCALL_ENCRYPTION_KEY', 'ROLLCALL_PUBLIC_URL'],
  );
  assert.match(faults.join('\n'), /openssl rand -hex 32/);
});

test('production says exactly what is missing', () => {
  const faults = faultsOf({ ROLLCALL_MODE: 'production' });
  assert.equal(faults.length, 2);
  assert.match(faults[0] ?? '', /^ROLLCALL_PUBLIC_URL must be set/);
  assert.match(faults[1] ?? '', /^ROLLCALL_ENCRYPTION_KEY must be set/);
});

test('after a rotation both client secrets of the Shopify app count', () => {
  const secrets = (ROLLCALL_SHOPIFY_CLIENT_SECRET: string) =>
    readConfig({ ROLLCALL_SHOPIFY_CLIENT_ID: 'rollcall', ROLLCALL_SHOPIFY_CLIENT_SECRET })
      .shopifyClientSecrets;
  assert.deepEqual(readConfig({}).shopifyClientSecrets, []);
  assert.deepEqual(secrets('new,old'), ['new', 'old']);
  assert.match(
    faultsOf({ ROLLCALL_SHOPIFY_CLIENT_SECRET: 'new, old' })[0] ?? '',
    /must be the client secret/,
  );
});

test('a Shopify app has an ID and a secret: whichever is missing is told', () => {
  for (const [given, missing] of [
    ['SECRET', 'ID'],
    ['ID', 'SECRET'],
  ] as const) {
    const faults = faultsOf({ [`ROLLCALL_SHOPIFY_CLIENT_${given}`]: 'rollcall' });
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', new RegExp(`^ROLLCALL_SHOPIFY_CLIENT_${missing} is missing`));
  }
});

test('former encryption keys are listed, and each is a whole key', () => {
  const old = `${'01'.repeat(32)},${'02'.repeat(32)}`;
  assert.deepEqual(readConfig({}).oldEncryptionKeys, []);
  assert.deepEqual(readConfig({ ROLLCALL_OLD_ENCRYPTION_KEYS: old }).oldEncryptionKeys, [
    Buffer.alloc(32, 1),
    Buffer.alloc(32, 2),
  ]);
  assert.match(
    faultsOf({ ROLLCALL_OLD_ENCRYPTION_KEYS: 'short' })[0] ?? '',
    /^ROLLCALL_OLD_ENCRYPTION_KEYS must be the former values/,
  );
});

test('production is reached over https only', () => {
  const faults = faultsOf({
    ROLLCALL_MODE: 'production',
    ROLLCALL_ENCRYPTION_KEY: key,
    ROLLCALL_PUBLIC_URL: 'http://rollcall.example.com',
  });
  assert.deepEqual(faults.length, 1);
  assert.match(faults[0] ?? '', /must be https/);
});

test('production is valid without Shopify, and refuses private networks', () => {
  const config = readConfig({
    ROLLCALL_MODE: 'production',
    ROLLCALL_ENCRYPTION_KEY: key,
    ROLLCALL_PUBLIC_URL: 'https://rollcall.example.com/',
  });
  assert.equal(config.publicUrl, 'https://rollcall.example.com');
  assert.equal(config.privateNetwork, 'refused');
  assert.equal(config.host, '0.0.0.0');
});

test('development cannot be made reachable from outside', () => {
  assert.match(faultsOf({ ROLLCALL_HOST: '0.0.0.0' })[0] ?? '', /must be 127\.0\.0\.1/);
});

test('mail needs a server and a sender, and both in their form', () => {
  const from = 'Rollcall <rollcall@example.com>';
  const url = 'smtps://user:p%40ss@smtp.example.com:465';
  assert.equal(readConfig({}).smtp, null);
  const set = { ROLLCALL_SMTP_URL: url, ROLLCALL_MAIL_FROM: from };
  assert.deepEqual(readConfig(set).smtp, { url, from });
  for (const one of [{ ROLLCALL_SMTP_URL: url }, { ROLLCALL_MAIL_FROM: from }])
    assert.match(faultsOf(one).join(), /go together: set both to send mail, or neither/);
  assert.match(
    faultsOf({ ...set, ROLLCALL_SMTP_URL: 'https://x' }).join(),
    /must be an address like smtps:/,
  );
  for (const wrong of ['nobody', 'A\r\nBcc: b@c.d <a@b.c>', '<a@b.c>, <d@e.f>'])
    assert.match(
      faultsOf({ ...set, ROLLCALL_MAIL_FROM: wrong }).join(),
      /must be an e-mail address/,
    );
});
