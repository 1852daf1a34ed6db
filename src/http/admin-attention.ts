/** What waits for a person, each in a sentence, for the first page of the admin. */
import type { DestinationStatus, TenantStatus } from '../provisioning/destination-status.ts';
import { isOfGuard } from '../provisioning/guard.ts';
import type { GuardFacts } from '../store/guard-decisions.ts';
import type { DeadLetters } from '../store/overview.ts';

/** What waits for a person. */
export interface Attention {
  readonly kind:
    | 'quarantined'
    | 'guard'
    | 'held'
    | 'rejected'
    | 'orders-held'
    | 'orders-asked'
    | 'orders-unread'
    | 'dead-letters';
  /** How many; of more than 100,000 at least so many are told. */
  readonly count: number;
  /** What it is about, for a merchant. */
  readonly about: string;
  /** Where it is; `null` where it is about no single destination. */
  readonly destination: { readonly id: string; readonly name: string } | null;
}

/** What attention is found in. */
export interface AttentionFacts extends TenantStatus {
  /** Of each destination, in the same order. */
  readonly guards: readonly (GuardFacts | null)[];
  readonly dead: readonly DeadLetters[];
}

/** All that waits, what stops most first. Pure. */
export function attentionOf({
  destinations,
  guards,
  rights,
  orders,
  dead,
}: AttentionFacts): readonly Attention[] {
  const each = (find: (status: DestinationStatus, index: number) => Attention | null) =>
    destinations.flatMap((status, index) => find(status, index) ?? []);
  return [
    ...each(quarantined),
    ...each((status, index) => guarded(status, heldByGuard(guards[index]))),
    ...ofOrders(rights.held, 'orders-held', 'nobody knows yet who learns from them'),
    ...ofOrders(rights.asked, 'orders-asked', 'what a refund or an edit means is to be answered'),
    ...(orders?.error == null ? [] : [unread(orders.error)]),
    ...each((status, index) => stuck(status, 'held', heldByGuard(guards[index]))),
    ...each((status) => stuck(status, 'rejected', 0)),
    ...deadLetters(dead),
  ];
}

const placeOf = ({ destinationId, name }: DestinationStatus) => ({ id: destinationId, name });

function quarantined(status: DestinationStatus): Attention | null {
  if (status.state !== 'quarantined') return null;
  const about = `${status.name} is not worked on: ${status.reason ?? 'its owner must act.'}`;
  return { kind: 'quarantined', count: 1, about, destination: placeOf(status) };
}

const heldByGuard = (guard: GuardFacts | null | undefined): number =>
  (guard?.heldAccounts ?? 0) + (guard?.heldMemberships ?? 0);

function guarded(status: DestinationStatus, count: number): Attention | null {
  if (count === 0) return null;
  const about = `More people than usual would leave ${status.name}: ${count} wait until you allow or discard it.`;
  return { kind: 'guard', count, about, destination: placeOf(status) };
}

const stuckWords = { held: 'held for', rejected: 'refused by' } as const;

/** With the most frequent reason. Of whom the guard holds is told by itself. */
function stuck(
  status: DestinationStatus,
  kind: 'held' | 'rejected',
  elsewhere: number,
): Attention | null {
  const count = status.stuck[kind] - elsewhere;
  if (count <= 0) return null;
  const often = status.stuck.reasons.find((one) => one.kind === kind && !isOfGuard(one.reason));
  const who = `${count} ${count === 1 ? 'person' : 'people'} ${stuckWords[kind]} ${status.name}`;
  const about = often === undefined ? who : `${who}, most often: ${often.reason}`;
  return { kind, count, about, destination: placeOf(status) };
}

function ofOrders(
  count: number,
  kind: 'orders-held' | 'orders-asked',
  what: string,
): readonly Attention[] {
  if (count === 0) return [];
  const about = `${count} ${count === 1 ? 'right' : 'rights'} of orders: ${what}.`;
  return [{ kind, count, about, destination: null }];
}

function unread(error: string): Attention {
  return { kind: 'orders-unread', count: 1, about: error, destination: null };
}

function deadLetters(dead: readonly DeadLetters[]): readonly Attention[] {
  const count = dead.reduce((sum, { count }) => sum + count, 0);
  if (count === 0) return [];
  const topics = dead.map(({ topic }) => topic).join(', ');
  const about = `${count} of the shop's messages could not be worked off: ${topics}.`;
  return [{ kind: 'dead-letters', count, about, destination: null }];
}
