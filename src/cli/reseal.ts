/** The key that stored secrets are sealed with, on the command line. */
import { resealAll } from '../directory/reseal.ts';
import type { SealedAt } from '../store/sealed.ts';
import { type Context, secretsOf, type Verdict } from './context.ts';

/** `reseal`. */
export async function resealCommand({ config, database }: Context): Promise<Verdict> {
  const { resealed, unchanged, unreadable } = await resealAll(
    database.pool,
    await secretsOf(config),
  );
  const lines = [
    `${resealed} sealed with ROLLCALL_ENCRYPTION_KEY now, ${unchanged} were already.`,
    ...unreadable.map(mendOf),
    unreadable.length === 0 ? 'ROLLCALL_OLD_ENCRYPTION_KEYS is not needed any more.' : [],
  ].flat();
  return { text: lines.join('\n'), failed: unreadable.length > 0 };
}

function mendOf({ table, tenantId, id }: SealedAt): string {
  switch (table) {
    case 'destinations':
      return `The secrets of destination ${id} of tenant ${tenantId} open with no key there is: enter them again (rollcall destination set).`;
    case 'notice_settings':
      return `The webhook secret of tenant ${tenantId} opens with no key there is: make a new one (rollcall notice settings).`;
    case 'installations':
      return `The app's tokens of tenant ${tenantId} open with no key there is: have somebody open the app in Shopify.`;
  }
}
