import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { suite, test } from 'node:test';
import { shopify } from '../../src/connectors/shopify.ts';
import type { Account } from '../../src/provisioning/connector.ts';
import { classify } from '../../src/provisioning/failure.ts';
import { createOutbound } from '../../src/provisioning/outbound.ts';
import { difference } from '../../src/provisioning/plan.ts';
import { battery } from '../support/battery.ts';
import { asked } from '../support/roll.ts';
import { ada, attributes, bring, call, io, refusal, shop } from '../support/shop.ts';

battery('Shopify', shop);

suite('Shopify’s own rules', { concurrency: 4 }, () => {
  test('the definitions are made where they are missing, and asked for once', async () => {
    await using it = await shop();
    await it.target.test(call);
    await it.target.test(call);
    const operations = await asked(it);
    assert.equal(operations.CustomerMetafieldDefinitions, 1);
    assert.equal(operations.CustomerMetafieldDefinitionCreate, 6);
    const { accessToken, origin } = it.store;
    await shopify.connect({ shop: 'test.myshopify.com', origin, accessToken }, io).test(call);
    assert.equal((await asked(it)).CustomerMetafieldDefinitionCreate, 6);
  });

  test('definitions that somebody removed are made again', async () => {
    await using it = await shop();
    await it.target.test(call);
    await it.store.dev('POST', 'reset');
    assert.equal((await refusal(it.target.create(ada, call))).kind, 'transient');
    await it.target.test(call);
    const remoteId = await it.target.create({ ...ada, attributes }, call);
    assert.equal((await it.target.read(remoteId, call))?.key, ada.key);
  });

  test('THROTTLED comes with status 200 and says how long to wait', async () => {
    await using it = await shop();
    await it.store.fault({ kind: 'throttle' });
    const { kind, pauseMs, unknownOutcome } = await refusal(it.target.create(ada, call));
    assert.deepEqual(
      { kind, pauseMs, unknownOutcome },
      { kind: 'transient', pauseMs: 1_000, unknownOutcome: false },
    );
  });

  for (const status of [429, 503]) {
    test(`${status} is waited for as long as Retry-After says`, async () => {
      await using it = await shop();
      await it.store.fault({ kind: 'status', status });
      assert.equal((await refusal(it.target.create(ada, call))).pauseMs, 2_000);
    });
  }

  for (const [status, reason, sentence] of [
    [402, 'shop_unavailable', /its owner must settle the account/],
    [403, 'permissions', /check the access scopes/],
    [404, 'shop_unavailable', /check its domain/],
    [423, 'shop_unavailable', /locked by Shopify/],
  ] as const) {
    test(`${status} is the owner’s to mend`, async () => {
      await using it = await shop();
      await it.store.fault({ kind: 'status', status });
      const { kind, code, message } = await refusal(it.target.test(call));
      assert.deepEqual([kind, code], ['misconfigured', reason]);
      assert.match(message, sentence);
    });
  }

  test('a missing scope is the owner’s to mend', async () => {
    await using it = await shop();
    await it.target.test(call);
    await it.store.fault({ kind: 'access-denied', match: { operation: 'customerSet' } });
    const { kind, message } = await refusal(it.target.create(ada, call));
    assert.equal(kind, 'misconfigured');
    assert.match(message, /^Shopify denies access: .*customerSet/);
  });

  test('customer data that is withheld is not read as a customer without data', async () => {
    // https://shopify.dev/docs/apps/launch/protected-customer-data: status 200 and partial data.
    const server = createServer((_request, response) => {
      const message = 'This app is not approved to access the Customer object.';
      const customer = { id: 'gid://shopify/Customer/1', firstName: null, tags: [] };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          data: { customer },
          errors: [{ message, path: ['customer', 'firstName'] }],
        }),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const target = shopify.connect(
      { shop: 'test.myshopify.com', origin: `http://127.0.0.1:${port}`, accessToken: 'x' },
      io,
    );
    const { kind, message } = await refusal(target.read('gid://shopify/Customer/1', call));
    server.close();
    assert.equal(kind, 'misconfigured');
    assert.match(message, /^Shopify withholds customer data/);
  });

  test('an address that requests may not reach is the owner’s to mend', async () => {
    const outbound = createOutbound({ privateNetwork: 'refused' });
    for (const origin of ['https://127.0.0.1', 'https://localhost', 'http://shop.example.com']) {
      const settings = { shop: 'test.myshopify.com', origin, accessToken: 'x' };
      const target = shopify.connect(settings, { ...io, fetch: outbound.fetch });
      const error = await target.test(call).catch((reason: unknown) => reason);
      const { code, message } = classify(error);
      assert.equal(code, 'address_refused', origin);
      assert.match(message, /is not https|no public address|not a public address/);
    }
    await outbound.close();
  });

  test('a tag in another casing is the same tag', async () => {
    await using it = await shop();
    await it.target.test(call);
    const remoteId = await it.existing('ada@example.com');
    await bring(it.target, remoteId, { ...ada, memberships: ['LOYAL', 'staff'] });
    assert.deepEqual((await it.customer(remoteId)).tags, ['Loyal', 'staff']);
    await bring(it.target, remoteId, { ...ada, active: false }, ['STAFF']);
    assert.deepEqual((await it.customer(remoteId)).tags, ['Loyal', 'scim:inactive']);
  });

  test('half a deactivation is neither active nor inactive, and either way is finished', async () => {
    await using it = await shop();
    await it.target.test(call);
    const remoteId = await it.target.create(ada, call);
    const number = encodeURIComponent(remoteId);
    await it.store.dev('PATCH', `customers/${number}`, { tags: ['SCIM:inactive'] });
    assert.equal((await it.target.read(remoteId, call))?.active, null);
    await bring(it.target, remoteId, ada);
    assert.equal((await it.target.read(remoteId, call))?.active, true);
    assert.deepEqual((await it.customer(remoteId)).tags, []);
  });

  test('an address is made, changed as a whole, and removed when nothing is left of it', async () => {
    await using it = await shop();
    await it.target.test(call);
    const place = (
      address1: string | null,
      city: string | null,
      countryCode: string | null,
    ): Account => ({
      ...ada,
      attributes: {
        'address.address1': address1,
        'address.city': city,
        'address.countryCode': countryCode,
      },
    });
    const remoteId = await it.target.create(place('1 St James Square', 'London', 'GB'), call);
    await bring(it.target, remoteId, place('Unter den Linden 6', 'Berlin', 'DE'));
    const { addresses, defaultAddress } = await it.customer(remoteId);
    assert.equal(addresses.length, 1);
    assert.deepEqual([defaultAddress?.city, defaultAddress?.countryCode], ['Berlin', 'DE']);
    await bring(it.target, remoteId, place(null, null, null));
    assert.deepEqual((await it.customer(remoteId)).addresses, []);
  });

  test('an address in which others wrote something is not removed', async () => {
    await using it = await shop();
    await it.target.test(call);
    const remoteId = await it.existing('ada@example.com');
    await bring(it.target, remoteId, { ...ada, attributes: { 'address.zip': 'GU23 6NN' } });
    await bring(it.target, remoteId, { ...ada, attributes: { 'address.zip': null } });
    const { defaultAddress } = await it.customer(remoteId);
    assert.deepEqual([defaultAddress?.address1, defaultAddress?.zip], ['12 Ockham Park', null]);
  });

  test('an address that somebody removed meanwhile asks for another look', async () => {
    await using it = await shop();
    await it.target.test(call);
    const account = {
      ...ada,
      attributes: { 'address.city': 'London', 'address.countryCode': 'GB' },
    };
    const remoteId = await it.target.create(account, call);
    const before = await it.target.read(remoteId, call);
    assert.ok(before);
    await it.store.dev('PATCH', `customers/${encodeURIComponent(remoteId)}`, { addresses: [] });
    const wanted = { ...account, attributes: { ...account.attributes, 'address.city': 'Ockham' } };
    const { kind, unknownOutcome } = await refusal(
      it.target.update(before, wanted, difference(wanted, before, []), call),
    );
    assert.deepEqual({ kind, unknownOutcome }, { kind: 'transient', unknownOutcome: true });
    await bring(it.target, remoteId, wanted);
    assert.equal((await it.customer(remoteId)).defaultAddress?.city, 'Ockham');
  });

  test('an address that Shopify refuses does not keep the tags from a new customer', async () => {
    await using it = await shop();
    await it.target.test(call);
    const account = {
      ...ada,
      memberships: ['staff'],
      attributes: { 'address.city': '<b>London</b>' },
    };
    const { kind, message } = await refusal(it.target.create(account, call));
    assert.equal(kind, 'rejected');
    assert.match(message, /cannot contain HTML tags/);
    const [customer] = await it.store.customers();
    assert.deepEqual(customer?.tags, ['staff']);
  });

  test('a metafield that is emptied is deleted', async () => {
    await using it = await shop();
    await it.target.test(call);
    const remoteId = await it.target.create({ ...ada, attributes }, call);
    await bring(it.target, remoteId, { ...ada, attributes: { department: null } });
    const names = (await it.customer(remoteId)).metafields.map(({ key }) => key).sort();
    assert.deepEqual(names, ['employee_number', 'link_id', 'organization', 'title']);
  });

  test('a metafield of the merchant’s own is read where a policy names it, also of a list', async () => {
    await using it = await shop();
    const { accessToken, origin } = it.store;
    const own = 'metafield.custom.cost_center';
    const target = shopify.connect(
      { shop: 'test.myshopify.com', origin, accessToken },
      { ...io, attributes: ['department', own] },
    );
    await target.test(call);
    const remoteId = await target.create({ ...ada, attributes: { [own]: 'R 7' } }, call);
    const there = (await it.customer(remoteId)).metafields.find(({ key }) => key === 'cost_center');
    assert.deepEqual([there?.namespace, there?.value], ['custom', 'R 7']);
    assert.equal((await target.read(remoteId, call))?.attributes[own], 'R 7');
    for await (const page of target.list(null, call, 'by pages'))
      assert.deepEqual(
        page.accounts.map((account) => account.attributes[own]),
        ['R 7'],
      );
    await bring(target, remoteId, { ...ada, attributes: { [own]: null } });
    const keys = (await it.customer(remoteId)).metafields.map(({ key }) => key);
    assert.equal(keys.includes('cost_center'), false);
  });

  test('an e-mail address that another customer got is looked for when new, and refused when changed to', async () => {
    await using it = await shop();
    await it.target.test(call);
    await it.existing('ada@example.com');
    const created = await refusal(it.target.create(ada, call));
    assert.deepEqual([created.kind, created.pauseMs], ['transient', null]);
    const remoteId = await it.target.create({ ...ada, email: 'ada.king@example.com' }, call);
    const changed = await refusal(bring(it.target, remoteId, ada));
    assert.equal(changed.kind, 'rejected');
    assert.match(changed.message, /another customer has it/);
  });
});
