/** Tokens and client secrets on the command line: made, listed, revoked. */
import { createToken, type FreshToken, mostLiveTokens, revoke } from '../directory/tokens.ts';
import { tokenUrlOf } from '../http/oauth-metadata.ts';
import { baseUrlOf } from '../http/scim-request.ts';
import type { Database } from '../store/database.ts';
import { findByUserName } from '../store/resources.ts';
import type { Source } from '../store/sources.ts';
import { type MadeKind, type StoredToken, tokensOf } from '../store/tokens.ts';
import { type Context, ownerOf, theSource, UsageError } from './context.ts';

/** What each kind is called here. */
const nouns = { bearer: 'token', client_secret: 'secret' } as const satisfies Record<
  MadeKind,
  string
>;

/** `token create`. */
export async function createTokenCommand(context: Context): Promise<string> {
  const { config, options } = context;
  const { source, fresh } = await make(context, 'bearer');
  const bound = options.user === undefined ? '' : ` It stands for ${options.user} alone.`;
  return [
    `SCIM base URL: ${baseUrlOf(config.publicUrl, source.id)}`,
    `Authorization: Bearer ${fresh.token}`,
    `Token ${fresh.id}${untilOf(fresh)}. It is not shown again.${bound}`,
  ].join('\n');
}

/** `secret create`. */
export async function createSecretCommand(context: Context): Promise<string> {
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

const dayMs = 86_400_000;

function expiry(days: string | undefined): Date | null {
  if (days === undefined) return null;
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > 3_650)
    throw new UsageError('--expires takes a number of days from 1 to 3650.');
  return new Date(Date.now() + count * dayMs);
}

/** `token list`, `secret list`. */
export async function listTokens({ database, options }: Context, kind: MadeKind): Promise<string> {
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

/** `token revoke`, `secret revoke`. */
export async function revokeToken(
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
