/** What every command of the command line shares. */
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { developmentSecrets } from '../development.ts';
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

/** What a command works with. */
export interface Context {
  readonly config: Config;
  readonly database: Database;
  readonly log: Logger;
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
      | 'topic',
      string
    > &
      Record<'json' | 'all' | 'new-secret' | 'yes' | 'paused', boolean>
  >
>;

/** The connection that is meant: the named one, or the only one. */
export async function theSource({ pool }: Database, { source }: Options): Promise<Source> {
  const tenants = await allTenants(pool);
  const sources = (
    await Promise.all(tenants.map(({ tenantId }) => sourcesOf(pool, tenantId)))
  ).flat();
  const meant = source === undefined ? sources : sources.filter(({ id }) => id === source);
  const [only, ...others] = meant;
  if (only === undefined) {
    throw new UsageError(
      source === undefined
        ? 'There is no SCIM connection yet: start Rollcall, or rollcall tenant create.'
        : `There is no connection ${source}: see rollcall tenant list.`,
    );
  }
  if (others.length > 0)
    throw new UsageError(
      'There are several SCIM connections: say which with --source (see rollcall tenant list).',
    );
  return only;
}

/** The tenant that is meant: the named one, or the only one. */
export async function theTenant({ pool }: Database, { tenant }: Options): Promise<Tenant> {
  const tenants = await allTenants(pool);
  const meant =
    tenant === undefined ? tenants : tenants.filter(({ tenantId }) => tenantId === tenant);
  const [only, ...others] = meant;
  if (only === undefined) {
    throw new UsageError(
      tenant === undefined
        ? 'There is no tenant yet: start Rollcall, or rollcall tenant create.'
        : `There is no tenant ${tenant}: see rollcall tenant list.`,
    );
  }
  if (others.length > 0)
    throw new UsageError(
      'There are several tenants: say which with --tenant (see rollcall tenant list).',
    );
  return only;
}

/** The destination that is meant: the named one, or the only one. */
export async function theDestination({
  database: { pool },
  options,
}: Pick<Context, 'database' | 'options'>): Promise<StoredDestination> {
  const tenants = await allTenants(pool);
  const all = (
    await Promise.all(tenants.map(({ tenantId }) => destinationsOf(pool, tenantId)))
  ).flat();
  const wanted = options.destination;
  const [only, ...others] = wanted === undefined ? all : all.filter(({ id }) => id === wanted);
  if (only === undefined)
    throw new UsageError(
      `There is no destination${wanted === undefined ? '' : ` ${wanted}`}: see rollcall status.`,
    );
  if (others.length > 0)
    throw new UsageError(
      'There are several destinations: say which with --destination (see rollcall status).',
    );
  return only;
}

/** What seals secrets, with the key that a running Rollcall has. */
export async function secretsOf({
  encryptionKey,
  dataDir,
}: Pick<Config, 'encryptionKey' | 'dataDir'>): Promise<SecretBox> {
  const key =
    encryptionKey ?? Buffer.from((await developmentSecrets(dataDir)).encryptionKey, 'hex');
  return secretBox(key);
}

/** The owner of tokens and people that a source is. */
export function ownerOf({ tenantId, id }: Source): TokenOwner {
  return { tenantId, sourceId: id };
}
