/** People whom the storefront brought: their names and addresses are those of their customers. */
import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { userOf } from '../courses/learners.ts';
import { changesBetween } from '../directory/changes.ts';
import { indexed } from '../directory/indexed.ts';
import type { JsonObject } from '../model.ts';
import * as operations from '../shopify/operations.generated.ts';
import { type BoughtUser, broughtByStorefront } from '../store/learners.ts';
import { violatedUnique } from '../store/statement.ts';
import { updateUser } from '../store/users.ts';
import type { BackfillWorld } from './backfill.ts';

/** Reads these customers where the storefront brought their people, and writes down what changed. */
export async function refreshBuyers(
  world: BackfillWorld,
  tenantId: string,
  customerIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const brought = await broughtByStorefront(world.pool, tenantId, customerIds);
  const shop = brought.length === 0 ? null : await world.shopOf(tenantId, signal);
  if (shop === null) return;
  const ids = brought.map(({ customerId }) => customerId);
  const { nodes } = await shop.ask(operations.BuyersByIds, { ids });
  for (const node of nodes) {
    const user = brought.find(
      ({ customerId }) => node?.__typename === 'Customer' && node.id === customerId,
    );
    if (user !== undefined && node?.__typename === 'Customer')
      await refresh(world, tenantId, user, node);
  }
}

async function refresh(
  { pool, now, wake }: BackfillWorld,
  tenantId: string,
  user: BoughtUser,
  { id, firstName, lastName, defaultEmailAddress }: operations.Buyer,
): Promise<void> {
  const { resourceId, sourceId, version } = user;
  // A customer whose address was taken away is reached by the one we know.
  const email = defaultEmailAddress?.emailAddress.toLowerCase() ?? user.userName;
  const data: JsonObject = userOf(email, { customerId: id, firstName, lastName });
  if (isDeepStrictEqual(data, user.data)) return;
  const update = { id: resourceId, version, data, at: new Date(now()), urgent: false };
  const note = {
    ...{ activityId: uuidv7(), actor: 'storefront', requestId: null, message: null },
    detail: changesBetween(user.data, data),
  };
  try {
    const changed = await updateUser(
      pool,
      { tenantId, sourceId },
      { ...update, ...indexed(data) },
      note,
    );
    // Somebody was faster: the next delivery, or the sweep, looks again.
    if (changed !== null) wake(tenantId, changed.destinations);
  } catch (error) {
    // Another buyer has this address: both stay who they are.
    if (violatedUnique(error) !== 'resources_user_name') throw error;
  }
}
