/** What an administrator decides about somebody whose account is in doubt. */
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import type { DestinationKey } from '../store/destinations.ts';
import {
  type Holder,
  holderOf,
  lockReviewed,
  type Settlement,
  settleReview,
  takeAccount,
} from '../store/reviews.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import type { By } from './tokens.ts';

/** A decision, and who makes it. */
export interface Decided extends By {
  readonly key: DestinationKey;
  readonly linkId: string;
  readonly settlement: Settlement;
  /** `null` where it was no request. */
  readonly requestId: string | null;
}

/** How deciding ended. */
export type Settled =
  | { readonly kind: 'settled' }
  /** There is nothing to decide about this link. */
  | { readonly kind: 'nothing' }
  /** Somebody else has the account, and was not named as the one who lets go of it. */
  | { readonly kind: 'held'; readonly by: Holder };

/** Keeps a decision with its line of activity; nothing is changed where it cannot be. */
export async function settle(pool: pg.Pool, decided: Decided): Promise<Settled> {
  const { key, linkId, settlement } = decided;
  return transaction(pool, async (client): Promise<Settled> => {
    if (!(await lockReviewed(client, key, linkId))) return { kind: 'nothing' };
    const holder = await holderOfChosen(client, decided);
    if (settlement.kind === 'chosen' && holder !== null) {
      if (holder.linkId !== settlement.takeFrom) return { kind: 'held', by: holder };
      await takeAccount(client, key, linkId, holder.linkId);
    }
    await settleReview(client, key, linkId, settlement);
    await note(client, decided, holder);
    return { kind: 'settled' };
  });
}

async function holderOfChosen(
  db: Queryable,
  { key, linkId, settlement }: Decided,
): Promise<Holder | null> {
  return settlement.kind === 'chosen' ? holderOf(db, key, linkId, settlement.remoteId) : null;
}

async function note(
  db: Queryable,
  { key, linkId, settlement, actor, requestId }: Decided,
  holder: Holder | null,
): Promise<void> {
  const { tenantId, destinationId } = key;
  const detail =
    settlement.kind === 'chosen'
      ? { remoteId: settlement.remoteId, takenFrom: holder?.userName ?? holder?.linkId ?? null }
      : null;
  const line = { id: uuidv7(), outcome: 'done', destinationId, linkId, detail };
  await insertActivity(db, tenantId, { ...line, kind: kinds[settlement.kind], actor, requestId });
}

const kinds = {
  chosen: 'review.choose',
  leftAlone: 'review.leaveAlone',
  byRules: 'review.byRules',
} as const satisfies Record<Settlement['kind'], string>;

/** Why nothing was decided, in words for a merchant. */
export function refusalWords(
  linkId: string,
  refused: Exclude<Settled, { readonly kind: 'settled' }>,
): string {
  if (refused.kind === 'nothing')
    return `There is nothing to review about ${linkId}: see the list of reviews.`;
  const { userName, sourceName, linkId: holder } = refused.by;
  return `The account belongs to ${userName ?? 'somebody'} of ${sourceName}. To take it from them, name their link as well: ${holder}.`;
}
