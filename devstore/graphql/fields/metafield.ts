/** `Metafield` and `MetafieldDefinition`. */
import { findCustomer } from '../../shop/customer-rows.ts';
import { globalId } from '../../shop/global-id.ts';
import { findDefinition, type MetafieldDefinition } from '../../shop/metafield-definitions.ts';
import { type Metafield, metafieldDigest } from '../../shop/metafields.ts';
import { isoTime } from '../../shop/time.ts';
import type { Fields } from '../context.ts';

export const metafieldFields: Fields<Metafield> = {
  id: ({ id }) => globalId('Metafield', id),
  legacyResourceId: ({ id }) => String(id),
  compareDigest: metafieldDigest,
  jsonValue: ({ type, value }) => (isJson(type) ? JSON.parse(value) : value),
  sizeInBytes: ({ value }) => Buffer.byteLength(value),
  owner: ({ ownerId }, _args, { shop }) => findCustomer(shop.database, ownerId),
  definition: (metafield, _args, { shop }) =>
    findDefinition(shop.database, metafield.ownerType, metafield) ?? null,
  createdAt: ({ createdAt }) => isoTime(createdAt),
  updatedAt: ({ updatedAt }) => isoTime(updatedAt),
};

function isJson(type: string): boolean {
  return ['json', 'boolean', 'number_integer'].includes(type) || type.startsWith('list.');
}

export const metafieldDefinitionFields: Fields<MetafieldDefinition> = {
  id: ({ id }) => globalId('MetafieldDefinition', id),
  type: ({ type }) => ({ name: type, category: typeCategory(type) }),
  capabilities: ({ uniqueValues, adminFilterable }) => ({
    uniqueValues: { enabled: uniqueValues, eligible: true },
    adminFilterable: {
      enabled: adminFilterable,
      eligible: true,
      status: adminFilterable ? 'FILTERABLE' : 'NOT_FILTERABLE',
    },
    smartCollectionCondition: { enabled: false, eligible: false },
  }),
  metafieldsCount: ({ ownerType, namespace, key }, _args, { shop }) =>
    Number(
      shop.database
        .statement(
          `SELECT count(*) AS total FROM metafields
           WHERE owner_type = ? AND namespace = ? AND key = ?`,
        )
        .get(ownerType, namespace, key)?.total,
    ),
  validations: () => [],
  validationStatus: () => 'ALL_VALID',
  constraints: () => null,
  pinnedPosition: () => null,
  standardTemplate: () => null,
  useAsCollectionCondition: () => false,
};

const categories: Readonly<Record<string, string>> = {
  boolean: 'TRUE_FALSE',
  color: 'COLOR',
  date: 'DATE_TIME',
  date_time: 'DATE_TIME',
  id: 'ID',
  json: 'JSON',
  money: 'MONEY',
  number_decimal: 'NUMBER',
  number_integer: 'NUMBER',
  rating: 'RATING',
  url: 'URL',
};

function typeCategory(type: string): string {
  const element = type.replace(/^list\./, '');
  if (element.endsWith('_reference')) return 'REFERENCE';
  return categories[element] ?? (element.endsWith('_text_field') ? 'TEXT' : 'MEASUREMENT');
}
