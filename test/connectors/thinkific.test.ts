import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { thinkific } from '../../src/connectors/thinkific.ts';
import type {
  Account,
  AllowanceReport,
  Call,
  Observed,
  Target,
} from '../../src/provisioning/connector.ts';
import type { DestinationError } from '../../src/provisioning/failure.ts';
import { difference } from '../../src/provisioning/plan.ts';
import { battery } from '../support/battery.ts';
import { call, io, ada as nobody, refusal } from '../support/shop.ts';
import {
  attributes,
  connected,
  type ThinkificAnswer,
  thinkificServer,
  thinkificSubject,
  throttled,
} from '../support/thinkific-server.ts';

battery('Thinkific', thinkificSubject);

const welding = 'course:1';
const ada: Account = thinkific.normalise({ ...nobody, attributes, memberships: [welding] }).account;

const about = (...memberships: string[]): Call => ({ ...call, memberships });

async function observed(target: Target, remoteId: string): Promise<Observed> {
  const account = await target.read(remoteId, about('course:1', 'course:2', 'course:3'));
  assert.ok(account, 'the account is gone');
  return account;
}

/** Brings an account to agree, as the engine does. */
async function bring(
  target: Target,
  remoteId: string,
  account: Account,
  granted: readonly string[] = [],
): Promise<void> {
  const before = await observed(target, remoteId);
  await target.update(before, account, difference(account, before, granted), call);
}

suite('what Thinkific refuses says who must act', { concurrency: 2 }, () => {
  const reset = (value: number): ThinkificAnswer => ({
    status: 429,
    json: {},
    headers: { 'ratelimit-reset': String(value) },
  });
  // When it is asked, which is a while after the file was read.
  const seconds = () => Math.floor(Date.now() / 1_000);
  const table: readonly (readonly [
    says: string,
    answer: ThinkificAnswer | (() => ThinkificAnswer),
    kind: DestinationError['kind'],
    code: string | null,
    pause: readonly [number, number] | null,
    mend: RegExp,
  ])[] = [
    ['429 until a moment in seconds', throttled, 'transient', null, [1_000, 21_000], /to wait/],
    [
      '429 until one in milliseconds',
      () => reset(1_000 * (seconds() + 20)),
      'transient',
      null,
      [1_000, 21_000],
      /to wait/,
    ],
    ['429 for so many milliseconds', reset(7_000), 'transient', null, [7_000, 7_000], /to wait/],
    [
      '429 by a clock that is off',
      () => reset(seconds() + 90_000),
      'transient',
      null,
      [60_000, 60_000],
      /to wait/,
    ],
    [
      '429 that does not say',
      { status: 429, text: '' },
      'transient',
      null,
      [60_000, 60_000],
      /to wait/,
    ],
    [
      '403 is the plan, where it says so',
      {
        status: 403,
        json: { error: 'Access to Apps is not available on your plan. Upgrade to gain access' },
      },
      'misconfigured',
      'permissions',
      null,
      /^The plan of this Thinkific school does not include its API/,
    ],
    [
      'another 403 is the key',
      { status: 403, text: '' },
      'misconfigured',
      'permissions',
      null,
      /forbids this to the API key/,
    ],
    [
      '401 is the key or the subdomain',
      { status: 401, text: '' },
      'misconfigured',
      'credentials',
      null,
      /copy both/,
    ],
    [
      'a redirect is not followed',
      { status: 302, text: '', headers: { location: 'https://elsewhere.example.com/' } },
      'transient',
      null,
      null,
      /status 302/,
    ],
    [
      'a page is no missing user',
      { status: 404, text: '<html>' },
      'transient',
      null,
      null,
      /status 404/,
    ],
    ['what is not JSON is not read', { text: '<html>' }, 'transient', null, null, /not JSON/],
    ['nor is another JSON', { json: [] }, 'transient', null, null, /not documented/],
  ];
  for (const [says, answer, kind, code, pause, mend] of table)
    test(says, async () => {
      await using server = await thinkificServer();
      server.misbehave(() => true, typeof answer === 'function' ? answer() : answer);
      const error = await refusal(connected(server).find(ada, ['email'], call));
      assert.deepEqual([error.kind, error.code], [kind, code]);
      assert.equal(error.pauseMs === null, pause === null, String(error.pauseMs));
      const [least, most] = pause ?? [0, 0];
      assert.ok(least <= (error.pauseMs ?? 0) && (error.pauseMs ?? 0) <= most, `${error.pauseMs}`);
      assert.match(error.message, mend);
      assert.ok(!error.message.includes(server.apiKey));
      assert.ok(server.requests.every(({ url }) => !url.includes(server.apiKey)));
    });

  test('every request is counted, and whoever is throttled tells the others', async () => {
    await using server = await thinkificServer();
    const reports: (AllowanceReport | null)[] = [];
    const reserve = async (cost: number) => {
      assert.equal(cost, 1);
      return { settle: async (report: AllowanceReport | null) => void reports.push(report) };
    };
    const target = connected(server, {}, { allowance: { reserve } });
    await target.create(ada, call);
    assert.deepEqual(reports, [null, null]);
    server.misbehave(() => true, throttled());
    await refusal(target.find(ada, ['email'], call));
    assert.deepEqual(reports[2], { maximum: 30, restoreRate: 1.5, available: 0, throttled: true });
  });

  test('settings that cannot be are told, and others are understood', async () => {
    for (const settings of [
      { subdomain: 'a school' },
      { subdomain: 'school.example.com' },
      { subdomain: 'school', welcome: 'perhaps' },
    ]) {
      const connect = async () => thinkific.connect({ apiKey: 'x', ...settings }, io);
      const { kind, code } = await refusal(connect());
      assert.deepEqual([kind, code], ['misconfigured', 'settings_unreadable']);
    }
    await using server = await thinkificServer();
    await connected(server, { subdomain: ' https://School.thinkific.com/' }).test(call);
  });
});

suite('the test of a school', { concurrency: 2 }, () => {
  test('writes nothing, is done once, and names a course that is not there', async () => {
    await using server = await thinkificServer();
    const target = connected(server);
    await target.test(about(welding));
    assert.ok(server.requests.every(({ method }) => method === 'GET'));
    const { length } = server.requests;
    await target.test(about(welding));
    assert.equal(server.requests.length, length);
    const { kind, message } = await refusal(target.test(about('course:99')));
    assert.equal(kind, 'misconfigured');
    assert.match(message, /course 99, which Thinkific does not have/);
  });
});

suite('a user', { concurrency: 2 }, () => {
  test('is mailed a welcome only where that is asked for', async () => {
    await using server = await thinkificServer();
    await connected(server).create(ada, call);
    await connected(server, { welcome: 'Yes' }).create({ ...ada, email: 'b@example.com' }, call);
    const made = server.requests.filter(({ path }) => path === '/users');
    assert.deepEqual(
      made.map(({ body }) => body.send_welcome_email),
      [false, true],
    );
  });

  test('that was made in the meantime is looked at', async () => {
    await using server = await thinkificServer();
    server.addUser(ada.email);
    const { kind, unknownOutcome } = await refusal(connected(server).create(ada, call));
    assert.deepEqual([kind, unknownOutcome], ['transient', true]);
  });

  test('whose new address somebody else has is rejected, and given the rest', async () => {
    await using server = await thinkificServer();
    const target = connected(server);
    const remoteId = await target.create({ ...ada, memberships: [] }, call);
    server.addUser('king@example.com');
    const { kind, message } = await refusal(
      bring(target, remoteId, { ...ada, email: 'king@example.com' }),
    );
    assert.equal(kind, 'rejected');
    assert.match(message, /email has already been taken/);
    assert.deepEqual((await observed(target, remoteId)).memberships, [welding]);
  });

  test('with a role is never changed, but for an affiliate, who is not deleted', async () => {
    await using server = await thinkificServer();
    const target = connected(server);
    for (const role of ['site_admin', 'course_admin', 'group_analyst', 'one to come'])
      server.addUser(`${role.replaceAll(' ', '')}@example.com`, { roles: [role] });
    const before = structuredClone([server.users, server.enrolments]);
    for (const { id } of server.users) {
      const { kind, message } = await refusal(bring(target, String(id), ada));
      assert.equal(kind, 'rejected');
      assert.match(message, /of staff/);
      const account = await observed(target, String(id));
      for (const how of ['keep', 'deactivate', 'delete', 'erase'] as const)
        assert.match((await refusal(target.leave(account, [], how, call))).message, /of staff/);
    }
    assert.deepEqual([server.users, server.enrolments], before);
    const { id } = server.addUser(ada.email, { roles: ['affiliate'] });
    await bring(target, String(id), ada);
    const account = await observed(target, String(id));
    assert.deepEqual(account.memberships, [welding]);
    assert.match((await refusal(target.leave(account, [], 'delete', call))).message, /affiliate/);
    assert.ok(server.users.some((user) => user.id === id && user.roles.includes('affiliate')));
  });

  test('who leaves keeps the account, which is said', async () => {
    await using server = await thinkificServer();
    const target = connected(server);
    const remoteId = await target.create(ada, call);
    const left = await target.leave(
      await observed(target, remoteId),
      [welding],
      'deactivate',
      call,
    );
    assert.equal(left.how, 'deactivate');
    assert.match(left.fallback ?? '', /can still sign in/);
    assert.deepEqual((await observed(target, remoteId)).memberships, []);
  });

  test('always has both names, and nothing but names', () => {
    const named = (given: Account['attributes']) =>
      thinkific.normalise({ ...ada, attributes: given }).account.attributes;
    assert.deepEqual(named({ ...attributes, roles: 'site_admin' }), attributes);
    const whole = { first_name: 'Ada Lovelace', last_name: 'Ada Lovelace' };
    assert.deepEqual(named(whole), attributes);
    assert.deepEqual(named({ ...attributes, first_name: 'Ada Lovelace' }), attributes);
    const spare = { first_name: 'ada', last_name: 'ada' };
    assert.deepEqual(named({ first_name: null, last_name: 'ada@example.com' }), spare);
    assert.deepEqual(named({}), {});
    const refused = thinkific.normalise({ ...ada, email: 'ada' }).refusals;
    assert.deepEqual(
      refused.map(({ path, optional }) => [path, optional]),
      [['emails', false]],
    );
  });
});

suite('an enrolment', { concurrency: 2 }, () => {
  test('always has a begin, as it would be a free trial otherwise', async () => {
    await using server = await thinkificServer();
    const until = '2031-01-01T00:00:00Z';
    const terms = {
      [welding]: { from: null, until },
      'course:2': { from: '2025-05-01T00:00:00Z', until: null },
    };
    await connected(server).create({ ...ada, memberships: [welding, 'course:2'], terms }, call);
    const [first, second] = server.enrolments;
    assert.ok(first?.activated_at && Date.parse(first.activated_at) <= Date.now());
    assert.equal(first.expiry_date, until);
    assert.deepEqual([second?.activated_at, second?.expiry_date], ['2025-05-01T00:00:00Z', null]);
  });

  test('that is a free trial or begins later is not had, and begins', async () => {
    await using server = await thinkificServer();
    const { id } = server.addUser(ada.email);
    server.addEnrolment({ user_id: id, course_id: 1, activated_at: null });
    server.addEnrolment({ user_id: id, course_id: 2, activated_at: '2999-01-01T00:00:00Z' });
    const target = connected(server);
    assert.deepEqual((await observed(target, String(id))).memberships, []);
    await bring(target, String(id), { ...ada, memberships: [welding, 'course:2'] });
    assert.deepEqual((await observed(target, String(id))).memberships, [welding, 'course:2']);
    assert.equal(server.enrolments.length, 2);
  });

  test('that comes back goes on with the begin it had', async () => {
    await using server = await thinkificServer();
    const { id } = server.addUser(ada.email);
    const row = server.addEnrolment({ user_id: id, course_id: 1 });
    const before = { ...row };
    const target = connected(server);
    await bring(target, String(id), { ...ada, memberships: [] }, [welding]);
    assert.ok(row.expiry_date !== null && Date.parse(row.expiry_date) < Date.now());
    await bring(target, String(id), ada);
    assert.deepEqual(row, before);
  });

  test('in a course that is gone is refused, and the others are made', async () => {
    await using server = await thinkificServer();
    const target = connected(server);
    const memberships = ['course:99', welding];
    const error = await refusal(target.create({ ...ada, memberships }, call));
    assert.equal(error.kind, 'rejected');
    assert.deepEqual(error.refused, ['course:99']);
    assert.match(error.message, /course 99: Course could not be found/);
    assert.ok(error.made);
    assert.deepEqual((await observed(target, error.made)).memberships, [welding]);
  });

  test('of somebody who goes away meanwhile is looked at again', async () => {
    await using server = await thinkificServer();
    const target = connected(server);
    const remoteId = await target.create({ ...ada, memberships: [] }, call);
    const before = await observed(target, remoteId);
    server.removeUser(Number(remoteId));
    const change = difference(ada, before, []);
    const { kind, unknownOutcome } = await refusal(target.update(before, ada, change, call));
    assert.deepEqual([kind, unknownOutcome], ['transient', true]);
  });

  test('is found on whichever page', async () => {
    await using server = await thinkificServer();
    const { id } = server.addUser(ada.email);
    for (let course = 1_000; course < 1_120; course += 1)
      server.addEnrolment({ user_id: id, course_id: course });
    server.addEnrolment({ user_id: id, course_id: 1 });
    assert.deepEqual((await observed(connected(server), String(id))).memberships, [welding]);
  });

  test('can be picked by its course’s name, page by page', async () => {
    await using server = await thinkificServer();
    for (let id = 4; id <= 120; id += 1) server.courses.push({ id, name: `Course ${id}` });
    const target = connected(server);
    const first = await target.catalogue?.(null, call);
    assert.deepEqual(first?.entries[0], {
      membership: welding,
      label: 'Welding 101',
      within: null,
    });
    const second = await target.catalogue?.(first?.next ?? null, call);
    assert.equal((first?.entries.length ?? 0) + (second?.entries.length ?? 0), 120);
    assert.equal(second?.next, null);
  });
});
