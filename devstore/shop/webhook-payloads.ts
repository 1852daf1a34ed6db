/**
 * The bodies of the topics. Those of customers: since API version 2025-01 they carry neither tags nor consent
 * nor counts of orders; ids are JSON numbers and `admin_graphql_api_id` is the safe one.
 */
import { type Address, addressName } from './addresses.ts';
import type { BulkEnd, BulkOperation } from './bulk-operations.ts';
import { type Customer, defaultAddress } from './customer.ts';
import { globalId } from './global-id.ts';
import type { Shop } from './shop.ts';
import { isoTime } from './time.ts';
import type { Message } from './webhook-outbox.ts';

/** `customers/create` and `customers/update`. */
export function customerPayload(customer: Customer): object {
  const standard = defaultAddress(customer);
  return {
    id: customer.id,
    created_at: isoTime(customer.createdAt),
    updated_at: isoTime(customer.updatedAt),
    first_name: customer.firstName,
    last_name: customer.lastName,
    state: customer.state.toLowerCase(),
    note: customer.note,
    verified_email: true,
    multipass_identifier: customer.multipassIdentifier,
    tax_exempt: customer.taxExempt,
    email: customer.email,
    phone: customer.phone,
    currency: 'USD',
    addresses: customer.addresses.map((address) => addressPayload(customer, address)),
    tax_exemptions: customer.taxExemptions,
    admin_graphql_api_id: globalId('Customer', customer.id),
    ...(standard ? { default_address: addressPayload(customer, standard) } : {}),
  };
}

/** `customers/delete`. */
export function customerDeletePayload(customer: Customer): object {
  return {
    id: customer.id,
    phone: customer.phone,
    addresses: [],
    tax_exemptions: customer.taxExemptions,
    admin_graphql_api_id: globalId('Customer', customer.id),
  };
}

/**
 * `customer.tags_added` and `customer.tags_removed`, for what differs between two states. No other
 * topic says anything of tags.
 */
export function tagMessages(before: Customer | null, after: Customer): Message[] {
  const payload = (tags: readonly string[]) => ({
    customerId: globalId('Customer', after.id),
    tags,
    occurredAt: isoTime(after.updatedAt),
  });
  const held = before?.tags ?? [];
  const added = after.tags.filter((tag) => !held.includes(tag));
  const removed = held.filter((tag) => !after.tags.includes(tag));
  return [
    ...(added.length > 0 ? [['customer.tags_added', payload(added)] as const] : []),
    ...(removed.length > 0 ? [['customer.tags_removed', payload(removed)] as const] : []),
  ];
}

/** `customers/merge` of a merge that is done. */
export function customerMergePayload(merge: { kept: Customer; deleted: Customer }): object {
  return {
    admin_graphql_api_customer_kept_id: globalId('Customer', merge.kept.id),
    admin_graphql_api_customer_deleted_id: globalId('Customer', merge.deleted.id),
    // Staff's own merges have no job that an app could ask for.
    admin_graphql_api_job_id: null,
    status: 'completed',
    errors: [],
  };
}

/** `bulk_operations/finish`: a hint without an address; the operation itself says where it is. */
export function bulkFinishPayload(shop: Shop, operation: BulkOperation, end: BulkEnd): object {
  const completed = end.status === 'COMPLETED' || end.status === 'EXPIRED';
  return {
    admin_graphql_api_id: globalId('BulkOperation', operation.id),
    completed_at: completed ? isoTime(shop.now()) : null,
    created_at: isoTime(operation.createdAt),
    error_code: end.status === 'FAILED' ? end.errorCode.toLowerCase() : null,
    status: end.status.toLowerCase(),
    type: operation.type.toLowerCase(),
  };
}

function addressPayload(customer: Customer, address: Address): object {
  return {
    id: address.id,
    customer_id: customer.id,
    first_name: address.firstName,
    last_name: address.lastName,
    company: address.company,
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    province: address.province,
    country: address.country,
    zip: address.zip,
    phone: address.phone,
    name: addressName(address) ?? '',
    province_code: address.provinceCode,
    country_code: address.countryCode,
    country_name: address.country,
    default: address.id === customer.defaultAddressId,
  };
}
