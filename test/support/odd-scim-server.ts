/** SCIM servers as they are met: users and groups in memory, and something that is otherwise than the RFCs have it. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, stopListening } from '../../standin/listening.ts';

/** A user or a group as it is kept. */
// biome-ignore lint/suspicious/noExplicitAny: a server keeps whatever shape comes
export type Kept = any;

/** An answer: its status, what stands in it, and headers. */
export type Answer = readonly [
  status: number,
  json?: unknown,
  headers?: Record<string, string> | undefined,
];

/** A request, read. */
export interface OddRequest {
  readonly method: string;
  readonly path: string;
  readonly filter: string | null;
  readonly body: Kept;
}

/** In what a server is odd. */
export interface Oddity {
  /** The id of the n-th resource that is made. */
  readonly id?: (n: number) => string | number;
  /** What is answered instead; `null`: what is usual. */
  readonly instead?: (request: OddRequest) => Answer | null;
  /** What becomes of the usual answer. */
  readonly shown?: (answer: Answer, request: OddRequest) => Answer;
  /** Whom a filter finds. */
  readonly found?: (filter: string, all: readonly Kept[]) => readonly Kept[];
  /** So many are on one page. */
  readonly page?: number;
  /** Where it begins to count, instead of at 1. */
  readonly from?: number;
  /** What it does not keep. */
  readonly drops?: string;
}

/** The server. */
export interface OddServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly users: Map<string, Kept>;
  readonly groups: Map<string, Kept>;
  readonly requests: OddRequest[];
}

/** An error as SCIM has it. */
export const refused = (status: number, detail: string, scimType?: string): Answer => [
  status,
  {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: `${status}`,
    scimType,
    detail,
  },
];

/** Starts one. */
export async function oddServer(oddity: Oddity): Promise<OddServer> {
  const users = new Map<string, Kept>();
  const groups = new Map<string, Kept>();
  const requests: OddRequest[] = [];
  const usual = usualAnswers({ users, groups }, oddity);
  const server = createServer(async (incoming, response) => {
    const request = await read(incoming);
    requests.push(request);
    const [, , query] = splitUrl(incoming);
    const answer = oddity.instead?.(request) ?? usual(request, query);
    send(response, oddity.shown?.(answer, request) ?? answer);
  });
  const origin = await listen(server, { port: 0, host: '127.0.0.1' });
  return {
    ...{ baseUrl: `${origin}/scim`, users, groups, requests },
    [Symbol.asyncDispose]: () => stopListening(server),
  };
}

function splitUrl({ url = '' }: IncomingMessage): readonly [string, string, URLSearchParams] {
  const { origin, pathname, searchParams } = new URL(url, 'http://localhost');
  return [origin, pathname.replace('/scim', ''), searchParams];
}

async function read(incoming: IncomingMessage): Promise<OddRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const [, path, query] = splitUrl(incoming);
  return {
    method: incoming.method ?? '',
    path,
    filter: query.get('filter'),
    body: text === '' ? null : JSON.parse(text),
  };
}

function send(response: ServerResponse, [status, json, headers = {}]: Answer): void {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(json === undefined ? '' : JSON.stringify(json));
}

function usualAnswers(held: Pick<OddServer, 'users' | 'groups'>, oddity: Oddity) {
  let made = 0;
  const keep = (resource: Kept): Kept => {
    const kept = structuredClone(resource);
    if (oddity.drops !== undefined) delete kept[oddity.drops];
    return kept;
  };
  return ({ method, path, filter, body }: OddRequest, query: URLSearchParams): Answer => {
    const [, type, id] = /^\/(Users|Groups)(?:\/(.+))?$/.exec(path) ?? [];
    if (type === undefined) return refused(404, 'no such endpoint');
    const all = type === 'Users' ? held.users : held.groups;
    if (method === 'POST') {
      if (
        type === 'Users' &&
        finds(`userName eq ${JSON.stringify(body.userName)}`, [...all.values()])[0]
      )
        return refused(409, 'the userName is taken', 'uniqueness');
      made += 1;
      const resource = keep({ ...body, id: oddity.id?.(made) ?? randomUUID() });
      all.set(String(resource.id), resource);
      return [
        201,
        resource,
        { location: `/scim/${type}/${encodeURIComponent(String(resource.id))}` },
      ];
    }
    if (id === undefined) {
      const every = [...all.values()];
      const found = filter === null ? every : (oddity.found ?? finds)(filter, every);
      const first = oddity.from ?? 1;
      const from = Number(query.get('startIndex') ?? first) - first;
      const count = Math.min(Number(query.get('count') ?? 100), oddity.page ?? 100);
      return [200, { totalResults: found.length, Resources: found.slice(from, from + count) }];
    }
    const resource = all.get(decodeURIComponent(id));
    if (resource === undefined) return refused(404, 'nobody is there');
    if (method === 'GET') return [200, resource];
    if (method === 'DELETE') {
      all.delete(String(resource.id));
      return [204];
    }
    if (method === 'PUT') {
      all.set(String(resource.id), keep({ ...body, id: resource.id }));
      return [200, all.get(String(resource.id))];
    }
    const changed = keep(structuredClone(resource));
    for (const operation of body.Operations) carryOut(operation, changed);
    all.set(String(resource.id), keep(changed));
    return [200, all.get(String(resource.id))];
  };
}

/** Whom a filter of `eq`, `and` and `or` finds, whatever the case of the letters. */
export function finds(filter: string, all: readonly Kept[]): readonly Kept[] {
  return all.filter((one) =>
    filter.split(' or ').some((terms) => terms.split(' and ').every((term) => isTrue(term, one))),
  );
}

function isTrue(term: string, one: Kept): boolean {
  const [, name = '', text = '""'] = /^(\S+) eq (".*")$/.exec(term) ?? [];
  const [attribute = '', sub = 'value'] = name.split('.');
  const values = Array.isArray(one[attribute])
    ? one[attribute].map((value: Kept) => value[sub])
    : [one[attribute]];
  const wanted = String(JSON.parse(text)).toLowerCase();
  return values.some((value: unknown) => String(value).toLowerCase() === wanted);
}

function carryOut({ op, path, value }: Kept, resource: Kept): void {
  const [, member] = /^members\[value eq (".*")\]$/.exec(path) ?? [];
  if (member !== undefined)
    resource.members = resource.members.filter(
      (one: Kept) => String(one.value) !== JSON.parse(member),
    );
  else if (path === 'members') resource.members = [...(resource.members ?? []), ...value];
  else if (/^(?:urn:.+:|name\.)[^:.]+$/.test(path)) {
    const at = Math.max(path.lastIndexOf(':'), path.indexOf('name.') + 4);
    const whole = path.slice(0, at);
    resource[whole] = { ...resource[whole], [path.slice(at + 1)]: value };
  } else if (op === 'remove') delete resource[path];
  else resource[path] = value;
}
