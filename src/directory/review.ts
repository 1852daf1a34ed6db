/** What an administrator decides about somebody whose account is in doubt. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import type { DestinationKey } from '../store/destinations.ts';
import { type Settlement, settleReview } from '../store/reviews.ts';
import { transaction } from '../store/statement.ts';
import type { By } from './tokens.ts';

/** A decision, and who makes it. */
export interface Decided extends By {
  readonly key: DestinationKey;
  readonly linkId: string;
  readonly settlement: Settlement;
  /** `null` where it was no request. */
  readonly requestId: string | null;
}

/** Keeps a decision with its line of activity; false where there is nothing to decide about this link. */
export async function settle(
  pool: pg.Pool,
  { key, linkId, settlement, actor, requestId }: Decided,
): Promise<boolean> {
  const { tenantId, destinationId } = key;
  return transaction(pool, async (client) => {
    if (!(await settleReview(client, key, linkId, settlement))) return false;
    const kind = settlement.kind === 'chosen' ? 'review.choose' : 'review.leaveAlone';
    const detail = settlement.kind === 'chosen' ? { remoteId: settlement.remoteId } : null;
    const line = { id: uuidv7(), kind, outcome: 'done', destinationId, linkId, detail };
    await insertActivity(client, tenantId, { ...line, actor, requestId });
    return true;
  });
}
