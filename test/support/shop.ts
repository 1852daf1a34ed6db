/** Shopify's connector with a development store of its own: what its tests share. */
import assert from 'node:assert/strict';
import { pino } from 'pino';
import { shopify } from '../../src/connectors/shopify.ts';
import type { Account, Call, ConnectorIo, Target } from '../../src/provisioning/connector.ts';
import { DestinationError } from '../../src/provisioning/failure.ts';
import { difference } from '../../src/provisioning/plan.ts';
import type { Fault, Subject } from './battery.ts';
import { type CompanyOfStaff, companyOfStaff } from './companies.ts';
import { asked, customerById, writesBy } from './roll.ts';
import { type CustomerView, testStore } from './world.ts';

/** The outside world of a connector, with an allowance that is never used up. */
export const io: ConnectorIo = {
  fetch,
  transfer: fetch,
  requestMs: 2_000,
  now: Date.now,
  log: pino({ level: 'silent' }),
  allowance: { reserve: async () => ({ settle: async () => undefined }) },
};

const faults = {
  fails: { kind: 'status', status: 500 },
  'asks to wait': { kind: 'throttle' },
  'does not answer': { kind: 'hang' },
  'is cut before it acts': { kind: 'cut-before' },
  'is cut after it acted': { kind: 'cut-after' },
} satisfies Record<Fault, object>;

/** A value for everything that is mapped. */
export const attributes = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  phone: '+16134505293',
  locale: 'de',
  'address.address1': '1 St James Square',
  'address.address2': 'Second floor',
  'address.city': 'London',
  'address.provinceCode': 'ENG',
  'address.zip': 'SW1Y 4JU',
  'address.countryCode': 'GB',
  department: 'Mathematics',
  title: 'Countess',
  organization: 'Analytical Engines',
  employeeNumber: '1815',
};

/** The subject of the battery, and what else a test of Shopify looks at. */
export interface Shop extends Subject {
  readonly store: Awaited<ReturnType<typeof testStore>>;
  customer(remoteId: string): Promise<CustomerView>;
}

/** A shop whose memberships are tags. */
export async function shop(): Promise<Shop> {
  const store = await testStore();
  const settings = { shop: 'test.myshopify.com', origin: store.origin };
  const customer = async (remoteId: string) => (await customerById({ store }, remoteId)).body;
  return {
    store,
    customer,
    connector: shopify,
    target: shopify.connect({ ...settings, accessToken: store.accessToken }, io),
    locked: shopify.connect({ ...settings, accessToken: 'shpat_revoked' }, io),
    attributes,
    changed: { lastName: 'King', title: 'Lady' },
    memberships: ['staff', 'course: analysis'],
    malformed: ['a, b', 'scim:inactive', 'company:acme', ''],
    give: async (remoteId, tag) => {
      const { tags } = await customer(remoteId);
      const number = encodeURIComponent(remoteId);
      await store.dev('PATCH', `customers/${number}`, { tags: [...tags, tag] });
    },
    existing: async (email) => {
      const made = await store.dev('POST', 'customers', {
        email,
        firstName: 'Augusta',
        note: 'prefers tea',
        phone: '+16134505999',
        tags: ['Loyal'],
        addresses: [{ address1: '12 Ockham Park', city: 'Ockham', countryCode: 'GB' }],
        metafields: [
          { namespace: 'custom', key: 'size', type: 'single_line_text_field', value: 'M' },
        ],
      });
      return made.body.id;
    },
    others: async (remoteId) => {
      const { note, phone, tags, addresses, metafields } = (await customerById({ store }, remoteId))
        .body;
      return {
        note,
        phone,
        addresses,
        loyal: tags.includes('Loyal'),
        metafields: metafields.filter(
          ({ namespace }: { namespace: string }) => namespace === 'custom',
        ),
      };
    },
    vanish: async (remoteId) => {
      await store.dev('DELETE', `customers/${encodeURIComponent(remoteId)}`);
    },
    writes: async () =>
      Object.values(writesBy(await asked({ store }))).reduce((sum, times) => sum + times, 0),
    fault: (kind, at) =>
      store.fault({
        ...faults[kind],
        match: { operation: at === 'read' ? 'CustomerByIdentifier' : 'CustomerSet' },
      }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/** A call that nothing is reserved for. */
export const call: Call = {
  urgent: false,
  signal: new AbortController().signal,
  beforeWrite: async () => undefined,
};
/** Somebody with nothing. */
export const ada: Account = {
  key: '0198b0a0-0000-4000-8000-000000000001',
  email: 'ada@example.com',
  active: true,
  attributes: {},
  memberships: [],
};

/** Brings a customer to agree, as the engine does. */
export async function bring(
  target: Target,
  remoteId: string,
  account: Account,
  granted: readonly string[] = [],
) {
  const memberships = [...account.memberships, ...granted];
  const before = await target.read(remoteId, { ...call, memberships });
  assert.ok(before);
  await target.update(before, account, difference(account, before, granted), call);
}

/** The error an operation ends in. */
export async function refusal(operation: Promise<unknown>): Promise<DestinationError> {
  const error = await operation.then(
    () => assert.fail('it went well'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DestinationError, String(error));
  return error;
}

/** A shop with a company of three locations. */
export interface CompanyShop extends Shop, CompanyOfStaff {}

/** A shop whose memberships are roles in a company; existing customers have one of staff's already. */
export async function companyShop(): Promise<CompanyShop> {
  const it = await shop();
  const ofStaff = await companyOfStaff(it);
  const { membership, number, rolesOf, give } = ofStaff;
  return {
    ...it,
    ...ofStaff,
    memberships: [membership(0), membership(1)],
    malformed: [`company:${number}/role:1`, 'company:', 'company:1/location:x/role:y'],
    existing: async (email) => {
      const remoteId = await it.existing(email);
      await give(remoteId, membership(2, 0));
      return remoteId;
    },
    others: async (remoteId) => ({
      ...Object(await it.others(remoteId)),
      hull: (await rolesOf(remoteId))?.Hull,
    }),
  };
}
