/** People who wait for somebody to act, looked at again on the operator's word. */
import { destinationIdsOf } from '../store/destinations.ts';
import { insertSpread, type Spread } from '../store/spreads.ts';
import type { Queryable } from '../store/statement.ts';
import { allTenants } from '../store/tenants.ts';
import type { Context } from './context.ts';

/** `retry`. */
export async function retryCommand({ database: { pool } }: Context): Promise<string> {
  for (const { tenantId } of await allTenants(pool))
    await lookAgain(pool, tenantId, { kind: 'attention' });
  return 'Everybody who was held or rejected is looked at again.';
}

/** Asks for it; a running Rollcall does it within a second, another one when it starts. */
export async function lookAgain(db: Queryable, tenantId: string, what: Spread): Promise<void> {
  for (const destinationId of await destinationIdsOf(db, tenantId))
    await insertSpread(db, { tenantId, destinationId }, what);
}
