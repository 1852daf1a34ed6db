/**
 * Shopify as a destination: a person is a customer, a membership is a customer tag, or being a contact
 * of a company, or a role there (`shopify/membership.ts`).
 *
 * Customers carry our key in an app-owned metafield of the type `id`, by which `customerSet` upserts
 * (https://shopify.dev/docs/apps/build/custom-data/metafields/working-with-custom-ids). Lists that
 * `customerSet` would replace (tags, addresses) are never given to it. Shopify has no way to disable
 * a customer, so an inactive one carries a tag and a state metafield, both reversible.
 *
 * Long, and one thing: everything that is written to Shopify, in the order it is. What is seen there, what
 * its refusals mean and how companies are told of are in the files beside it.
 */
import {
  type CountryCode as PhoneCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type {
  Account,
  AccountPage,
  Attributes,
  Bulk,
  Call,
  CataloguePage,
  Change,
  Connector,
  ConnectorIo,
  Leave,
  Left,
  MappingRule,
  Match,
  Observed,
  Person,
  Refusal,
  Settings,
  Target,
} from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { type AdminClient, createAdminClient } from '../shopify/admin-client.ts';
import type { BulkShop } from '../shopify/bulk-operation.ts';
import type { Send } from '../shopify/company-contacts.ts';
import { anyOfCompanies, complaintAbout, completed, inactiveTag } from '../shopify/membership.ts';
import * as operations from '../shopify/operations.generated.ts';
import { shopAccess } from '../shopify/shop-access.ts';
import { ShopifyFailure } from '../shopify/shopify-failure.ts';
import { despite, refusal, restated } from './despite.ts';
import { createInBulk } from './shopify-bulk.ts';
import {
  grantOrTell,
  isDenied,
  pickable,
  revokeOrTell,
  sorted,
  withoutB2b,
} from './shopify-companies.ts';
import { handedOn } from './shopify-handed-on.ts';
import { listCustomers } from './shopify-listing.ts';
import {
  asking,
  complaintAboutMetafield,
  defineMetafields,
  type MetafieldValue,
  metafieldLabels,
  metafieldPrefix,
  metafieldValues,
  ourMetafield,
} from './shopify-metafields.ts';
import { held, observe, seen } from './shopify-observed.ts';
import { refuse } from './shopify-verdicts.ts';
import { versionAfter } from './shopify-versions.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const core = ['firstName', 'lastName', 'phone', 'locale'] as const;
const address = ['address1', 'address2', 'city', 'provinceCode', 'zip', 'countryCode'] as const;
const addressPrefix = 'address.';

const mapping: readonly MappingRule[] = [
  { to: 'firstName', from: 'name.givenName' },
  { to: 'lastName', from: 'name.familyName' },
  { to: 'phone', from: ['phoneNumbers[type eq "mobile"].value', 'phoneNumbers.value'] },
  { to: 'locale', from: ['preferredLanguage', 'locale'], transform: 'language' },
  { to: 'address.address1', from: 'addresses.streetAddress', transform: 'firstLine' },
  { to: 'address.address2', from: 'addresses.streetAddress', transform: 'otherLines' },
  { to: 'address.city', from: 'addresses.locality' },
  { to: 'address.provinceCode', from: 'addresses.region', transform: 'region' },
  { to: 'address.zip', from: 'addresses.postalCode' },
  { to: 'address.countryCode', from: 'addresses.country', transform: 'country' },
  { to: 'department', from: `${enterprise}:department` },
  { to: 'title', from: 'title' },
  { to: 'organization', from: `${enterprise}:organization` },
  { to: 'employeeNumber', from: `${enterprise}:employeeNumber` },
];

/** As Shopify's admin calls them. */
const labels = {
  firstName: { label: 'First name' },
  lastName: { label: 'Last name' },
  phone: { label: 'Phone number' },
  locale: { label: 'Language' },
  'address.address1': { label: 'Address' },
  'address.address2': { label: 'Apartment, suite, etc.' },
  'address.city': { label: 'City' },
  'address.provinceCode': { label: 'State or province' },
  'address.zip': { label: 'Postal code' },
  'address.countryCode': { label: 'Country' },
  ...metafieldLabels,
};

/** Customers of a Shopify store. */
export const shopify = {
  name: 'shopify',
  title: 'Shopify customers',
  fields: [
    {
      name: 'shop',
      label: 'Shop domain',
      help: 'For example example.myshopify.com.',
      secret: false,
      required: true,
    },
    {
      name: 'origin',
      label: 'Address',
      help: 'Only where a shop with an access token of its own answers elsewhere than at its domain.',
      secret: false,
      required: false,
      address: true,
    },
    {
      name: 'accessToken',
      label: 'Admin API access token',
      help: 'Only for an app that the shop made for itself, with read_customers and write_customers. Where the Rollcall app is installed it has tokens of its own.',
      secret: true,
      required: false,
    },
  ],
  concurrency: 8,
  keyed: true,
  mapping,
  labels,
  match: ['key', 'email'],
  sells: true,
  lists: true,
  membershipHelp:
    'A customer tag; or company:<number> for a contact of a company, company:<number>/location:<number>/role:<number> for a role in one of its locations.',
  checkMembership: complaintAbout,
  otherAttributes: {
    prefix: metafieldPrefix,
    label: 'Metafield',
    help: 'Its namespace and key, like custom.cost_center. Where the store has none of that name, one for a single line of text is made.',
    check: complaintAboutMetafield,
  },
  normalise,
  connect: (settings, io) => new ShopifyTarget(settings, io),
} satisfies Connector;

const longestName = 255;
const mailbox = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** Shopify's own forms: e-mail lower-cased without white space, phones in E.164, a role with its contact. */
function normalise(account: Account): { account: Account; refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  const email = account.email.replaceAll(/\s/g, '').toLowerCase();
  if (!mailbox.test(email) || email.length > longestName) {
    refusals.push({
      path: 'emails',
      message: `Shopify would not take ${account.email} as an e-mail address.`,
      optional: false,
    });
  }
  for (const name of ['firstName', 'lastName'] as const) {
    const value = account.attributes[name];
    if (value != null && value.length > longestName) {
      refusals.push({
        path: 'name',
        message: `Shopify takes at most ${longestName} characters for a name.`,
        optional: false,
      });
    }
  }
  const phone = normalisePhone(account.attributes, refusals);
  const attributes = phone === undefined ? account.attributes : { ...account.attributes, phone };
  const memberships = completed(account.memberships);
  return { account: { ...account, email, attributes, memberships }, refusals };
}

function normalisePhone(attributes: Attributes, refusals: Refusal[]): string | null | undefined {
  const given = attributes.phone;
  if (given == null) return given;
  // The country is only asked where the number does not begin with one.
  const country = attributes['address.countryCode'] ?? undefined;
  const parsed = parsePhoneNumberFromString(given, country as PhoneCountry | undefined);
  if (parsed?.isValid()) return parsed.number;
  refusals.push({
    path: 'phoneNumbers',
    message: `Shopify would not take ${given} as a phone number: write it with its country, like +14155550123.`,
    optional: true,
  });
  return null;
}

/** A connected shop. A class because what it has prepared there lives as long as it does. */
class ShopifyTarget implements Target {
  readonly bulk: Bulk;
  readonly #pages: string;
  readonly #admin: AdminClient;
  readonly #now: () => number;
  readonly #transfer: typeof fetch;
  readonly #attributes: readonly string[];
  readonly #asking: ReturnType<typeof asking>;
  #prepared = false;
  #companiesSeen = false;

  constructor(settings: Settings, io: ConnectorIo) {
    this.#now = io.now;
    this.#attributes = io.attributes ?? [];
    this.#asking = asking(this.#attributes);
    this.#pages =
      settings.origin ||
      `https://admin.shopify.com/store/${settings.shop?.replace('.myshopify.com', '')}`;
    this.#admin = createAdminClient({
      ...shopAccess(settings, io.app),
      fetch: io.fetch,
      timeoutMs: io.requestMs,
      log: io.log,
      allowance: io.allowance,
    });
    this.#transfer = io.transfer;
    this.bulk = createInBulk(customerInput, (call) => this.#bulkShop(call));
  }

  async test(call: Call): Promise<void> {
    if (!this.#prepared) await this.#prepare(call);
    if (this.#companiesSeen || !anyOfCompanies(call.memberships ?? [])) return;
    try {
      await this.#send(operations.CompaniesProbe, {}, call);
    } catch (error) {
      throw isDenied(error) ? withoutB2b(error) : error;
    }
    this.#companiesSeen = true;
  }

  async #prepare(call: Call): Promise<void> {
    await defineMetafields(this.#attributes, this.#sender(call));
    this.#prepared = true;
  }

  accountUrl(remoteId: string): string {
    return `${this.#pages}/customers/${remoteId.split('/').at(-1)}`;
  }

  async read(remoteId: string, call: Call): Promise<Observed | null> {
    return seen(call.memberships ?? [], this.#sender(call), {
      plainly: async () =>
        (await this.#send(operations.CustomerById, { id: remoteId }, call)).customer,
      withCompanies: async () =>
        (await this.#send(operations.CustomerByIdWithCompanies, { id: remoteId }, call)).customer,
    });
  }

  async readMany(ids: readonly string[], call: Call): Promise<ReadonlyMap<string, Observed>> {
    const { nodes } = await this.#send(operations.CustomersByIds, { ids }, call);
    const found = nodes.flatMap((node) => (node?.__typename === 'Customer' ? observe(node) : []));
    return new Map(found.map((observed) => [observed.remoteId, observed]));
  }

  async find(person: Person, by: readonly Match[], call: Call): Promise<readonly Observed[]> {
    const found = new Map<string, Observed>();
    for (const match of by) {
      const observed = await this.#findBy(match, person, call).catch((error: unknown) => {
        // Before our metafields are defined, nobody can carry our key.
        if (match === 'key' && error instanceof DestinationError && isUndefined(error)) return null;
        throw error;
      });
      if (observed !== null) found.set(observed.remoteId, observed);
    }
    return [...found.values()];
  }

  async #findBy(match: Match, person: Person, call: Call): Promise<Observed | null> {
    const identifier = identifierOf(person, match);
    if (identifier === null) return null;
    return seen(call.memberships ?? [], this.#sender(call), {
      plainly: async () =>
        (await this.#send(operations.CustomerByIdentifier, { identifier }, call))
          .customerByIdentifier,
      withCompanies: async () =>
        (await this.#send(operations.CustomerByIdentifierWithCompanies, { identifier }, call))
          .customerByIdentifier,
    });
  }

  async *list(
    after: string | null,
    call: Call,
    how: 'by pages' | 'as is cheaper',
  ): AsyncGenerator<AccountPage> {
    // To start an export is a mutation for Shopify, and changes nothing there.
    const reading = { ...call, beforeWrite: async () => undefined };
    try {
      const whole = this.#asking(operations.CustomersExport);
      yield* listCustomers(this.#bulkShop(reading), after, { how, whole });
    } catch (error) {
      throw handedOn(error);
    }
  }

  listTells(membership: string): boolean {
    return !anyOfCompanies([membership]);
  }

  async create(account: Account, call: Call): Promise<string> {
    const { customerSet } = await this.#send(
      operations.CustomerSet,
      {
        identifier: { customId: { key: 'link_id', value: account.key } },
        input: { email: account.email, ...only(account.attributes, core) },
      },
      call,
    );
    refuse(customerSet?.userErrors);
    const customer = customerSet?.customer;
    if (customer == null)
      throw new DestinationError('transient', 'Shopify gave no customer back.', {
        unknownOutcome: true,
      });
    try {
      await this.#furnish(customer, account, call);
    } catch (error) {
      throw error instanceof DestinationError ? restated(error, { made: customer.id }) : error;
    }
    return customer.id;
  }

  /**
   * Writes what `customerSet` does not take; the memberships first, as what was paid for should not
   * wait for an address that Shopify refuses. The metafields last: their answer says when that was.
   */
  async #furnish(
    { id, defaultAddress }: NewCustomer,
    { memberships, attributes }: Account,
    call: Call,
  ): Promise<void> {
    const { tags, companies } = sorted(memberships);
    await this.#tag(id, tags, [], call);
    const refused = await grantOrTell(id, companies, this.#sender(call));
    const place = { id: defaultAddress?.id ?? null, attributes: {} };
    await despite(refused, async () => {
      const unplaced = await refusal(() =>
        this.#writeAddress(id, place, attributes, attributes, call),
      );
      await despite(unplaced, () => this.#writeMetafields(id, metafieldValues(attributes), call));
    });
  }

  async update(observed: Observed, account: Account, change: Change, call: Call): Promise<void> {
    const id = observed.remoteId;
    if (change.cancelErasure) {
      const { customerCancelDataErasure } = await this.#send(
        operations.CustomerCancelDataErasure,
        { customerId: id },
        call,
      );
      refuse(
        customerCancelDataErasure?.userErrors.filter(({ code }) => code !== 'NOT_BEING_ERASED'),
      );
    }
    const values = [...metafieldValues(change.attributes)];
    if (change.claim) values.push(ourMetafield('link_id', account.key));
    // Written also where only the erasure is called off: the state is what remembers it.
    if (change.active !== undefined || change.cancelErasure)
      values.push(ourMetafield('state', this.#state({ active: account.active })));
    const activation =
      change.active === undefined
        ? [[], []]
        : change.active
          ? [[], [inactiveTag]]
          : [[inactiveTag], []];
    const [add = [], remove = []] = activation;
    const grant = sorted(change.grant);
    const revoke = sorted(change.revoke);
    // The tags first: what rules and segments look at should not wait for a change of name.
    await this.#tag(id, [...grant.tags, ...add], [...revoke.tags, ...remove], call);
    await revokeOrTell(id, revoke.companies, this.#sender(call));
    const place = {
      id: observed.attributes['address.id'] ?? null,
      attributes: observed.attributes,
    };
    // Before what answers when it changed the customer; a refused address does not keep the rest.
    const unplaced = await refusal(() =>
      this.#writeAddress(id, place, change.attributes, account.attributes, call),
    );
    await despite(unplaced, async () => {
      await this.#writeMetafields(id, values, call);
      await this.#writeCore(id, change, call);
      // Only now: a contact of a company has to have an e-mail address.
      const refused = await grantOrTell(id, grant.companies, this.#sender(call));
      if (refused !== null) throw refused;
    });
  }

  async #writeCore(id: string, { email, attributes }: Change, call: Call): Promise<void> {
    const fields = { ...(email === undefined ? {} : { email }), ...only(attributes, core) };
    if (Object.keys(fields).length === 0) return;
    const { customerSet } = await this.#send(
      operations.CustomerSet,
      { identifier: { id }, input: fields },
      call,
    );
    refuse(customerSet?.userErrors, 'of another customer');
  }

  async leave(
    observed: Observed,
    granted: readonly string[],
    how: Leave,
    call: Call,
  ): Promise<Left> {
    switch (how) {
      case 'keep':
        await this.#takeBack(observed, granted, [], call);
        await this.#writeMetafields(observed.remoteId, [ourMetafield('link_id', null)], call);
        return { how };
      case 'deactivate':
        await this.#deactivate(observed, granted, { active: false }, call);
        return { how };
      case 'delete': {
        const { customerDelete } = await this.#send(
          operations.CustomerDelete,
          { id: observed.remoteId },
          call,
        );
        const [error] = customerDelete?.userErrors ?? [];
        if (error === undefined || error.message === "Customer can't be found") return { how };
        await this.#deactivate(observed, granted, { active: false }, call);
        return {
          how: 'deactivate',
          fallback: `Shopify does not delete this customer (${error.message}): deactivated instead`,
        };
      }
      case 'erase': {
        await this.#deactivate(observed, granted, { active: false, erasing: true }, call);
        const { customerRequestDataErasure } = await this.#send(
          operations.CustomerRequestDataErasure,
          { customerId: observed.remoteId },
          call,
        );
        refuse(customerRequestDataErasure?.userErrors);
        return { how };
      }
    }
  }

  async #deactivate(
    observed: Observed,
    granted: readonly string[],
    state: { readonly active: false; readonly erasing?: true },
    call: Call,
  ): Promise<void> {
    if (observed.active === false && state.erasing !== true && held(observed, granted).length === 0)
      return;
    await this.#takeBack(observed, granted, [inactiveTag], call);
    await this.#writeMetafields(
      observed.remoteId,
      [ourMetafield('state', this.#state(state))],
      call,
    );
  }

  /** Takes back what we granted and is still held, and sets tags. */
  async #takeBack(
    observed: Observed,
    granted: readonly string[],
    tags: readonly string[],
    call: Call,
  ): Promise<void> {
    const back = sorted(held(observed, granted));
    await this.#tag(observed.remoteId, tags, back.tags, call);
    await revokeOrTell(observed.remoteId, back.companies, this.#sender(call));
  }

  catalogue(after: string | null, call: Call): Promise<CataloguePage> {
    return pickable(after, this.#sender(call));
  }

  #bulkShop(call: Call): BulkShop {
    return { send: this.#sender(call), transfer: this.#transfer, signal: call.signal };
  }

  #sender(call: Call): Send {
    return (operation, variables) => this.#send(operation, variables, call);
  }

  #state(state: { readonly active: boolean; readonly erasing?: true }): string {
    return JSON.stringify({ ...state, at: new Date(this.#now()).toISOString() });
  }

  async #tag(
    id: string,
    add: readonly string[],
    remove: readonly string[],
    call: Call,
  ): Promise<void> {
    if (add.length > 0) {
      const { tagsAdd } = await this.#send(operations.TagsAdd, { id, tags: add }, call);
      refuse(tagsAdd?.userErrors);
    }
    if (remove.length > 0) {
      const { tagsRemove } = await this.#send(operations.TagsRemove, { id, tags: remove }, call);
      refuse(tagsRemove?.userErrors);
    }
  }

  /** Sets metafields that have a value, and before that deletes those that have none: Shopify knows no empty one. */
  async #writeMetafields(
    ownerId: string,
    values: readonly MetafieldValue[],
    call: Call,
  ): Promise<void> {
    const empty = values.flatMap(({ namespace, key, value }) =>
      value === null ? [{ ownerId, namespace, key }] : [],
    );
    if (empty.length > 0) {
      const { metafieldsDelete } = await this.#send(
        operations.MetafieldsDelete,
        { metafields: empty },
        call,
      );
      refuse(metafieldsDelete?.userErrors);
    }
    const assigned = values.flatMap(({ value, ...place }) =>
      value === null ? [] : [{ ownerId, ...place, value }],
    );
    if (assigned.length > 0) {
      const { metafieldsSet } = await this.#send(
        operations.MetafieldsSet,
        { metafields: assigned },
        call,
      );
      refuse(metafieldsSet?.userErrors);
    }
  }

  /** Writes the default address where something of it changes; the whole of it, as Shopify checks it as one. */
  async #writeAddress(
    customerId: string,
    {
      id: addressId,
      attributes: before,
    }: { readonly id: string | null; readonly attributes: Attributes },
    changed: Attributes,
    whole: Attributes,
    call: Call,
  ): Promise<void> {
    if (
      !Object.entries(changed).some(
        ([name, value]) => name.startsWith(addressPrefix) && (addressId !== null || value !== null),
      )
    )
      return;
    const fields = Object.fromEntries(
      address.flatMap((name) => {
        const value = whole[addressPrefix + name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    // What somebody else wrote into it keeps an address alive.
    const empty = address.every(
      (name) => (fields[name] === undefined ? before[addressPrefix + name] : fields[name]) == null,
    );
    if (addressId === null) {
      const { customerAddressCreate } = await this.#send(
        operations.CustomerAddressCreate,
        { customerId, address: fields },
        call,
      );
      refuse(customerAddressCreate?.userErrors);
    } else if (empty) {
      const { customerAddressDelete } = await this.#send(
        operations.CustomerAddressDelete,
        { customerId, addressId },
        call,
      );
      refuse(customerAddressDelete?.userErrors);
    } else {
      const { customerAddressUpdate } = await this.#send(
        operations.CustomerAddressUpdate,
        { customerId, addressId, address: fields },
        call,
      );
      refuse(customerAddressUpdate?.userErrors);
    }
  }

  async #send<Result, Variables>(
    operation: operations.Operation<Result, Variables>,
    variables: Variables,
    call: Call,
  ): Promise<Result> {
    try {
      const result = await this.#admin.send(this.#asking(operation), variables, call);
      const version = versionAfter(operation, result);
      if (version !== undefined) call.wrote?.(version);
      return result;
    } catch (error) {
      // Somebody removed the definition: the next slice makes it again.
      if (error instanceof ShopifyFailure && isUndefined(error)) {
        this.#prepared = false;
        throw new DestinationError('transient', error.message, { cause: error });
      }
      throw handedOn(error);
    }
  }
}

/** `addresses` is deprecated in favour of mutations that need a customer: nothing else gives one with it. */
type CustomerLine = operations.CustomerInput & {
  readonly addresses?: readonly Readonly<Record<string, string>>[];
};

/** The whole of a new customer, or `null` where one call cannot make it: companies take calls of their own. */
function customerInput(account: Account): CustomerLine | null {
  if (anyOfCompanies(account.memberships)) return null;
  const { attributes, memberships } = account;
  const keyed = [ourMetafield('link_id', account.key), ...metafieldValues(attributes)];
  const place = assignedOf(
    address.map((name) => [name, attributes[addressPrefix + name] ?? null] as const),
  );
  return {
    email: account.email,
    ...assignedOf(core.map((name) => [name, attributes[name] ?? null] as const)),
    ...(memberships.length === 0 ? {} : { tags: memberships }),
    ...(Object.keys(place).length === 0 ? {} : { addresses: [place] }),
    metafields: keyed.flatMap(({ value, ...place }) =>
      value === null ? [] : [{ ...place, value }],
    ),
  };
}

function assignedOf(
  values: readonly (readonly [string, string | null])[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    values.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}

/** How Shopify is asked for a person's account; `null` where there is nothing to ask by. */
function identifierOf({ key, email, attributes }: Person, match: Match) {
  switch (match) {
    case 'key':
      return { customId: { key: 'link_id', value: key } };
    case 'email':
      return { emailAddress: email };
    case 'phone':
      return attributes?.phone == null ? null : { phoneNumber: attributes.phone };
  }
}

/** Whether a metafield was asked for that nobody has defined. */
const isUndefined = ({ message }: Error): boolean => message.includes('Metafield definition');

function only<Name extends string>(
  attributes: Attributes,
  names: readonly Name[],
): Partial<Record<Name, string | null>> {
  const picked: Partial<Record<Name, string | null>> = {};
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

type NewCustomer = NonNullable<
  NonNullable<operations.CustomerSetResult['customerSet']>['customer']
>;
