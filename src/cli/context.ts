/** What every command of the command line shares. */
import type { Config } from '../config.ts';
import type { Database } from '../store/database.ts';
import { type Source, sourcesOf } from '../store/sources.ts';
import { allTenants } from '../store/tenants.ts';
import type { TokenOwner } from '../store/tokens.ts';

/** Something the operator has to change; its message says what. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command works with. */
export interface Context {
  readonly config: Config;
  readonly database: Database;
  readonly options: Options;
  readonly positionals: readonly string[];
}

/** The options of the command line. */
export type Options = Readonly<
  Partial<Record<'source' | 'expires' | 'user' | 'name' | 'shop', string>> & {
    readonly json?: boolean;
  }
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

/** The owner of tokens and people that a source is. */
export function ownerOf({ tenantId, id }: Source): TokenOwner {
  return { tenantId, sourceId: id };
}
