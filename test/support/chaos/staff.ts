/** The merchant's staff of a chaos run: edits customers behind Rollcall's back, and remembers what is theirs. */
import assert from 'node:assert/strict';
import type { Chance } from '../chance.ts';
import type { CustomerView, StoreView } from '../world.ts';

/** What staff gave a customer. */
export interface Theirs {
  /** Which nobody else may take. */
  readonly tags: ReadonlySet<string>;
  /** Tags that were there when staff saved the list: any of them may count as theirs since. */
  readonly saved: ReadonlySet<string>;
  readonly note: string | null;
}

/** What staff did so far. */
export interface Staff {
  /** By customer. */
  readonly theirs: Map<string, Theirs>;
  /** Customers who are nobody on the roll, as staff left them. */
  readonly strangers: Map<string, CustomerView>;
}

/** Staff who did nothing yet. */
export const newStaff = (): Staff => ({ theirs: new Map(), strangers: new Map() });

const nothing: Theirs = { tags: new Set(), saved: new Set(), note: null };

/** Makes a customer with an address that somebody on the roll has or will have, or nobody. */
export async function makeCustomer(
  store: StoreView,
  staff: Staff,
  email: string,
  who: 'stranger' | 'somebody',
): Promise<void> {
  const tags = [`friend-${email.split('@')[0]}`];
  const note = `Met ${email}`;
  const { status, body } = await store.dev('POST', 'customers', { email, tags, note });
  if (status === 422) return;
  assert.equal(status, 200, JSON.stringify(body));
  staff.theirs.set(body.id, { ...nothing, tags: new Set(tags), note });
  if (who === 'stranger') staff.strangers.set(body.id, body);
}

/** Edits somebody: what is ours, to be put right, or what is theirs, to be left alone; or deletes them. */
export async function editSomebody(store: StoreView, staff: Staff, random: Chance): Promise<void> {
  const customers = (await store.customers()).filter(({ id }) => !staff.strangers.has(id));
  const customer = customers[Math.floor(random.next() * customers.length)];
  if (customer === undefined) return;
  const path = `customers/${encodeURIComponent(customer.id)}`;
  const roll = random.next();
  if (roll < 0.1) {
    const { status } = await store.dev('DELETE', path);
    if (status === 200) staff.theirs.delete(customer.id);
    return;
  }
  const before = staff.theirs.get(customer.id) ?? nothing;
  const edit = nextEdit(customer, before, roll, random);
  const { status, body } = await store.dev('PATCH', path, edit.body);
  if (status === 404) return;
  assert.equal(status, 200, JSON.stringify(body));
  staff.theirs.set(customer.id, edit.theirs);
}

function nextEdit(customer: CustomerView, before: Theirs, roll: number, random: Chance) {
  if (roll < 0.4) return { body: { firstName: random.pick(['Byron', 'Babbage']) }, theirs: before };
  if (roll < 0.6) {
    const note = `Note ${Math.floor(random.next() * 1e6)}`;
    return { body: { note }, theirs: { ...before, note } };
  }
  if (roll < 0.8) return retag(customer, before, random);
  const value = random.pick(['Sales', 'Nobody']);
  const department = customer.metafields.find(({ key }) => key === 'department');
  if (department === undefined) return { body: {}, theirs: before };
  const { namespace, key } = department;
  return { body: { metafields: [{ namespace, key, value }] }, theirs: before };
}

/** Adds a tag of theirs, and takes away one of ours: also the mark of the inactive. */
function retag({ tags }: CustomerView, before: Theirs, random: Chance) {
  const added = `vip-${Math.floor(random.next() * 1e6)}`;
  const ours = tags.filter((tag) => !before.tags.has(tag));
  const taken = ours[Math.floor(random.next() * ours.length)];
  const list = [...tags.filter((tag) => tag !== taken), added];
  const theirs = {
    ...before,
    tags: new Set([...before.tags, added]),
    saved: new Set([...before.saved, ...list]),
  };
  return { body: { tags: list }, theirs };
}
