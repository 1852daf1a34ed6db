/**
 * Whoever bought before an identity provider brought them is one person: their accounts and rights go on as
 * those of its user, where its source may speak for their domain.
 */
import { v7 as uuidv7 } from 'uuid';
import { insertActivity } from '../store/activity.ts';
import { destinationIdsOf } from '../store/destinations.ts';
import { lockLedger } from '../store/ledger.ts';
import { type Recognised, recognisedAs, recognisedSince, unite } from '../store/recognised.ts';
import { type Queryable, transaction } from '../store/statement.ts';
import { foldAgain, type LedgerWorld } from './ledger.ts';

/** Recognises a user, after they came or got another address. */
export async function recognise(
  world: LedgerWorld,
  tenantId: string,
  userId: string,
): Promise<void> {
  await uniteAll(world, tenantId, (client) => recognisedAs(client, tenantId, userId));
}

/** Recognises those who bought since then, and whom an identity provider brought at the same moment. */
export async function recogniseSince(
  world: LedgerWorld,
  tenantId: string,
  since: Date,
): Promise<void> {
  await uniteAll(world, tenantId, (client) => recognisedSince(client, tenantId, since));
}

async function uniteAll(
  { pool, wake }: LedgerWorld,
  tenantId: string,
  find: (client: Queryable) => Promise<readonly Recognised[]>,
): Promise<void> {
  const united = await transaction(pool, async (client) => {
    await lockLedger(client, tenantId);
    const found = await find(client);
    let any = false;
    for (const one of found) {
      const courses = await unite(client, tenantId, one);
      if (courses === null) continue;
      any = true;
      await foldAgain(client, tenantId, courses);
      await insertActivity(client, tenantId, {
        ...{ id: uuidv7(), kind: 'User.recognised', outcome: 'done', actor: 'storefront' },
        ...{ resourceId: one.userId, sourceId: one.userSourceId, requestId: null },
        message: 'bought here before: orders and accounts are theirs',
      });
    }
    return any;
  });
  if (united) wake(tenantId, await destinationIdsOf(pool, tenantId));
}
