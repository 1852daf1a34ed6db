import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { moodle } from '../../src/connectors/moodle.ts';
import { usernameOf } from '../../src/connectors/moodle-account.ts';
import type { Account, Call, Observed, Target } from '../../src/provisioning/connector.ts';
import { classify, type DestinationError } from '../../src/provisioning/failure.ts';
import { lookOnly } from '../../src/provisioning/look-only.ts';
import { createOutbound } from '../../src/provisioning/outbound.ts';
import { difference } from '../../src/provisioning/plan.ts';
import { battery } from '../support/battery.ts';
import { attributes, connected, lmsSubject, type TestLms, testLms } from '../support/lms.ts';
import { call, io, ada as nobody, refusal } from '../support/shop.ts';

battery('Moodle', lmsSubject);

const welding = 'course:2';
const ada: Account = moodle.normalise({ ...nobody, attributes, memberships: [welding] }).account;

const about = (...memberships: string[]): Call => ({ ...call, memberships });

async function observed(target: Target, remoteId: string): Promise<Observed> {
  const account = await target.read(remoteId, about('course:2', 'course:3', 'course:4'));
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
  const memberships = [...account.memberships, ...granted];
  const before = await target.read(remoteId, about(...memberships));
  assert.ok(before);
  await target.update(before, account, difference(account, before, granted), {
    ...call,
    remark: (sentence) => remarks.push(sentence),
  });
  return remarks;
}

const enrolmentsIn = async (lms: TestLms, email: string, course: number) =>
  (await lms.enrolments(email)).filter((one) => one.course.id === course);

suite('what Moodle refuses says who must act', { concurrency: 2 }, () => {
  const reading = (target: Target) => target.read('5', call);
  const creating = (target: Target) => target.create(ada, call);
  const table: readonly (readonly [
    errorcode: string,
    operation: string,
    act: (target: Target) => Promise<unknown>,
    kind: DestinationError['kind'],
    code: string | null,
    mend: RegExp,
  ])[] = [
    [
      'invalidtoken',
      'core_user_get_users_by_field',
      reading,
      'misconfigured',
      'credentials',
      /Make a new one .*Manage tokens/,
    ],
    [
      'accessexception',
      'core_webservice_get_site_info',
      (target) => target.test(call),
      'misconfigured',
      'credentials',
      /expired .*webservice\/rest:use/,
    ],
    [
      'accessexception',
      'core_user_get_users_by_field',
      reading,
      'misconfigured',
      'permissions',
      /lacks core_user_get_users_by_field: add it .*External services > Functions/,
    ],
    [
      'invalidrecord',
      'core_user_get_users_by_field',
      reading,
      'misconfigured',
      'permissions',
      /does not know core_user_get_users_by_field/,
    ],
    [
      'nopermissions',
      'core_user_create_users',
      creating,
      'misconfigured',
      'permissions',
      /allow moodle\/user:create in its role .*Define roles/,
    ],
    [
      'wsaccessusersuspended',
      'core_user_get_users_by_field',
      reading,
      'misconfigured',
      'credentials',
      /make it active again/,
    ],
    [
      'manualpluginnotinstalled',
      'enrol_manual_enrol_users',
      creating,
      'misconfigured',
      'permissions',
      /Manage enrol plugins/,
    ],
    [
      'wsusercannotassign',
      'enrol_manual_enrol_users',
      creating,
      'misconfigured',
      'permissions',
      /take the role 5 .*Allow role assignments/,
    ],
    [
      'wsnoinstance',
      'enrol_manual_enrol_users',
      creating,
      'rejected',
      null,
      /course 2 takes no manual enrolments: add the method .*Enrolment methods/,
    ],
    [
      'requireloginerror',
      'enrol_manual_enrol_users',
      creating,
      'rejected',
      null,
      /may not enter the course 2: allow moodle\/course:view/,
    ],
    [
      'usernotconfirmed',
      'enrol_manual_enrol_users',
      creating,
      'rejected',
      null,
      /confirm it there/,
    ],
    [
      'invalidresponse',
      'core_user_get_users_by_field',
      reading,
      'rejected',
      null,
      /characters that the site does not allow/,
    ],
    [
      'dmlreadexception',
      'core_user_get_users_by_field',
      reading,
      'transient',
      null,
      /dmlreadexception/,
    ],
    [
      '<div>Passwords must be at least 8 characters long.</div>',
      'core_user_create_users',
      creating,
      'rejected',
      null,
      /refuses core_user_create_users: a failure without a name/,
    ],
  ];
  for (const [errorcode, operation, act, kind, code, mend] of table)
    test(`${errorcode} of ${operation}`, async () => {
      await using lms = await testLms();
      await lms.fault({
        kind: 'exception',
        match: { operation },
        error: { errorcode, message: 'Gesperrt' },
      });
      const error = await refusal(act(connected(lms)));
      assert.deepEqual([error.kind, error.code], [kind, code], error.message);
      assert.match(error.message, mend);
      assert.doesNotMatch(error.message, /Gesperrt/, 'its words are for who reads them there');
    });

  for (const errorcode of ['codingerror', 'invaliduser', 'userdeleted'])
    test(`${errorcode} of who is enrolled is somebody who is gone`, async () => {
      await using lms = await testLms();
      const match = { operation: 'enrol_manual_enrol_users' };
      await lms.fault({ kind: 'exception', match, error: { errorcode } });
      const error = await refusal(connected(lms).create(ada, call));
      assert.deepEqual([error.kind, error.unknownOutcome], ['transient', true]);
    });

  for (const [state, kind, pauseMs, sentence] of [
    [{ maintenance: 'web' }, 'transient', 60_000, /under maintenance/],
    [{ maintenance: 'cli' }, 'transient', 300_000, /under maintenance/],
    [{ webServices: false }, 'misconfigured', null, /Enable web services/],
    [{ restProtocol: false }, 'misconfigured', null, /REST protocol/],
    [
      { wwwroot: 'https://learn.example.com' },
      'misconfigured',
      null,
      /sends requests on to https:\/\/learn\.example\.com: enter/,
    ],
  ] as const)
    test(`a site with ${JSON.stringify(state)}`, async () => {
      await using lms = await testLms();
      await lms.dev('POST', 'site', state);
      const error = await refusal(connected(lms).test(call));
      assert.deepEqual([error.kind, error.pauseMs], [kind, pauseMs], error.message);
      assert.match(error.message, sentence);
    });

  test('a path where there is no Moodle', async () => {
    await using lms = await testLms();
    const { kind, code, message } = await refusal(
      connected(lms, { site: `${lms.origin}/moodle/` }).test(call),
    );
    assert.deepEqual([kind, code], ['misconfigured', 'shop_unavailable']);
    assert.match(message, /There is no Moodle at .*\/moodle: check/);
  });

  test('an answer that is not JSON is not read as one', async () => {
    const server = createServer((_request, response) =>
      response.end('<br><b>Notice</b>: Undefined variable'),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const target = moodle.connect({ site: `http://127.0.0.1:${port}`, token: 'x' }, io);
    const error = await refusal(target.create(ada, call));
    server.close();
    assert.deepEqual([error.kind, error.unknownOutcome], ['transient', true]);
    assert.match(error.message, /not JSON/);
  });

  test('an address that requests may not reach', async () => {
    const outbound = createOutbound({ privateNetwork: 'refused' });
    const target = moodle.connect(
      { site: 'https://localhost', token: 'x' },
      { ...io, fetch: outbound.fetch },
    );
    const error = await target.test(call).catch((reason: unknown) => reason);
    assert.equal(classify(error).code, 'address_refused');
    await outbound.close();
  });

  test('settings that cannot be are told', async () => {
    for (const settings of [
      { site: 'moodle.example.com' },
      { site: 'https://moodle.example.com', studentRole: 'student' },
    ]) {
      const connect = async () => moodle.connect({ token: 'x', ...settings }, io);
      const { kind, code } = await refusal(connect());
      assert.deepEqual([kind, code], ['misconfigured', 'settings_unreadable']);
    }
  });
});

suite('the test of a site', { concurrency: 2 }, () => {
  test('leaves nothing behind, and is done once', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const before = await lms.users();
    const looking = lookOnly(new AbortController().signal, 'somebody waits');
    await target.test({ ...looking, memberships: ['course:2', 'course:3'] });
    const { body } = await lms.dev('GET', 'enrolments');
    assert.deepEqual(body.enrolments, []);
    assert.deepEqual(await lms.users(), before);
    const asked = await lms.asked();
    await target.test(about('course:3', 'course:2'));
    assert.deepEqual(await lms.asked(), asked);
  });

  test('names the functions that the service lacks', async () => {
    await using lms = await testLms();
    await lms.dev('POST', 'services', {
      shortname: 'rollcall',
      functions: ['core_webservice_get_site_info', 'core_user_get_users'],
    });
    const { code, message } = await refusal(connected(lms).test(call));
    assert.equal(code, 'permissions');
    assert.match(message, /lacks core_user_get_users_by_field, core_user_create_users, /);
    assert.match(message, /External services > Functions/);
  });

  for (const [capability, names] of [
    ['moodle/user:viewdetails', /moodle\/user:viewdetails/],
    ['moodle/site:viewuseridentity', /moodle\/site:viewuseridentity .*Show user identity/],
    ['moodle/site:viewfullnames', /moodle\/site:viewfullnames/],
    ['moodle/course:view', /may not enter the course 2/],
    ['enrol/manual:enrol', /allow enrol\/manual:enrol/],
  ] as const)
    test(`names ${capability} where it is missing`, async () => {
      await using lms = await testLms();
      const { body } = await lms.dev('GET', 'users/svc-rollcall');
      await lms.dev('PATCH', 'users/svc-rollcall', {
        capabilities: body.capabilities.filter((one: string) => one !== capability),
      });
      const { kind, code, message } = await refusal(connected(lms).test(about(welding)));
      assert.deepEqual([kind, code], ['misconfigured', 'permissions']);
      assert.match(message, names);
    });

  test('wants no administrator’s token', async () => {
    await using lms = await testLms();
    const { body } = await lms.dev('POST', 'tokens', { user: 'admin', service: 'rollcall' });
    const { code, message } = await refusal(connected(lms, { token: body.token }).test(call));
    assert.equal(code, 'permissions');
    assert.match(message, /administrator/);
  });

  test('names a course that is not there or takes nobody, and a role that cannot be given', async () => {
    await using lms = await testLms();
    await lms.dev('PATCH', 'courses/3', { manual: 'disabled' });
    for (const [membership, sentence] of [
      ['course:99', /course 99, which Moodle does not have or does not show/],
      ['course:3', /course 3 takes no manual enrolments/],
      ['course:2:3', /may not give or take the role 3 in the course 2/],
    ] as const) {
      const { kind, message } = await refusal(connected(lms).test(about(membership)));
      assert.equal(kind, 'misconfigured');
      assert.match(message, sentence);
    }
    const { message } = await refusal(connected(lms, { studentRole: '4' }).test(about(welding)));
    assert.match(message, /role 4 .*enter it in the settings/);
  });
});

suite('an account in Moodle', { concurrency: 2 }, () => {
  test('has a username that follows from its address', () => {
    assert.equal(usernameOf('ada.king-1_x@example.com'), 'ada.king-1_x@example.com');
    assert.match(usernameOf('ada+shop@example.com'), /^ada_shop@example\.com-[\da-f]{10}$/);
    assert.notEqual(usernameOf('ada+shop@example.com'), usernameOf('ada_shop@example.com'));
    assert.equal(usernameOf('ada+shop@example.com'), usernameOf('ada+shop@example.com'));
    assert.equal(usernameOf(`${'a'.repeat(95)}@example.com`).length, 100);
  });

  test('is made by a password that Moodle mails, or by the plugin that is set', async () => {
    await using lms = await testLms();
    await connected(lms).create(ada, call);
    assert.equal((await lms.user(ada.email)).auth, 'manual');
    const email = 'grace@example.com';
    await connected(lms, { auth: 'oauth2' }).create({ ...ada, key: 'b', email }, call);
    assert.equal((await lms.user(email)).auth, 'oauth2');
    const error = await refusal(
      connected(lms, { auth: 'nosuch' }).create({ ...ada, key: 'c', email: 'c@example.com' }, call),
    );
    assert.equal(error.kind, 'rejected');
    assert.match(error.message, /no authentication plugin nosuch/);
  });

  test('is made once, however many make it at once', async () => {
    await using lms = await testLms();
    // Creations that cross are kept apart by nothing but their usernames here.
    await lms.dev('POST', 'site', { creationMs: 50 });
    const target = connected(lms);
    const made = await Promise.allSettled(
      ['a', 'b', 'c'].map((key) => target.create({ ...ada, key }, call)),
    );
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1);
    const refused = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    assert.deepEqual(
      refused.map(({ kind }) => kind),
      ['transient', 'transient'],
    );
    assert.equal((await lms.users()).filter(({ email }) => email === ada.email).length, 1);
  });

  test('gets another username where somebody has the usual one', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const first = await target.create(ada, call);
    await bring(target, first, { ...ada, email: 'countess@example.com' }, [welding]);
    const second = await target.create({ ...ada, key: 'b' }, call);
    assert.notEqual(second, first);
    assert.match((await lms.user(second)).username, /^ada@example\.com-[\da-f]{10}$/);
  });

  test('is two candidates where two have the same ID number or address', async () => {
    await using lms = await testLms();
    await lms.dev('POST', 'site', { allowAccountsSameEmail: true });
    const twin = { email: 'Ada@Example.com', firstname: 'A', lastname: 'L' };
    for (const username of ['one', 'two'])
      await lms.dev('POST', 'users', { ...twin, username, idnumber: ada.key });
    const target = connected(lms);
    assert.equal((await target.find(ada, ['key'], call)).length, 2);
    assert.equal((await target.find(ada, ['email'], call)).length, 2);
    assert.equal((await target.find({ ...ada, key: '' }, ['key'], call)).length, 0);
  });

  test('is not found by an address whose _ would match it', async () => {
    await using lms = await testLms();
    await connected(lms).create(ada, call);
    const person = { key: 'x', email: 'a_a@example.com' };
    assert.deepEqual(await connected(lms).find(person, ['email'], call), []);
  });

  test('keeps an ID number that the school gave', async () => {
    await using lms = await testLms();
    const { email } = ada;
    const school = { username: 'ada', email, firstname: 'Ada', lastname: 'L', idnumber: 'S-1815' };
    const { body } = await lms.dev('POST', 'users', school);
    const { kind, message } = await refusal(bring(connected(lms), String(body.id), ada));
    assert.equal(kind, 'rejected');
    assert.match(message, /ID number “S-1815”.*empty it in Moodle/);
    const { idnumber, firstname } = await lms.user(email);
    assert.deepEqual([idnumber, firstname, await lms.enrolments(email)], ['S-1815', 'Ada', []]);
  });

  test('that is Rollcall’s own, an administrator’s or the guests’ is never changed', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    for (const [username, whose] of [
      ['svc-rollcall', /with which Rollcall signs in/],
      ['admin', /a site administrator/],
      ['guest', /guests/],
    ] as const) {
      const before = await lms.user(username);
      const remoteId = String(before.id);
      const error = await refusal(bring(target, remoteId, { ...ada, email: before.email }));
      assert.equal(error.kind, 'rejected');
      assert.match(error.message, whose);
      const account = await observed(target, remoteId);
      for (const how of ['deactivate', 'delete'] as const)
        assert.match((await refusal(target.leave(account, [], how, call))).message, whose);
      assert.deepEqual(await lms.user(username), before);
      assert.deepEqual(await lms.enrolments(before.email), []);
    }
  });

  test('that is to have another’s address is changed but for that', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const remoteId = await target.create(ada, call);
    const taken = 'grace@example.com';
    await target.create({ ...ada, key: 'b', email: taken }, call);
    const account = { ...ada, email: taken, active: false, memberships: [] };
    const { kind, message } = await refusal(bring(target, remoteId, account, [welding]));
    assert.equal(kind, 'rejected');
    assert.match(message, /Another account in Moodle has the address grace@example\.com/);
    const after = await observed(target, remoteId);
    assert.deepEqual([after.email, after.active, after.memberships], [ada.email, false, []]);
  });

  test('of a language Moodle has not installed gets all the rest', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const german = { ...ada, attributes: { ...ada.attributes, lang: 'de' } };
    const error = await refusal(target.create(german, call));
    assert.equal(error.kind, 'rejected');
    assert.match(error.message, /no language pack “de”.*Language packs/);
    assert.ok(error.made);
    const made = await observed(target, error.made);
    assert.deepEqual([made.memberships, made.attributes.lang], [[welding], 'en']);
    const renamed = { ...german.attributes, lastname: 'King' };
    const again = await refusal(bring(target, error.made, { ...german, attributes: renamed }));
    assert.match(again.message, /no language pack/);
    assert.equal((await lms.user(ada.email)).lastname, 'King');
  });

  test('has names, and texts, that Moodle takes', () => {
    const named = (given: Account['attributes']) =>
      moodle.normalise({ ...ada, attributes: given }).account.attributes;
    const name = (firstname: string | null, lastname: string | null) =>
      Object.values(named({ firstname, lastname })).join('|');
    assert.equal(name('Ada', 'Lovelace'), 'Ada|Lovelace');
    assert.equal(name('Ada King Lovelace', 'Ada King Lovelace'), 'Ada King|Lovelace');
    assert.equal(name('Ada', 'Ada Lovelace'), 'Ada|Lovelace');
    assert.equal(name('Ada Lovelace', 'Lovelace'), 'Ada|Lovelace');
    assert.equal(name('ada@example.com', 'ada@example.com'), 'ada|ada');
    assert.equal(name(null, null), 'ada|ada');
    assert.equal(name('<b>Zoë</b> 🎓 O’Neil', '  '), 'Zoë|O’Neil');
    assert.deepEqual(named({ lang: 'pt-BR', country: 'Germany' }), {
      lang: 'pt_br',
      country: null,
    });
    assert.deepEqual(named({ lang: 'nb' }), { lang: 'no' });
    assert.deepEqual(named({ lang: null, city: null }), { city: null });
  });

  test('that Moodle would refuse is told with the path it is from', () => {
    const refusals = (more: Partial<Account>) =>
      moodle
        .normalise({ ...ada, ...more })
        .refusals.map(({ path, optional }) => [path, optional] as const);
    assert.deepEqual(refusals({}), []);
    for (const email of [
      'ada',
      'ada@localhost',
      'adá@example.com',
      `${'a'.repeat(90)}@example.com`,
    ])
      assert.deepEqual(refusals({ email }), [['emails', false]], email);
    assert.deepEqual(
      refusals({ attributes: { firstname: '<Ada>', lastname: 'L'.repeat(101), city: 'London' } }),
      [
        ['name.givenName', true],
        ['name.familyName', true],
      ],
    );
  });
});

suite('an enrolment', { concurrency: 2 }, () => {
  test('in a course that is gone or takes nobody is refused, and the others are made', async () => {
    await using lms = await testLms();
    await lms.dev('PATCH', 'courses/3', { manual: 'missing' });
    const target = connected(lms);
    const memberships = ['course:99', 'course:3', welding];
    const error = await refusal(target.create({ ...ada, memberships }, call));
    assert.equal(error.kind, 'rejected');
    assert.deepEqual(error.refused, ['course:99', 'course:3']);
    assert.match(error.message, /no course 99/);
    assert.match(error.message, /course 3 takes no manual enrolments/);
    assert.ok(error.made);
    const seen = await target.read(error.made, about(...memberships));
    assert.deepEqual([seen?.memberships, seen?.unseen], [[welding], ['course:99', 'course:3']]);
  });

  test('that stands by another method still is remarked on', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const remoteId = await target.create(ada, call);
    const { id } = await lms.user(ada.email);
    await lms.dev('POST', 'enrolments', { course: 2, user: id, method: 'self' });
    const remarks = await bring(target, remoteId, { ...ada, memberships: [] }, [welding]);
    assert.deepEqual(remarks, [
      'still has access to Welding 101 by another method (self enrolment)',
    ]);
    const standing = await enrolmentsIn(lms, ada.email, 2);
    assert.deepEqual(standing.map(({ method, status }) => `${method} ${status}`).sort(), [
      'manual suspended',
      'self active',
    ]);
  });

  test('in a hidden course is seen and taken back as any other', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const remoteId = await target.create(ada, call);
    await lms.dev('PATCH', 'courses/2', { visible: false });
    assert.deepEqual((await observed(target, remoteId)).memberships, [welding]);
    await bring(target, remoteId, { ...ada, memberships: [] }, [welding]);
    assert.deepEqual((await observed(target, remoteId)).memberships, []);
    const [standing] = await enrolmentsIn(lms, ada.email, 2);
    assert.equal(standing?.suspended, true);
  });

  test('in a course whose manual enrolments are off for a while is not forgotten', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const remoteId = await target.create(ada, call);
    await lms.dev('PATCH', 'courses/2', { manual: 'disabled' });
    const { memberships, unseen } = await observed(target, remoteId);
    assert.deepEqual([memberships, unseen], [[], [welding]]);
  });

  test('of a course or a user that is gone is taken back already', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const remoteId = await target.create({ ...ada, memberships: [welding, 'course:3'] }, call);
    const before = await observed(target, remoteId);
    await lms.dev('DELETE', 'courses/2');
    for (const ending of ['suspend', 'remove'] as const) {
      const account = { ...ada, memberships: [], ended: { [welding]: ending } };
      const change = { ...difference(account, before, []), revoke: [welding] };
      await target.update(before, account, change, call);
    }
    await lms.dev('DELETE', `users/${remoteId}`);
    const change = {
      ...difference({ ...ada, memberships: [] }, before, []),
      revoke: ['course:3'],
    };
    await target.update(before, { ...ada, memberships: [] }, change, call);
  });

  test('as a teacher is one beside that as a student, and each is taken back alone', async () => {
    await using lms = await testLms();
    await lms.dev('PATCH', 'users/svc-rollcall', { assignableRoles: [3, 5] });
    const teaching = 'course:2:3';
    const target = connected(lms);
    await target.test(about(welding, teaching));
    const remoteId = await target.create(ada, call);
    const roles = async () => {
      const [one] = await enrolmentsIn(lms, ada.email, 2);
      return [one?.status, ...(one?.roles ?? []).map(({ id }) => id)];
    };
    const seen = async () => (await target.read(remoteId, about(welding, teaching)))?.memberships;
    assert.deepEqual(await seen(), [welding]);
    await bring(target, remoteId, { ...ada, memberships: [welding, teaching] }, [welding]);
    assert.deepEqual(await roles(), ['active', 3, 5]);
    assert.deepEqual(await seen(), [welding, teaching]);
    await bring(target, remoteId, ada, [welding, teaching]);
    assert.deepEqual(await roles(), ['active', 5]);
    assert.deepEqual(await seen(), [welding]);
    await bring(target, remoteId, { ...ada, memberships: [teaching] }, [welding]);
    await bring(target, remoteId, { ...ada, memberships: [] }, [teaching]);
    assert.deepEqual((await roles())[0], 'suspended');
    await bring(target, remoteId, ada);
    assert.deepEqual(await roles(), ['active', 5]);
  });

  test('in a role that Rollcall may not take back any more is not taken for taken back', async () => {
    await using lms = await testLms();
    await lms.dev('PATCH', 'users/svc-rollcall', { assignableRoles: [3, 5] });
    const target = connected(lms);
    const memberships = [welding, 'course:2:3'];
    const remoteId = await target.create({ ...ada, memberships }, call);
    await lms.dev('PATCH', 'users/svc-rollcall', { assignableRoles: [5] });
    const { kind, message } = await refusal(bring(target, remoteId, ada, memberships));
    assert.equal(kind, 'rejected');
    assert.match(message, /role 3 in the course 2.*Allow role assignments/);
  });

  test('that is refused another end is ours all the same', async () => {
    await using lms = await testLms();
    const target = connected(lms);
    const remoteId = await target.create(ada, call);
    await lms.dev('PATCH', 'courses/2', { manual: 'disabled' });
    const { kind, refused } = await refusal(bring(target, remoteId, ada));
    assert.deepEqual([kind, refused], ['rejected', []]);
  });

  test('by two rights in one course lasts as long as the longer one', async () => {
    await using lms = await testLms();
    await lms.dev('PATCH', 'users/svc-rollcall', { assignableRoles: [3, 5] });
    const until = (day: string) => ({ from: null, until: `${day}T00:00:00Z` });
    const account = {
      ...ada,
      memberships: [welding, 'course:2:3'],
      terms: { [welding]: until('2031-01-01'), 'course:2:3': until('2030-01-01') },
    };
    await connected(lms).create(account, call);
    const [standing] = await enrolmentsIn(lms, ada.email, 2);
    assert.equal(standing?.timeEnd, Date.parse('2031-01-01') / 1_000);
  });

  test('can be picked by its course’s name, and not in the front page', async () => {
    await using lms = await testLms();
    await lms.dev('POST', 'courses', { fullname: 'Cafés & Bars', shortname: 'C&B' });
    const page = await connected(lms).catalogue?.(null, call);
    assert.deepEqual(
      page?.entries.map(({ membership, label }) => `${membership} ${label}`),
      [
        'course:2 Welding 101 (WELD-101)',
        'course:3 Welding 201 (WELD-201)',
        'course:4 First Aid (FIRST-AID)',
        'course:5 Workplace Safety (SAFETY)',
        'course:6 Cafés & Bars (C&B)',
      ],
    );
    assert.equal(page?.next, null);
  });

  test('can be picked from more courses than one page has, all asked for once', async () => {
    await using lms = await testLms();
    for (let number = 0; number < 120; number += 1)
      await lms.dev('POST', 'courses', { fullname: `Course ${number}`, shortname: `C${number}` });
    const target = connected(lms);
    const first = await target.catalogue?.(null, call);
    const second = await target.catalogue?.(first?.next ?? '', call);
    assert.equal((first?.entries.length ?? 0) + (second?.entries.length ?? 0), 124);
    assert.equal(second?.next, null);
    assert.equal((await lms.asked()).core_course_get_courses_by_field, 1);
  });
});
