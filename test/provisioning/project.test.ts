import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { shopify } from '../../src/connectors/shopify.ts';
import type { JsonObject } from '../../src/model.ts';
import { defaultPolicy } from '../../src/provisioning/policy.ts';
import { desiredAccount, emailOf, project } from '../../src/provisioning/project.ts';

const policy = { ...defaultPolicy(shopify), memberships: ['staff'] };
const of = { connector: shopify, policy };
const subjectOf = (user: JsonObject) => ({
  user,
  ...{ sourceId: 'source-1', groups: [], pushed: [], grants: [], at: new Date() },
});
const projected = (user: JsonObject) => {
  const projection = project('link-1', subjectOf(user), of);
  assert.ok(projection);
  return projection;
};

suite('the e-mail address', () => {
  test('is the primary of emails, whatever the userName', () => {
    const emails = [{ value: 'home@example.com' }, { value: 'ada@example.com', primary: true }];
    assert.equal(emailOf({ userName: 'countess@example.com', emails }), 'ada@example.com');
  });

  test('is the first of emails where none is primary', () => {
    assert.equal(
      emailOf({ userName: 'ada', emails: [{ value: 'a@example.com' }] }),
      'a@example.com',
    );
  });

  test('is the userName where that is an address', () => {
    assert.equal(emailOf({ userName: 'ada@example.com' }), 'ada@example.com');
    assert.equal(emailOf({ userName: 'ada@example.com', emails: [] }), 'ada@example.com');
  });

  test('is missing where there is none, and holds', () => {
    assert.equal(emailOf({ userName: 'EXAMPLE\\ada' }), null);
    const desired = desiredAccount('link-1', subjectOf({ userName: 'ada' }), of);
    assert.ok(desired.kind === 'hold');
    assert.match(desired.reason, /^no e-mail address/);
  });

  test('that Shopify would not take holds with its path', () => {
    const desired = desiredAccount('link-1', subjectOf({ userName: 'ada@localhost' }), of);
    assert.ok(desired.kind === 'hold');
    assert.match(desired.reason, /^emails: Shopify would not take ada@localhost/);
  });

  test('comes in Shopify’s form: lower case, without white space', () => {
    const { account } = projected({ userName: 'Ada.Lovelace@Example.COM' });
    assert.equal(account.email, 'ada.lovelace@example.com');
  });
});

suite('the account', () => {
  test('has the memberships of the policy while its person is active', () => {
    assert.deepEqual(projected({ userName: 'ada@example.com' }).account.memberships, ['staff']);
    const gone = projected({ userName: 'ada@example.com', active: false }).account;
    assert.equal(gone.active, false);
    assert.deepEqual(gone.memberships, []);
  });

  test('has phone numbers in E.164, read with the country of the address', () => {
    const phone = (value: string, country?: string) =>
      projected({
        userName: 'ada@example.com',
        phoneNumbers: [{ value }],
        ...(country === undefined ? {} : { addresses: [{ country }] }),
      }).account.attributes.phone;
    assert.equal(phone('+1 (613) 450-5293'), '+16134505293');
    assert.equal(phone('030 901820', 'Germany'), '+4930901820');
  });

  test('goes without a phone number that nobody can call, and says so', () => {
    const user = { userName: 'ada@example.com', phoneNumbers: [{ value: '12' }] };
    const { account, refusals } = projected(user);
    assert.equal(account.attributes.phone, null);
    assert.deepEqual(
      refusals.map(({ path, optional }) => ({ path, optional })),
      [{ path: 'phoneNumbers', optional: true }],
    );
    assert.equal(desiredAccount('link-1', subjectOf(user), of).kind, 'account');
  });

  test('has country and language as Shopify writes them, and the street on two lines', () => {
    const { account } = projected({
      userName: 'ada@example.com',
      preferredLanguage: 'pt-BR',
      addresses: [{ streetAddress: '1 St James Square\nSecond floor', country: 'united kingdom' }],
    });
    assert.equal(account.attributes.locale, 'pt-BR');
    assert.equal(account.attributes['address.countryCode'], 'GB');
    assert.equal(account.attributes['address.address1'], '1 St James Square');
    assert.equal(account.attributes['address.address2'], 'Second floor');
  });
});
