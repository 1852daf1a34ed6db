/** People of the directory sign in, over HTTP. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createHasher } from '../../src/directory/password-hash.ts';
import { setPassword } from '../../src/store/passwords.ts';
import { type Queryable, transaction } from '../../src/store/statement.ts';
import {
  type Admin,
  activityOf,
  assertProblem,
  type Made,
  newTenant,
  publicUrl,
  startAdmin,
} from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  type Directory,
  directory,
  type PersonBrowser,
  personBrowser,
} from '../support/directory.ts';
import { type SmtpServer, smtpServer } from '../support/smtp.ts';
import { waitFor } from '../support/wait.ts';
import type { Answer } from '../support/world.ts';

const ada = 'ada.lovelace@example.com';
const password = 'a notion of the engine';
const minute = 60_000;
const hour = 60 * minute;

let database: TestDatabase;
let mailbox: SmtpServer;
let admin: Admin;
let tenant: Made;
let roll: Directory;
let adaId: string;
let clock: number;

before(async () => {
  [database, mailbox] = await Promise.all([testDatabase(), smtpServer()]);
  admin = await startAdmin({ pool: database.pool, now: () => clock, smtp: mailbox.config });
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
  await database.close();
});
beforeEach(async () => {
  clock = Date.now();
  await database.pool.query('delete from attempts');
  tenant = await newTenant(database.pool);
  roll = await directory(database.pool, tenant.tenantId);
  adaId = await roll.add('Ada');
});

const browser = () => personBrowser(admin.origin, tenant.tenantId);
const userPath = (id = adaId) => `/api/tenants/${tenant.tenantId}/directory/Users/${id}`;

async function invited(id = adaId): Promise<string> {
  const { status, body } = await admin.send('POST', `${userPath(id)}/invitation`, {});
  assert.equal(status, 201, JSON.stringify(body));
  return body.url.split('#password=')[1];
}

async function withPassword(): Promise<void> {
  const token = await invited();
  const { status, body } = await browser().send('POST', '/reset', { token, password });
  assert.equal(status, 200, JSON.stringify(body));
}

function signIn(at: PersonBrowser, given = password, userName = ada): Promise<Answer> {
  return at.send('POST', '/sign-in', { userName, password: given });
}

async function signedIn(): Promise<PersonBrowser> {
  const at = browser();
  assert.equal((await signIn(at)).status, 204);
  return at;
}

async function kinds(): Promise<readonly string[]> {
  return (await activityOf(tenant, admin))
    .map(({ kind }) => kind)
    .filter((kind) => kind.startsWith('person.'));
}

describe('the first password', () => {
  test('is set once, by the link of an invitation, and signs in', async () => {
    const answer = await admin.send('POST', `${userPath()}/invitation`, {});
    assert.equal(answer.status, 201);
    const { url, expiresAt, mailedTo } = answer.body;
    assert.equal(mailedTo, ada);
    assert.equal(Date.parse(expiresAt), clock + 7 * 24 * hour);
    assert.ok(url.startsWith(`${publicUrl}/me/${tenant.tenantId}#password=`));
    const mail = mailbox.mails.at(-1);
    assert.deepEqual(mail?.to, [ada]);
    assert.ok(mail?.text.replaceAll('\r\n', '').includes(url));

    const token = url.split('#password=')[1];
    const at = browser();
    const owner = await at.send('POST', '/link', { token });
    assert.deepEqual([owner.body.kind, owner.body.userName], ['invitation', ada]);
    const set = await at.send('POST', '/reset', { token, password });
    assert.deepEqual([set.status, set.body], [200, { userName: ada }]);
    assertProblem(
      await at.send('POST', '/reset', { token, password }),
      404,
      'not-found',
      /used already/,
    );
    assert.equal((await signIn(at)).status, 204);
    assert.deepEqual(await kinds(), ['person.sign-in', 'person.password', 'person.invitation']);
    const { rows } = await database.pool.query('select hash from passwords');
    assert.match(rows[0]?.hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    const { rows: lines } = await database.pool.query('select * from activity');
    assert.ok(!JSON.stringify(lines).includes(token));
    assert.ok(!JSON.stringify(lines).includes(password));
    assert.ok(!admin.log.join('\n').includes(token));
  });

  test('is asked for by the newest invitation alone, for seven days', async () => {
    const first = await invited();
    const second = await invited();
    assert.equal((await browser().send('POST', '/link', { token: first })).status, 404);
    clock += 7 * 24 * hour + 1;
    assert.equal((await browser().send('POST', '/link', { token: second })).status, 404);
    assert.equal((await browser().send('POST', '/reset', { token: second, password })).status, 404);
  });

  for (const [bad, why] of [
    ['elevenchars', /at least 12/],
    ['x'.repeat(257), /at most 256/],
    ['aaaaaaaaaaaaaa', /many would guess/],
    ['123456789012', /many would guess/],
    ['Password1234', /many would guess/],
    ['Ada.Lovelace@example.com', /your own name/],
    ['lovelace ada 12', /your own name/],
  ] as const) {
    test(`may not be ${bad.slice(0, 30)}, and the link stays good`, async () => {
      const token = await invited();
      const refused = await browser().send('POST', '/reset', { token, password: bad });
      assertProblem(refused, 400, 'invalid-input', why);
      assert.equal(refused.body.errors[0].field, 'password');
      assert.equal((await browser().send('POST', '/link', { token })).status, 200);
    });
  }

  test('may be long, and of any script', async () => {
    const token = await invited();
    const long = 'Ünïcödé 🂡 '.repeat(20);
    assert.equal((await browser().send('POST', '/reset', { token, password: long })).status, 200);
    // As another keyboard types the same.
    assert.equal((await signIn(browser(), long.normalize('NFD'))).status, 204);
  });

  test('is for nobody who is suspended or unknown', async () => {
    const id = await roll.add('Grace', { active: false });
    assertProblem(
      await admin.send('POST', `${userPath(id)}/invitation`, {}),
      409,
      'suspended',
      /activate/,
    );
    assert.equal(
      (await admin.send('POST', `${userPath(tenant.tenantId)}/invitation`, {})).status,
      404,
    );
    const other = await newTenant(database.pool);
    const path = `/api/tenants/${other.tenantId}/directory/Users/${adaId}/invitation`;
    assert.equal((await admin.send('POST', path, {})).status, 404);
  });
});

describe('signing in', () => {
  beforeEach(withPassword);

  test('answers the same for a wrong password, somebody unknown, suspended or not invited', async () => {
    await roll.add('Grace');
    const alan = await roll.add('Alan');
    await browser().send('POST', '/reset', { token: await invited(alan), password });
    await database.pool.query('update resources set active = false where id = $1', [alan]);
    const answers = [
      await signIn(browser(), 'not the password'),
      await signIn(browser(), password, 'nobody@example.com'),
      await signIn(browser(), password, 'grace.lovelace@example.com'),
      await signIn(browser(), password, 'alan.lovelace@example.com'),
    ];
    for (const answer of answers)
      assertProblem(answer, 401, 'wrong-password', /user name or the password is wrong/);
    assert.equal(answers[0]?.headers.get('www-authenticate'), 'Session realm="Rollcall"');
    const { rowCount } = await database.pool.query('select from sessions where tenant_id = $1', [
      tenant.tenantId,
    ]);
    assert.equal(rowCount, 0);
  });

  test('sets cookies that no script reads and no other site has sent', async () => {
    const { headers } = await signIn(browser(), password, ada.toUpperCase());
    const path = `Path=/me/${tenant.tenantId}`;
    const [session, device] = headers.getSetCookie();
    assert.match(session ?? '', /^rollcall-session=[\w-]{43}; /);
    assert.ok(session?.endsWith(`${path}; Max-Age=2592000; HttpOnly; SameSite=Lax`));
    assert.match(device ?? '', /^rollcall-device=v1\./);
    const secure = await startAdmin({
      pool: database.pool,
      mode: 'production',
      adminPassword: 'a long enough password',
    });
    const answer = await signIn(personBrowser(secure.origin, tenant.tenantId));
    await secure[Symbol.asyncDispose]();
    assert.match(answer.headers.getSetCookie()[0] ?? '', /^__Secure-rollcall-session=.*; Secure$/);
  });

  test('is not begun by another site, nor by a form', async () => {
    const at = browser();
    const forged = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const body = { userName: ada, password };
    assertProblem(
      await at.send('POST', '/sign-in', body, forged),
      403,
      'cross-site',
      /our own pages/,
    );
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.equal((await at.send('POST', '/sign-in', 'userName=ada', form)).status, 415);
  });

  test('hashes anew what was hashed with other parameters', async () => {
    const weak = await createHasher({ memory: 1_024, passes: 1, parallelism: 1 }).hash(password);
    await database.pool.query('update passwords set hash = $2 where user_id = $1', [adaId, weak]);
    await signedIn();
    const { rows } = await database.pool.query('select hash from passwords where user_id = $1', [
      adaId,
    ]);
    assert.match(rows[0]?.hash, /m=19456,t=2,p=1/);
    await signedIn();
  });

  test('waits after ten wrong passwords, but not on a device that is known', async () => {
    const known = await signedIn();
    await known.send('POST', '/sign-out', {});
    const stranger = browser();
    for (let count = 0; count < 10; count += 1)
      assert.equal((await signIn(stranger, 'not the password')).status, 401);
    const refused = await signIn(stranger);
    assertProblem(refused, 429, 'too-many-attempts', /wait a minute/);
    assert.equal(refused.headers.get('retry-after'), '60');
    assert.equal((await kinds()).filter((kind) => kind === 'person.sign-in-locked').length, 1);
    assert.equal((await signIn(known)).status, 204);
    // It has a count of its own.
    for (let count = 0; count < 10; count += 1) await signIn(known, 'not the password');
    assert.equal((await signIn(known)).status, 429);
    clock += minute;
    assert.equal((await signIn(known)).status, 204);
    assert.equal((await signIn(stranger)).status, 204);
  });

  test('waits longer with each wrong password after that, up to an hour', async () => {
    for (let count = 0; count < 10; count += 1) await signIn(browser(), 'not the password');
    const waits: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const seconds = Number(
        (await signIn(browser(), 'not the password')).headers.get('retry-after'),
      );
      waits.push(seconds / 60);
      clock += seconds * 1_000;
      assert.equal((await signIn(browser(), 'not the password')).status, 401);
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('counts what is tried at once like what is tried one after another', async () => {
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => signIn(browser(), 'not the password')),
    );
    assert.equal(answers.filter(({ status }) => status === 401).length, 10);
    assert.equal(answers.filter(({ status }) => status === 429).length, 15);
  });

  test('waits for an address that tries many names, but not on a device that is known', async () => {
    const known = await signedIn();
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => signIn(browser(), password, `nobody${at}@example.com`)),
    );
    assertProblem(await signIn(browser()), 429, 'too-many-attempts', /wait/);
    assert.equal((await signIn(known)).status, 204);
  });
});

describe('a session', () => {
  beforeEach(withPassword);

  test('ends by signing out', async () => {
    const at = await signedIn();
    const cookie = at.cookies.get('rollcall-session') ?? '';
    assert.equal((await at.send('GET', '/profile')).status, 200);
    assert.equal((await at.send('POST', '/sign-out', {})).status, 204);
    assert.equal(at.cookies.has('rollcall-session'), false);
    at.cookies.set('rollcall-session', cookie);
    assertProblem(await at.send('GET', '/profile'), 401, 'session-needed', /sign in again/);
  });

  test('ends after twelve hours without use, and after thirty days with it', async () => {
    const idle = await signedIn();
    clock += 12 * hour;
    assert.equal((await idle.send('GET', '/profile')).status, 401);
    const used = await signedIn();
    for (let hours = 0; hours < 30 * 24 - 10; hours += 10) {
      clock += 10 * hour;
      assert.equal((await used.send('GET', '/profile')).status, 200);
    }
    clock += 10 * hour;
    assert.equal((await used.send('GET', '/profile')).status, 401);
  });

  test('is of its own tenant alone', async () => {
    const at = await signedIn();
    const other = await newTenant(database.pool);
    await directory(database.pool, other.tenantId);
    const elsewhere = personBrowser(admin.origin, other.tenantId);
    for (const [name, value] of at.cookies) elsewhere.cookies.set(name, value);
    assert.equal((await elsewhere.send('GET', '/profile')).status, 401);
    assert.equal((await personBrowser(admin.origin, 'nowhere').send('GET', '/')).status, 404);
  });

  test('is listed with its device and ended by its owner', async () => {
    const [phone, desk] = [await signedIn(), await signedIn()];
    const { body } = await desk.send('GET', '/sessions');
    assert.deepEqual(
      body.sessions.map(({ device, current }: Record<string, unknown>) => [device, current]),
      [
        ['Firefox on Windows', true],
        ['Firefox on Windows', false],
      ],
    );
    const [{ id: own }, { id: others }] = body.sessions;
    assert.equal((await desk.send('DELETE', `/sessions/${others}`)).status, 204);
    assert.equal((await phone.send('GET', '/profile')).status, 401);
    assert.equal((await desk.send('DELETE', `/sessions/${others}`)).status, 404);
    assert.equal((await desk.send('DELETE', `/sessions/${own}`)).status, 204);
    assert.equal((await desk.send('GET', '/profile')).status, 401);
  });

  test('of other devices all end when their owner says so, and those of nobody else', async () => {
    const [desk, ...others] = [await signedIn(), await signedIn(), await signedIn()];
    assert.deepEqual((await desk?.send('DELETE', '/sessions'))?.body, { ended: 2 });
    for (const at of others) assert.equal((await at.send('GET', '/profile')).status, 401);
    assert.equal((await desk?.send('GET', '/sessions'))?.body.sessions.length, 1);
    assert.deepEqual((await desk?.send('DELETE', '/sessions'))?.body, { ended: 0 });
    const told = (await kinds()).filter((kind) => kind === 'person.session-ended');
    assert.equal(told.length, 2);
  });

  test('all end when an administrator says so, and those of nobody else', async () => {
    const [desk, phone] = [await signedIn(), await signedIn()];
    assert.deepEqual((await admin.send('POST', `${userPath()}/sign-out`, {})).body, { ended: 2 });
    for (const at of [desk, phone]) assert.equal((await at.send('GET', '/profile')).status, 401);
    assert.deepEqual((await admin.send('POST', `${userPath()}/sign-out`, {})).body, { ended: 0 });
    const told = (await kinds()).filter((kind) => kind === 'person.signed-out');
    assert.equal(told.length, 1);
    const other = await newTenant(database.pool);
    const path = `/api/tenants/${other.tenantId}/directory/Users/${adaId}/sign-out`;
    await signedIn();
    assert.equal((await admin.send('POST', path, {})).status, 404);
    const { rowCount } = await database.pool.query('select from sessions where user_id = $1', [
      adaId,
    ]);
    assert.equal(rowCount, 1);
  });

  test('of somebody who is suspended or deleted ends at once, and does not come back', async () => {
    const at = await signedIn();
    const { pool } = database;
    await suspend(true);
    assert.equal((await at.send('GET', '/profile')).status, 401);
    await suspend(false);
    assert.equal((await at.send('GET', '/profile')).status, 401);
    const again = await signedIn();
    await removeAda();
    assert.equal((await again.send('GET', '/profile')).status, 401);
    assert.equal((await signIn(browser())).status, 401);
    for (const table of ['passwords', 'sessions', 'password_links']) {
      const { rowCount } = await pool.query(`select from ${table} where user_id = $1`, [adaId]);
      assert.equal(rowCount, 0, table);
    }
  });

  test('goes on when its password changes, and all others end', async () => {
    const [phone, desk] = [await signedIn(), await signedIn()];
    const next = 'weaves algebraic patterns';
    const wrong = await desk.send('POST', '/password', { currentPassword: 'no', password: next });
    assertProblem(wrong, 400, 'invalid-input', /current password is wrong/);
    assert.equal(wrong.body.errors[0].field, 'currentPassword');
    const changed = await desk.send('POST', '/password', {
      currentPassword: password,
      password: next,
    });
    assert.equal(changed.status, 204);
    assert.equal((await phone.send('GET', '/profile')).status, 401);
    assert.equal((await desk.send('GET', '/profile')).status, 200);
    assert.equal((await signIn(browser())).status, 401);
    assert.equal((await signIn(browser(), next)).status, 204);
    await waitFor('the mail that says so', async () =>
      mailbox.mails.some(({ text, to }) => to[0] === ada && text.includes('was changed')),
    );
  });

  const next = 'weaves algebraic patterns';

  /** Holds a table until all of these wait, each begun once the one before does; then runs `meanwhile` and lets go. */
  async function holding<Result>(
    table: string,
    those: readonly (() => Promise<Result>)[],
    meanwhile: (client: Queryable) => Promise<unknown> = async () => undefined,
  ): Promise<Result[]> {
    const begun: Promise<Result>[] = [];
    await transaction(database.pool, async (client) => {
      await client.query(`lock table ${table} in share row exclusive mode`);
      for (const begin of those) {
        begun.push(begin());
        await waitFor('it to wait', async () => (await waiting()) === begun.length);
      }
      await meanwhile(client);
    });
    return Promise.all(begun);
  }

  async function waiting(): Promise<number | null> {
    const { rowCount } = await database.pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount;
  }

  async function resetBy(client: Queryable): Promise<void> {
    const at = new Date(clock + 1);
    const hash = await createHasher().hash(next);
    await setPassword(client, tenant.tenantId, {
      ...{ userId: adaId, hash, at, keptSession: null, replaces: null },
    });
  }

  const sessions = async () =>
    (await database.pool.query('select from sessions where user_id = $1', [adaId])).rowCount;

  test('is not begun by a password that was reset while it was looked at', async () => {
    const [answer] = await holding('sessions', [() => signIn(browser())], resetBy);
    assert.equal(answer?.status, 401);
    assert.equal(await sessions(), 0);
    assert.equal((await signIn(browser(), next)).status, 204);
  });

  test('that is about to begin ends with a reset of the same moment', async () => {
    const token = await invited();
    const reset = () => browser().send('POST', '/reset', { token, password: next });
    const answers = await holding('activity', [() => signIn(browser()), reset]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [204, 200],
    );
    assert.equal(await sessions(), 0);
  });

  test('changes no password that was reset meanwhile', async () => {
    const at = await signedIn();
    const mine = { currentPassword: password, password: 'an answer nobody asked for' };
    const change = () => at.send('POST', '/password', mine);
    const [answer] = await holding('passwords', [change], resetBy);
    assert.equal(answer?.status, 400);
    assert.equal((await signIn(browser(), mine.password)).status, 401);
    assert.equal((await signIn(browser(), next)).status, 204);
  });

  async function suspend(suspended: boolean): Promise<void> {
    await roll.patch(adaId, [{ op: 'replace', path: 'active', value: !suspended }]);
  }

  async function removeAda(): Promise<void> {
    await roll.remove(adaId);
  }
});

describe('a forgotten password', () => {
  beforeEach(withPassword);

  const askedFor = (userName: string) => browser().send('POST', '/reset-request', { userName });
  const tokens = () =>
    mailbox.mails
      .filter(
        ({ text }) => text.includes(`/me/${tenant.tenantId}`) && text.includes('within an hour'),
      )
      .map(({ text }) => /#password=([\w-]+)/.exec(text)?.[1] ?? '');

  test('is set anew by a link in the mail, within an hour, and every session ends', async () => {
    const before = await signedIn();
    const answer = await askedFor(ada);
    assert.equal(answer.status, 202);
    const [token = ''] = await waitFor('the mail', async () =>
      tokens().length > 0 ? tokens() : null,
    );
    const next = 'weaves algebraic patterns';
    assert.equal((await browser().send('POST', '/reset', { token, password: next })).status, 200);
    assert.equal((await before.send('GET', '/profile')).status, 401);
    assert.equal((await signIn(browser(), next)).status, 204);
    await askedFor(ada);
    const [, late = ''] = await waitFor('the mail', async () =>
      tokens().length > 1 ? tokens() : null,
    );
    clock += hour;
    assert.equal(
      (await browser().send('POST', '/reset', { token: late, password: next })).status,
      404,
    );
  });

  test('answers the same whether there is such a user, and sends three mails at most', async () => {
    const answers = [await askedFor('nobody@example.com'), await askedFor(ada)];
    assert.deepEqual(answers[0]?.body, answers[1]?.body);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202],
    );
    for (let count = 0; count < 4; count += 1) assert.equal((await askedFor(ada)).status, 202);
    await waitFor('three mails', async () => tokens().length === 3);
    const { rowCount } = await database.pool.query(
      'select from password_links where user_id = $1',
      [adaId],
    );
    assert.equal(rowCount, 3);
  });

  test('lets its owner in although others have locked the name', async () => {
    for (let count = 0; count < 10; count += 1) await signIn(browser(), 'not the password');
    await askedFor(ada);
    const [token = ''] = await waitFor('the mail', async () =>
      tokens().length > 0 ? tokens() : null,
    );
    const at = browser();
    await at.send('POST', '/reset', { token, password });
    assert.equal((await signIn(at)).status, 204);
    assert.equal((await signIn(browser())).status, 429);
  });
});

describe('a profile', () => {
  beforeEach(withPassword);

  test('shows what is known and changes what is open, each in the activity', async () => {
    const at = await signedIn();
    const { body } = await at.send('GET', '/profile');
    assert.deepEqual([body.userName, body.email], [ada, ada]);
    assert.deepEqual(
      body.fields.map(({ name, value, editable }: Record<string, unknown>) => [
        name,
        value,
        editable,
      ]),
      [
        ['displayName', null, true],
        ['givenName', 'Ada', true],
        ['familyName', 'Lovelace', true],
        ['mobile', null, true],
        ['phone', null, true],
        ['department', 'Engineering', true],
      ],
    );
    const changes = { department: 'Mathematics', mobile: '+14155550123', familyName: ' King ' };
    const changed = await at.send('PATCH', '/profile', changes);
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    const data = await stored();
    assert.equal(
      data['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'].department,
      'Mathematics',
    );
    assert.deepEqual(data.name, { givenName: 'Ada', familyName: 'King' });
    assert.deepEqual(data.phoneNumbers, [{ type: 'mobile', value: '+14155550123' }]);
    await at.send('PATCH', '/profile', { mobile: '', displayName: 'Countess' });
    assert.equal((await stored()).phoneNumbers, undefined);
    const lines = (await activityOf(tenant, admin)).filter(({ kind }) => kind === 'User.update');
    assert.deepEqual(
      lines.map(({ actor }) => actor),
      ['self', 'self'],
    );
  });

  test('refuses a phone number that a destination would not take, at its line', async () => {
    const refused = await (await signedIn()).send('PATCH', '/profile', { phone: '12' });
    assertProblem(refused, 400, 'invalid-input', /Shopify would not take 12/);
    assert.equal(refused.body.errors[0].field, 'phone');
  });

  test('refuses what is not open, and says which', async () => {
    const at = await signedIn();
    const refused = await at.send('PATCH', '/profile', { title: 'Countess', active: 'no' });
    assertProblem(refused, 400, 'invalid-input', /ask your administrator/);
    assert.deepEqual(
      refused.body.errors.map(({ field }: { field: string }) => field),
      ['title', 'active'],
    );
  });

  test('has open what the administrator says', async () => {
    const path = `/api/tenants/${tenant.tenantId}/directory/sign-in-settings`;
    const { body: before } = await admin.send('GET', path);
    assert.deepEqual(before.ownAttributes, ['displayName', 'name', 'phoneNumbers', 'department']);
    const { status } = await admin.send('PUT', path, { ownAttributes: ['title'] });
    assert.equal(status, 200);
    const at = await signedIn();
    assert.equal((await at.send('PATCH', '/profile', { title: 'Countess' })).status, 200);
    assert.equal((await at.send('PATCH', '/profile', { department: 'None' })).status, 400);
    const { body } = await at.send('GET', '/profile');
    assert.deepEqual(
      body.fields
        .filter(({ editable }: { editable: boolean }) => editable)
        .map(({ name }: { name: string }) => name),
      ['title'],
    );
    assertProblem(
      await admin.send('PUT', path, { ownAttributes: ['emails'] }),
      400,
      'invalid-input',
      /displayName/,
    );
    const [line] = (await activityOf(tenant, admin)).filter(({ kind }) => kind === 'source.update');
    assert.equal(line?.summary, 'What people may change about themselves was set to title');
  });

  async function stored() {
    const { rows } = await database.pool.query('select data from resources where id = $1', [adaId]);
    return rows[0]?.data;
  }
});
