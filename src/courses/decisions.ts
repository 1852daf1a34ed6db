/** What people decide about rights: who learns, what a refund means, and what is given by hand. */
import { v7 as uuidv7 } from 'uuid';
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
  withdrawRight,
} from '../store/ledger.ts';
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
  const { orderId } = await orderRight(world, about);
  await recomputeOrders(world, about.tenantId, async (client) => {
    if (await chooseHolder(client, about.tenantId, about.grantId, resourceId)) return [orderId];
    throw new Undecidable(`There is no person ${resourceId} on the roll.`);
  });
}

/** Names who learns from a line of an order, one for each of its quantity or fewer. */
export async function nameForLine(
  world: LedgerWorld,
  about: About,
  emails: readonly string[],
): Promise<void> {
  const { orderId, lineId } = await orderRight(world, about);
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
 */
export async function give(world: LedgerWorld, gift: Gift): Promise<string> {
  const { tenantId, destinationId, resourceId } = gift;
  const id = uuidv7();
  const woken = await transaction(world.pool, async (client) => {
    await lockLedger(client, tenantId);
    const right = await giveRight(client, { ...gift, id, at: new Date(world.now()) });
    if (right === null) throw new Undecidable(`There is no person ${resourceId} on the roll.`);
    await noteRights(client, tenantId, [noteOf(right, 'grant.given', gift.actor)]);
    return lookAtHolders(client, tenantId, [{ resourceId, destinationId }]);
  });
  world.wake(tenantId, woken);
  return id;
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
