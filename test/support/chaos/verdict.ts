/** Judges a chaos run at rest: the roll is as acknowledged, the store agrees with it, and what was theirs is theirs. */
import assert from 'node:assert/strict';
import { allUsers, checkAgreement, isInactive } from '../checker.ts';
import type { CustomerView, World } from '../world.ts';
import { emailOf, type Person, type State } from './people.ts';
import type { Staff } from './staff.ts';

/** What is judged. */
export interface Judged extends Pick<World, 'scim' | 'store' | 'pool'> {
  readonly people: readonly Person[];
  readonly staff: Staff;
  /** The groups of the rules, by id, and the tag each gives. */
  readonly tags: ReadonlyMap<string, string>;
}

/** Throws with the first thing that is not as it must be. */
export async function judge(judged: Judged): Promise<void> {
  await checkAcknowledged(judged);
  await checkAgreement(judged);
  await checkTags(judged);
  await checkTheirs(judged);
}

/** Every acknowledged write is on the roll. */
async function checkAcknowledged({ people, ...world }: Judged): Promise<void> {
  const users = new Map((await allUsers(world)).map((user) => [user.userName, user]));
  for (const { name, states } of people) {
    const user = users.get(emailOf(name));
    const found: State = user === undefined ? null : { title: user.title, active: user.active };
    assert.ok(
      states.some((state) => JSON.stringify(state) === JSON.stringify(found)),
      `${name} is ${JSON.stringify(found)}, acknowledged was ${JSON.stringify(states)}`,
    );
  }
}

/** Everybody has the tags of their groups and those that staff gave them, and no others. */
async function checkTags({ tags, staff, ...world }: Judged): Promise<void> {
  const due = await tagsDue({ tags, ...world });
  const { rows } = await world.pool.query<{ remote: string; user: string }>(
    `select remote_id as remote, resource_id as user from links where remote_id is not null`,
  );
  const userOf = new Map(rows.map(({ remote, user }) => [remote, user]));
  for (const customer of await world.store.customers()) {
    const theirs = staff.theirs.get(customer.id);
    const user = userOf.get(customer.id);
    const expected = isInactive(customer) ? [] : (due.get(user ?? '') ?? []);
    const held = new Set(customer.tags.filter((tag) => tag !== 'scim:inactive'));
    const who = `${customer.email} (${customer.id}) with ${customer.tags}`;
    for (const tag of [...expected, ...(theirs?.tags ?? [])])
      assert.ok(held.has(tag), `${who} lacks ${tag}`);
    for (const tag of held) {
      const justified =
        expected.includes(tag) || theirs?.tags.has(tag) === true || theirs?.saved.has(tag) === true;
      assert.ok(justified, `${who} has ${tag}, which nobody gave`);
    }
  }
}

async function tagsDue({
  tags,
  scim,
}: Pick<Judged, 'tags' | 'scim'>): Promise<ReadonlyMap<string, readonly string[]>> {
  const due = new Map<string, string[]>();
  for (const [group, tag] of tags) {
    const { status, body } = await scim('GET', `/Groups/${group}`);
    assert.equal(status, 200);
    for (const { value } of body.members ?? []) due.set(value, [...(due.get(value) ?? []), tag]);
  }
  return due;
}

/** Notes that staff wrote stand, and customers who are nobody on the roll are as staff left them. */
async function checkTheirs({ staff, store }: Judged): Promise<void> {
  const customers = new Map<string, CustomerView>(
    (await store.customers()).map((customer) => [customer.id, customer]),
  );
  for (const [id, { note }] of staff.theirs) {
    const customer = customers.get(id);
    assert.ok(customer, `${id}, a customer of the store, is gone`);
    if (note !== null) assert.equal(customer.note, note, `the note of ${customer.email}`);
  }
  for (const [id, before] of staff.strangers) assert.deepEqual(customers.get(id), before);
}
