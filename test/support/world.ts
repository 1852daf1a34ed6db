/**
 * A whole small world for a test: a database, a development store and a Rollcall between them, all
 * reached over HTTP as in real life.
 */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { type Logger, pino } from 'pino';
import type { PlanName } from '../../devstore/plans.ts';
import { startDevStore } from '../../devstore/server.ts';
import { type SmtpConfig, usualUpkeep } from '../../src/config.ts';
import { createTenant } from '../../src/directory/tenants.ts';
import { createToken } from '../../src/directory/tokens.ts';
import type { NoticeTimes } from '../../src/notices/retry.ts';
import type { Limits } from '../../src/provisioning/drain.ts';
import type { UpkeepLimits } from '../../src/provisioning/upkeep.ts';
import type { Rollcall, RollcallOptions } from '../../src/rollcall.ts';
import { secretBox } from '../../src/store/secret-box.ts';
import type { TestDatabase } from './database.ts';
import { leave, running } from './running.ts';
import { waitFor } from './wait.ts';

/** An HTTP answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it expects
  readonly body: any;
}

/** A customer as the development store's control API shows it. */
export interface CustomerView {
  readonly id: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly locale: string;
  readonly note: string | null;
  readonly tags: readonly string[];
  readonly addresses: readonly { readonly address1: string | null; readonly city: string | null }[];
  readonly defaultAddress: Readonly<Record<string, string | null>> | null;
  readonly metafields: readonly {
    readonly namespace: string;
    readonly key: string;
    readonly value: string;
  }[];
  /** What the customer is in B2B. */
  readonly companies: readonly {
    readonly name: string;
    readonly contactId: string;
    readonly roles: readonly { readonly role: string; readonly location: string }[];
  }[];
}

/** How a world is set up. */
export interface WorldOptions {
  readonly plan?: PlanName;
  readonly switches?: 'on' | 'off';
  readonly limits?: Limits;
  /** `on`: the store tells the world's Rollcall of changes. */
  readonly webhooks?: 'on' | 'off';
  readonly now?: () => number;
  readonly upkeep?: UpkeepLimits;
  /** Where clients reach it, as they are told. */
  readonly publicUrl?: string;
  /** The log level; silent unless a test is being looked into. */
  readonly log?: string;
  /** Takes the lines of the log, instead of standard output. */
  readonly logTo?: (line: string) => void;
  readonly smtp?: SmtpConfig;
  readonly noticeTimes?: NoticeTimes;
}

/** What sets a Rollcall apart, and not only its store or its tenant. */
type OwnOptions = Omit<WorldOptions, 'plan' | 'webhooks' | 'switches'>;

/** A SCIM connection with its token. */
export interface Connection {
  readonly tenantId: string;
  readonly sourceId: string;
  readonly token: string;
}

/** The development store as a test sees it. */
export interface StoreView {
  readonly origin: string;
  dev(method: string, path: string, body?: unknown): Promise<Answer>;
  customers(query?: string): Promise<readonly CustomerView[]>;
  customer(email: string): Promise<CustomerView | undefined>;
  /** Makes requests fail by the control API's rule. */
  fault(rule: object): Promise<void>;
}

/** A Rollcall and a store that do not know each other yet. */
export interface BareWorld extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly pool: pg.Pool;
  readonly rollcall: Rollcall;
  readonly origin: string;
  readonly store: StoreView;
  /** Waits until nothing is due any more. */
  settled(forMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** The world. */
export interface World extends BareWorld, Connection {
  readonly destinationId: string;
  scim(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

/** Sends one request and reads its answer. */
export async function request(
  url: string,
  { method, body, headers }: { method: string; body?: unknown; headers?: Record<string, string> },
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = /[+/]json\b/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: json && text !== '' ? JSON.parse(text) : text,
  };
}

/** The client secret of the app that a test's stores sign webhooks with. */
export const clientSecret = 'shpss_test';

/** What the app is called. */
export const clientId = 'rollcall-test';

/** A store of a test, and where it sends its webhooks: nowhere while that is `null`. */
export interface TestStore extends StoreView {
  readonly accessToken: string;
  /** Tells the store where Rollcall listens; `null`: nowhere, its deliveries fail and come again. */
  deliverTo(origin: string | null): void;
  close(): Promise<void>;
}

/** Starts a development store of its own, over HTTP. */
export async function testStore(
  plan: PlanName = 'unlimited',
  webhooks: 'on' | 'off' = 'off',
): Promise<TestStore> {
  const accessToken = `shpat_${randomBytes(8).toString('hex')}`;
  let receiver: string | null = null;
  const store = await startDevStore({
    port: 0,
    host: '127.0.0.1',
    data: ':memory:',
    shop: 'test.myshopify.com',
    accessToken,
    clientId,
    clientSecret,
    plan,
    ...(webhooks === 'on' ? { webhookUrl: 'http://rollcall.test/webhooks/shopify' } : {}),
    fetch: async (url, init) => {
      if (receiver === null) throw new Error('nobody listens');
      return fetch(new URL(new URL(String(url)).pathname, receiver), init);
    },
  });
  const dev = (method: string, path: string, body?: unknown) =>
    request(`${store.origin}/_dev/${path}`, {
      method,
      body,
      headers: { 'content-type': 'application/json' },
    });
  const customers = async (query = '') => {
    const all: CustomerView[] = [];
    for (let after: number | null = null; ; ) {
      const page: Answer = await dev(
        'GET',
        `customers?limit=1000&query=${encodeURIComponent(query)}${after === null ? '' : `&after=${after}`}`,
      );
      all.push(...page.body.customers);
      if (page.body.next == null) return all;
      after = page.body.next;
    }
  };
  return {
    origin: store.origin,
    accessToken,
    dev,
    customers,
    customer: async (email) =>
      (await customers(email)).find((customer) => customer.email === email.toLowerCase()),
    fault: async (rule) => {
      const { status, body } = await dev('POST', 'faults', rule);
      if (status !== 200) throw new Error(JSON.stringify(body));
    },
    deliverTo: (origin) => {
      receiver = origin;
    },
    close: () => store.close(),
  };
}

/** The secrets of a test are sealed with this key. */
export const testSecrets = secretBox(Buffer.alloc(32, 7));

/** Starts a world without a tenant. It takes over what one like it, before it in this test file, has left running. */
export async function bareWorld(
  options: WorldOptions = {},
): Promise<BareWorld & { readonly store: TestStore }> {
  const { plan, webhooks, switches: _none, ...own } = options;
  const [one, store] = await Promise.all([
    running(kindOf(own), (database, playedShops) => ({ ...partsOf(database, own), playedShops })),
    testStore(plan, webhooks),
  ]);
  one.playedShops.set('test.myshopify.com', store.origin);
  const { database, rollcall, origin } = one;
  const { pool } = database;
  store.deliverTo(origin);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      store.deliverTo(null);
      await leave(one);
      await store.close();
    })();
    return closing;
  };
  const asyncDispose = { [Symbol.asyncDispose]: close };
  const its = { database, pool, rollcall, origin, store };
  return { ...its, settled: (forMs) => settled(pool, forMs), close, ...asyncDispose };
}

/** Starts a world whose tenant has an access token of its own for the store. */
export async function testWorld(options: WorldOptions = {}): Promise<World> {
  const bare = await bareWorld(options);
  const { pool, origin, store } = bare;
  const made = await createTenant(pool, testSecrets, {
    name: 'Test',
    shop: { shop: 'test.myshopify.com', origin: store.origin, accessToken: store.accessToken },
    switches: options.switches ?? 'on',
  });
  const connection = await connect(pool, made);
  return {
    ...bare,
    ...made,
    ...connection,
    scim: (method, path, body, headers) =>
      scim(origin, connection, { method, path, body, headers: headers ?? {} }),
  };
}

/** Worlds with a clock, a log or a mail server of their own are like no other. */
function kindOf({ limits, noticeTimes, ...own }: OwnOptions): string | null {
  return Object.keys(own).length === 0 ? JSON.stringify({ limits, noticeTimes }) : null;
}

function partsOf({ pool, connectionOptions }: TestDatabase, options: OwnOptions): RollcallOptions {
  return {
    pool,
    connectionOptions,
    log: logOf(options),
    secrets: testSecrets,
    now: options.now ?? Date.now,
    random: Math.random,
    publicUrl: options.publicUrl ?? 'http://rollcall.test',
    mode: 'development',
    adminPassword: null,
    trustProxy: null,
    privateNetwork: 'allowed',
    upkeep: options.upkeep ?? usualUpkeep,
    shopifyClientId: clientId,
    shopifyClientSecrets: [clientSecret],
    drainsAtOnce: 2,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.noticeTimes === undefined ? {} : { noticeTimes: options.noticeTimes }),
    smtp: options.smtp ?? null,
  };
}

function logOf({ log, logTo }: WorldOptions): Logger {
  if (logTo === undefined) return pino({ level: log ?? 'silent' });
  return pino({ level: log ?? 'info' }, { write: logTo });
}

/** Makes a token for a source. */
export async function connect(
  pool: pg.Pool,
  owner: { tenantId: string; sourceId: string },
): Promise<Connection> {
  const fresh = await createToken(pool, owner, { expiresAt: null, actor: 'test' });
  if (fresh === null) throw new Error('two tokens are live already');
  return { tenantId: owner.tenantId, sourceId: owner.sourceId, token: fresh.token };
}

/** Sends one SCIM request of a connection. */
export async function scim(
  origin: string,
  { sourceId, token }: Pick<Connection, 'sourceId' | 'token'>,
  {
    method,
    path,
    body,
    headers,
  }: { method: string; path: string; body?: unknown; headers?: Record<string, string> },
): Promise<Answer> {
  return request(`${origin}/scim/v2/${sourceId}${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
}

const allSettled = `select not exists (select from links where wanted > done)
  and not exists (select from group_links where wanted > done)
  and not exists (select from spreads where not_before <= now()) as settled`;

/** Waits until no link of the database is due any more, and no change is on its way to the links. */
export async function settled(pool: pg.Pool, forMs?: number): Promise<void> {
  await waitFor(
    'every link to be looked at',
    async () => {
      const { rows } = await pool.query<{ settled: boolean }>({
        name: 'settled',
        text: allSettled,
      });
      return rows[0]?.settled;
    },
    forMs,
  );
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A user as an identity provider would push it. */
export function userNamed(name: string, more: object = {}): Record<string, unknown> {
  const [given = name, family = 'Lovelace'] = name.split(' ');
  const email = `${given}.${family}@example.com`.toLowerCase();
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    userName: email,
    externalId: `ext-${email}`,
    name: { givenName: given, familyName: family },
    emails: [{ value: email, type: 'work', primary: true }],
    active: true,
    [enterprise]: { department: 'Engineering' },
    ...more,
  };
}
