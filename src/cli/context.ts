/** What every command of the command line shares. */
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { developmentClientId, developmentSecrets, developmentShop } from '../development.ts';
import type { ShopifyApp } from '../shopify/id-token.ts';
import type { Database } from '../store/database.ts';
import { destinationsOf, type StoredDestination } from '../store/destinations.ts';
import { type SecretBox, secretBox } from '../store/secret-box.ts';
import { type Source, sourcesOf } from '../store/sources.ts';
import { allTenants, type Tenant } from '../store/tenants.ts';
import type { TokenOwner } from '../store/tokens.ts';

/** Something the operator has to change; its message says what. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An answer that may be that something is wrong: then the exit code says so. */
export interface Verdict {
  readonly text: string;
  readonly failed: boolean;
}

/** What a command works with. */
export interface Context {
  readonly config: Config;
  readonly database: Database;
  readonly log: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says how far it is, beside its answer. */
  readonly tell: (text: string) => void;
  /** Reads what stands on standard input. */
  readonly stdin: () => Promise<string>;
  readonly options: Options;
  readonly positionals: readonly string[];
}

/** The options of the command line. */
export type Options = Readonly<
  Partial<
    Record<
      | 'source'
      | 'destination'
      | 'take-from'
      | 'policy'
      | 'expires'
      | 'user'
      | 'name'
      | 'shop'
      | 'tenant'
      | 'webhook'
      | 'email'
      | 'state'
      | 'topic'
      | 'connector'
      | 'person'
      | 'order'
      | 'note'
      | 'until'
      | 'since'
      | 'ending'
      | 'filter'
      | 'group'
      | 'scope'
      | 'outcome',
      string
    > &
      Record<
        | 'json'
        | 'all'
        | 'new-secret'
        | 'yes'
        | 'paused'
        | 'active'
        | 'attention'
        | 'deleted'
        | 'keep'
        | 'directory',
        boolean
      >
  >
>;

/** The connection that is meant: the one of this id or name, or the only one. */
export async function theSource({ pool }: Database, options: Options): Promise<Source> {
  return theOnly(await ofTenants(pool, options, sourcesOf), options.source, {
    ...{ one: 'connection', several: 'SCIM connections', option: '--source' },
    ...{ none: noneYet('SCIM connection'), list: 'rollcall source list' },
  });
}

/** The tenant that is meant: the one of this id, or the only one. */
export async function theTenant({ pool }: Database, { tenant }: Options): Promise<Tenant> {
  const tenants = (await allTenants(pool)).map((one) => ({ id: one.tenantId, one }));
  return theOnly(tenants, tenant, {
    ...{ one: 'tenant', several: 'tenants', option: '--tenant' },
    ...{ none: noneYet('tenant'), list: 'rollcall tenant list' },
  }).one;
}

/** The destination that is meant: the one of this id or name, or the only one. */
export async function theDestination({
  database: { pool },
  options,
}: Pick<Context, 'database' | 'options'>): Promise<StoredDestination> {
  return theOnly(await ofTenants(pool, options, destinationsOf), options.destination, {
    ...{ one: 'destination', several: 'destinations', option: '--destination' },
    ...{ none: 'There is no destination: see rollcall status.', list: 'rollcall destination list' },
  });
}

/** Those of the tenant that is named, else of all. */
async function ofTenants<Thing>(
  pool: Database['pool'],
  { tenant }: Options,
  thingsOf: (pool: Database['pool'], tenantId: string) => Promise<readonly Thing[]>,
): Promise<readonly Thing[]> {
  const tenants = (await allTenants(pool)).filter(
    ({ tenantId }) => tenant === undefined || tenantId === tenant,
  );
  return (await Promise.all(tenants.map(({ tenantId }) => thingsOf(pool, tenantId)))).flat();
}

const noneYet = (one: string): string =>
  `There is no ${one} yet: start Rollcall, or rollcall tenant create.`;

/** How what is chosen among is spoken of. */
interface Words {
  readonly one: string;
  readonly several: string;
  /** The option that names one. */
  readonly option: string;
  /** What is said where there are none. */
  readonly none: string;
  /** The command that lists them. */
  readonly list: string;
}

function theOnly<Thing extends { readonly id: string; readonly name?: string }>(
  things: readonly Thing[],
  wanted: string | undefined,
  { one, several, option, none, list }: Words,
): Thing {
  const called = things.filter(({ name }) => name === wanted);
  const found = wanted === undefined ? things : things.filter(({ id }) => id === wanted);
  const [only, ...others] = found.length > 0 ? found : called;
  if (only === undefined)
    throw new UsageError(
      wanted === undefined ? none : `There is no ${one} ${wanted}: see ${list}.`,
    );
  if (others.length === 0) return only;
  const ids = called.map(({ id }) => id).join(' or ');
  throw new UsageError(
    wanted === undefined
      ? `There are several ${several}: say which with ${option} (see ${list}).`
      : `There are several ${several} called ${wanted}: say which by its id, ${ids}.`,
  );
}

/** What seals secrets, with the key that a running Rollcall has. */
export async function secretsOf({
  encryptionKey,
  oldEncryptionKeys,
  dataDir,
}: Pick<Config, 'encryptionKey' | 'oldEncryptionKeys' | 'dataDir'>): Promise<SecretBox> {
  const key =
    encryptionKey ?? Buffer.from((await developmentSecrets(dataDir)).encryptionKey, 'hex');
  return secretBox(key, oldEncryptionKeys);
}

/** The owner of tokens and people that a source is. */
export function ownerOf({ tenantId, id }: Source): TokenOwner {
  return { tenantId, sourceId: id };
}

/** The Shopify app that a running Rollcall has, and the shops that are played on this machine. */
export async function theApp(config: Config): Promise<{
  readonly app: ShopifyApp | null;
  readonly played: ReadonlyMap<string, string>;
}> {
  const { mode, shopifyClientId: clientId, shopifyClientSecrets: clientSecrets } = config;
  if (mode === 'production')
    return { app: clientId === null ? null : { clientId, clientSecrets }, played: new Map() };
  const { clientSecret } = await developmentSecrets(config.dataDir);
  return {
    app: { clientId: developmentClientId, clientSecrets: [clientSecret] },
    played: new Map([[developmentShop, `http://127.0.0.1:${config.devStorePort}`]]),
  };
}
