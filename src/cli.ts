/** The command line: what an operator does without the admin pages. */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import { developmentSecrets } from './development.ts';
import { createTenant } from './directory/tenants.ts';
import { createToken, mostLiveTokens, revoke } from './directory/tokens.ts';
import { baseUrlOf } from './http/scim-request.ts';
import { type Database, openDatabase } from './store/database.ts';
import { destinationsOf } from './store/destinations.ts';
import { respread } from './store/link-spread.ts';
import { migrate } from './store/migrate.ts';
import { secretBox } from './store/secret-box.ts';
import { type Source, sourcesOf } from './store/sources.ts';
import { allTenants } from './store/tenants.ts';
import { type StoredToken, tokensOf } from './store/tokens.ts';

const help = `Usage: rollcall <command> [options]

  token create [--source ID] [--expires DAYS]   make a bearer token; it is shown once
  token list   [--source ID]                    tokens by prefix, with their use
  token revoke TOKEN_ID [--source ID]           refuse a token from now on

  tenant create --name NAME --shop DOMAIN       make a tenant for a shop; its Admin API access
                                                token is read from ROLLCALL_SHOP_ACCESS_TOKEN
  tenant list                                   tenants with their SCIM connections

  retry                                         look again at everybody who was held or rejected

Where there is one SCIM connection, --source may be left out. The database is the one of DATABASE_URL,
else the one in ROLLCALL_DATA_DIR (./data); Rollcall may run meanwhile.
`;

/** Something the operator has to change; its message says what. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Context {
  readonly config: Config;
  readonly database: Database;
  readonly options: Options;
  readonly positionals: readonly string[];
}

type Options = Readonly<Partial<Record<'source' | 'expires' | 'name' | 'shop', string>>>;

const commands: ReadonlyMap<string, (context: Context) => Promise<string>> = new Map([
  ['token create', createTokenCommand],
  ['token list', listTokens],
  ['token revoke', revokeToken],
  ['tenant create', createTenantCommand],
  ['tenant list', listTenants],
  ['retry', retryCommand],
]);

async function createTokenCommand({ config, database, options }: Context): Promise<string> {
  const source = await theSource(database, options);
  const owner = { tenantId: source.tenantId, sourceId: source.id };
  const fresh = await createToken(database.pool, owner, {
    expiresAt: expiry(options.expires),
    actor: 'cli',
  });
  if (fresh === null) {
    throw new UsageError(
      `This connection has ${mostLiveTokens} live tokens already: revoke one first (rollcall token list).`,
    );
  }
  return [
    `SCIM base URL: ${baseUrlOf(config.publicUrl, source.id)}`,
    `Authorization: Bearer ${fresh.token}`,
    `Token ${fresh.id}${fresh.expiresAt === null ? '' : `, until ${fresh.expiresAt.toISOString()}`}. It is not shown again.`,
  ].join('\n');
}

const dayMs = 86_400_000;

function expiry(days: string | undefined): Date | null {
  if (days === undefined) return null;
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > 3_650)
    throw new UsageError('--expires takes a number of days from 1 to 3650.');
  return new Date(Date.now() + count * dayMs);
}

async function listTokens({ database, options }: Context): Promise<string> {
  const source = await theSource(database, options);
  const tokens = await tokensOf(database.pool, { tenantId: source.tenantId, sourceId: source.id });
  if (tokens.length === 0) return 'No tokens yet: rollcall token create';
  return tokens
    .map((token) => [token.id, `${token.prefix}…`, stateOf(token), usedOf(token)].join('  '))
    .join('\n');
}

function stateOf({ revokedAt, expiresAt }: StoredToken): string {
  if (revokedAt !== null) return `revoked ${revokedAt.toISOString()}`;
  if (expiresAt === null) return 'live';
  return `${expiresAt <= new Date() ? 'expired' : 'live until'} ${expiresAt.toISOString()}`;
}

function usedOf({ lastUsedAt }: StoredToken): string {
  return lastUsedAt === null ? 'never used' : `last used ${lastUsedAt.toISOString()}`;
}

async function revokeToken({ database, options, positionals }: Context): Promise<string> {
  const [tokenId] = positionals;
  if (tokenId === undefined)
    throw new UsageError('Say which token: rollcall token revoke TOKEN_ID');
  const source = await theSource(database, options);
  const owner = { tenantId: source.tenantId, sourceId: source.id };
  if (!(await revoke(database.pool, owner, tokenId, { actor: 'cli' }))) {
    throw new UsageError(`There is no live token ${tokenId}: see rollcall token list.`);
  }
  return `Token ${tokenId} is refused from now on.`;
}

async function createTenantCommand({ config, database, options }: Context): Promise<string> {
  const { name, shop } = options;
  const accessToken = process.env.ROLLCALL_SHOP_ACCESS_TOKEN;
  if (name === undefined || shop === undefined)
    throw new UsageError('tenant create needs --name and --shop.');
  if (!/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/.test(shop))
    throw new UsageError('--shop takes a domain like example.myshopify.com.');
  if (accessToken === undefined)
    throw new UsageError(
      'Set ROLLCALL_SHOP_ACCESS_TOKEN to an Admin API access token of the shop.',
    );
  const key =
    config.encryptionKey ??
    Buffer.from((await developmentSecrets(config.dataDir)).encryptionKey, 'hex');
  const made = await createTenant(database.pool, secretBox(key), {
    name,
    shop: { shop, accessToken },
    switches: 'off',
  });
  return [
    `Tenant ${made.tenantId}`,
    `SCIM base URL: ${baseUrlOf(config.publicUrl, made.sourceId)}`,
    `Next: rollcall token create --source ${made.sourceId}, and switch SCIM provisioning on at ${config.publicUrl}/admin`,
  ].join('\n');
}

async function listTenants({ database }: Context): Promise<string> {
  const tenants = await allTenants(database.pool);
  if (tenants.length === 0) return 'No tenants yet: rollcall tenant create';
  const lines = await Promise.all(
    tenants.map(async ({ tenantId, name, shopDomain }) => {
      const sources = await sourcesOf(database.pool, tenantId);
      return `${tenantId}  ${name}  ${shopDomain ?? 'no shop'}  ${sources.map(({ id }) => id).join(' ')}`;
    }),
  );
  return lines.join('\n');
}

const retryPage = 1_000;

/** Marks them due; a running Rollcall finds them within a second, another one when it starts. */
async function retryCommand({ database: { pool } }: Context): Promise<string> {
  for (const { tenantId } of await allTenants(pool)) {
    for (const { id: destinationId } of await destinationsOf(pool, tenantId)) {
      let after: string | null = null;
      do {
        after = await respread(
          pool,
          { tenantId, destinationId },
          { kind: 'attention' },
          after,
          retryPage,
        );
      } while (after !== null);
    }
  }
  return 'Everybody who was held or rejected is looked at again.';
}

/** The connection that is meant: the named one, or the only one. */
async function theSource({ pool }: Database, { source }: Options): Promise<Source> {
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

async function run(argv: readonly string[]): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      source: { type: 'string' },
      expires: { type: 'string' },
      name: { type: 'string' },
      shop: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const words = commands.has(positionals[0] ?? '') ? 1 : 2;
  const command = commands.get(positionals.slice(0, words).join(' '));
  if (values.help === true || positionals.length === 0) return help;
  if (command === undefined)
    throw new UsageError(`There is no command ${positionals.slice(0, 2).join(' ')}.\n\n${help}`);
  const config = readConfig(process.env);
  const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
  const { databaseUrl, dataDir } = config;
  await using database = await openDatabase({
    databaseUrl,
    dataDir,
    role: 'tool',
    log,
    poolSize: 2,
  });
  await migrate(database.pool);
  const { help: _help, ...options } = values;
  return await command({ config, database, options, positionals: positionals.slice(words) });
}

try {
  process.stdout.write(`${await run(process.argv.slice(2))}\n`);
} catch (error) {
  const known =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    (error instanceof TypeError && 'code' in error);
  process.stderr.write(
    `${error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
  );
  process.exitCode = 1;
}
