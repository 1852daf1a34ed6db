import { appChanged, appTopics } from './app-topics.ts';
import { complianceTopics } from './compliance.ts';
import { customersChanged } from './customers.ts';
import type { Handler } from './handler.ts';
import { ordersChanged, orderTopics } from './orders.ts';
import { productsChanged } from './products.ts';
import { customerTopics } from './told.ts';

/** Who works on which topic. What is not here is stored and ignored. */
const handlers = {
  ...ofEach(customerTopics, customersChanged),
  ...ofEach(orderTopics, ordersChanged),
  ...ofEach(appTopics, appChanged),
  ...complianceTopics,
  'products/update': productsChanged,
  'products/delete': productsChanged,
} satisfies Readonly<Record<string, Handler>>;

const known: ReadonlyMap<string, Handler> = new Map(Object.entries(handlers));

/** Who works on a topic; `null`: nobody. */
export function handlerOf(topic: string): Handler | null {
  return known.get(topic) ?? null;
}

/** All that somebody works on, in order. */
export function handledTopics(): readonly string[] {
  return [...known.keys()].sort();
}

function ofEach<Topic extends string>(
  topics: Readonly<Record<Topic, unknown>>,
  handler: Handler,
): Readonly<Record<string, Handler>> {
  return Object.fromEntries(Object.keys(topics).map((topic) => [topic, handler]));
}
