/** Rules of Moodle's that the transcript does not show, or only in passing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readForm } from '../../devlms/php/form.ts';
import { encodeJson } from '../../devlms/php/json.ts';
import { assertException, type Json, makePerson, person, startLms, startTime } from './support.ts';

/** What a form became, as plain objects. */
const plain = (form: string): unknown =>
  JSON.parse(
    JSON.stringify(readForm(form), (_key, value: unknown) =>
      value instanceof Map ? Object.fromEntries(value) : value,
    ),
  );

test('forms are read as PHP reads them', () => {
  assert.deepEqual(plain('a[x][0]=1&a[x][1]=2&b=%2B+c&b=d'), {
    a: { x: { 0: '1', 1: '2' } },
    b: 'd',
  });
  assert.deepEqual(plain('a[]=1&a[]=2&a[7]=3&a[]=4'), { a: { 0: '1', 1: '2', 7: '3', 8: '4' } });
  assert.deepEqual(plain('a.b=1&c d=2&e[f=3'), { a_b: '1', c_d: '2', e_f: '3' });
  assert.deepEqual(plain('a=1&a[b]=2&__proto__[x]=1'), {
    a: { b: '2' },
    ['__proto__']: { x: '1' },
  });
});

test('of a form with too many variables the first 5,000 are read', () => {
  const many = Array.from({ length: 6_000 }, (_, at) => `a${at}=1`).join('&');
  assert.equal(readForm(many).size, 5_000);
});

test('JSON is written as PHP writes it', () => {
  assert.equal(
    encodeJson({ a: 'https://x/é🎓' }),
    String.raw`{"a":"https:\/\/x\/\u00e9\ud83c\udf93"}`,
  );
  assert.equal(encodeJson(undefined), 'null');
});

test('without moodlewsrestformat a result is XML', async (t) => {
  const lms = await startLms(t);
  const parameters = new URLSearchParams({
    wstoken: '0123456789abcdef0123456789abcdef',
    wsfunction: 'core_user_create_users',
  });
  for (const [name, value] of Object.entries(person('ada')))
    parameters.set(`users[0][${name}]`, value);
  const response = await fetch(`${lms.origin}/webservice/rest/server.php?${parameters}`);
  assert.match(
    await response.text(),
    /<RESPONSE>\n<MULTIPLE>\n<SINGLE>\n<KEY name="id"><VALUE>\d+<\/VALUE>\n<\/KEY>\n<KEY name="username"><VALUE>ada<\/VALUE>/,
  );
});

test('a list of enrolments is one transaction', async (t) => {
  const lms = await startLms(t);
  const userid = await makePerson(lms, 'ada');
  const enrolments = [2, 9_999].map((courseid) => ({ roleid: 5, userid, courseid }));
  assertException(await lms.call('enrol_manual_enrol_users', { enrolments }), 'invalidparameter');
  assert.deepEqual((await lms.control('GET', 'enrolments?course=2')).enrolments, []);
});

test('enrolments are shown as they stand, with all that Moodle keeps of them', async (t) => {
  const lms = await startLms(t);
  const terms = {
    ada: {},
    bob: { timeend: startTime - 1 },
    cid: { timestart: startTime + 60 },
    dee: { suspend: 1 },
  };
  for (const [name, more] of Object.entries(terms)) {
    const userid = await makePerson(lms, name);
    const enrolments = [{ roleid: 5, userid, courseid: 2, ...more }];
    assert.equal(await lms.call('enrol_manual_enrol_users', { enrolments }), null);
  }
  const { participants } = await lms.control('GET', 'courses/2');
  assert.deepEqual(
    Object.values(participants ?? {}).map(({ user, status }) => [user?.username, status]),
    [
      ['ada', 'active'],
      ['bob', 'ended'],
      ['cid', 'future'],
      ['dee', 'suspended'],
    ],
  );
  const of = await lms.control('GET', 'enrolments?email=bob@example.com&course=WELD-101');
  assert.equal(of.enrolments?.[0]?.timeEnd, startTime - 1);
});

test('lists round now to a hundred seconds: who starts this moment may be missing for a minute', async (t) => {
  const lms = await startLms(t);
  const userid = await makePerson(lms, 'ada');
  const hundreds = Math.ceil(startTime / 100) * 100;
  lms.setClock(hundreds);
  const enrolments = [{ roleid: 5, userid, courseid: 2, timestart: hundreds }];
  await lms.call('enrol_manual_enrol_users', { enrolments });
  const courses = async () =>
    Object.values(await lms.call('core_enrol_get_users_courses', { userid })).length;
  assert.equal(await courses(), 0);
  lms.setClock(hundreds + 49);
  assert.equal(await courses(), 0);
  lms.setClock(hundreds + 50);
  assert.equal(await courses(), 1);
});

test('a course that is deleted or hidden refuses in the way Moodle does', async (t) => {
  const lms = await startLms(t);
  const userid = await makePerson(lms, 'ada');
  await lms.control('DELETE', 'courses/3');
  const gone = { enrolments: [{ userid, courseid: 3 }] };
  assertException(await lms.call('enrol_manual_unenrol_users', gone), 'invalidrecord');
  await lms.control('PATCH', 'courses/2', { visible: false });
  await lms.control('PATCH', 'users/svc-rollcall', { capabilities: ['webservice/rest:use'] });
  const { courses } = await lms.call('core_course_get_courses_by_field');
  const ids = Object.values(courses ?? {}).map(({ id }) => Number(id));
  assert.deepEqual(ids, [1, 4, 5]);
});

test('creations in parallel may put an address on two accounts, and a username never', async (t) => {
  const lms = await startLms(t);
  const create = (more: object) =>
    lms.call('core_user_create_users', { users: [{ ...person('ada'), ...more }] });
  const code = ({ errorcode }: Json) => errorcode;
  const inTurn = await Promise.all([{ username: 'one' }, { username: 'two' }].map(create));
  assert.deepEqual(inTurn.map(code).sort(), ['invalidparameter', undefined]);

  await lms.control('POST', 'reset');
  await lms.control('POST', 'site', { creationMs: 1000 });
  const [one, two, ...same] = await Promise.all(
    [
      { username: 'one' },
      { username: 'two' },
      { email: 'a@example.com' },
      { email: 'b@example.com' },
    ].map(create),
  );
  assert.deepEqual([one, two].flatMap((answer) => answer ?? []).map(code), [undefined, undefined]);
  assert.deepEqual(same.map(code).sort(), ['dmlwriteexception', undefined]);
});

test('a role in a course is taken back alone, by who may give it', async (t) => {
  const lms = await startLms(t);
  const id = await makePerson(lms, 'ada');
  await lms.call('enrol_manual_enrol_users', {
    enrolments: [{ roleid: 5, userid: id, courseid: 2 }],
  });
  const takeBack = (roleid: number) =>
    lms.call('core_role_unassign_roles', {
      unassignments: [{ roleid, userid: id, contextlevel: 'course', instanceid: 2 }],
    });
  assertException(await takeBack(3), 'invalidparameter');
  assert.equal(await takeBack(5), null);
  const { enrolments } = await lms.control('GET', 'enrolments?email=ada@example.com');
  assert.equal(enrolments?.[0]?.status, 'active');
  assert.deepEqual(enrolments?.[0]?.roles, []);
});
