import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { canvas } from '../../src/connectors/canvas.ts';
import type { Account, Call, Observed, Target } from '../../src/provisioning/connector.ts';
import type { DestinationError } from '../../src/provisioning/failure.ts';
import { difference } from '../../src/provisioning/plan.ts';
import { battery } from '../support/battery.ts';
import {
  attributes,
  type CanvasAnswer,
  type CanvasServer,
  canvasServer,
  canvasSubject,
  connected,
  throttled,
} from '../support/canvas-server.ts';
import { call, io, ada as nobody, refusal } from '../support/shop.ts';

battery('Canvas', canvasSubject);

const welding = 'course:1';
const ada: Account = canvas.normalise({ ...nobody, attributes, memberships: [welding] }).account;

const about = (...memberships: string[]): Call => ({ ...call, memberships });

async function observed(target: Target, remoteId: string): Promise<Observed> {
  const account = await target.read(remoteId, about('course:1', 'course:2', 'course:3'));
  assert.ok(account, 'the account is gone');
  return account;
}

/** Brings an account to agree, as the engine does; gives what was remarked. */
async function bring(
  target: Target,
  remoteId: string,
  account: Account,
  granted: readonly string[] = [],
): Promise<readonly string[]> {
  const remarks: string[] = [];
  const before = await observed(target, remoteId);
  await target.update(before, account, difference(account, before, granted), {
    ...call,
    remark: (sentence) => remarks.push(sentence),
  });
  return remarks;
}

const rowsIn = ({ rows }: CanvasServer, course: number) =>
  rows
    .filter((row) => row.course_id === course)
    .map((row) => `${row.course_section_id} ${row.enrollment_state}`);

suite('what Canvas refuses says who must act', { concurrency: 2 }, () => {
  const unauthorised = { errors: [{ message: 'user not authorized to perform that action' }] };
  const table: readonly (readonly [
    says: string,
    answer: CanvasAnswer,
    kind: DestinationError['kind'],
    code: string | null,
    pauseMs: number | null,
    mend: RegExp,
  ])[] = [
    ['403 in plain text is throttling', throttled, 'transient', null, 10_000, /asks to wait/],
    [
      '429 is throttling, for as long as it says',
      { status: 429, json: { errors: [] }, headers: { 'retry-after': '7' } },
      'transient',
      null,
      7_000,
      /asks to wait/,
    ],
    [
      '403 in JSON is a permission',
      { status: 403, json: unauthorised },
      'misconfigured',
      'permissions',
      null,
      /Account Roles/,
    ],
    [
      '401 that does not say how to sign in is a permission',
      { status: 401, json: { status: 'unauthorized', ...unauthorised } },
      'misconfigured',
      'permissions',
      null,
      /Account Roles/,
    ],
    [
      'a redirect is not followed',
      { status: 302, text: '', headers: { location: 'https://elsewhere.example.com/' } },
      'misconfigured',
      'settings_unreadable',
      null,
      /another address/,
    ],
    [
      'a page that is not of Canvas is no missing user',
      { status: 404, text: '<html>' },
      'misconfigured',
      'shop_unavailable',
      null,
      /no Canvas at/,
    ],
    ['what is not JSON is not read', { text: '<html>' }, 'transient', null, null, /not JSON/],
    [
      'a list goes on nowhere else',
      { json: [], headers: { link: '<https://elsewhere.example.com/api/v1/x>; rel="next"' } },
      'misconfigured',
      'settings_unreadable',
      null,
      /names https:\/\/elsewhere\.example\.com/,
    ],
  ];
  for (const [says, answer, kind, code, pauseMs, mend] of table)
    test(says, async () => {
      await using server = await canvasServer();
      server.misbehave(() => true, answer);
      const error = await refusal(connected(server).find(ada, ['email'], call));
      assert.deepEqual([error.kind, error.code, error.pauseMs], [kind, code, pauseMs]);
      assert.match(error.message, mend);
      assert.ok(!error.message.includes(server.token));
    });

  test('settings that cannot be are told', async () => {
    for (const settings of [
      { site: 'school.instructure.com' },
      { site: 'https://school.instructure.com', account: 'main' },
    ]) {
      const connect = async () => canvas.connect({ token: 'x', ...settings }, io);
      const { kind, code } = await refusal(connect());
      assert.deepEqual([kind, code], ['misconfigured', 'settings_unreadable']);
    }
  });
});

suite('the test of an account', { concurrency: 2 }, () => {
  test('writes nothing, and is done once', async () => {
    await using server = await canvasServer();
    const target = connected(server);
    await target.test(about(welding));
    assert.ok(server.requests.every(({ method }) => method === 'GET'));
    const { length } = server.requests;
    await target.test(about(welding));
    assert.equal(server.requests.length, length);
  });

  test('names what the role lacks, and an account that is not shown', async () => {
    await using server = await canvasServer();
    server.permissions.delete('manage_sis');
    const { code, message } = await refusal(connected(server).test(call));
    assert.equal(code, 'permissions');
    assert.match(message, /lacks “SIS Data - manage”/);
    const other = await refusal(connected(server, { account: '7' }).test(call));
    assert.match(other.message, /no account 7/);
  });

  test('names a course that is not there or is concluded', async () => {
    await using server = await canvasServer();
    Object.assign(server.courses[1] ?? {}, { concluded: true });
    for (const [membership, says] of [
      ['course:99', /course 99, which Canvas does not have/],
      ['course:2', /course 2 is concluded/],
    ] as const) {
      const { kind, message } = await refusal(connected(server).test(about(membership)));
      assert.equal(kind, 'misconfigured');
      assert.match(message, says);
    }
  });
});

suite('a user', { concurrency: 2 }, () => {
  test('is found by the whole address only, on whichever page', async () => {
    await using server = await canvasServer();
    for (let number = 0; number < 120; number += 1) server.addUser(`x${number}ada@example.com`);
    const { id } = server.addUser('Ada@example.com', { login: 'augusta' });
    server.addUser('other@example.com', { login: 'ada@example.com' });
    const found = await connected(server).find(ada, ['email'], call);
    assert.deepEqual(
      found.map(({ remoteId, email }) => [remoteId, email]),
      [[String(id), ada.email]],
    );
  });

  test('whose login somebody with another address has is rejected', async () => {
    await using server = await canvasServer();
    server.addUser('other@example.com', { login: ada.email });
    const { kind, message } = await refusal(connected(server).create(ada, call));
    assert.equal(kind, 'rejected');
    assert.match(message, /signs in as ada@example\.com/);
  });

  test('that was made in the meantime is looked at', async () => {
    await using server = await canvasServer();
    server.addUser(ada.email);
    const { kind, unknownOutcome } = await refusal(connected(server).create(ada, call));
    assert.deepEqual([kind, unknownOutcome], ['transient', true]);
  });

  test('keeps an SIS ID that the school gave', async () => {
    await using server = await canvasServer();
    const user = server.addUser(ada.email, { sisId: 'S-1815' });
    const before = structuredClone(user);
    const { kind, message } = await refusal(bring(connected(server), String(user.id), ada));
    assert.equal(kind, 'rejected');
    assert.match(message, /SIS ID “S-1815” from the school/);
    assert.deepEqual(user, before);
    const target = connected(server);
    await target.leave(await observed(target, String(user.id)), [], 'keep', call);
    assert.deepEqual(user, before);
  });

  test('that is Rollcall’s own, an admin or teaches is never changed', async () => {
    await using server = await canvasServer();
    const target = connected(server);
    const own = server.users[0]?.id ?? 0;
    const admin = server.addUser('admin@example.com').id;
    server.admins.add(admin);
    const teacher = server.addUser('teacher@example.com').id;
    server.addRow({ user_id: teacher, course_id: 3, type: 'TeacherEnrollment' });
    const before = structuredClone([server.users, server.rows]);
    for (const [id, whose] of [
      [own, /with which Rollcall signs in/],
      [admin, /an admin/],
      [teacher, /teaches/],
    ] as const) {
      const { kind, message } = await refusal(bring(target, String(id), ada));
      assert.equal(kind, 'rejected');
      assert.match(message, whose);
      const account = await observed(target, String(id));
      for (const how of ['keep', 'deactivate', 'delete', 'erase'] as const)
        assert.match((await refusal(target.leave(account, [], how, call))).message, whose);
    }
    assert.deepEqual([server.users, server.rows], before);
  });

  test('of whose logins only some are suspended is neither active nor not', async () => {
    await using server = await canvasServer();
    const user = server.addUser(ada.email);
    const [login] = user.logins;
    assert.ok(login);
    user.logins.push({ ...login, id: 9_999, unique_id: 'ada', workflow_state: 'suspended' });
    const target = connected(server);
    assert.equal((await observed(target, String(user.id))).active, null);
    await bring(target, String(user.id), ada);
    assert.equal((await observed(target, String(user.id))).active, true);
  });

  test('has a name that is put together, and one to sort by', () => {
    const named = (given: Account['attributes']) =>
      canvas.normalise({ ...ada, attributes: given }).account.attributes;
    assert.deepEqual(named({ name: 'Countess', given: 'Ada', family: 'Lovelace' }), attributes);
    assert.deepEqual(named({ name: null, given: 'Ada', family: null }), { name: 'Ada' });
    assert.deepEqual(named({ name: 'ada@example.com', given: null, family: null }), {
      name: 'ada',
    });
    assert.deepEqual(named({}), {});
    assert.deepEqual(named(attributes), attributes);
    const refused = canvas.normalise({ ...ada, email: 'ada' }).refusals;
    assert.deepEqual(
      refused.map(({ path, optional }) => [path, optional]),
      [['emails', false]],
    );
  });
});

suite('an enrolment', { concurrency: 2 }, () => {
  test('is active at once, with both dates or none', async () => {
    await using server = await canvasServer();
    const until = '2031-01-01T00:00:00Z';
    const terms = { [welding]: { from: null, until } };
    const memberships = [welding, 'course:2'];
    await connected(server).create({ ...ada, memberships, terms }, call);
    assert.deepEqual(
      server.rows.map((row) => [row.enrollment_state, row.start_at, row.end_at]),
      [
        ['active', '2000-01-01T00:00:00Z', until],
        ['active', null, null],
      ],
    );
  });

  test('that was only an invitation is not had, and becomes active', async () => {
    await using server = await canvasServer();
    const { id } = server.addUser(ada.email);
    server.addRow({ user_id: id, course_id: 1, enrollment_state: 'invited' });
    const target = connected(server);
    assert.deepEqual((await observed(target, String(id))).memberships, []);
    await bring(target, String(id), ada);
    assert.deepEqual(rowsIn(server, 1), ['100 active']);
  });

  test('is taken back in every section, and comes back to where it was', async () => {
    await using server = await canvasServer();
    const target = connected(server);
    const remoteId = await target.create(ada, call);
    Object.assign(server.rows[0] ?? {}, { course_section_id: 101 });
    server.addRow({ user_id: Number(remoteId), course_id: 1, course_section_id: 102 });
    await bring(target, remoteId, { ...ada, memberships: [] }, [welding]);
    assert.deepEqual(rowsIn(server, 1), ['101 inactive', '102 inactive']);
    await bring(target, remoteId, ada);
    assert.deepEqual(rowsIn(server, 1), ['101 active', '102 inactive']);
  });

  test('that an SIS import made stays, and is remarked on', async () => {
    await using server = await canvasServer();
    const target = connected(server);
    const remoteId = await target.create(ada, call);
    const sis = { course_section_id: 103, sis_import_id: 5 };
    server.addRow({ user_id: Number(remoteId), course_id: 1, ...sis });
    const remarks = await bring(target, remoteId, { ...ada, memberships: [] }, [welding]);
    assert.deepEqual(remarks, ['still has access to the course 1 by an SIS import']);
    assert.deepEqual(rowsIn(server, 1), ['100 inactive', '103 active']);
  });

  test('in a course that is gone or concluded is refused, and the others are made', async () => {
    await using server = await canvasServer();
    Object.assign(server.courses[1] ?? {}, { concluded: true });
    const memberships = ['course:99', 'course:2', welding];
    const target = connected(server);
    const error = await refusal(target.create({ ...ada, memberships }, call));
    assert.equal(error.kind, 'rejected');
    assert.deepEqual(error.refused, ['course:99', 'course:2']);
    assert.match(error.message, /no course 99/);
    assert.match(error.message, /concluded course/);
    assert.ok(error.made);
    assert.deepEqual((await observed(target, error.made)).memberships, [welding]);
  });

  test('that is gone is taken back already', async () => {
    await using server = await canvasServer();
    const target = connected(server);
    const remoteId = await target.create(ada, call);
    server.misbehave(({ method }) => method === 'DELETE', {
      status: 404,
      json: { errors: [{ message: 'The specified resource does not exist.' }] },
    });
    await bring(target, remoteId, { ...ada, memberships: [] }, [welding]);
  });

  test('can be picked by its course’s name, page by page', async () => {
    await using server = await canvasServer();
    for (let id = 4; id <= 120; id += 1)
      server.courses.push({
        id,
        name: `Course ${id}`,
        course_code: `C${id}`,
        workflow_state: 'available',
        concluded: false,
      });
    const target = connected(server);
    const first = await target.catalogue?.(null, call);
    assert.deepEqual(first?.entries[0], {
      membership: welding,
      label: 'Welding 101 (WELDING 101)',
      within: null,
    });
    const second = await target.catalogue?.(first?.next ?? null, call);
    assert.equal((first?.entries.length ?? 0) + (second?.entries.length ?? 0), 120);
    assert.equal(second?.next, null);
  });
});
