/** Memberships in companies: given and taken back within Shopify's limits, and nothing of others'. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { shopify } from '../../src/connectors/shopify.ts';
import type { Account } from '../../src/provisioning/connector.ts';
import { battery } from '../support/battery.ts';
import { asked } from '../support/roll.ts';
import { ada, bring, type CompanyShop, call, companyShop, io, refusal } from '../support/shop.ts';

battery('Shopify with companies', companyShop);

/** Ada with these memberships, as the engine has them. */
const adaIn = (...memberships: readonly string[]): Account =>
  shopify.normalise({ ...ada, memberships }).account;

async function see({ target }: CompanyShop, remoteId: string, ...memberships: readonly string[]) {
  const observed = await target.read(remoteId, { ...call, memberships });
  assert.ok(observed);
  return observed;
}

async function ready(): Promise<CompanyShop> {
  const it = await companyShop();
  await it.target.test(call);
  return it;
}

const without = async ({ store }: CompanyShop, path: string) =>
  assert.equal((await store.dev('DELETE', path)).status, 200);

suite('Shopify’s companies', { concurrency: 4 }, () => {
  test('companies are only looked at where a membership is theirs', async () => {
    await using it = await ready();
    const remoteId = await it.existing('ada@example.com');
    await it.store.dev('DELETE', 'stats');
    assert.deepEqual((await see(it, remoteId, 'staff')).memberships, ['Loyal']);
    const seen = await see(it, remoteId, it.membership(0));
    assert.deepEqual(seen.memberships, ['Loyal', `company:${it.number}`, it.membership(2, 0)]);
    const [found] = await it.target.find(ada, ['email'], { ...call, memberships: ['company:1'] });
    assert.deepEqual(found?.memberships, seen.memberships);
    assert.deepEqual(await asked(it), {
      CustomerById: 1,
      CustomerByIdWithCompanies: 1,
      CustomerByIdentifierWithCompanies: 1,
    });
  });

  test('a role makes a contact, and leaves with it', async () => {
    await using it = await ready();
    const account = adaIn('staff', it.membership(0), it.membership(1, 0));
    const remoteId = await it.target.create(account, call);
    assert.deepEqual(await it.rolesOf(remoteId), {
      York: 'Ordering only',
      Leeds: 'Location admin',
    });
    await bring(it.target, remoteId, adaIn('staff'), account.memberships);
    const { tags, companies } = await it.customer(remoteId);
    assert.deepEqual([tags, companies], [['staff'], []]);
  });

  test('another role at the same location takes the place of ours', async () => {
    await using it = await ready();
    const before = adaIn(it.membership(0, 0));
    const remoteId = await it.target.create(before, call);
    await bring(it.target, remoteId, adaIn(it.membership(0, 1)), before.memberships);
    assert.deepEqual(await it.rolesOf(remoteId), { York: 'Ordering only' });
  });

  test('a contact on whom a role of somebody else’s hangs stays one', async () => {
    await using it = await ready();
    const account = adaIn(it.membership(0));
    const remoteId = await it.target.create(account, call);
    await it.give(remoteId, it.membership(2, 0));
    const observed = await see(it, remoteId, ...account.memberships);
    await it.target.leave(observed, account.memberships, 'deactivate', call);
    assert.deepEqual(await it.rolesOf(remoteId), { Hull: 'Location admin' });
    assert.deepEqual((await it.customer(remoteId)).tags, ['scim:inactive']);
  });

  test('the main contact of a company, whom staff choose, stays a contact', async () => {
    await using it = await ready();
    const account = adaIn(it.membership(0));
    const remoteId = await it.target.create(account, call);
    const [profile] = (await it.customer(remoteId)).companies;
    const chosen = { mainContact: profile?.contactId };
    assert.equal((await it.store.dev('PATCH', `companies/${it.number}`, chosen)).status, 200);
    await bring(it.target, remoteId, adaIn(), account.memberships);
    assert.deepEqual(await it.rolesOf(remoteId), {});
  });

  test('a contact that others made stays one when our role goes', async () => {
    await using it = await ready();
    const remoteId = await it.existing('ada@example.com');
    const role = it.membership(0);
    await bring(it.target, remoteId, adaIn(role));
    assert.deepEqual(await it.rolesOf(remoteId), { York: 'Ordering only', Hull: 'Location admin' });
    await bring(it.target, remoteId, { ...adaIn(), active: false }, [role]);
    assert.deepEqual(await it.rolesOf(remoteId), { Hull: 'Location admin' });
  });

  test('another role that somebody gave is named, and the rest of the account is written', async () => {
    await using it = await ready();
    const remoteId = await it.existing('ada@example.com');
    const account = {
      ...adaIn('staff', it.membership(2, 1), it.membership(0)),
      attributes: { lastName: 'King', 'address.city': 'York', 'address.countryCode': 'GB' },
    };
    const { kind, message, refused } = await refusal(bring(it.target, remoteId, account));
    assert.equal(kind, 'rejected');
    assert.match(
      message,
      /has the role Location admin in Hull of Acme already, .* take that one back/,
    );
    assert.deepEqual(refused, [it.membership(2, 1)]);
    const customer = await it.customer(remoteId);
    assert.deepEqual(customer.tags, ['Loyal', 'staff']);
    assert.equal(customer.lastName, 'King');
    assert.equal(customer.defaultAddress?.city, 'York');
    assert.deepEqual(await it.rolesOf(remoteId), { York: 'Ordering only', Hull: 'Location admin' });
  });

  test('two roles at one location: the first is given, the other told', async () => {
    await using it = await ready();
    const account = adaIn(it.membership(0, 0), it.membership(0, 1));
    const { message, refused } = await refusal(it.target.create(account, call));
    assert.match(message, /another role in location \d+ of company \d+ already/);
    assert.deepEqual(refused, [it.membership(0, 1)]);
    const [customer] = await it.store.customers();
    assert.deepEqual(await it.rolesOf(customer?.id ?? ''), { York: 'Location admin' });
  });

  test('a contact of another company is named', async () => {
    await using it = await ready();
    const other = await it.store.dev('POST', 'companies', { name: 'Bolt' });
    const remoteId = await it.existing('ada@example.com');
    const account = adaIn(`company:${other.body.number}`, 'staff');
    const { kind, message, refused } = await refusal(bring(it.target, remoteId, account));
    assert.equal(kind, 'rejected');
    assert.match(message, /acts for Acme already, and Shopify allows one company/);
    assert.deepEqual(refused, [`company:${other.body.number}`]);
    assert.deepEqual((await it.customer(remoteId)).tags, ['Loyal', 'staff']);
  });

  test('what is gone from the shop is named', async () => {
    await using it = await ready();
    const [york, leeds] = it.locations;
    await without(it, `company-locations/${york?.id}`);
    const { kind, message } = await refusal(
      it.target.create(adaIn(it.membership(0), it.membership(1), 'staff'), call),
    );
    assert.equal(kind, 'rejected');
    assert.match(message, /^There is no location \d+ of company \d+ \(any more\): take it out/);
    const [customer] = await it.store.customers();
    assert.deepEqual(await it.rolesOf(customer?.id ?? ''), { Leeds: 'Ordering only' });
    const noRole = `company:${it.number}/location:${leeds?.id.split('/').pop()}/role:1`;
    const { message: ofRole } = await refusal(
      it.target.create(
        { ...adaIn(noRole), key: '0198b0a0-0000-4000-8000-000000000002', email: 'b@example.com' },
        call,
      ),
    );
    assert.match(ofRole, /There is no role 1 of company/);
    await without(it, `companies/${it.number}`);
    const account = adaIn(it.membership(1), 'maths');
    const { message: ofCompany } = await refusal(bring(it.target, customer?.id ?? '', account));
    assert.match(ofCompany, /^There is no company \d+ in the shop \(any more\)/);
    assert.deepEqual((await it.customer(customer?.id ?? '')).tags, ['maths', 'staff']);
  });

  test('what went away by itself is taken back already', async () => {
    await using it = await ready();
    const account = adaIn(it.membership(0));
    const remoteId = await it.target.create(account, call);
    const before = await see(it, remoteId, ...account.memberships);
    await without(it, `companies/${it.number}`);
    assert.deepEqual(await it.target.leave(before, account.memberships, 'keep', call), {
      how: 'keep',
    });
    assert.equal((await see(it, remoteId)).key, null);
  });

  test('a contact with more roles than a page has is seen whole, and given more than a list takes', async () => {
    await using it = await ready();
    const number = it.number;
    const role = it.roleKinds[0]?.id.split('/').pop();
    const wanted: string[] = [];
    for (let place = 0; place < 60; place += 1) {
      const { body } = await it.store.dev('POST', `companies/${number}/locations`, {
        name: `Site ${place}`,
      });
      const location = body.locations.at(-1).id.split('/').pop();
      wanted.push(`company:${number}/location:${location}/role:${role}`);
    }
    const account = adaIn(...wanted);
    const remoteId = await it.target.create(account, call);
    assert.equal((await asked(it)).CompanyContactAssignRoles, 2);
    const { memberships } = await see(it, remoteId, ...account.memberships);
    assert.deepEqual(memberships, account.memberships);
    await bring(it.target, remoteId, adaIn(), account.memberships);
    assert.deepEqual((await it.customer(remoteId)).companies, []);
  });

  test('a shop without B2B is the owner’s to mend, before anybody is touched', async () => {
    await using it = await companyShop();
    await it.store.dev('POST', 'b2b', { enabled: false });
    await it.target.test({ ...call, memberships: ['staff'] });
    const about = { ...call, memberships: ['staff', it.membership(0)] };
    const { kind, message } = await refusal(it.target.test(about));
    assert.equal(kind, 'misconfigured');
    assert.match(message, /give the shop a plan with B2B, or take these memberships out/);
    await it.store.dev('POST', 'b2b', { enabled: true });
    await it.target.test(about);
    const { accessToken, origin } = it.store;
    const settings = { shop: 'test.myshopify.com', origin, accessToken };
    await shopify.connect(settings, io).test({ ...call, memberships: ['staff'] });
  });

  test('a shop that lost B2B is told after the rest, and what we granted is not forgotten', async () => {
    await using it = await ready();
    const account = adaIn(it.membership(0), 'staff');
    const remoteId = await it.target.create(account, call);
    await it.store.dev('POST', 'b2b', { enabled: false });
    const seen = await see(it, remoteId, ...account.memberships);
    assert.deepEqual(seen.memberships, ['staff']);
    assert.deepEqual(seen.unseen, [`company:${it.number}`, it.membership(0)]);
    const more = { ...account, attributes: { lastName: 'King' } };
    const { kind, refused } = await refusal(bring(it.target, remoteId, more));
    assert.equal(kind, 'misconfigured');
    assert.deepEqual(refused, [], 'it is ours, and only out of sight');
    assert.equal((await it.customer(remoteId)).lastName, 'King');
  });

  test('a tag that reads like a membership in a company is none', async () => {
    await using it = await ready();
    const remoteId = await it.existing('ada@example.com');
    const tags = [`company:${it.number}`, 'Loyal'];
    await it.store.dev('PATCH', `customers/${encodeURIComponent(remoteId)}`, { tags });
    assert.deepEqual((await see(it, remoteId, 'staff')).memberships, ['Loyal']);
  });

  test('companies, locations and roles can be picked, in pages; without B2B there are none', async () => {
    await using it = await companyShop();
    const first = await it.target.catalogue?.(null, call);
    const company = `company:${it.number}`;
    assert.deepEqual(first?.entries.slice(0, 2), [
      { membership: company, label: 'Acme: contact', within: null },
      { membership: it.membership(0, 0), label: 'Acme: Location admin in York', within: company },
    ]);
    assert.equal(first?.entries.length, 7);
    assert.equal(first?.next, null);
    for (let count = 0; count < 30; count += 1)
      await it.store.dev('POST', 'companies', { name: `Company ${count}` });
    const page = await it.target.catalogue?.(null, call);
    const last = await it.target.catalogue?.(page?.next ?? null, call);
    const companies = [page, last].flatMap((one) =>
      (one?.entries ?? []).filter(({ within }) => within === null),
    );
    assert.equal(companies.length, 31);
    assert.equal(last?.next, null);
    await it.store.dev('POST', 'b2b', { enabled: false });
    assert.deepEqual(await it.target.catalogue?.(null, call), { entries: [], next: null });
  });
});
