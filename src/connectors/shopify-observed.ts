/** What is seen of a customer, as the engine compares it. */
import type { Observed } from '../provisioning/connector.ts';
import { isObject } from '../scim/json.ts';
import { completeContacts, membershipsOfContacts, type Send } from '../shopify/company-contacts.ts';
import { anyOfCompanies, inactiveTag, readMembership } from '../shopify/membership.ts';
import type * as operations from '../shopify/operations.generated.ts';
import { isDenied } from './shopify-companies.ts';
import { merchantsMetafields } from './shopify-metafields.ts';

type CustomerWithCompanies = NonNullable<
  operations.CustomerByIdWithCompaniesResult['customer'] &
    operations.CustomerByIdentifierWithCompaniesResult['customerByIdentifier']
>;

/** The two ways to ask for a customer. */
interface Asking {
  readonly plainly: () => Promise<operations.CustomerState | null>;
  readonly withCompanies: () => Promise<CustomerWithCompanies | null>;
}

/**
 * A customer with the memberships that are asked about. Companies cost points, so they are only looked
 * at where one of these is theirs. A shop that has lost B2B since does not keep everything else from
 * being seen.
 */
export async function seen(
  memberships: readonly string[],
  send: Send,
  ask: Asking,
): Promise<Observed | null> {
  const asked = memberships.filter((name) => anyOfCompanies([name]));
  if (asked.length > 0) {
    try {
      const customer = await ask.withCompanies();
      if (customer === null) return null;
      const contacts = await completeContacts(customer.companyContactProfiles, send);
      return observe(customer, membershipsOfContacts(contacts));
    } catch (error) {
      if (!isDenied(error)) throw error;
    }
  }
  const customer = await ask.plainly();
  if (customer === null) return null;
  return asked.length > 0 ? { ...observe(customer), unseen: asked } : observe(customer);
}

/** Of what we granted, what the customer still holds. */
export function held(observed: Observed, granted: readonly string[]): readonly string[] {
  const holds = new Set(observed.memberships.map((tag) => tag.toLowerCase()));
  return granted.filter((tag) => holds.has(tag.toLowerCase()));
}

/** A customer as the engine compares it. */
export function observe(
  customer: operations.CustomerState,
  ofCompanies: readonly string[] = [],
): Observed {
  const state = readState(customer.state?.value);
  const tagged = customer.tags.some((tag) => tag.toLowerCase() === inactiveTag);
  const place = customer.defaultAddress;
  return {
    remoteId: customer.id,
    key: customer.linkId?.value ?? null,
    email: customer.defaultEmailAddress?.emailAddress ?? null,
    active: tagged === (state.active === false) ? !tagged : null,
    erasing: state.erasing,
    version: customer.updatedAt,
    memberships: [...customer.tags.filter(isMembership), ...ofCompanies],
    attributes: {
      firstName: customer.firstName,
      lastName: customer.lastName,
      phone: customer.defaultPhoneNumber?.phoneNumber ?? null,
      locale: customer.locale,
      'address.id': place?.id ?? null,
      'address.address1': place?.address1 ?? null,
      'address.address2': place?.address2 ?? null,
      'address.city': place?.city ?? null,
      'address.provinceCode': place?.provinceCode ?? null,
      'address.zip': place?.zip ?? null,
      'address.countryCode': place?.countryCodeV2 ?? null,
      department: customer.department?.value ?? null,
      title: customer.title?.value ?? null,
      organization: customer.organization?.value ?? null,
      employeeNumber: customer.employeeNumber?.value ?? null,
      ...merchantsMetafields(customer),
    },
  };
}

/** A tag that looks like a membership in a company is none. */
function isMembership(tag: string): boolean {
  return tag.toLowerCase() !== inactiveTag && readMembership(tag).kind === 'tag';
}

function readState(value: string | undefined): {
  readonly active: boolean;
  readonly erasing: boolean;
} {
  const nothing = { active: true, erasing: false };
  if (value === undefined) return nothing;
  try {
    const state: unknown = JSON.parse(value);
    return isObject(state)
      ? { active: state.active !== false, erasing: state.erasing === true }
      : nothing;
  } catch {
    return nothing;
  }
}
