/**
 * Every request of the transcript of a real Moodle 4.3, in its order, against a development LMS that
 * was set up like it: the answers are the same to the letter.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectorCapabilities } from '../../devlms/site/install.ts';
import { type RawAnswer, send, startLms, startTime, type TestLms } from './support.ts';
import { type RecordedAnswer, type RecordedRows, readTranscript, type Step } from './transcript.ts';

const tokens = {
  ADMIN: 'a'.repeat(32),
  CONNECTOR: 'b'.repeat(32),
  RESTONLY: 'c'.repeat(32),
  NOTHING: 'd'.repeat(32),
  NARROW: 'e'.repeat(32),
  EXPIRED: 'f'.repeat(32),
  WRONGIP: '0'.repeat(32),
};

/** Where the transcript was recorded. */
const recordedOrigin = 'http://127.0.0.1:8081';

/** The site as the recorder found it: four courses, three service users, seven tokens. */
async function provision({ control }: TestLms): Promise<void> {
  await control('POST', 'site', { name: 'Connector test site', shortName: 'ctest' });
  for (const [username, capabilities] of [
    ['svc-connector', connectorCapabilities],
    ['svc-restonly', ['webservice/rest:use']],
    ['svc-nothing', []],
  ] as const)
    await control('POST', 'users', {
      username,
      firstname: 'Svc',
      lastname: username,
      email: `${username}@example.com`,
      password: 'Svc-Passw0rd!',
      capabilities,
      assignableRoles: [5],
    });

  const startDate = 1_704_067_200;
  for (const course of [
    { shortname: 'ALG101', fullname: 'Algebra 101', idnumber: 'SKU-ALG101', startDate },
    {
      shortname: 'BIO201',
      fullname: 'Biology 201',
      idnumber: 'SKU-BIO201',
      startDate,
      endDate: 1_893_456_000,
    },
    { shortname: 'HID301', fullname: 'Hidden 301 & Café', visible: false, startDate },
    { shortname: 'NOMAN', fullname: 'No manual enrolment', manual: 'missing' },
  ])
    await control('POST', 'courses', course);

  await control('POST', 'services', { shortname: 'connector' });
  const narrow = ['core_webservice_get_site_info', 'core_user_get_users_by_field'];
  await control('POST', 'services', { shortname: 'narrow', functions: narrow });
  const service = 'connector';
  for (const token of [
    { token: tokens.ADMIN, user: 'admin', service },
    { token: tokens.CONNECTOR, user: 'svc-connector', service },
    { token: tokens.RESTONLY, user: 'svc-restonly', service },
    { token: tokens.NOTHING, user: 'svc-nothing', service },
    { token: tokens.NARROW, user: 'svc-connector', service: 'narrow' },
    { token: tokens.EXPIRED, user: 'svc-connector', service, validUntil: startTime - 60 },
    { token: tokens.WRONGIP, user: 'svc-connector', service, ipRestriction: '10.0.0.1' },
  ])
    await control('POST', 'tokens', token);
}

/** What the recorder did to the site before a step, beside its numbered requests. */
const before: Readonly<Record<number, (lms: TestLms) => Promise<unknown>>> = {
  // The races: creations in parallel, which used up the ids to 27.
  60: ({ control }) =>
    control(
      'POST',
      'users',
      Array.from({ length: 14 }, (_, at) => ({
        id: at + 14,
        username: `race${at}`,
        firstname: 'Ada',
        lastname: 'Lovelace',
        email: `race${at}@example.com`,
      })),
    ),
  140: async ({ setClock }) => setClock(1_795_460_659),
  149: ({ control }) => control('POST', 'site', { maintenance: 'web' }),
  151: ({ control }) => control('POST', 'site', { maintenance: 'cli' }),
  152: ({ control }) => control('POST', 'site', { maintenance: 'off', webServices: false }),
  153: ({ control }) => control('POST', 'site', { webServices: true, restProtocol: false }),
  154: async ({ control }) => {
    await control('POST', 'site', { restProtocol: true });
    await control('PATCH', 'users/svc-connector', { suspended: true });
  },
  155: async ({ control }) => {
    await control('PATCH', 'users/svc-connector', { suspended: false });
    await control('POST', 'site', { allowAccountsSameEmail: true });
  },
  157: ({ control }) =>
    control('POST', 'site', { allowAccountsSameEmail: false, extendedUsernameChars: true }),
  158: ({ control }) => control('POST', 'site', { extendedUsernameChars: false, debugging: true }),
  169: ({ control }) => control('POST', 'site', { debugging: false }),
  190: ({ control }) => control('POST', 'enrolments', { course: 2, user: 34, method: 'self' }),
  192: ({ control }) => control('PATCH', 'courses/3', { manual: 'disabled' }),
  194: async ({ control }) => {
    await control('PATCH', 'courses/3', { manual: 'enabled' });
    await control('PATCH', 'users/34', { confirmed: false });
  },
};

test('a development LMS answers all 199 recorded requests as Moodle 4.3 did', async (t) => {
  const lms = await startLms(t, { token: undefined });
  await provision(lms);
  const steps = readTranscript(tokens);
  assert.deepEqual(
    steps.map(({ number }) => number),
    Array.from({ length: 199 }, (_, at) => at + 1),
  );
  const differences: string[] = [];
  for (const step of steps) {
    await before[step.number]?.(lms);
    const found = differencesOf(step.answer, await replay(lms, step));
    for (const rows of step.rows) found.push(...(await rowDifferences(lms, rows)));
    differences.push(...found.map((one) => `${step.number}. ${step.title}: ${one}`));
  }
  assert.deepEqual(differences, []);
});

/** Sends what was recorded; a request to another host than the site's keeps the other host's name. */
async function replay({ origin }: TestLms, { request }: Step): Promise<RawAnswer> {
  const ownHost = new URL(origin).host;
  const host = request.headers.Host?.replace(/:\d+$/, `:${new URL(origin).port}`) ?? ownHost;
  const answer = await send(origin, { ...request, headers: { ...request.headers, Host: host } });
  return JSON.parse(
    JSON.stringify(answer)
      .replaceAll(origin, recordedOrigin)
      .replaceAll(origin.replaceAll('/', '\\\\/'), recordedOrigin.replaceAll('/', '\\\\/')),
  );
}

function differencesOf(recorded: RecordedAnswer, answer: RawAnswer): string[] {
  const isPage = recorded.type.toLowerCase().startsWith('text/html');
  const pairs: [what: string, recorded: unknown, found: unknown][] = [
    ['status', recorded.status, answer.status],
    ['type', recorded.type.toLowerCase(), String(answer.headers['content-type']).toLowerCase()],
    ...Object.entries(recorded.headers).map(([name, value]): [string, string, unknown] => [
      name,
      value,
      answer.headers[name.toLowerCase()],
    ]),
    isPage
      ? ['title', titleOf(recorded.text), titleOf(answer.text)]
      : [
          'body',
          comparable(recorded.text),
          comparable(cutLike(recorded.text, answer.text.trimEnd())),
        ],
  ];
  return pairs
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => `${what} was ${one}, is ${other}`);
}

const titleOf = (page: string): string | undefined => /<title>(.*)<\/title>/.exec(page)?.[1];

/** A long body was written down in part, with its length. */
function cutLike(recorded: string, text: string): string {
  const kept = /^([\s\S]*) …\[\d+ chars\]$/.exec(recorded)?.[1];
  return kept === undefined ? text : `${text.slice(0, kept.length)} …[${text.length} chars]`;
}

/** Without what no two sites have in common: keys, and moments of their own. */
function comparable(text: string): string {
  return text
    .replaceAll(/("userprivateaccesskey"):"[0-9a-f]{32}"/g, '$1:"…"')
    .replaceAll(/("timecreated"|"timemodified"):\d{10}/g, '$1:…')
    .replaceAll(/("name":"(?:last_time_enrolments_synced|_lastloaded)","value":"?)\d{10}/g, '$1…');
}

async function rowDifferences(
  { control }: TestLms,
  { title, rows }: RecordedRows,
): Promise<string[]> {
  const enrolment = /^enrolment of user (\d+) in course (\d+)$/.exec(title);
  if (enrolment) {
    const { participants } = await control('GET', `courses/${enrolment[2]}`);
    const found = Object.values(participants ?? {})
      .filter(({ user, method }) => `${user?.id}` === enrolment[1] && `${method}` === 'manual')
      .map(({ suspended, timeStart, timeEnd, roles }) => ({
        suspended: String(Number(suspended)),
        timestart: String(timeStart),
        timeend: String(timeEnd),
        roles: Object.values(roles ?? {})
          .map(({ id }) => id)
          .join(),
      }));
    return unequal(title, rows, found);
  }
  if (title === 'preferences of the createpassword user') {
    const { preferences } = await control('GET', 'users/8');
    const found = Object.entries(preferences ?? {}).map(([name, value]) => ({ name, value }));
    return unequal(title, rows, found);
  }
  if (title === 'the deleted row') {
    const { username, email, idnumber } = await control('GET', 'users/28');
    return unequal(title, rows, [{ username, email, deleted: '1', idnumber }]);
  }
  // What came of the races is no answer to a step.
  assert.match(title, /held by two accounts/);
  return [];
}

function unequal(title: string, recorded: unknown, found: unknown): string[] {
  const [one, other] = [JSON.stringify(recorded), JSON.stringify(found)];
  return one === other ? [] : [`${title} was ${one}, is ${other}`];
}
