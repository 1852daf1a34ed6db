/** Changes what is set about a SCIM connection, each change with its line of activity. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import { lockSource, type Source, type SourceChanges, updateSource } from '../store/sources.ts';
import { transaction } from '../store/statement.ts';
import { changesBetween } from './changes.ts';
import type { By } from './tokens.ts';

/** Which source, what becomes of its switches and settings, and who says so. */
export interface SourceChange extends By {
  readonly tenantId: string;
  readonly sourceId: string;
  readonly changes: SourceChanges;
  /** `null` where it was no request. */
  readonly requestId: string | null;
}

/** Makes a change with its line of activity, all or nothing; `null` where there is no such source. */
export async function changeSource(pool: pg.Pool, change: SourceChange): Promise<Source | null> {
  const { tenantId, sourceId, changes, actor, requestId } = change;
  return transaction(pool, async (client) => {
    const before = await lockSource(client, tenantId, sourceId);
    const after = await updateSource(client, tenantId, sourceId, changes);
    if (before === null || after === null) return null;
    const detail = changesBetween({ ...before }, { ...after });
    if (Object.keys(detail).length > 0) {
      const line = { id: uuidv7(), kind: 'source.update', outcome: 'done', detail };
      await insertActivity(client, tenantId, { ...line, actor, requestId, sourceId });
    }
    return after;
  });
}
