/** What the topics of customers tell of accounts. Pure. */
import type { JsonObject } from '../model.ts';
import type { RemoteChange } from '../store/remote-changes.ts';

/** A customer that was merged into another and is gone. */
export interface Merged {
  readonly remoteId: string;
  readonly intoId: string;
}

/** What one delivery tells. */
export interface Told {
  readonly changes: readonly RemoteChange[];
  readonly merged: Merged | null;
}

type Reader = (body: JsonObject) => Told;

/** When it changed is in the body; ids are JSON numbers too large to be read, hence the global one. */
const changed: Reader = (body) => ({
  changes: [{ remoteId: text(body, 'admin_graphql_api_id'), version: moment(body, 'updated_at') }],
  merged: null,
});

const deleted: Reader = (body) => ({
  changes: [{ remoteId: text(body, 'admin_graphql_api_id'), version: null }],
  merged: null,
});

const tagged: Reader = (body) => ({
  changes: [{ remoteId: text(body, 'customerId'), version: moment(body, 'occurredAt') }],
  merged: null,
});

const merged: Reader = (body) => {
  const remoteId = text(body, 'admin_graphql_api_customer_deleted_id');
  const intoId = text(body, 'admin_graphql_api_customer_kept_id');
  return {
    changes: [remoteId, intoId].map((id) => ({ remoteId: id, version: null })),
    // It is told of a merge that failed, too.
    merged: body.status === 'failed' ? null : { remoteId, intoId },
  };
};

/** Each topic of customers, with what its deliveries tell. */
export const customerTopics = {
  'customers/create': changed,
  'customers/update': changed,
  'customers/delete': deleted,
  'customers/merge': merged,
  'customer.tags_added': tagged,
  'customer.tags_removed': tagged,
} as const satisfies Readonly<Record<string, Reader>>;

/** A topic of customers. */
export type CustomerTopic = keyof typeof customerTopics;

/** Whether a topic is one of customers. */
export function isCustomerTopic(topic: string): topic is CustomerTopic {
  return Object.hasOwn(customerTopics, topic);
}

/**
 * Of several changes of an account the one that counts: the latest, and before that the one that is to
 * be looked at in any case.
 */
export function coalesce(changes: readonly RemoteChange[]): readonly RemoteChange[] {
  const latest = new Map<string, RemoteChange>();
  for (const change of changes) {
    const known = latest.get(change.remoteId);
    if (known === undefined || isLater(change.version, known.version))
      latest.set(change.remoteId, change);
  }
  return [...latest.values()];
}

function isLater(version: Date | null, known: Date | null): boolean {
  if (known === null) return false;
  return version === null || version > known;
}

function text(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`The body has no ${name}.`);
}

/** One that cannot be read is a reason to look. */
function moment(body: JsonObject, name: string): Date | null {
  const value = body[name];
  const at = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(at.getTime()) ? null : at;
}
