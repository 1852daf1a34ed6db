/**
 * A stand-in for Canvas's REST API: what the connector asks of one, kept in memory and refused where Canvas
 * refuses it (lib/api, app/controllers and app/models of instructure/canvas-lms); ids are texts, as is asked for. With it, the connector's tests
 * share the subject of the battery.
 */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { canvas } from '../../src/connectors/canvas.ts';
import type { Settings, Target } from '../../src/provisioning/connector.ts';
import { listen, stopListening } from '../../standin/listening.ts';
import type { Fault, Standing, Subject } from './battery.ts';
import { io } from './shop.ts';

/** A user with the one login that most have. */
export interface CanvasUser {
  readonly id: number;
  name: string;
  sortable_name: string;
  email: string;
  deleted: boolean;
  readonly logins: CanvasLogin[];
}

/** A login. */
export interface CanvasLogin {
  readonly id: number;
  readonly account_id: number;
  unique_id: string;
  sis_user_id: string | null;
  workflow_state: 'active' | 'suspended' | 'deleted';
}

/** A row by which a user is in a course. */
export interface CanvasRow {
  readonly id: number;
  readonly course_id: number;
  readonly user_id: number;
  readonly type: string;
  course_section_id: number;
  enrollment_state: string;
  start_at: string | null;
  end_at: string | null;
  sis_import_id: number | null;
}

/** A course with its default section, whose number is a hundred times its own. */
export interface CanvasCourse {
  readonly id: number;
  readonly name: string;
  readonly course_code: string;
  workflow_state: 'available' | 'unpublished' | 'completed' | 'deleted';
  concluded: boolean;
}

/** A request as it came. */
export interface CanvasRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: a server reads whatever shape comes
  readonly body: any;
}

/** An answer: a status, JSON or plain text, and headers. */
export interface CanvasAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Misbehaviour = CanvasAnswer | 'hang' | 'cut before' | 'cut after';

/** The stand-in. */
export interface CanvasServer extends AsyncDisposable {
  readonly origin: string;
  readonly token: string;
  readonly users: CanvasUser[];
  readonly rows: CanvasRow[];
  readonly courses: CanvasCourse[];
  readonly admins: Set<number>;
  /** Those that the token's role has. */
  readonly permissions: Set<string>;
  readonly requests: CanvasRequest[];
  addUser(email: string, more?: { name?: string; login?: string; sisId?: string }): CanvasUser;
  addRow(row: Pick<CanvasRow, 'course_id' | 'user_id'> & Partial<CanvasRow>): CanvasRow;
  removeUser(id: number): void;
  /** Answers the next request to which this applies with something else. */
  misbehave(applies: (request: CanvasRequest) => boolean, how: Misbehaviour): void;
}

const allowed = [
  'read_roster',
  'manage_user_logins',
  'manage_sis',
  'read_course_list',
  'manage_account_memberships',
];

class Refused extends Error {
  readonly answer: CanvasAnswer;

  constructor(answer: CanvasAnswer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

const notFound = (): Refused =>
  new Refused({
    status: 404,
    json: { errors: [{ message: 'The specified resource does not exist.' }] },
  });

const badRequest = (json: unknown): Refused => new Refused({ status: 400, json });

const taken = (attribute: string): Refused =>
  badRequest({
    errors: {
      user: { pseudonyms: [{ attribute: 'pseudonyms', type: 'invalid', message: 'invalid' }] },
      pseudonym: { [attribute]: [{ attribute, type: 'taken', message: 'ID already in use' }] },
    },
  });

const accountId = 1;
const ownId = 1;

/** Starts one with courses 1 to 3 and the user of the token. */
export async function canvasServer(): Promise<CanvasServer> {
  const users: CanvasUser[] = [];
  const rows: CanvasRow[] = [];
  const courses: CanvasCourse[] = ['Welding 101', 'Welding 201', 'First Aid'].map(
    (name, index) => ({
      id: index + 1,
      name,
      course_code: name.toUpperCase(),
      workflow_state: 'available',
      concluded: false,
    }),
  );
  const admins = new Set<number>();
  const permissions = new Set(allowed);
  const requests: CanvasRequest[] = [];
  const rules: {
    readonly applies: (request: CanvasRequest) => boolean;
    readonly how: Misbehaviour;
  }[] = [];
  const token = '1~0123456789abcdef';
  let ids = 0;
  let origin = '';

  const liveLogins = (user: CanvasUser) =>
    user.logins.filter(({ workflow_state: state }) => state !== 'deleted');
  const live = () => users.filter(({ deleted }) => !deleted);
  const userBy = (given: string): CanvasUser => {
    const [, sisId] = /^sis_user_id:(.+)$/.exec(given) ?? [];
    const found = live().find((user) =>
      given === 'self'
        ? user.id === ownId
        : sisId === undefined
          ? String(user.id) === given
          : liveLogins(user).some((login) => login.sis_user_id === sisId),
    );
    if (found === undefined) throw notFound();
    return found;
  };
  const courseBy = (given: string | undefined): CanvasCourse => {
    const found = courses.find(({ id }) => String(id) === given);
    if (found === undefined || found.workflow_state === 'deleted') throw notFound();
    return found;
  };
  const refuseTaken = (uniqueId: string, sisId: string | null, but?: CanvasLogin) => {
    const others = users.flatMap(({ logins }) => logins.filter((login) => login !== but));
    const same = (login: CanvasLogin) => login.unique_id.toLowerCase() === uniqueId.toLowerCase();
    if (others.some((login) => login.workflow_state !== 'deleted' && same(login)))
      throw taken('unique_id');
    // Also a login that was deleted holds its SIS ID.
    if (sisId !== null && others.some((login) => login.sis_user_id === sisId))
      throw taken('sis_user_id');
  };

  const server: CanvasServer = {
    get origin() {
      return origin;
    },
    token,
    users,
    rows,
    courses,
    admins,
    permissions,
    requests,
    addUser: (email, { name = 'Augusta Byron', login = email, sisId } = {}) => {
      ids += 1;
      const user: CanvasUser = {
        id: ids,
        name,
        sortable_name: name,
        email,
        deleted: false,
        logins: [
          {
            id: ids + 1_000,
            account_id: accountId,
            unique_id: login,
            sis_user_id: sisId ?? null,
            workflow_state: 'active',
          },
        ],
      };
      users.push(user);
      return user;
    },
    addRow: (row) => {
      ids += 1;
      const whole: CanvasRow = {
        id: ids,
        type: 'StudentEnrollment',
        course_section_id: row.course_id * 100,
        enrollment_state: 'active',
        start_at: null,
        end_at: null,
        sis_import_id: null,
        ...row,
      };
      rows.push(whole);
      return whole;
    },
    removeUser: (id) => {
      const user = userBy(String(id));
      user.deleted = true;
      for (const login of user.logins) login.workflow_state = 'deleted';
      for (const row of rows) if (row.user_id === id) row.enrollment_state = 'deleted';
    },
    misbehave: (applies, how) => {
      rules.push({ applies, how });
    },
    [Symbol.asyncDispose]: () => stopListening(http),
  };
  server.addUser('rollcall@example.com', { name: 'Rollcall' });

  const shown = ({ id, name, sortable_name, email }: CanvasUser, query: URLSearchParams) => ({
    id,
    name,
    sortable_name,
    ...(query.getAll('include[]').includes('email') ? { email } : {}),
  });
  const rename = (user: CanvasUser, { name, sortable_name }: Partial<CanvasUser>) => {
    if (name !== undefined) {
      if (!name) throw badRequest({ errors: { name: [{ type: 'blank', message: 'blank' }] } });
      user.name = name;
    }
    if (sortable_name !== undefined) user.sortable_name = sortable_name;
  };

  const createUser = ({ body }: CanvasRequest): CanvasAnswer => {
    const { user, pseudonym, communication_channel: channel } = body;
    const sisId: string | null = pseudonym.sis_user_id ?? null;
    assert.ok(channel.skip_confirmation === true && user.skip_registration === true);
    const former = users.find(
      (one) => one.deleted && one.logins.some((login) => login.sis_user_id === sisId),
    );
    const isBack = body.enable_sis_reactivation === true && sisId !== null;
    if (isBack && former !== undefined) {
      const [login] = former.logins;
      assert.ok(login);
      refuseTaken(pseudonym.unique_id, sisId, login);
      Object.assign(login, { unique_id: pseudonym.unique_id, workflow_state: 'active' });
      Object.assign(former, { deleted: false, email: channel.address });
      rename(former, user);
      return { json: shown(former, new URLSearchParams()) };
    }
    refuseTaken(pseudonym.unique_id, sisId);
    const made = server.addUser(channel.address, {
      login: pseudonym.unique_id,
      ...(sisId === null ? {} : { sisId }),
    });
    rename(made, { sortable_name: user.name, ...user });
    return { json: shown(made, new URLSearchParams()) };
  };

  const updateUser = (user: CanvasUser, { body, query }: CanvasRequest): CanvasAnswer => {
    const { event, email, ...names } = body.user;
    rename(user, names);
    if (email !== undefined) user.email = email;
    if (event !== undefined) {
      assert.match(event, /^(un)?suspend$/);
      for (const login of liveLogins(user))
        login.workflow_state = event === 'suspend' ? 'suspended' : 'active';
    }
    return { json: shown(user, query) };
  };

  /** As `Course#enroll_user` with several enrolments: one row for each user, type and section. */
  const enrol = (course: CanvasCourse, { body }: CanvasRequest): CanvasAnswer => {
    const { user_id: userId, type, enrollment_state: state = 'invited', ...rest } = body.enrollment;
    const user = userBy(String(userId));
    if (course.concluded)
      throw badRequest({ message: "Can't add an enrollment to a concluded course." });
    const section = Number(rest.course_section_id ?? course.id * 100);
    const same = (row: CanvasRow) =>
      row.user_id === user.id &&
      row.course_id === course.id &&
      row.type === type &&
      row.course_section_id === section;
    const row =
      rows.find(same) ??
      server.addRow({
        course_id: course.id,
        user_id: user.id,
        type,
        course_section_id: section,
        enrollment_state: state,
      });
    if (row.enrollment_state !== 'active') row.enrollment_state = state;
    row.start_at = rest.start_at ?? null;
    row.end_at = rest.end_at ?? null;
    return { json: row };
  };

  const endRow = (id: string | undefined, task: string | null): CanvasAnswer => {
    const row = rows.find((one) => String(one.id) === id && one.enrollment_state !== 'deleted');
    if (row === undefined) throw notFound();
    const after = { delete: 'deleted', deactivate: 'inactive', inactivate: 'inactive' };
    row.enrollment_state = after[task as keyof typeof after] ?? 'completed';
    return { json: row };
  };

  const updateLogin = (id: string | undefined, { body }: CanvasRequest): CanvasAnswer => {
    const login = live()
      .flatMap(liveLogins)
      .find((one) => String(one.id) === id);
    if (login === undefined) throw notFound();
    const sisId = body.login.sis_user_id || null;
    refuseTaken(login.unique_id, sisId, login);
    login.sis_user_id = sisId;
    return { json: login };
  };

  const rowsOfUser = (user: CanvasUser, { query }: CanvasRequest): readonly CanvasRow[] => {
    const states = query.getAll('state[]');
    const wanted = states.length === 0 ? ['active', 'invited'] : states;
    return rows.filter((row) => row.user_id === user.id && wanted.includes(row.enrollment_state));
  };

  const searched = ({ query }: CanvasRequest): readonly unknown[] => {
    const term = query.get('search_term')?.toLowerCase() ?? '';
    if (term.length < 2)
      throw badRequest({
        errors: [{ message: 'search_term of 2 or more characters is required' }],
      });
    return live()
      .filter((user) =>
        [user.name, user.email, ...user.logins.map(({ unique_id: login }) => login)].some((one) =>
          one.toLowerCase().includes(term),
        ),
      )
      .map((user) => shown(user, query));
  };

  const page = (list: readonly unknown[], { path, query }: CanvasRequest): CanvasAnswer => {
    const size = Math.min(100, Number(query.get('per_page') ?? 10));
    const from = Number(query.get('page')?.replace('bookmark:', '') ?? 0);
    const next = new URLSearchParams(query);
    next.set('page', `bookmark:${from + size}`);
    const address = `${origin}/api/v1${path}`;
    const links = [
      `<${address}?${query}>; rel="current"`,
      ...(list.length > from + size ? [`<${address}?${next}>; rel="next"`] : []),
    ];
    return { json: list.slice(from, from + size), headers: { link: links.join(',') } };
  };

  const answer = (request: CanvasRequest): CanvasAnswer => {
    const { method, path, query } = request;
    const [, collection = '', given = '', part = '', id] = path.split('/');
    const route = `${method} ${collection}${part === '' ? '' : `/${part}`}${id === undefined ? '' : '/id'}`;
    if (collection === 'accounts' && !['self', String(accountId)].includes(given)) throw notFound();
    switch (route) {
      case 'GET users':
        return { json: shown(userBy(given), query) };
      case 'PUT users':
        return updateUser(userBy(given), request);
      case 'GET users/logins':
        return page(liveLogins(userBy(given)), request);
      case 'GET users/enrollments':
        return page(rowsOfUser(userBy(given), request), request);
      case 'GET accounts/users':
        return page(searched(request), request);
      case 'POST accounts/users':
        return createUser(request);
      case 'DELETE accounts/users/id':
        userBy(id ?? '');
        server.removeUser(Number(id));
        return { json: { user: { id: Number(id) } } };
      case 'PUT accounts/logins/id':
        return updateLogin(id, request);
      case 'GET accounts/admins': {
        const asked = query.getAll('user_id[]');
        const found = [...admins].filter((one) => asked.includes(String(one)));
        return page(
          found.map((one) => ({ id: one, role: 'AccountAdmin', user: { id: one } })),
          request,
        );
      }
      case 'GET accounts/permissions':
        return {
          json: Object.fromEntries(
            query.getAll('permissions[]').map((name) => [name, permissions.has(name)]),
          ),
        };
      case 'GET accounts/courses':
        return page(
          courses.filter(({ workflow_state: state }) => state !== 'deleted'),
          request,
        );
      case 'GET courses':
        return { json: courseBy(given) };
      case 'POST courses/enrollments':
        return enrol(courseBy(given), request);
      case 'DELETE courses/enrollments/id':
        courseBy(given);
        return endRow(id, query.get('task'));
      default:
        throw notFound();
    }
  };

  const guarded = (request: CanvasRequest): CanvasAnswer => {
    try {
      return answer(request);
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  };

  const http = createServer(async (incoming, response) => {
    const request = await readRequest(incoming);
    if (incoming.headers.authorization !== `Bearer ${token}`)
      return write(response, {
        status: 401,
        json: { errors: [{ message: 'Invalid access token.' }] },
        headers: { 'www-authenticate': 'Bearer realm="canvas-lms"' },
      });
    requests.push(request);
    const index = rules.findIndex(({ applies }) => applies(request));
    const how = index < 0 ? null : (rules.splice(index, 1)[0]?.how ?? null);
    if (how === 'hang') return;
    if (how === 'cut before') return void incoming.socket.destroy();
    if (how !== null && how !== 'cut after') return write(response, how);
    assert.equal(incoming.headers.accept, 'application/json+canvas-string-ids');
    const given = guarded(request);
    if (how === 'cut after') return void incoming.socket.destroy();
    write(response, given);
  });
  origin = await listen(http, { port: 0, host: '127.0.0.1' });
  return server;
}

async function readRequest(incoming: IncomingMessage): Promise<CanvasRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: incoming.method ?? '',
    path: decodeURIComponent(url.pathname.replace(/^\/api\/v1/, '')),
    query: url.searchParams,
    body: text === '' ? {} : JSON.parse(text),
  };
}

function write(
  response: ServerResponse,
  { status = 200, json, text, headers }: CanvasAnswer,
): void {
  const isPlain = text !== undefined;
  response
    .writeHead(status, {
      'content-type': isPlain ? 'text/plain' : 'application/json; charset=utf-8',
      ...headers,
    })
    .end(isPlain ? text : JSON.stringify(json, withStringIds));
}

function withStringIds(name: string, value: unknown): unknown {
  return /(^|_)id$/.test(name) && typeof value === 'number' ? String(value) : value;
}

/** As Canvas throttles, by its source. */
export const throttled: CanvasAnswer = {
  status: 403,
  text: '403 Forbidden (Rate Limit Exceeded)',
  headers: { 'x-rate-limit-remaining': '0.0' },
};

/** The connector, connected to a stand-in, by these settings beside the usual ones. */
export function connected({ origin, token }: CanvasServer, settings: Settings = {}): Target {
  return canvas.connect({ site: origin, token, ...settings }, io);
}

/** Names as Canvas has them. */
export const attributes = { name: 'Ada Lovelace', sortable_name: 'Lovelace, Ada' };

/** The subject of the battery, and what else a test of Canvas looks at. */
export interface CanvasSubject extends Subject {
  readonly server: CanvasServer;
}

const faults = {
  fails: { status: 500, json: { errors: [{ message: 'An error occurred.' }] } },
  'asks to wait': throttled,
  'does not answer': 'hang',
  'is cut before it acts': 'cut before',
  'is cut after it acted': 'cut after',
} as const satisfies Record<Fault, Misbehaviour>;

/** An account whose memberships are its first two courses. */
export async function canvasSubject(): Promise<CanvasSubject> {
  const server = await canvasServer();
  return {
    server,
    connector: canvas,
    target: connected(server),
    locked: connected(server, { token: 'mistyped' }),
    attributes,
    changed: { name: 'Ada King', sortable_name: 'King, Ada' },
    memberships: ['course:1', 'course:2'],
    malformed: ['', 'welding', 'course:', 'course:0', 'course:1:2', 'Course:1'],
    existing: async (email) => {
      const { id } = server.addUser(email, { login: 'augusta' });
      server.addRow({ user_id: id, course_id: 3 });
      return String(id);
    },
    give: async (remoteId, membership) => {
      const course = Number(membership.split(':')[1]);
      server.addRow({ user_id: Number(remoteId), course_id: course, course_section_id: 999 });
    },
    others: async (remoteId) => {
      const user = server.users.find(({ id }) => String(id) === remoteId);
      const ofOthers = server.rows.filter(
        (row) => String(row.user_id) === remoteId && row.course_id === 3,
      );
      const logins = user?.logins.map(({ unique_id: login }) => login);
      return structuredClone({ logins, ofOthers });
    },
    vanish: async (remoteId) => server.removeUser(Number(remoteId)),
    standing: async (remoteId, membership): Promise<Standing | null> => {
      const row = server.rows.find(
        (one) => String(one.user_id) === remoteId && `course:${one.course_id}` === membership,
      );
      if (row === undefined || row.enrollment_state === 'deleted') return null;
      return {
        id: String(row.id),
        suspended: row.enrollment_state === 'inactive',
        until: row.end_at,
      };
    },
    writes: async () => server.requests.filter(({ method }) => method !== 'GET').length,
    fault: async (kind, at) =>
      server.misbehave(
        ({ method, path }) =>
          at === 'read' ? method === 'GET' : method === 'POST' && path.endsWith('/users'),
        faults[kind],
      ),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
