/**
 * A stand-in for Thinkific's Admin API: what the connector asks of one, kept in memory and refused where the
 * documentation (https://developers.thinkific.com/api/api-documentation/) says that Thinkific refuses it. With it, the
 * connector's tests share the subject of the battery.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { thinkific } from '../../src/connectors/thinkific.ts';
import type { ConnectorIo, Settings, Target } from '../../src/provisioning/connector.ts';
import { listen, stopListening } from '../../standin/listening.ts';
import type { Fault, Standing, Subject } from './battery.ts';
import { io } from './shop.ts';

/** A user. */
export interface ThinkificUser {
  readonly id: number;
  first_name: string;
  last_name: string;
  email: string;
  roles: string[];
  company: string;
}

/** A row by which a user is in a course. */
export interface ThinkificEnrolment {
  readonly id: number;
  readonly user_id: number;
  readonly course_id: number;
  activated_at: string | null;
  expiry_date: string | null;
}

/** A request as it came. */
export interface ThinkificRequest {
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: a server reads whatever shape comes
  readonly body: any;
}

/** An answer: a status, JSON or plain text, and headers. */
export interface ThinkificAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Misbehaviour = ThinkificAnswer | 'hang' | 'cut before' | 'cut after';

/** The stand-in. */
export interface ThinkificServer extends AsyncDisposable {
  readonly origin: string;
  readonly subdomain: string;
  readonly apiKey: string;
  readonly users: ThinkificUser[];
  readonly enrolments: ThinkificEnrolment[];
  readonly courses: { readonly id: number; readonly name: string }[];
  readonly requests: ThinkificRequest[];
  addUser(email: string, more?: Partial<ThinkificUser>): ThinkificUser;
  addEnrolment(
    row: Pick<ThinkificEnrolment, 'user_id' | 'course_id'> & Partial<ThinkificEnrolment>,
  ): ThinkificEnrolment;
  removeUser(id: number): void;
  /** Answers the next request to which this applies with something else. */
  misbehave(applies: (request: ThinkificRequest) => boolean, how: Misbehaviour): void;
}

class Refused extends Error {
  readonly answer: ThinkificAnswer;

  constructor(answer: ThinkificAnswer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

const notFound = (): Refused => new Refused({ status: 404, json: { error: 'Record not found.' } });

/** `errors` is an object for users and a list for enrolments. */
const unprocessable = (errors: object): Refused => new Refused({ status: 422, json: { errors } });

/** Starts one with courses 1 to 3 and nobody. */
export async function thinkificServer(): Promise<ThinkificServer> {
  const users: ThinkificUser[] = [];
  const enrolments: ThinkificEnrolment[] = [];
  const courses = ['Welding 101', 'Welding 201', 'First Aid'].map((name, index) => ({
    id: index + 1,
    name,
  }));
  const requests: ThinkificRequest[] = [];
  const rules: {
    readonly applies: (request: ThinkificRequest) => boolean;
    readonly how: Misbehaviour;
  }[] = [];
  const subdomain = 'school';
  const apiKey = '0123456789abcdef';
  let ids = 0;
  let origin = '';

  const byId = <Item extends { readonly id: number }>(
    list: readonly Item[],
    id: string | undefined,
  ): Item => {
    const found = list.find((one) => String(one.id) === id);
    if (found === undefined) throw notFound();
    return found;
  };

  const server: ThinkificServer = {
    get origin() {
      return origin;
    },
    subdomain,
    apiKey,
    users,
    enrolments,
    courses,
    requests,
    addUser: (email, more = {}) => {
      ids += 1;
      const user: ThinkificUser = {
        id: ids,
        first_name: 'Augusta',
        last_name: 'Byron',
        email,
        roles: [],
        company: 'Ockham Park',
        ...more,
      };
      users.push(user);
      return user;
    },
    addEnrolment: (row) => {
      ids += 1;
      const whole = { id: ids, activated_at: '2025-01-01T00:00:00Z', expiry_date: null, ...row };
      enrolments.push(whole);
      return whole;
    },
    removeUser: (id) => {
      const left = enrolments.filter((row) => row.user_id !== id);
      enrolments.splice(0, enrolments.length, ...left);
      users.splice(users.indexOf(byId(users, String(id))), 1);
    },
    misbehave: (applies, how) => {
      rules.push({ applies, how });
    },
    [Symbol.asyncDispose]: () => stopListening(http),
  };

  const checked = (given: Partial<ThinkificUser>, but?: ThinkificUser): void => {
    const errors: Record<string, string[]> = {};
    for (const name of ['first_name', 'last_name', 'email'] as const)
      if ((but === undefined || name in given) && !given[name]) errors[name] = ["can't be blank"];
    const same = ({ email }: ThinkificUser) => email.toLowerCase() === given.email?.toLowerCase();
    if (users.some((user) => user !== but && same(user))) errors.email = ['has already been taken'];
    if (Object.keys(errors).length > 0) throw unprocessable(errors);
  };

  const createUser = ({ body }: ThinkificRequest): ThinkificAnswer => {
    if (body.skip_custom_fields_validation !== true)
      throw unprocessable({ base: ['A custom profile field is required'] });
    checked(body);
    const { first_name, last_name, email } = body;
    return { status: 201, json: server.addUser(email, { first_name, last_name, company: '' }) };
  };

  const enrol = ({ body }: ThinkificRequest): ThinkificAnswer => {
    const { user_id: userId, course_id: courseId, activated_at = null, expiry_date = null } = body;
    const errors = [
      ...(courses.some(({ id }) => id === courseId) ? [] : ['Course could not be found.']),
      ...(users.some(({ id }) => id === userId) ? [] : ['User could not be found.']),
    ];
    if (errors.length > 0) throw unprocessable(errors);
    if (enrolments.some((row) => row.user_id === userId && row.course_id === courseId))
      throw unprocessable(['User is already enrolled in this course.']);
    const row = { user_id: userId, course_id: courseId, activated_at, expiry_date };
    return { status: 201, json: shown(server.addEnrolment(row)) };
  };

  const updateEnrolment = (row: ThinkificEnrolment, { body }: ThinkificRequest) => {
    row.activated_at = body.activated_at ?? null;
    row.expiry_date = body.expiry_date ?? null;
    return { status: 204 };
  };

  const page = (list: readonly unknown[], { query }: ThinkificRequest): ThinkificAnswer => {
    const limit = Number(query.get('limit') ?? 25);
    const number = Number(query.get('page') ?? 1);
    const total = Math.ceil(list.length / limit);
    return {
      json: {
        items: list.slice((number - 1) * limit, number * limit),
        meta: {
          pagination: {
            current_page: number,
            next_page: number < total ? number + 1 : null,
            prev_page: number > 1 ? number - 1 : null,
            total_pages: total,
            total_items: list.length,
          },
        },
      },
    };
  };

  const listUsers = (request: ThinkificRequest): ThinkificAnswer => {
    const email = request.query.get('query[email]')?.toLowerCase();
    return page(
      users.filter((user) => email === undefined || user.email.toLowerCase() === email),
      request,
    );
  };

  const listEnrolments = (request: ThinkificRequest): ThinkificAnswer => {
    const userId = request.query.get('query[user_id]');
    return page(
      enrolments.filter((row) => userId === null || String(row.user_id) === userId).map(shown),
      request,
    );
  };

  const answer = (request: ThinkificRequest): ThinkificAnswer => {
    const [, collection, id] = request.path.split('/');
    switch (`${request.method} ${collection}${id === undefined ? '' : '/id'}`) {
      case 'GET users':
        return listUsers(request);
      case 'POST users':
        return createUser(request);
      case 'GET users/id':
        return { json: byId(users, id) };
      case 'PUT users/id': {
        const user = byId(users, id);
        checked(request.body, user);
        Object.assign(user, request.body);
        return { status: 204 };
      }
      case 'DELETE users/id':
        server.removeUser(byId(users, id).id);
        return { status: 204 };
      case 'GET enrollments':
        return listEnrolments(request);
      case 'POST enrollments':
        return enrol(request);
      case 'PUT enrollments/id':
        return updateEnrolment(byId(enrolments, id), request);
      case 'GET courses':
        return page(courses, request);
      case 'GET courses/id':
        return { json: byId(courses, id) };
      default:
        throw notFound();
    }
  };

  const guarded = (request: ThinkificRequest): ThinkificAnswer => {
    try {
      return answer(request);
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  };

  const http = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    const given = incoming.headers;
    if (given['x-auth-api-key'] !== apiKey || given['x-auth-subdomain'] !== subdomain)
      return write(response, { status: 401, json: { error: 'Invalid credentials' } });
    requests.push(request);
    const index = rules.findIndex(({ applies }) => applies(request));
    const how = index < 0 ? null : (rules.splice(index, 1)[0]?.how ?? null);
    if (how === 'hang') return;
    if (how === 'cut before') return void incoming.socket.destroy();
    if (how !== null && how !== 'cut after') return write(response, how);
    const made = guarded(request);
    if (how === 'cut after') return void incoming.socket.destroy();
    write(response, made);
  });
  origin = await listen(http, { port: 0, host: '127.0.0.1' });
  return server;
}

/** An enrolment with what Thinkific computes of it. */
function shown(row: ThinkificEnrolment): object {
  const { activated_at: begun, expiry_date: end } = row;
  return {
    ...row,
    expired: end !== null && Date.parse(end) <= Date.now(),
    is_free_trial: begun === null,
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ThinkificRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: incoming.method ?? '',
    path: url.pathname.replace(/^\/api\/public\/v1/, ''),
    url: url.href,
    query: url.searchParams,
    body: text === '' ? {} : JSON.parse(text),
  };
}

function write(
  response: ServerResponse,
  { status = 200, json, text, headers }: ThinkificAnswer,
): void {
  const type = text === undefined ? 'application/json; charset=utf-8' : 'text/html';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text ?? (json === undefined ? undefined : JSON.stringify(json)));
}

/** The outside world, in which Thinkific's address is that of the stand-in. */
function ioTo({ origin }: ThinkificServer): ConnectorIo {
  return {
    ...io,
    fetch: (address, init) =>
      fetch(String(address).replace(/^https:\/\/api\.thinkific\.com(?=\/)/, origin), init),
  };
}

/** The connector, connected to a stand-in, by these settings beside the usual ones. */
export function connected(
  server: ThinkificServer,
  settings: Settings = {},
  more: Partial<ConnectorIo> = {},
): Target {
  const { subdomain, apiKey } = server;
  return thinkific.connect({ subdomain, apiKey, ...settings }, { ...ioTo(server), ...more });
}

/** Names as Thinkific has them. */
export const attributes = { first_name: 'Ada', last_name: 'Lovelace' };

/** The subject of the battery, and what else a test of Thinkific looks at. */
export interface ThinkificSubject extends Subject {
  readonly server: ThinkificServer;
}

/** As Thinkific is said to throttle: until a moment, in seconds. */
export const throttled = (): ThinkificAnswer => ({
  status: 429,
  json: { error: 'Too many requests' },
  headers: { 'ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 20) },
});

const faults = {
  fails: () => ({ status: 500, text: '<html>' }),
  'asks to wait': throttled,
  'does not answer': () => 'hang',
  'is cut before it acts': () => 'cut before',
  'is cut after it acted': () => 'cut after',
} as const satisfies Record<Fault, () => Misbehaviour>;

/** A school whose first two courses are the memberships. */
export async function thinkificSubject(): Promise<ThinkificSubject> {
  const server = await thinkificServer();
  return {
    server,
    connector: thinkific,
    target: connected(server),
    locked: connected(server, { apiKey: 'mistyped' }),
    attributes,
    changed: { last_name: 'King' },
    memberships: ['course:1', 'course:2'],
    malformed: ['', 'welding', 'course:', 'course:0', 'course:1:2', 'Course:1'],
    removalEnds: true,
    existing: async (email) => {
      const { id } = server.addUser(email);
      server.addEnrolment({ user_id: id, course_id: 3 });
      return String(id);
    },
    give: async (remoteId, membership) => {
      const course = Number(membership.split(':')[1]);
      server.addEnrolment({ user_id: Number(remoteId), course_id: course });
    },
    others: async (remoteId) => {
      const user = server.users.find(({ id }) => String(id) === remoteId);
      const ofOthers = server.enrolments.filter(
        (row) => String(row.user_id) === remoteId && row.course_id === 3,
      );
      return structuredClone({ company: user?.company, ofOthers });
    },
    vanish: async (remoteId) => server.removeUser(Number(remoteId)),
    standing: async (remoteId, membership): Promise<Standing | null> => {
      const row = server.enrolments.find(
        (one) => String(one.user_id) === remoteId && `course:${one.course_id}` === membership,
      );
      if (row === undefined) return null;
      const { id, expiry_date: until } = row;
      const suspended = until !== null && Date.parse(until) <= Date.now();
      return { id: String(id), suspended, until };
    },
    writes: async () => server.requests.filter(({ method }) => method !== 'GET').length,
    fault: async (kind, at) =>
      server.misbehave(
        ({ method, path }) =>
          at === 'read' ? method === 'GET' : method === 'POST' && path === '/users',
        faults[kind](),
      ),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
