/** The app in the store: who is signed in, its tokens that expire, and what becomes of them. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { secret, startStore, type TestStore } from './support.ts';
import { arrived, startReceiver } from './webhook-support.ts';

const clientId = 'rollcall-development';
const client = { client_id: clientId, client_secret: secret };
const exchangeOf = (subject: string) => ({
  ...client,
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: subject,
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
  expiring: '1',
});
const refreshOf = (refreshToken: string) => ({
  ...client,
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
});

/** Asks for tokens; as JSON, or as a form. */
async function ask(store: TestStore, body: Record<string, string>, as: 'json' | 'form' = 'json') {
  const response = await store.post('/admin/oauth/access_token', {
    body: as === 'json' ? JSON.stringify(body) : new URLSearchParams(body),
    headers: {
      'content-type': as === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    },
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const idTokenOf = async (store: TestStore, more: object = {}): Promise<string> =>
  String((await store.control('POST', 'id-token', more)).idToken);

async function installed(store: TestStore) {
  const { status, body } = await ask(store, exchangeOf(await idTokenOf(store)));
  assert.equal(status, 200, JSON.stringify(body));
  return { access: String(body.access_token), refresh: String(body.refresh_token) };
}

/** What the Admin API says to a token. */
async function statusWith(store: TestStore, token: string): Promise<number> {
  const { status } = await store.post('/admin/api/2026-10/graphql.json', {
    body: JSON.stringify({ query: '{ shop { name } }' }),
    headers: { 'x-shopify-access-token': token },
  });
  return status;
}

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

suite('an ID token', () => {
  test('says who looks at which shop, for a minute', async (t) => {
    const store = await startStore(t);
    const { iss, dest, aud, sub, exp, iat, jti } = claimsOf(await idTokenOf(store, { user: '7' }));
    assert.equal(iss, 'https://rollcall-test.myshopify.com/admin');
    assert.deepEqual([dest, aud, sub], ['https://rollcall-test.myshopify.com', clientId, '7']);
    assert.equal(exp - iat, 60);
    assert.notEqual(jti, claimsOf(await idTokenOf(store)).jti);
  });

  const bad: readonly (readonly [string, object])[] = [
    ['an expired one', { ageSeconds: 61 }],
    ['one that is yet to come', { ageSeconds: -30 }],
    ['another shop’s', { shop: 'other.myshopify.com' }],
    ['a forged one', { secret: 'shpss_of_somebody_else' }],
  ];
  for (const [what, options] of bad)
    test(`${what} is exchanged for nothing`, async (t) => {
      const store = await startStore(t);
      const { status, body } = await ask(store, exchangeOf(await idTokenOf(store, options)));
      assert.deepEqual([status, body.error], [400, 'invalid_subject_token']);
    });

  test('that is none is exchanged for nothing', async (t) => {
    const store = await startStore(t);
    for (const subject of ['', 'a.b.c', 'nonsense']) {
      const { status, body } = await ask(store, exchangeOf(subject));
      assert.deepEqual([status, body.error], [400, 'invalid_subject_token']);
    }
  });
});

suite('the tokens of the app', () => {
  test('are given for an ID token, as JSON and as a form, and open the Admin API for an hour', async (t) => {
    const store = await startStore(t);
    const { status, body } = await ask(store, exchangeOf(await idTokenOf(store)), 'form');
    assert.equal(status, 200);
    assert.deepEqual([body.expires_in, body.refresh_token_expires_in], [3_600, 7_776_000]);
    assert.match(body.scope, /read_customers/);
    assert.equal(await statusWith(store, body.access_token), 200);
    store.advance(3_600_000);
    assert.equal(await statusWith(store, body.access_token), 401);
  });

  test('are refreshed; the old refresh token is good until something new is used', async (t) => {
    const store = await startStore(t);
    const first = await installed(store);
    const lost = await ask(store, refreshOf(first.refresh));
    const again = await ask(store, refreshOf(first.refresh));
    assert.deepEqual(
      [lost.status, again.status],
      [200, 200],
      'an answer that was lost is asked for again',
    );
    assert.equal(await statusWith(store, again.body.access_token), 200);
    const { status, body } = await ask(store, refreshOf(first.refresh));
    assert.deepEqual([status, body.error], [401, 'invalid_request']);
    assert.equal((await ask(store, refreshOf(again.body.refresh_token))).status, 200);
  });

  test('are refreshed for ninety days, and end when they are told to', async (t) => {
    const store = await startStore(t);
    const { refresh } = await installed(store);
    store.advance(90 * 86_400_000);
    assert.equal((await ask(store, refreshOf(refresh))).status, 401);
    const { access, refresh: another } = await installed(store);
    await store.control('POST', 'app-tokens', { expire: 'access', accessSeconds: 5 });
    assert.equal(await statusWith(store, access), 401);
    assert.equal((await ask(store, refreshOf(another))).body.expires_in, 5);
    await store.control('POST', 'app-tokens', { expire: 'all' });
    assert.equal((await ask(store, refreshOf(another))).status, 401);
  });

  const refused: readonly (readonly [string, Record<string, string>, number, string])[] = [
    ['with a wrong secret', { client_secret: 'mistyped' }, 401, 'invalid_client'],
    ['of another app', { client_id: 'another' }, 401, 'invalid_client'],
    ['that would never expire', { expiring: '0' }, 400, 'invalid_request'],
    ['by another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ];
  for (const [what, change, status, error] of refused)
    test(`are not given ${what}`, async (t) => {
      const store = await startStore(t);
      const asked = { ...exchangeOf(await idTokenOf(store)), ...change };
      const answer = await ask(store, asked);
      assert.deepEqual([answer.status, answer.body.error], [status, error]);
    });

  test('fail as they are told to', async (t: TestContext) => {
    const store = await startStore(t);
    await store.control('POST', 'faults', {
      kind: 'status',
      status: 503,
      match: { operation: 'accessToken' },
    });
    assert.equal((await ask(store, exchangeOf(await idTokenOf(store)))).status, 503);
    await installed(store);
  });

  test('are dead once the app is uninstalled, which is told', async (t) => {
    const receiver = await startReceiver(t);
    const store = await startStore(t, { webhookUrl: receiver.url, now: Date.now });
    const { access, refresh } = await installed(store);
    await store.control('DELETE', 'app');
    assert.equal(await statusWith(store, access), 401);
    assert.equal((await ask(store, refreshOf(refresh))).status, 401);
    const [delivery] = await arrived(receiver, 1);
    assert.equal(delivery?.headers['x-shopify-topic'], 'app/uninstalled');
  });

  test('are another’s once it is installed again', async (t) => {
    const store = await startStore(t);
    const { access } = await installed(store);
    await store.control('POST', 'app/uninstall');
    const { idToken } = await store.control('POST', 'app/install', { user: '7' });
    assert.equal(claimsOf(String(idToken)).sub, '7');
    const { status, body } = await ask(store, exchangeOf(String(idToken)));
    assert.equal(status, 200);
    assert.equal(await statusWith(store, access), 401);
    assert.equal(await statusWith(store, body.access_token), 200);
  });
});

suite('what every app is told', () => {
  test('is what is asked of it: to tell of a customer, to erase one, to erase the shop', async (t) => {
    const receiver = await startReceiver(t);
    const store = await startStore(t, { webhookUrl: receiver.url, now: Date.now });
    const made = await store.control('POST', 'customers', { email: 'ada@example.com' });
    await arrived(receiver, 1);
    const id = Number(String(made.id).split('/').pop());
    for (const [topic, customer] of [
      ['customers/data_request', `${id}`],
      ['customers/redact', 'Ada@example.com'],
    ])
      await store.control('POST', 'app/compliance', { topic, customer });
    await store.control('POST', 'app/compliance', { topic: 'shop/redact' });
    const deliveries = (await arrived(receiver, 4)).slice(1);
    const told = deliveries.map(({ headers, body }) => [
      headers['x-shopify-topic'],
      JSON.parse(`${body}`),
    ]);
    const byTopic = Object.fromEntries(told);
    const shop = 'rollcall-test.myshopify.com';
    assert.equal(byTopic['shop/redact'].shop_domain, shop);
    assert.equal(byTopic['customers/redact'].customer.id, id);
    assert.deepEqual(byTopic['customers/redact'].orders_to_redact, []);
    assert.equal(byTopic['customers/data_request'].customer.email, 'ada@example.com');
  });

  test('is what it may do, whenever that changes', async (t) => {
    const receiver = await startReceiver(t);
    const store = await startStore(t, { webhookUrl: receiver.url, now: Date.now });
    await store.control('POST', 'scopes', { read_all_orders: true });
    const [delivery] = await arrived(receiver, 1);
    assert.equal(delivery?.headers['x-shopify-topic'], 'app/scopes_update');
    assert.ok(JSON.parse(`${delivery?.body}`).current.includes('read_all_orders'));
  });
});
