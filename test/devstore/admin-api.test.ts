/** The door of the Admin API: token, versions, and what it says of documents it cannot run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStore, type TestStore, token } from './support.ts';

function request(
  store: TestStore,
  { version = '2026-10', key = token, body = '{"query":"{ shop { name } }"}' },
) {
  return store.post(`/admin/api/${version}/graphql.json`, {
    headers: { 'X-Shopify-Access-Token': key },
    body,
  });
}

test('A wrong token is answered 401 in the words of Shopify', async (t) => {
  const store = await startStore(t);
  for (const key of ['', 'shpat_other']) {
    const response = await request(store, { key });
    assert.equal(response.status, 401);
    assert.deepEqual(await response.json(), {
      errors: '[API] Invalid API key or access token (unrecognized login or wrong password)',
    });
  }
});

test('A version no longer served falls forward to the oldest that is; the header tells', async (t) => {
  const store = await startStore(t);
  const served = async (version: string) =>
    (await request(store, { version })).headers.get('X-Shopify-API-Version');
  assert.equal(await served('2026-10'), '2026-10');
  assert.equal(await served('2026-07'), '2026-07');
  assert.equal(await served('2025-01'), '2026-01');
  assert.equal((await request(store, { version: '2027-01' })).status, 404);
});

test('A body that is no request is a bad request', async (t) => {
  const store = await startStore(t);
  assert.equal((await request(store, { body: 'no json' })).status, 400);
  const response = await request(store, { body: '{}' });
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), {
    errors: { query: 'Required parameter missing or invalid' },
  });
  const get = await fetch(`${store.origin}/admin/api/2026-10/graphql.json`);
  assert.equal(get.status, 405);
});

const mistakes: readonly (readonly [document: string, error: object])[] = [
  [
    'query Broken {\n  shop {\n    id\n',
    {
      message: 'syntax error, unexpected end of file at [4, 1]',
      locations: [{ line: 4, column: 1 }],
      extensions: { code: 'PARSE_ERROR' },
    },
  ],
  [
    'query Q {\n  nothing {\n    id\n  }\n}',
    {
      message: "Field 'nothing' doesn't exist on type 'QueryRoot'",
      locations: [{ line: 2, column: 3 }],
      path: ['query Q', 'nothing'],
      extensions: { code: 'undefinedField', typeName: 'QueryRoot', fieldName: 'nothing' },
    },
  ],
  [
    'query Q {\n  shop\n}',
    {
      message:
        "Field must have selections (field 'shop' returns Shop but has no selections. Did you mean 'shop { ... }'?)",
      locations: [{ line: 2, column: 3 }],
      path: ['query Q', 'shop'],
      extensions: { code: 'selectionMismatch', nodeName: "field 'shop'", typeName: 'Shop' },
    },
  ],
  [
    'mutation M {\n  customerSet { customer { id } }\n}',
    {
      message: "Field 'customerSet' is missing required arguments: input",
      locations: [{ line: 2, column: 3 }],
      path: ['mutation M', 'customerSet'],
      extensions: {
        code: 'missingRequiredArguments',
        className: 'Field',
        name: 'customerSet',
        arguments: 'input',
      },
    },
  ],
  [
    '{\n  shop(id: 1) { id }\n}',
    {
      message: "Field 'shop' doesn't accept argument 'id'",
      locations: [{ line: 2, column: 3 }],
      path: ['query', 'shop'],
      extensions: {
        code: 'argumentNotAccepted',
        name: 'shop',
        typeName: 'Field',
        argumentName: 'id',
      },
    },
  ],
];

test('A document Shopify would refuse is refused in the same words', async (t) => {
  const store = await startStore(t);
  for (const [document, error] of mistakes)
    assert.deepEqual(await store.graphql(document), { errors: [error] });
});

const badVariables: readonly (readonly [input: unknown, where: string])[] = [
  [undefined, ''],
  [{ tags: [1] }, ' for tags.0 (Could not coerce value 1 to String)'],
  [{ nope: 1 }, ' for nope (Field is not defined on CustomerInput)'],
  [
    { addresses: [{ countryCode: 'XX1' }] },
    ' for addresses.0.countryCode (Expected "XX1" to be one of: ',
  ],
  [
    { emailMarketingConsent: {} },
    ' for emailMarketingConsent.marketingState (Expected value to not be null)',
  ],
  [
    { emailMarketingConsent: { marketingState: 'PENDING', consentUpdatedAt: 'not-a-date' } },
    " for emailMarketingConsent.consentUpdatedAt (invalid DateTime 'not-a-date')",
  ],
];

test('A variable that does not fit says where and why', async (t) => {
  const store = await startStore(t);
  const document =
    'mutation ($input: CustomerInput!) { customerCreate(input: $input) { customer { id } } }';
  for (const [input, where] of badVariables) {
    const { errors, data } = await store.graphql(document, { input });
    const message = `Variable $input of type CustomerInput! was provided invalid value${where}`;
    assert.ok(String(errors[0]?.message).startsWith(message), String(errors[0]?.message));
    assert.equal(errors[0]?.extensions?.code, 'INVALID_VARIABLE');
    assert.equal(data, undefined);
  }
});

test('What the schema has and the store has not is said plainly', async (t) => {
  const store = await startStore(t);
  const { data, errors } = await store.graphql(
    '{ collection(id: "gid://shopify/Collection/1") { id } }',
  );
  assert.deepEqual(data, { collection: null });
  assert.equal(
    errors[0]?.message,
    'The development store does not implement QueryRoot.collection.',
  );
  assert.equal(errors[0]?.extensions?.code, 'NOT_IMPLEMENTED');
});

test('The shop and the installation answer what an app asks at its start', async (t) => {
  const store = await startStore(t);
  const { data, errors } = await store.graphql(`{
    shop {
      id name email contactEmail myshopifyDomain ianaTimezone currencyCode primaryDomain { host url }
      plan { publicDisplayName partnerDevelopment shopifyPlus }
      customerAccountsV2 { customerAccountsVersion loginRequiredAtCheckout loginLinksVisibleOnStorefrontAndCheckout url }
    }
    currentAppInstallation { id accessScopes { handle } activeSubscriptions { id name status test } }
  }`);
  assert.equal(errors, undefined);
  assert.equal(data.shop?.myshopifyDomain, 'rollcall-test.myshopify.com');
  const scopes = Object.values(data.currentAppInstallation?.accessScopes ?? {});
  assert.ok(scopes.some(({ handle }) => String(handle) === 'write_customers'));
});

test('Of several operations the named one runs', async (t) => {
  const store = await startStore(t);
  const query = 'query A { shop { name } } query B { shop { id } }';
  const run = async (operationName?: string) =>
    (await request(store, { body: JSON.stringify({ query, operationName }) })).text();
  assert.match(await run('B'), /^{"data":{"shop":{"id":"gid:/);
  assert.match(await run('C'), /No operation named \\"C\\"/);
  assert.match(await run(), /No operation named \\"\\"/);
});
