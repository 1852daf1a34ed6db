/** People who leave: deactivated over SCIM, and looked for at the store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../test/support/wait.ts';
import { activePatch } from '../person.ts';
import { dueCount } from '../process/roll.ts';
import type { StoreControl } from '../process/store-control.ts';
import type { World } from '../process/world.ts';
import type { Connection } from './connection.ts';
import type { Known } from './job.ts';

const inactiveTag = 'scim:inactive';
const patienceMs = 180_000;
/** How often the store is looked at: what a figure may be too long by. */
export const pollMs = 5;

/** A person and their customer. */
export interface Account extends Known {
  readonly customerId: string;
}

/** Waits until everybody has a customer, and tells which. */
export async function accountsOf(
  { pool, ids, store }: World,
  people: readonly Known[],
): Promise<readonly Account[]> {
  await waitFor('every customer', async () => (await dueCount(pool, ids)) === 0, patienceMs);
  const byEmail = new Map((await store.customers()).map(({ email, id }) => [email, id]));
  return people.flatMap((person) => {
    const customerId = byEmail.get(person.userName);
    if (customerId === undefined) throw new Error(`${person.userName} has no customer`);
    return [{ ...person, customerId }];
  });
}

/** Waits until the store shows that somebody is inactive. */
export async function untilTagged(
  store: StoreControl,
  { customerId, userName }: Account,
): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (!(await store.tags(customerId)).includes(inactiveTag)) {
    if (performance.now() > giveUpAt) throw new Error(`${userName} is not inactive at the store`);
    await sleep(pollMs);
  }
}

/** Has the identity provider deactivate somebody. */
export async function switchOff(
  connection: Connection,
  basePath: string,
  { id, userName }: Known,
): Promise<void> {
  const body = JSON.stringify(activePatch(false));
  const answer = await connection.send({ method: 'PATCH', path: `${basePath}/Users/${id}`, body });
  if (answer.status !== 200) throw new Error(`${userName} was not switched off: ${answer.text}`);
}
