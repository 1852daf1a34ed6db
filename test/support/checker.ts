/**
 * The judge of convergence: reads all people through SCIM and all customers through the store's
 * control API, and compares what should be with what is.
 */
import assert from 'node:assert/strict';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Answer, CustomerView, World } from './world.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

// biome-ignore lint/suspicious/noExplicitAny: SCIM resources as they come over the wire
type ScimUser = any;

/** All users of the world's connection, page by page. */
export async function allUsers(world: Pick<World, 'scim'>): Promise<readonly ScimUser[]> {
  const users: ScimUser[] = [];
  for (;;) {
    const page: Answer = await world.scim('GET', `/Users?startIndex=${users.length + 1}&count=500`);
    assert.equal(page.status, 200);
    users.push(...page.body.Resources);
    if (users.length >= page.body.totalResults) return users;
  }
}

/** Compares every person with the store. Throws with the first difference. */
export async function checkAgreement(world: Pick<World, 'scim' | 'store' | 'pool'>): Promise<void> {
  const [users, customers] = await Promise.all([allUsers(world), world.store.customers()]);
  const { rows } = await world.pool.query<{
    id: string;
    resource_id: string;
    remote_id: string | null;
    outcome: string;
    deleted: boolean;
  }>('select id, resource_id, remote_id, outcome, deleted_at is not null as deleted from links');
  const byRemote = new Map(customers.map((customer) => [customer.id, customer]));
  const linked = new Set<string>();
  for (const user of users) {
    const link = rows.find(({ resource_id }) => resource_id === user.id);
    assert.ok(link, `${user.userName} has no link`);
    const customer = link.remote_id === null ? undefined : byRemote.get(link.remote_id);
    if (user.active === false && customer === undefined) continue;
    assert.ok(customer, `${user.userName} has no customer (${link.outcome})`);
    assert.equal(
      metafield(customer, 'link_id'),
      link.id,
      `${user.userName}: the customer carries another key`,
    );
    assert.ok(!linked.has(customer.id), `${user.userName}: the customer is somebody else's, too`);
    linked.add(customer.id);
    // Shopify gives an address to nobody while a customer of the shop's own has it, nor a name beside it.
    const refused =
      link.outcome === 'rejected' &&
      customers.some(({ id, email }) => email === emailOf(user) && !rows.some(held(id)));
    compare(user, customer, refused);
  }
  checkNobodyTwice(customers);
  for (const { remote_id, deleted } of rows.filter((link) => link.deleted)) {
    const customer = remote_id === null ? undefined : byRemote.get(remote_id);
    if (deleted && customer)
      assert.ok(isInactive(customer), `${customer.email} was deleted and is not inactive`);
  }
}

const held = (id: string) => (link: { readonly remote_id: string | null }) => link.remote_id === id;

function emailOf(user: ScimUser): string {
  const emails: { value: string; primary?: boolean }[] = user.emails ?? [];
  const email = emails.find(({ primary }) => primary) ?? emails[0];
  return (email?.value ?? user.userName).toLowerCase();
}

function compare(user: ScimUser, customer: CustomerView, refused: boolean): void {
  const who = user.userName;
  assert.equal(
    isInactive(customer),
    user.active === false,
    `${who}: inactive tag ${customer.tags}`,
  );
  if (user.active === false)
    assert.match(metafield(customer, 'state') ?? '', /"active":false/, `${who}: state`);
  const department = user[enterprise]?.department ?? null;
  assert.equal(metafield(customer, 'department'), department, `${who}: department`);
  assert.equal(metafield(customer, 'title'), user.title ?? null, `${who}: title`);
  if (refused) return;
  assert.equal(customer.email, emailOf(user), `${who}: e-mail`);
  if (user.name?.givenName)
    assert.equal(customer.firstName, user.name.givenName, `${who}: first name`);
  if (user.name?.familyName)
    assert.equal(customer.lastName, user.name.familyName, `${who}: last name`);
  const phones: { value: string; type?: string; primary?: boolean }[] = user.phoneNumbers ?? [];
  const phone =
    phones.find(({ type }) => type === 'mobile') ??
    phones.find(({ primary }) => primary) ??
    phones[0];
  if (phone)
    assert.equal(customer.phone, parsePhoneNumberFromString(phone.value)?.number, `${who}: phone`);
}

function checkNobodyTwice(customers: readonly CustomerView[]): void {
  for (const key of ['email', 'link'] as const) {
    const seen = new Set<string>();
    for (const customer of customers) {
      const value = key === 'email' ? customer.email : metafield(customer, 'link_id');
      if (value === null) continue;
      assert.ok(!seen.has(value), `two customers have the ${key} ${value}`);
      seen.add(value);
    }
  }
}

/** Whether a customer carries the mark of the deactivated. */
export function isInactive(customer: CustomerView): boolean {
  return customer.tags.includes('scim:inactive');
}

/** The value of one of our metafields. */
export function metafield(customer: CustomerView, key: string): string | null {
  return customer.metafields.find((field) => field.key === key)?.value ?? null;
}
