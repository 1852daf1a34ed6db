/** The command line: what an operator does without the admin pages. */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import { developmentSecrets } from './development.ts';
import { changeSource } from './directory/source-settings.ts';
import { createTenant } from './directory/tenants.ts';
import { createToken, type FreshToken, mostLiveTokens, revoke } from './directory/tokens.ts';
import { readInput, sourceInput } from './http/admin-input.ts';
import { tokenUrlOf } from './http/oauth-routes.ts';
import { Problem } from './http/problem.ts';
import { baseUrlOf } from './http/scim-request.ts';
import { type Database, openDatabase } from './store/database.ts';
import { destinationsOf } from './store/destinations.ts';
import { type Respread, respread } from './store/link-spread.ts';
import { migrate } from './store/migrate.ts';
import { findByUserName } from './store/resources.ts';
import { secretBox } from './store/secret-box.ts';
import { type Source, sourcesOf } from './store/sources.ts';
import { allTenants } from './store/tenants.ts';
import { type MadeKind, type StoredToken, type TokenOwner, tokensOf } from './store/tokens.ts';

const help = `Usage: rollcall <command> [options]

  token create [--source ID] [--expires DAYS]   make a bearer token; it is shown once
               [--user USERNAME]                bind it to a user: it is good for /Me alone
  token list   [--source ID]                    tokens by prefix, with their use
  token revoke TOKEN_ID [--source ID]           refuse a token from now on

  secret create [--source ID] [--expires DAYS]  make a secret of the connection's OAuth 2.0 client
  secret list   [--source ID]
  secret revoke SECRET_ID [--source ID]         refuse it, and the access tokens made with it

  source list                                   SCIM connections with their settings
  source set NAME=VALUE… [--source ID]          change settings, e.g. unknownAttributes=keep

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

type Options = Readonly<Partial<Record<'source' | 'expires' | 'user' | 'name' | 'shop', string>>>;

const commands: ReadonlyMap<string, (context: Context) => Promise<string>> = new Map([
  ['token create', createTokenCommand],
  ['token list', (context) => listTokens(context, 'bearer')],
  ['token revoke', (context) => revokeToken(context, 'bearer')],
  ['secret create', createSecretCommand],
  ['secret list', (context) => listTokens(context, 'client_secret')],
  ['secret revoke', (context) => revokeToken(context, 'client_secret')],
  ['source list', listSources],
  ['source set', setSource],
  ['tenant create', createTenantCommand],
  ['tenant list', listTenants],
  ['retry', retryCommand],
]);

/** What each kind is called here. */
const nouns = { bearer: 'token', client_secret: 'secret' } as const satisfies Record<
  MadeKind,
  string
>;

async function createTokenCommand(context: Context): Promise<string> {
  const { config, options } = context;
  const { source, fresh } = await make(context, 'bearer');
  const bound = options.user === undefined ? '' : ` It stands for ${options.user} alone.`;
  return [
    `SCIM base URL: ${baseUrlOf(config.publicUrl, source.id)}`,
    `Authorization: Bearer ${fresh.token}`,
    `Token ${fresh.id}${untilOf(fresh)}. It is not shown again.${bound}`,
  ].join('\n');
}

async function createSecretCommand(context: Context): Promise<string> {
  if (context.options.user !== undefined)
    throw new UsageError('--user goes with token create: a client stands for nobody.');
  const { source, fresh } = await make(context, 'client_secret');
  return [
    `Token URL: ${tokenUrlOf(context.config.publicUrl, source.id)}`,
    `Client ID: ${source.id}`,
    `Client secret: ${fresh.token}`,
    `Secret ${fresh.id}${untilOf(fresh)}. It is not shown again.`,
  ].join('\n');
}

async function make(
  { database, options }: Context,
  kind: MadeKind,
): Promise<{ readonly source: Source; readonly fresh: FreshToken }> {
  const source = await theSource(database, options);
  const fresh = await createToken(database.pool, ownerOf(source), {
    kind,
    expiresAt: expiry(options.expires),
    userId: await userIdOf(database, source, options.user),
    actor: 'cli',
  });
  if (fresh !== null) return { source, fresh };
  const noun = nouns[kind];
  throw new UsageError(
    `There are ${mostLiveTokens} live ${noun}s already: revoke one first (rollcall ${noun} list).`,
  );
}

async function userIdOf(
  { pool }: Database,
  source: Source,
  userName: string | undefined,
): Promise<string | null> {
  if (userName === undefined) return null;
  const user = await findByUserName(pool, ownerOf(source), userName);
  if (user === null)
    throw new UsageError(`There is no user ${userName} in the connection ${source.id}.`);
  return user.id;
}

function untilOf({ expiresAt }: FreshToken): string {
  return expiresAt === null ? '' : `, until ${expiresAt.toISOString()}`;
}

function ownerOf({ tenantId, id }: Source): TokenOwner {
  return { tenantId, sourceId: id };
}

const dayMs = 86_400_000;

function expiry(days: string | undefined): Date | null {
  if (days === undefined) return null;
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > 3_650)
    throw new UsageError('--expires takes a number of days from 1 to 3650.');
  return new Date(Date.now() + count * dayMs);
}

async function listTokens({ database, options }: Context, kind: MadeKind): Promise<string> {
  const source = await theSource(database, options);
  const tokens = await tokensOf(database.pool, ownerOf(source), kind);
  if (tokens.length === 0) return `No ${nouns[kind]}s yet: rollcall ${nouns[kind]} create`;
  return tokens
    .map((token) =>
      [token.id, `${token.prefix}…`, stateOf(token), usedOf(token), ...boundOf(token)].join('  '),
    )
    .join('\n');
}

function boundOf({ userName }: StoredToken): readonly string[] {
  return userName === null ? [] : [`for ${userName}`];
}

function stateOf({ revokedAt, expiresAt }: StoredToken): string {
  if (revokedAt !== null) return `revoked ${revokedAt.toISOString()}`;
  if (expiresAt === null) return 'live';
  return `${expiresAt <= new Date() ? 'expired' : 'live until'} ${expiresAt.toISOString()}`;
}

function usedOf({ lastUsedAt }: StoredToken): string {
  return lastUsedAt === null ? 'never used' : `last used ${lastUsedAt.toISOString()}`;
}

async function revokeToken(
  { database, options, positionals }: Context,
  kind: MadeKind,
): Promise<string> {
  const [noun, [id]] = [nouns[kind], positionals];
  if (id === undefined)
    throw new UsageError(`Say which ${noun}: rollcall ${noun} revoke ${noun.toUpperCase()}_ID`);
  const source = await theSource(database, options);
  if (!(await revoke(database.pool, ownerOf(source), id, { actor: 'cli', kind }))) {
    throw new UsageError(`There is no live ${noun} ${id}: see rollcall ${noun} list.`);
  }
  return `The ${noun} ${id} is refused from now on.`;
}

async function listSources({ database: { pool } }: Context): Promise<string> {
  const tenants = await allTenants(pool);
  const all = await Promise.all(tenants.map(({ tenantId }) => sourcesOf(pool, tenantId)));
  const lines = all.flat().map((source) => `${source.id}  ${settingsOf(source)}`);
  return lines.length === 0 ? 'No SCIM connections yet: rollcall tenant create' : lines.join('\n');
}

function settingsOf(source: Source): string {
  return Object.keys(sourceInput.shape)
    .flatMap((name) => Object.entries(source).filter(([known]) => known === name))
    .map(([name, value]) => `${name}=${value}`)
    .join('  ');
}

async function setSource({ database, options, positionals }: Context): Promise<string> {
  const { pool } = database;
  const { tenantId, id: sourceId } = await theSource(database, options);
  const changes = readInput(sourceInput, Object.fromEntries(positionals.map(assigned)));
  const change = { tenantId, sourceId, changes, actor: 'cli', requestId: null };
  const changed = await changeSource(pool, change);
  if (changed === null) throw new UsageError(`There is no connection ${sourceId} any more.`);
  if (changes.creationEnabled === true) await lookAgain(pool, tenantId, { kind: 'held', sourceId });
  return `${changed.id}  ${settingsOf(changed)}`;
}

const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function assigned(text: string): readonly [name: string, value: string | boolean] {
  const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === '')
    throw new UsageError(`source set takes settings like strictInterop=true, not ${text}.`);
  return [name, words.get(value) ?? value];
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

async function retryCommand({ database: { pool } }: Context): Promise<string> {
  for (const { tenantId } of await allTenants(pool))
    await lookAgain(pool, tenantId, { kind: 'attention' });
  return 'Everybody who was held or rejected is looked at again.';
}

/** Marks them due; a running Rollcall finds them within a second, another one when it starts. */
async function lookAgain(pool: Database['pool'], tenantId: string, who: Respread): Promise<void> {
  for (const { id: destinationId } of await destinationsOf(pool, tenantId)) {
    let after: string | null = null;
    do {
      after = await respread(pool, { tenantId, destinationId }, who, after, retryPage);
    } while (after !== null);
  }
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
      user: { type: 'string' },
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
    error instanceof Problem ||
    (error instanceof TypeError && 'code' in error);
  process.stderr.write(
    `${error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
  );
  process.exitCode = 1;
}
