/**
 * Empties the shop, but for the app in it: no customers, orders, products, companies, metafields or definitions, nothing
 * left to deliver or to do.
 */
import type { Shop } from './shop.ts';

const tables = [
  'customers',
  'customer_tags',
  'address_owners',
  'metafields',
  'metafield_definitions',
  'companies',
  'company_roles',
  'company_locations',
  'company_contacts',
  'company_role_assignments',
  'products',
  'product_variants',
  'orders',
  'timeline',
  'webhook_deliveries',
  'staged_uploads',
  'upload_blocks',
  'bulk_operations',
  'bulk_results',
];

/** Ids go on counting: what was there once is never taken for something new. */
export function resetShop(shop: Shop): void {
  shop.database.transaction(() => {
    for (const table of tables) shop.database.statement(`DELETE FROM ${table}`).run();
  });
}
