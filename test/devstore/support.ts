/** A development store for a test, reached as everybody reaches it: over HTTP. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { DevStoreOptions } from '../../devstore/options.ts';
import { startDevStore } from '../../devstore/server.ts';
import { patienceMs } from '../support/wait.ts';

export interface GraphqlAnswer {
  readonly data: Json;
  readonly errors: Json;
  readonly extensions: Json;
}

/** Whatever an answer holds: reading below what is not there gives undefined. */
export type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json };

export interface RemoteStore {
  readonly origin: string;
  readonly graphql: (
    query: string,
    variables?: object,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<GraphqlAnswer>;
  readonly post: (path: string, init: RequestInit) => Promise<Response>;
  /** The control API; fails the test unless the status is the one expected. */
  readonly control: (method: string, path: string, body?: object, status?: number) => Promise<Json>;
}

export interface TestStore extends RemoteStore {
  /** Moves the store's clock. */
  readonly advance: (milliseconds: number) => void;
}

export const token = 'shpat_test';
export const secret = 'shpss_test';

/** The clock starts at a fixed moment and stands still until it is moved. */
export const startTime = Date.parse('2026-10-05T09:00:00Z');

export async function startStore(
  t: TestContext,
  options: Partial<DevStoreOptions> = {},
): Promise<TestStore> {
  let time = startTime;
  const store = await startDevStore({
    port: 0,
    host: '127.0.0.1',
    data: ':memory:',
    shop: 'rollcall-test.myshopify.com',
    accessToken: token,
    clientSecret: secret,
    plan: 'unlimited',
    now: () => time,
    ...options,
  });
  t.after(() => store.close());
  return {
    ...remoteStore(store.origin),
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

/** A store that runs elsewhere, with a clock of its own. */
export function remoteStore(origin: string): RemoteStore {
  return {
    origin,
    graphql: async (query, variables = {}, headers = {}) => {
      const response = await fetch(`${origin}/admin/api/2026-10/graphql.json`, {
        method: 'POST',
        headers: { 'X-Shopify-Access-Token': token, ...headers },
        body: JSON.stringify({ query, variables }),
      });
      assert.equal(response.status, 200);
      return JSON.parse(await response.text());
    },
    post: (path, init) => fetch(`${origin}${path}`, { method: 'POST', ...init }),
    control: async (method, path, body, status = 200) => {
      const response = await fetch(`${origin}/_dev/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = JSON.parse(await response.text());
      assert.equal(response.status, status, JSON.stringify(answer));
      return answer;
    },
  };
}

export const customerSet = `
mutation CustomerSet($identifier: CustomerSetIdentifiers, $input: CustomerSetInput!) {
  customerSet(identifier: $identifier, input: $input) {
    customer {
      id displayName firstName lastName locale note tags state verifiedEmail canDelete
      numberOfOrders taxExempt createdAt updatedAt
      defaultEmailAddress { emailAddress }
      defaultPhoneNumber { phoneNumber }
      defaultAddress { id countryCodeV2 }
      scimId: metafield(key: "scim_id") { id namespace type value }
    }
    userErrors { field message code }
  }
}`;

/** Makes the definition of the custom id that `customerSet(identifier: {customId})` needs. */
export async function defineScimId(store: TestStore): Promise<void> {
  const answer = await store.graphql(`mutation {
    metafieldDefinitionCreate(
      definition: { ownerType: CUSTOMER, namespace: "$app", key: "scim_id", type: "id", name: "SCIM id" }
    ) { createdDefinition { namespace capabilities { uniqueValues { enabled } } } userErrors { message } }
  }`);
  assert.deepEqual(answer.data.metafieldDefinitionCreate?.userErrors, []);
}

/** A customer with these fields; fails the test when the store refuses it. */
export async function makeCustomer(store: TestStore, input: object): Promise<Json> {
  const { data } = await store.graphql(customerSet, { input });
  assert.deepEqual(data.customerSet?.userErrors, []);
  return data.customerSet?.customer ?? data;
}

/** The user errors of the one mutation in the answer. */
export function userErrors(answer: GraphqlAnswer): Json | undefined {
  return Object.values(answer.data)[0]?.userErrors;
}

/** Waits until the store is in the state asked for; the state, not the time, ends it. */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(performance.now() < deadline, 'The state waited for did not come');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
