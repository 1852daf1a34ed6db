/**
 * A SCIM server of somebody else's: scimmy-routers (https://github.com/scimmyjs/scimmy-routers) on Express, with its
 * users and groups in memory. With it, the connector's tests share the subject of the battery.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { scim } from '../../src/connectors/scim.ts';
import { newDestinationId } from '../../src/directory/ids.ts';
import { secretContext } from '../../src/provisioning/connect.ts';
import type { Settings, Target } from '../../src/provisioning/connector.ts';
import { defaultPolicy, type Policy } from '../../src/provisioning/policy.ts';
import { insertDestination } from '../../src/store/destinations.ts';
import { listen, stopListening } from '../../standin/listening.ts';
import type { Fault, Subject } from './battery.ts';
import { io } from './shop.ts';
import { testSecrets, type World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: a server keeps whatever shape comes
type Stored = any;

/** What a server holds, by id. */
interface Held {
  readonly users: Map<string, Stored>;
  readonly groups: Map<string, Stored>;
}

/** A request as it came. */
export interface ScimRequest {
  readonly method: string;
  readonly url: string;
}

/** What is answered instead, once. */
export type Misbehaviour =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | 'hang'
  | 'cut before'
  | 'cut after';

/** The server. */
export interface ScimServer extends Held, AsyncDisposable {
  readonly baseUrl: string;
  readonly token: string;
  readonly requests: ScimRequest[];
  /** Answers the next request to which this applies with something else. */
  misbehave(applies: (request: ScimRequest) => boolean, how: Misbehaviour): void;
  addUser(user: object): string;
  addGroup(id: string): void;
}

/** An extension that groups have there. */
export const teamSchema = 'urn:ietf:params:scim:schemas:extension:team:2.0:Group';

const { Attribute, Schema, SchemaDefinition } = SCIMMY.Types;

class Team extends Schema {
  static override readonly definition = new SchemaDefinition('Team', teamSchema, 'A team', [
    new Attribute('string', 'kind'),
    new Attribute('string', 'note'),
  ]);
  static override readonly id = teamSchema;

  constructor(resource: object, direction?: string, basepath?: string, filters?: Stored) {
    super(resource, direction);
    Object.assign(this, Team.definition.coerce(resource, direction, basepath, filters));
  }
}

declareResources();

/** The library has one set of resources for a process: which server's they are is in the context of the request. */
function declareResources(): void {
  const gone = (id: string | undefined) =>
    new SCIMMY.Types.Error(404, '', `Resource ${id} not found`);
  const handlers = (of: (held: Held) => Map<string, Stored>, unique: 'userName' | null) => ({
    ingress: (resource: { id?: string }, instance: Stored, held: Held) => {
      const all = of(held);
      const before = resource.id === undefined ? undefined : all.get(resource.id);
      if (resource.id !== undefined && before === undefined) throw gone(resource.id);
      const name = unique === null ? '' : String(instance[unique]).toLowerCase();
      for (const other of all.values())
        if (unique !== null && other.id !== resource.id && other[unique].toLowerCase() === name)
          throw new SCIMMY.Types.Error(409, 'uniqueness', `${name} is taken`);
      const now = new Date();
      const meta = { created: before?.meta?.created ?? now, lastModified: now };
      const stored = {
        ...JSON.parse(JSON.stringify(instance)),
        id: resource.id ?? randomUUID(),
        meta,
      };
      all.set(stored.id, stored);
      return stored;
    },
    egress: (resource: { id?: string; filter?: SCIMMY.Types.Filter }, held: Held) => {
      const all = of(held);
      if (resource.id !== undefined) {
        const one = all.get(resource.id);
        if (one === undefined) throw gone(resource.id);
        return one;
      }
      const every = [...all.values()];
      return resource.filter === undefined ? every : resource.filter.match(every);
    },
    degress: (resource: { id?: string }, held: Held) => {
      if (!of(held).delete(resource.id ?? '')) throw gone(resource.id);
      for (const group of held.groups.values())
        group.members = (group.members ?? []).filter(
          (member: Stored) => member.value !== resource.id,
        );
    },
  });
  const user = SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
  SCIMMY.Resources.declare(user, handlers(({ users }) => users, 'userName') as Stored);
  SCIMMY.Resources.declare(
    SCIMMY.Resources.Group.extend(Team, false),
    handlers(({ groups }) => groups, null) as Stored,
  );
}

/** Starts one with the groups `staff`, `club` and `others`. */
export async function scimServer(): Promise<ScimServer> {
  const held: Held = { users: new Map(), groups: new Map() };
  const requests: ScimRequest[] = [];
  const rules: { applies: (request: ScimRequest) => boolean; how: Misbehaviour }[] = [];
  const token = 'a token of theirs';
  const app = express();
  app.use((request, _response, next) => {
    // The routers cast startIndex and count in place, which the query of Express 5 would forget.
    Object.defineProperty(request, 'query', { value: request.query });
    next();
  });
  app.use(
    '/scim/v2',
    new SCIMMYRouters({
      type: 'bearer',
      context: () => held,
      handler: (request) => {
        if (request.header('Authorization') !== `Bearer ${token}`) throw new Error('unknown token');
        return 'rollcall';
      },
    }) as Stored,
  );
  const server = createServer((request, response) => {
    const seen = { method: request.method ?? '', url: request.url ?? '' };
    requests.push(seen);
    const at = rules.findIndex(({ applies }) => applies(seen));
    const how = at === -1 ? null : rules.splice(at, 1)[0]?.how;
    if (how === 'hang') return;
    if (how === 'cut before') request.socket.destroy();
    else if (how === 'cut after') {
      // It acts, and nobody hears of it.
      response.end = () => {
        request.socket.destroy();
        return response;
      };
      app(request, response);
    } else if (how == null) app(request, response);
    else response.writeHead(how.status, how.headers).end(how.body);
  });
  const origin = await listen(server, { port: 0, host: '127.0.0.1' });
  const addGroup = (id: string) => held.groups.set(id, { id, displayName: id, members: [] });
  for (const id of ['staff', 'club', 'others']) addGroup(id);
  return {
    ...held,
    baseUrl: `${origin}/scim/v2`,
    token,
    requests,
    misbehave: (applies, how) => rules.push({ applies, how }),
    addUser: (user) => {
      const id = randomUUID();
      held.users.set(id, { id, meta: { created: new Date(), lastModified: new Date() }, ...user });
      return id;
    },
    addGroup,
    [Symbol.asyncDispose]: () => stopListening(server),
  };
}

/** A target of the server. */
export function connected({ baseUrl, token }: ScimServer, settings: Settings = {}): Target {
  return scim.connect({ baseUrl, token, ...settings }, io);
}

/** Adds a SCIM server to the world's tenant. */
export async function addServer(
  { pool, tenantId }: World,
  { token, ...settings }: Settings,
  policy: Partial<Policy> = {},
): Promise<string> {
  const id = newDestinationId();
  const of = { tenantId, id };
  await insertDestination(pool, {
    ...of,
    connector: scim.name,
    name: scim.title,
    settings,
    secrets: testSecrets.seal(JSON.stringify({ token }), secretContext(of)),
    policy: { ...defaultPolicy(scim), ...policy },
    state: 'active',
  });
  return id;
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A value for everything that is mapped. */
export const attributes = {
  userName: 'ada@example.com',
  displayName: 'Ada Lovelace',
  'name.givenName': 'Ada',
  'name.familyName': 'Lovelace',
  title: 'Countess',
  preferredLanguage: 'en-GB',
  [`${enterprise}:department`]: 'Mathematics',
  'phoneNumbers[type eq "work"].value': '+44 20 7946 0000',
};

const faults = {
  fails: { status: 500 },
  'asks to wait': { status: 429, headers: { 'retry-after': '1' } },
  'does not answer': 'hang',
  'is cut before it acts': 'cut before',
  'is cut after it acted': 'cut after',
} satisfies Record<Fault, Misbehaviour>;

/** The subject of the battery, and its server. */
export interface ScimSubject extends Subject {
  readonly server: ScimServer;
}

/** A server whose memberships are its groups. */
export async function scimSubject(settings: Settings = {}): Promise<ScimSubject> {
  const server = await scimServer();
  const join = (id: string, groupId: string) =>
    server.groups.get(groupId)?.members.push({ value: id, type: 'User' });
  return {
    server,
    connector: scim,
    target: connected(server, settings),
    locked: connected(server, { token: 'mistyped' }),
    attributes,
    changed: { displayName: 'Ada King', 'name.familyName': 'King', title: null },
    memberships: ['group:staff', 'group:club'],
    malformed: ['', 'staff', 'group:', 'group:a b', 'Group:staff'],
    existing: async (email) => {
      const id = server.addUser({
        userName: email,
        active: true,
        emails: [
          { value: email, type: 'work', primary: true },
          { value: 'ada@home.example', type: 'home' },
        ],
        nickName: 'Enchantress of Numbers',
      });
      join(id, 'others');
      return id;
    },
    give: async (remoteId, membership) => {
      join(remoteId, membership.slice('group:'.length));
    },
    others: async (remoteId) => {
      const user = server.users.get(remoteId);
      const home = user?.emails?.find(({ type }: { type?: string }) => type === 'home');
      const inOthers = server.groups.get('others')?.members.length;
      return structuredClone({ home, nickName: user?.nickName, inOthers });
    },
    vanish: async (remoteId) => {
      server.users.delete(remoteId);
    },
    writes: async () => server.requests.filter(({ method }) => method !== 'GET').length,
    fault: async (kind, at) =>
      server.misbehave(
        ({ method, url }) =>
          at === 'read' ? method === 'GET' : method === 'POST' && url.endsWith('/Users'),
        faults[kind],
      ),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
