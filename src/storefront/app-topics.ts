/** What a shop tells of the app itself: that it was uninstalled, and what it may do. */
import type { JsonObject } from '../model.ts';
import { putScopes, uninstall } from '../store/uninstall.ts';
import type { Handler, HandlerWorld, ReadDelivery } from './handler.ts';

/** The topics. */
export const appTopics = { 'app/uninstalled': true, 'app/scopes_update': true } as const;

/** Works on them. */
export const appChanged: Handler = { name: 'app', work };

async function work(
  { pool }: HandlerWorld,
  tenantId: string,
  deliveries: readonly ReadDelivery[],
): Promise<readonly string[]> {
  for (const { topic, body, triggeredAt, receivedAt } of deliveries) {
    if (topic === 'app/uninstalled')
      await uninstall(pool, tenantId, {
        at: triggeredAt ?? receivedAt,
        connector: 'shopify',
        reason:
          'The app was uninstalled from the shop: nothing is done any more. Install it again and open it, and everything goes on.',
      });
    else await putScopes(pool, tenantId, scopesOf(body), 'shopify');
  }
  return [];
}

function scopesOf({ current }: JsonObject): readonly string[] {
  if (Array.isArray(current) && current.every((scope) => typeof scope === 'string')) return current;
  throw new Error('The body does not say which scopes there are now.');
}
