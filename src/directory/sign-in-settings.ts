/** What an administrator decides about those who sign in. */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import { ownAttributesOf, updateOwnAttributes } from '../store/own-attributes.ts';
import { transaction } from '../store/statement.ts';
import { localSource } from './local.ts';
import { type OwnAttribute, usualOwnAttributes } from './own-attributes.ts';

/** Which attributes people of a tenant's directory may change themselves. */
export async function openAttributes(pool: pg.Pool, tenantId: string): Promise<readonly string[]> {
  return (await ownAttributesOf(pool, tenantId)) ?? usualOwnAttributes;
}

/** Which are to be open, and who says so. */
export interface OpenAttributesChange {
  readonly tenantId: string;
  readonly attributes: readonly OwnAttribute[];
  readonly actor: string;
  readonly requestId: string;
}

/** Sets them, with a line of activity. */
export async function changeOpenAttributes(
  pool: pg.Pool,
  { tenantId, attributes, actor, requestId }: OpenAttributesChange,
): Promise<void> {
  await localSource(pool, tenantId);
  await transaction(pool, async (client) => {
    const changed = await updateOwnAttributes(client, tenantId, attributes);
    if (changed === null) return;
    const { sourceId, former } = changed;
    const before = former ?? usualOwnAttributes;
    if (isDeepStrictEqual(before, attributes)) return;
    const detail = { ownAttributes: [before.join(', '), attributes.join(', ')] };
    const line = { id: uuidv7(), kind: 'source.update', outcome: 'done', detail };
    await insertActivity(client, tenantId, { ...line, actor, requestId, sourceId });
  });
}
