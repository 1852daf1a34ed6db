/** SCIM connections added to a tenant, and removed from it. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import {
  insertSource,
  lockSource,
  removeSource,
  type Source,
  sourcesUse,
} from '../store/sources.ts';
import { transaction } from '../store/statement.ts';
import { newSourceId } from './ids.ts';
import type { By } from './tokens.ts';

/** So many identity providers push to one tenant at most. */
export const mostSources = 20;

/** A connection about to be added; both its switches are off. */
export interface NewSource extends By {
  readonly tenantId: string;
  readonly name: string;
  readonly domains: Source['domains'];
  readonly requestId: string | null;
}

/**
 * Adds a connection.
 * @returns its id; `null` where the tenant has as many as it may
 */
export async function addSource(
  pool: pg.Pool,
  { tenantId, name, domains, actor, requestId }: NewSource,
): Promise<string | null> {
  const id = newSourceId(tenantId);
  return transaction(pool, async (client) => {
    await client.query('select from tenants where tenant_id = $1 for update', [tenantId]);
    if ((await sourcesUse(client, tenantId)).length >= mostSources) return null;
    const off = { provisioningEnabled: false, creationEnabled: false };
    await insertSource(client, { tenantId, id, kind: 'scim', name, domains, ...off });
    const line = { id: uuidv7(), kind: 'source.create', outcome: 'done', message: name };
    await insertActivity(client, tenantId, { ...line, sourceId: id, actor, requestId });
    return id;
  });
}

/** A connection about to be removed, and what is to become of the people it still owns. */
export interface SourceRemoval extends By {
  readonly tenantId: string;
  readonly sourceId: string;
  /** `none`: there must be none. `keep`: they stay on the roll as they are, and nobody changes them any more. */
  readonly people: 'none' | 'keep';
  readonly requestId: string | null;
}

/** How a removal ended; `owns`: nothing was changed. */
export type SourceRemoved =
  | { readonly kind: 'removed'; readonly people: number; readonly groups: number }
  | { readonly kind: 'owns'; readonly people: number; readonly groups: number }
  | { readonly kind: 'absent' };

/** Removes a connection: its tokens end at once. */
export async function deleteSource(
  pool: pg.Pool,
  { tenantId, sourceId, people: wish, actor, requestId }: SourceRemoval,
): Promise<SourceRemoved> {
  return transaction(pool, async (client) => {
    const source = await lockSource(client, tenantId, sourceId);
    const use = (await sourcesUse(client, tenantId)).find(({ id }) => id === sourceId);
    if (source === null || use === undefined) return { kind: 'absent' };
    const { people, groups } = use;
    if (wish === 'none' && people + groups > 0) return { kind: 'owns', people, groups };
    await removeSource(client, tenantId, sourceId);
    const line = { id: uuidv7(), kind: 'source.delete', outcome: 'done', message: source.name };
    const told = { detail: { people, groups }, sourceId, actor, requestId };
    await insertActivity(client, tenantId, { ...line, ...told });
    return { kind: 'removed', people, groups };
  });
}
