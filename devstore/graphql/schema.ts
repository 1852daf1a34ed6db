/**
 * Shopify's official schema, made executable. What has no resolver here answers that it is not
 * implemented.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  buildClientSchema,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { Context, Fields } from './context.ts';
import { accessDenied, notImplemented } from './errors.ts';
import { addressFields } from './fields/address.ts';
import { bulkOperationFields } from './fields/bulk-operation.ts';
import {
  companyContactFields,
  companyFields,
  companyLocationFields,
  companyRoleFields,
  roleAssignmentFields,
} from './fields/company.ts';
import { customerFields } from './fields/customer.ts';
import { metafieldDefinitionFields, metafieldFields } from './fields/metafield.ts';
import { lineItemFields, orderFields, refundFields, refundLineFields } from './fields/order.ts';
import { productFields, variantFields } from './fields/product.ts';
import { addressMutations } from './mutations/addresses.ts';
import { bulkOperationMutations } from './mutations/bulk-operations.ts';
import { companyMutations } from './mutations/companies.ts';
import { companyContactMutations } from './mutations/company-contacts.ts';
import { consentMutations } from './mutations/consent.ts';
import { customerSetMutations } from './mutations/customer-set.ts';
import { customerMutations } from './mutations/customers.ts';
import { erasureMutations } from './mutations/erasure.ts';
import { metafieldMutations } from './mutations/metafields.ts';
import { stagedUploadMutations } from './mutations/staged-uploads.ts';
import { tagMutations } from './mutations/tags.ts';
import { bulkOperationQueries } from './queries/bulk-operations.ts';
import { companyQueries } from './queries/companies.ts';
import { customerQueries } from './queries/customers.ts';
import { metafieldQueries } from './queries/metafields.ts';
import { nodeQueries } from './queries/nodes.ts';
import { orderQueries } from './queries/orders.ts';
import { productQueries } from './queries/products.ts';
import { shopQueries } from './queries/shop.ts';

/** The version of the API the schema describes. */
export const apiVersion = '2026-10';

const introspectionFile = new URL(
  `../../src/shopify/schema/admin-${apiVersion}.introspection.json.gz`,
  import.meta.url,
);

let loaded: GraphQLSchema | undefined;

/** The executable schema; built once for the process, as it holds no state of any store. */
export function storeSchema(): GraphQLSchema {
  loaded ??= buildStoreSchema();
  return loaded;
}

function buildStoreSchema(): GraphQLSchema {
  const introspection = JSON.parse(gunzipSync(readFileSync(introspectionFile)).toString());
  const schema = buildClientSchema(introspection.data, { assumeValid: true });
  addDateTime(schema);
  addFields(schema, 'Customer', customerFields);
  addFields(schema, 'MailingAddress', addressFields);
  addFields(schema, 'Company', companyFields);
  addFields(schema, 'CompanyContact', companyContactFields);
  addFields(schema, 'CompanyContactRole', companyRoleFields);
  addFields(schema, 'CompanyContactRoleAssignment', roleAssignmentFields);
  addFields(schema, 'CompanyLocation', companyLocationFields);
  addFields(schema, 'Metafield', metafieldFields);
  addFields(schema, 'MetafieldDefinition', metafieldDefinitionFields);
  addFields(schema, 'BulkOperation', bulkOperationFields);
  addFields(schema, 'Order', orderFields);
  addFields(schema, 'LineItem', lineItemFields);
  addFields(schema, 'Refund', refundFields);
  addFields(schema, 'RefundLineItem', refundLineFields);
  addFields(schema, 'Product', productFields);
  addFields(schema, 'ProductVariant', variantFields);
  addRoot(schema, 'QueryRoot', {
    ...bulkOperationQueries,
    ...customerQueries,
    ...companyQueries,
    ...metafieldQueries,
    ...nodeQueries,
    ...orderQueries,
    ...productQueries,
    ...shopQueries,
  });
  addRoot(schema, 'Mutation', {
    ...customerSetMutations,
    ...customerMutations,
    ...addressMutations,
    ...tagMutations,
    ...metafieldMutations,
    ...consentMutations,
    ...erasureMutations,
    ...companyMutations,
    ...companyContactMutations,
    ...stagedUploadMutations,
    ...bulkOperationMutations,
  });
  return schema;
}

/** Takes the field from its source; a field the source does not have is not implemented. */
export const resolveProperty: GraphQLFieldResolver<
  Readonly<Record<string, unknown>> | undefined,
  Context
> = (source, _args, _context, info) => {
  const value = source?.[info.fieldName];
  if (value === undefined) throw notImplemented(`${info.parentType.name}.${info.fieldName}`);
  return value;
};

function addFields<Source>(schema: GraphQLSchema, typeName: string, fields: Fields<Source>): void {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`The schema has no object type ${typeName}`);
  for (const [name, resolve] of Object.entries(fields)) {
    const field = type.getFields()[name];
    if (!field) throw new Error(`The schema has no field ${typeName}.${name}`);
    field.resolve = resolve;
  }
}

function addRoot(schema: GraphQLSchema, typeName: string, fields: Fields<undefined>): void {
  const guarded = Object.entries(fields).map(
    ([name, resolve]) => [name, withFault(name, resolve)] as const,
  );
  addFields(schema, typeName, Object.fromEntries(guarded));
}

function withFault(
  name: string,
  resolve: GraphQLFieldResolver<undefined, Context>,
): GraphQLFieldResolver<undefined, Context> {
  return (source, args, context, info) => {
    const { fault } = context;
    if (!fault || (fault.field !== null && fault.field !== name))
      return resolve(source, args, context, info);
    if (fault.kind === 'access-denied') throw accessDenied(name);
    return userErrorPayload(info.returnType, fault.error);
  };
}

/** A payload in which everything is null but the one `userErrors`. */
function userErrorPayload(
  type: Parameters<GraphQLFieldResolver<undefined, Context>>[3]['returnType'],
  error: object,
): object {
  if (!isObjectType(type) || !type.getFields().userErrors)
    throw new GraphQLError('This field has no userErrors to answer with.');
  const empty = Object.keys(type.getFields()).map((name) => [name, null] as const);
  return { ...Object.fromEntries(empty), userErrors: [error] };
}

function addDateTime(schema: GraphQLSchema): void {
  const type = schema.getType('DateTime');
  if (!isScalarType(type)) throw new Error('The schema has no scalar DateTime');
  type.coerceInputValue = (value) => {
    if (typeof value === 'string' && /^\d{4}-/.test(value) && !Number.isNaN(Date.parse(value)))
      return value;
    throw new GraphQLError(`invalid DateTime '${String(value)}'`);
  };
}
