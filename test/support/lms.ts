/** Moodle's connector with a development LMS of its own: what its tests share. */
import assert from 'node:assert/strict';
import { startDevLms } from '../../devlms/server.ts';
import { moodle } from '../../src/connectors/moodle.ts';
import { newDestinationId } from '../../src/directory/ids.ts';
import { secretContext } from '../../src/provisioning/connect.ts';
import type { Settings, Target } from '../../src/provisioning/connector.ts';
import { defaultPolicy } from '../../src/provisioning/policy.ts';
import { insertDestination } from '../../src/store/destinations.ts';
import type { Fault, Standing, Subject } from './battery.ts';
import { io } from './shop.ts';
import { type Answer, request, testSecrets, type World } from './world.ts';

/** An enrolment as the development LMS's control API shows it. */
export interface EnrolmentView {
  readonly id: number;
  readonly course: { readonly id: number };
  readonly method: string;
  readonly status: 'active' | 'suspended' | 'ended' | 'future';
  readonly suspended: boolean;
  readonly timeStart: number;
  readonly timeEnd: number;
  readonly roles: readonly { readonly id: number }[];
}

/** A user as the development LMS's control API shows it. */
export interface UserView {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly idnumber: string;
  readonly auth: string;
  readonly lang: string;
  readonly suspended: boolean;
  readonly deleted: boolean;
}

/** The development LMS as a test sees it. */
export interface TestLms extends AsyncDisposable {
  readonly origin: string;
  readonly token: string;
  dev(method: string, path: string, body?: unknown): Promise<Answer>;
  user(idOrEmail: string | number): Promise<UserView>;
  users(): Promise<readonly UserView[]>;
  enrolments(email: string): Promise<readonly EnrolmentView[]>;
  /** Makes calls fail by the control API's rule. */
  fault(rule: object): Promise<void>;
  /** How often each function was called. */
  asked(): Promise<Readonly<Record<string, number>>>;
}

/** Starts a development LMS with its few courses, of which Welding 101 is number 2. */
export async function testLms(): Promise<TestLms> {
  const token = '0123456789abcdef0123456789abcdef';
  const server = await startDevLms({ port: 0, host: '127.0.0.1', data: ':memory:', token });
  const dev = async (method: string, path: string, body?: unknown) => {
    const answer = await request(`${server.origin}/_dev/${path}`, { method, body });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer;
  };
  return {
    origin: server.origin,
    token,
    dev,
    user: async (given) => (await dev('GET', `users/${encodeURIComponent(given)}`)).body,
    users: async () => (await dev('GET', 'users?limit=1000')).body.users,
    enrolments: async (email) =>
      (await dev('GET', `enrolments?email=${encodeURIComponent(email)}`)).body.enrolments,
    fault: async (rule) => {
      await dev('POST', 'faults', rule);
    },
    asked: async () => (await dev('GET', 'stats')).body.byFunction,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The connector, connected to a development LMS, by these settings beside the usual ones. */
export function connected({ origin, token }: TestLms, settings: Settings = {}): Target {
  return moodle.connect({ site: origin, token, ...settings }, io);
}

const faults = {
  fails: { kind: 'status', status: 500 },
  'asks to wait': { kind: 'status', status: 503 },
  'does not answer': { kind: 'hang' },
  'is cut before it acts': { kind: 'cut-before' },
  'is cut after it acted': { kind: 'cut-after' },
} satisfies Record<Fault, object>;

const writing = /^(core_user_(create|update|delete)|enrol_manual_|core_role_)/;

/** A value for everything that is mapped. */
export const attributes = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  department: 'Mathematics',
  institution: 'Analytical Engines',
  city: 'London',
  country: 'GB',
  lang: 'en',
};

/** The subject of the battery, and what else a test of Moodle looks at. */
export interface LmsSubject extends Subject {
  readonly lms: TestLms;
}

/** A site whose memberships are its first two courses. */
export async function lmsSubject(): Promise<LmsSubject> {
  const lms = await testLms();
  const enrolmentsOf = async (remoteId: string) => lms.enrolments((await lms.user(remoteId)).email);
  return {
    lms,
    connector: moodle,
    target: connected(lms),
    locked: connected(lms, { token: 'f'.repeat(32) }),
    attributes,
    changed: { lastname: 'King', institution: 'Ockham Park' },
    memberships: ['course:2', 'course:3'],
    malformed: ['', 'welding', 'course:', 'course:0', 'course:2:teacher', 'Course:2', 'course:1'],
    existing: async (email) => {
      const { body } = await lms.dev('POST', 'users', {
        username: 'augusta',
        email,
        firstname: 'Augusta',
        lastname: 'Byron',
        auth: 'oauth2',
      });
      await lms.dev('POST', 'enrolments', { course: 5, user: body.id, method: 'self' });
      return String(body.id);
    },
    give: async (remoteId, membership) => {
      const course = Number(membership.split(':')[1]);
      await lms.dev('POST', 'enrolments', { course, user: Number(remoteId), method: 'self' });
    },
    others: async (remoteId) => {
      const { username, auth } = await lms.user(remoteId);
      const ofOthers = (await enrolmentsOf(remoteId)).filter(({ method }) => method === 'self');
      return { username, auth, ofOthers: ofOthers.map(({ id, status }) => ({ id, status })) };
    },
    vanish: async (remoteId) => {
      await lms.dev('DELETE', `users/${remoteId}`);
    },
    standing: async (remoteId, membership): Promise<Standing | null> => {
      const one = (await enrolmentsOf(remoteId)).find(
        ({ course, method }) => method === 'manual' && `course:${course.id}` === membership,
      );
      if (one === undefined) return null;
      const { id, suspended, timeEnd } = one;
      const until = new Date(timeEnd * 1_000).toISOString().replace('.000Z', 'Z');
      return { id: String(id), suspended, until: timeEnd === 0 ? null : until };
    },
    writes: async () =>
      Object.entries(await lms.asked())
        .filter(([name]) => writing.test(name))
        .reduce((sum, [, times]) => sum + times, 0),
    fault: (kind, at) =>
      lms.fault({
        ...faults[kind],
        match: {
          operation: at === 'read' ? 'core_user_get_users_by_field' : 'core_user_create_users',
        },
      }),
    [Symbol.asyncDispose]: () => lms[Symbol.asyncDispose](),
  };
}

/** Gives a world's tenant a Moodle as another destination, and says its id. */
export async function addMoodle({ pool, tenantId }: World, lms: TestLms): Promise<string> {
  const id = newDestinationId();
  const of = { tenantId, id };
  await insertDestination(pool, {
    ...of,
    connector: moodle.name,
    name: moodle.title,
    settings: { site: lms.origin },
    secrets: testSecrets.seal(JSON.stringify({ token: lms.token }), secretContext(of)),
    policy: defaultPolicy(moodle),
    state: 'active',
  });
  return id;
}
