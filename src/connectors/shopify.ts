/**
 * Shopify as a destination: a person is a customer, a membership is a customer tag, or being a contact
 * of a company, or a role there (`shopify/membership.ts`).
 *
 * Customers carry our key in an app-owned metafield of the type `id`, by which `customerSet` upserts
 * (https://shopify.dev/docs/apps/build/custom-data/metafields/working-with-custom-ids). Lists that
 * `customerSet` would replace (tags, addresses) are never given to it. Shopify has no way to disable
 * a customer, so an inactive one carries a tag and a state metafield, both reversible.
 *
 * Here is what is done, in the order it is. What a customer is made of, what is seen of one, what Shopify's refusals
 * mean and how companies are told of are in the files beside it.
 */
import type {
  Account,
  AccountPage,
  Bulk,
  Call,
  CataloguePage,
  Change,
  Connector,
  ConnectorIo,
  Leave,
  Left,
  Match,
  Observed,
  Person,
  Settings,
  Target,
} from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { type AdminClient, createAdminClient } from '../shopify/admin-client.ts';
import type { BulkShop } from '../shopify/bulk-operation.ts';
import type { Send } from '../shopify/company-contacts.ts';
import { anyOfCompanies, complaintAbout, inactiveTag } from '../shopify/membership.ts';
import * as operations from '../shopify/operations.generated.ts';
import { shopAccess } from '../shopify/shop-access.ts';
import { ShopifyFailure } from '../shopify/shopify-failure.ts';
import { despite, refusal, restated } from './despite.ts';
import {
  core,
  customerInput,
  identifierOf,
  labels,
  mapping,
  normalise,
  only,
} from './shopify-account.ts';
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
  metafieldPrefix,
  metafieldValues,
  ourMetafield,
} from './shopify-metafields.ts';
import { held, observe, seen } from './shopify-observed.ts';
import { refuse } from './shopify-verdicts.ts';
import { versionAfter } from './shopify-versions.ts';
import { writeAddress, writeMetafields, writeTags } from './shopify-writes.ts';

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
    const send = this.#sender(call);
    const { tags, companies } = sorted(memberships);
    await writeTags(id, { add: tags, remove: [] }, send);
    const refused = await grantOrTell(id, companies, send);
    const place = { customerId: id, addressId: defaultAddress?.id ?? null, before: {} };
    await despite(refused, async () => {
      const all = { changed: attributes, whole: attributes };
      const unplaced = await refusal(() => writeAddress(place, all, send));
      await despite(unplaced, () => writeMetafields(id, metafieldValues(attributes), send));
    });
  }

  async update(observed: Observed, account: Account, change: Change, call: Call): Promise<void> {
    const id = observed.remoteId;
    const send = this.#sender(call);
    if (change.cancelErasure) {
      const { customerCancelDataErasure } = await send(operations.CustomerCancelDataErasure, {
        customerId: id,
      });
      refuse(
        customerCancelDataErasure?.userErrors.filter(({ code }) => code !== 'NOT_BEING_ERASED'),
      );
    }
    const values = [...metafieldValues(change.attributes)];
    if (change.claim) values.push(ourMetafield('link_id', account.key));
    // Written also where only the erasure is called off: the state is what remembers it.
    if (change.active !== undefined || change.cancelErasure)
      values.push(ourMetafield('state', this.#state({ active: account.active })));
    const shutsOut = change.active === false ? [inactiveTag] : [];
    const letsIn = change.active === true ? [inactiveTag] : [];
    const grant = sorted(change.grant);
    const revoke = sorted(change.revoke);
    // The tags first: what rules and segments look at should not wait for a change of name.
    const tags = { add: [...grant.tags, ...shutsOut], remove: [...revoke.tags, ...letsIn] };
    await writeTags(id, tags, send);
    await revokeOrTell(id, revoke.companies, send);
    const { attributes: before } = observed;
    const place = { customerId: id, addressId: before['address.id'] ?? null, before };
    // Before what answers when it changed the customer; a refused address does not keep the rest.
    const parts = { changed: change.attributes, whole: account.attributes };
    const unplaced = await refusal(() => writeAddress(place, parts, send));
    await despite(unplaced, async () => {
      await writeMetafields(id, values, send);
      await this.#writeCore(id, change, call);
      // Only now: a contact of a company has to have an e-mail address.
      const refused = await grantOrTell(id, grant.companies, send);
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
        await writeMetafields(
          observed.remoteId,
          [ourMetafield('link_id', null)],
          this.#sender(call),
        );
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
    const values = [ourMetafield('state', this.#state(state))];
    await writeMetafields(observed.remoteId, values, this.#sender(call));
  }

  /** Takes back what we granted and is still held, and sets tags. */
  async #takeBack(
    observed: Observed,
    granted: readonly string[],
    tags: readonly string[],
    call: Call,
  ): Promise<void> {
    const send = this.#sender(call);
    const back = sorted(held(observed, granted));
    await writeTags(observed.remoteId, { add: tags, remove: back.tags }, send);
    await revokeOrTell(observed.remoteId, back.companies, send);
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

/** Whether a metafield was asked for that nobody has defined. */
const isUndefined = ({ message }: Error): boolean => message.includes('Metafield definition');

type NewCustomer = NonNullable<
  NonNullable<operations.CustomerSetResult['customerSet']>['customer']
>;
