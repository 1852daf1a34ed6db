/**
 * The timeline of a customer or an order: what was done to it, when, and by whom. Only the store's
 * pages show it.
 */
import type { Customer } from './customer.ts';
import type { Database } from './database.ts';
import type { Actor, Shop } from './shop.ts';

export interface TimelineEntry {
  readonly at: number;
  readonly actor: string;
  readonly message: string;
}

/** `ownerId` is a customer's or an order's. */
export function writeTimeline(shop: Shop, ownerId: number, actor: Actor, message: string): void {
  shop.database
    .statement('INSERT INTO timeline (customer_id, at, actor, message) VALUES (?, ?, ?, ?)')
    .run(ownerId, shop.now(), actor, message);
}

/** The newest entries first. */
export function readTimeline(database: Database, ownerId: number): TimelineEntry[] {
  return database
    .statement(
      'SELECT at, actor, message FROM timeline WHERE customer_id = ? ORDER BY id DESC LIMIT 100',
    )
    .all(ownerId)
    .map((row) => ({
      at: Number(row.at),
      actor: String(row.actor),
      message: String(row.message),
    }));
}

/** One sentence for what differs between two states of a customer. */
export function describeChange(before: Customer, after: Customer): string {
  const changes = [
    fieldChange('E-mail', before.email, after.email),
    fieldChange('Phone', before.phone, after.phone),
    fieldChange('First name', before.firstName, after.firstName),
    fieldChange('Last name', before.lastName, after.lastName),
    fieldChange('Language', before.locale, after.locale),
    fieldChange('Note', before.note, after.note),
    fieldChange('Account', before.state, after.state),
    fieldChange(
      'E-mail marketing',
      before.emailConsent.marketingState,
      after.emailConsent.marketingState,
    ),
    listChange('Tags added', after.tags, before.tags),
    listChange('Tags removed', before.tags, after.tags),
    JSON.stringify(before.addresses) === JSON.stringify(after.addresses)
      ? null
      : 'Addresses changed',
    before.defaultAddressId === after.defaultAddressId ? null : 'Default address changed',
  ];
  return changes.filter(Boolean).join(' · ') || 'Details changed';
}

function fieldChange(label: string, before: unknown, after: unknown): string | null {
  return before === after ? null : `${label}: ${before ?? '–'} → ${after ?? '–'}`;
}

function listChange(
  label: string,
  list: readonly string[],
  without: readonly string[],
): string | null {
  const added = list.filter((item) => !without.includes(item));
  return added.length === 0 ? null : `${label}: ${added.join(', ')}`;
}
