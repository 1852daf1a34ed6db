/**
 * The directory: people and groups whom an administrator looks after here. It is a source of the kind `local`; what
 * is asked of it is SCIM, by the same operations as an identity provider's.
 */
import type pg from 'pg';
import { resourceTypesOf } from '../scim/resource-types.ts';
import { directoryOf, findDirectory, findSource, type Source } from '../store/sources.ts';
import type { Access, DestinationRules } from './access.ts';
import { newSourceId } from './ids.ts';

/** The directory of a tenant; it is made where there is none yet. */
export async function localSource(pool: pg.Pool, tenantId: string): Promise<Source> {
  const known = await findDirectory(pool, tenantId);
  if (known !== null) return known;
  const id = await directoryOf(pool, tenantId, newSourceId(tenantId));
  const source = await findSource(pool, tenantId, id);
  if (source === null) throw new Error('the directory of the tenant is gone');
  return source;
}

/** What somebody may do in the directory: everything, in their own name. */
export function localAccess(
  source: Source,
  { actor, destinations }: { actor: string; destinations: readonly DestinationRules[] },
): Access {
  return {
    source,
    types: resourceTypesOf(source),
    actor,
    credential: actor,
    userId: null,
    destinations,
  };
}
