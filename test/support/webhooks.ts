/** Webhooks as a test sends them itself, and what became of them. */
import { createHmac, randomUUID } from 'node:crypto';
import { waitFor } from './wait.ts';
import { type Answer, clientSecret, request, type World } from './world.ts';

/** A delivery; what is left out is as the development store would send it. */
export interface SentWebhook {
  readonly topic?: string;
  readonly shop?: string;
  readonly id?: string;
  readonly secret?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a delivery to a Rollcall. */
export async function sendWebhook(origin: string, sent: SentWebhook): Promise<Answer> {
  const { topic = 'customers/update', shop = 'test.myshopify.com', secret = clientSecret } = sent;
  const body = sent.body ?? customerChanged('gid://shopify/Customer/1');
  return request(`${origin}/webhooks/shopify`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': shop,
      'x-shopify-webhook-id': sent.id ?? randomUUID(),
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
      ...sent.headers,
    },
  });
}

/** The body of a `customers/update`. */
export function customerChanged(remoteId: string, updatedAt = new Date()): string {
  return JSON.stringify({ admin_graphql_api_id: remoteId, updated_at: updatedAt.toISOString() });
}

/** A delivery as it is stored. */
export interface StoredDelivery {
  readonly topic: string;
  readonly state: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly body: string;
}

/** Everything in the inbox, in the order it came. */
export async function inboxOf({ pool }: Pick<World, 'pool'>): Promise<readonly StoredDelivery[]> {
  const { rows } = await pool.query<StoredDelivery>(
    'select topic, state, attempts, error, body from inbox order by id',
  );
  return rows;
}

/** Waits until at least so many deliveries came in and all are worked off. */
export async function inboxEmpty(world: Pick<World, 'pool'>, atLeast = 0): Promise<void> {
  await waitFor(`${atLeast} webhooks to be worked off`, async () => {
    const all = await inboxOf(world);
    return all.length >= atLeast && all.every(({ state }) => state !== 'waiting');
  });
}

/** Waits until the store has delivered everything and all of it is worked off. */
export async function toldAll(world: Pick<World, 'pool' | 'store' | 'settled'>): Promise<void> {
  await waitFor('the store to have told everything', async () => {
    const { body } = await world.store.dev('GET', 'webhooks');
    return body.pending.length === 0;
  });
  await inboxEmpty(world);
  await world.settled();
}
