/** What people decide about rights: who learns, what a refund means, and what is given by hand. */
import { v7 as uuidv7 } from 'uuid';
import { connectorNamed } from '../connectors/index.ts';
import { findDestination } from '../store/destinations.ts';
import { nameLearners } from '../store/learners.ts';
import {
  answerRight,
  chooseHolder,
  findRight,
  giveRight,
  type LedgerRow,
  lockLedger,
  lookAtHolders,
  noteRights,
  rightsOfOrders,
  withdrawRight,
} from '../store/ledger.ts';
import { findPeople } from '../store/people.ts';
import { transaction } from '../store/statement.ts';
import { type LedgerWorld, recomputeOrders } from './ledger.ts';

/** Something somebody asked for that cannot be done; its message says why, and what can be. */
export class Undecidable extends Error {
  override readonly name = 'Undecidable';
}

/** A right that somebody decides about. */
interface About {
  readonly tenantId: string;
  readonly grantId: string;
  /** Who decides, for the activity. */
  readonly actor: string;
}

async function orderRight(
  { pool }: LedgerWorld,
  { tenantId, grantId }: About,
): Promise<LedgerRow & { readonly orderId: string; readonly lineId: string }> {
  const right = await findRight(pool, tenantId, grantId);
  if (right === null) throw new Undecidable(`There is no right ${grantId}.`);
  const { orderId, lineId } = right;
  if (orderId === null || lineId === null)
    throw new Undecidable('This right was given by hand: withdraw it, or give another.');
  return { ...right, orderId, lineId };
}

/**
 * The person of the roll with this userName, e-mail address or id.
 * @throws `Undecidable` where there is nobody, or more than one
 */
export async function thePerson(
  { pool }: Pick<LedgerWorld, 'pool'>,
  tenantId: string,
  who: string,
): Promise<string> {
  const [found, ...others] = await findPeople(pool, tenantId, who);
  if (found === undefined)
    throw new Undecidable(
      `There is no person ${who} on the roll: give a userName, an e-mail address or a SCIM id.`,
    );
  if (others.length === 0) return found.resourceId;
  const names = [found, ...others].map(
    ({ userName, sourceName, resourceId }) => `${userName} of ${sourceName} is ${resourceId}`,
  );
  throw new Undecidable(`${who} is more than one person: ${names.join('; ')}. Give the id.`);
}

/** Answers the question about a right: it is kept, suspended or removed. */
export async function answerQuestion(
  world: LedgerWorld,
  about: About,
  answer: 'keep' | 'suspend' | 'remove',
): Promise<void> {
  const { question, orderId } = await orderRight(world, about);
  if (question === null) throw new Undecidable('Nothing is asked about this right.');
  await recomputeOrders(world, about.tenantId, async (client) => {
    await answerRight(client, about.tenantId, about.grantId, question, answer);
    return [orderId];
  });
}

/** Chooses one of several people for a right that is held. */
export async function chooseLearner(
  world: LedgerWorld,
  about: About,
  resourceId: string,
): Promise<void> {
  const { orderId, state } = await orderRight(world, about);
  if (state !== 'held') throw new Undecidable('This right is not held: nobody is to be chosen.');
  await recomputeOrders(world, about.tenantId, async (client) => {
    if (await chooseHolder(client, about.tenantId, about.grantId, resourceId)) return [orderId];
    throw new Undecidable(`There is no person ${resourceId} on the roll.`);
  });
  const after = await orderRight(world, about);
  if (after.state === 'held') throw new Undecidable(`It is held all the same: ${after.reason}.`);
}

/** Names who learns from a line of an order, one for each of its quantity or fewer. */
export async function nameForLine(
  world: LedgerWorld,
  about: About,
  emails: readonly string[],
): Promise<void> {
  const { orderId, lineId } = await orderRight(world, about);
  const rights = await rightsOfOrders(world.pool, about.tenantId, [orderId]);
  const seats = new Set(rights.flatMap((right) => (right.lineId === lineId ? right.seat : [])));
  if (emails.length > seats.size)
    throw new Undecidable(`This line is for ${seats.size} and not ${emails.length}.`);
  const named = emails.map((email, seat) => ({ orderId, lineId, seat, email: email.trim() }));
  await recomputeOrders(world, about.tenantId, async (client) => {
    await nameLearners(client, about.tenantId, named, about.actor);
    return [orderId];
  });
}

/** A right to be given by hand. */
export interface Gift {
  readonly tenantId: string;
  readonly destinationId: string;
  readonly membership: string;
  /** A person of the roll. */
  readonly resourceId: string;
  readonly note: string;
  readonly endsAt: Date | null;
  readonly ending: 'suspend' | 'remove';
  readonly actor: string;
}

/**
 * Gives a right by hand.
 * @returns its id
 * @throws `Undecidable` where there is no such person, destination or membership, or it would be over
 */
export async function give(world: LedgerWorld, gift: Gift): Promise<string> {
  const { tenantId, destinationId, resourceId } = gift;
  const complaint = await complaintAbout(world, gift);
  if (complaint !== null) throw new Undecidable(complaint);
  const id = uuidv7();
  const woken = await transaction(world.pool, async (client) => {
    await lockLedger(client, tenantId);
    const right = await giveRight(client, { ...gift, id });
    if (right === null) throw new Undecidable(`There is no person ${resourceId} on the roll.`);
    await noteRights(client, tenantId, [noteOf(right, 'grant.given', gift.actor)]);
    return lookAtHolders(client, tenantId, [{ resourceId, destinationId }]);
  });
  world.wake(tenantId, woken);
  return id;
}

async function complaintAbout({ pool, now }: LedgerWorld, gift: Gift): Promise<string | null> {
  const { destinationId, membership, endsAt } = gift;
  const destination = await findDestination(pool, gift);
  if (destination === null) return `There is no destination ${destinationId}.`;
  if (endsAt !== null && endsAt.getTime() <= now()) return 'It would be over already.';
  const complaint = connectorNamed(destination.connector)?.checkMembership?.(membership) ?? null;
  return complaint === null ? null : `The membership ${JSON.stringify(membership)} ${complaint}.`;
}

/** Takes back what was given by hand. */
export async function withdraw(world: LedgerWorld, about: About): Promise<void> {
  const { tenantId, grantId, actor } = about;
  const woken = await transaction(world.pool, async (client) => {
    await lockLedger(client, tenantId);
    const right = await withdrawRight(client, tenantId, grantId, {
      at: new Date(world.now()),
      reason: `withdrawn by ${actor}`,
    });
    if (right === null)
      throw new Undecidable('There is no such right that was given by hand and stands.');
    await noteRights(client, tenantId, [noteOf(right, 'grant.ended', actor)]);
    const { resourceId, destinationId } = right;
    return resourceId === null
      ? []
      : lookAtHolders(client, tenantId, [{ resourceId, destinationId }]);
  });
  world.wake(tenantId, woken);
}

function noteOf(
  right: LedgerRow,
  kind: 'grant.given' | 'grant.ended',
  actor: string,
): Parameters<typeof noteRights>[2][number] {
  const { id, sourceId, destinationId, resourceId, membership, words, reason, state } = right;
  return {
    id: uuidv7(),
    ...{ kind, actor, sourceId, destinationId, resourceId, outcome: 'done' },
    message: `${membership} by ${words}${reason === null ? '' : `: ${reason}`}`,
    detail: { grantId: id, state },
  };
}
