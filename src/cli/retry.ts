/** People who wait for somebody to act, looked at again on the operator's word. */
import type { Database } from '../store/database.ts';
import { destinationsOf } from '../store/destinations.ts';
import { type Respread, respread } from '../store/link-spread.ts';
import { allTenants } from '../store/tenants.ts';
import type { Context } from './context.ts';

const retryPage = 1_000;

/** `retry`. */
export async function retryCommand({ database: { pool } }: Context): Promise<string> {
  for (const { tenantId } of await allTenants(pool))
    await lookAgain(pool, tenantId, { kind: 'attention' });
  return 'Everybody who was held or rejected is looked at again.';
}

/** Marks them due; a running Rollcall finds them within a second, another one when it starts. */
export async function lookAgain(
  pool: Database['pool'],
  tenantId: string,
  who: Respread,
): Promise<void> {
  for (const { id: destinationId } of await destinationsOf(pool, tenantId)) {
    let after: string | null = null;
    do {
      after = await respread(pool, { tenantId, destinationId }, who, after, retryPage);
    } while (after !== null);
  }
}
