/**
 * The bodies of the customer topics. Since API version 2025-01 they carry neither tags nor consent
 * nor counts of orders; ids are JSON numbers and `admin_graphql_api_id` is the safe one.
 */
import { type Address, addressName } from './addresses.ts';
import { type Customer, defaultAddress } from './customer.ts';
import { globalId } from './global-id.ts';
import { isoTime } from './time.ts';

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
