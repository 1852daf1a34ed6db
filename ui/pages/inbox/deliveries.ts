/** Webhook deliveries, as the admin API tells them. */

/** What became of one. */
export type DeliveryState = 'waiting' | 'done' | 'ignored' | 'dead';

/** A delivery. */
export interface Delivery {
  readonly id: string;
  readonly topic: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly error: string | null;
  readonly receivedAt: string;
  readonly doneAt: string | null;
}

/** A page of them. */
export interface Deliveries {
  readonly deliveries: readonly Delivery[];
}

/** The states with their names and colours. */
export const stateWords = {
  dead: { name: 'Given up', tone: 'critical' },
  waiting: { name: 'Waiting', tone: 'info' },
  done: { name: 'Handled', tone: 'success' },
  ignored: { name: 'Not needed', tone: 'neutral' },
} as const satisfies Readonly<Record<DeliveryState, object>>;

/** Whether it names one. */
export function isState(name: string | null): name is DeliveryState {
  return name !== null && Object.hasOwn(stateWords, name);
}

/** What topics tell of, for a merchant; others go by their names. */
const topics: Readonly<Record<string, string>> = {
  'customers/create': 'A customer was created',
  'customers/update': 'A customer was changed',
  'customer.tags_added': 'A customer got a tag',
  'customer.tags_removed': 'A customer lost a tag',
  'customers/delete': 'A customer was deleted',
  'customers/merge': 'Customers were merged',
  'orders/create': 'An order was placed',
  'orders/paid': 'An order was paid',
  'orders/updated': 'An order was changed',
  'orders/edited': 'An order was edited',
  'orders/cancelled': 'An order was cancelled',
  'orders/delete': 'An order was deleted',
  'refunds/create': 'An order was refunded',
  'disputes/create': 'A payment is disputed',
  'disputes/update': 'A disputed payment was decided',
  'app/uninstalled': 'The app was uninstalled',
  'app/scopes_update': 'What the app may do was changed',
  'customers/data_request': 'A customer asks for their data',
  'customers/redact': 'A customer is to be erased',
  'shop/redact': 'The shop is to be erased',
};

/** What a delivery tells of. */
export function topicWords(topic: string): string {
  return topics[topic] ?? topic;
}
