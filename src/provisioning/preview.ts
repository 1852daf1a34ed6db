/**
 * Previews a destination: what would become of everybody, decided by the code that acts, from what is on
 * both sides now. Nothing is written there. Told as it comes, and kept, so that it can be compared with
 * what is done afterwards.
 */
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import type { DestinationKey, StoredDestination } from '../store/destinations.ts';
import { beginning, type DueLink, type LinkPage, linkPage } from '../store/due-links.ts';
import { endListing, insertListing, type ListingKey } from '../store/listings.ts';
import { linksToLookFor } from '../store/missing-links.ts';
import { finishPreview, insertPreview, insertPreviewLines } from '../store/previews.ts';
import type { Call } from './connector.ts';
import { classify } from './failure.ts';
import { type GroupEffect, type PreviewedGroup, previewGroups } from './group-preview.ts';
import { goesAway, isPending } from './guard.ts';
import { lookingGuard } from './guarding.ts';
import { canList, type Listable, listedTarget, readAccounts } from './listing.ts';
import { claimsToLook, type LookingWorld, lookOnly } from './look-only.ts';
import { Patience, type Waiting } from './patience.ts';
import type { Policy } from './policy.ts';
import { effectOn } from './policy-effect.ts';
import { lookedAt, requireGroups } from './policy-groups.ts';
import { type Connected, type Deciding, type Decision, decide, desire } from './reconcile.ts';
import { stepsOf } from './reconciled.ts';
import { shutsOut } from './shut-out.ts';
import { linkAll } from './spread.ts';

/** What would become of a person. */
export type Effect = 'create' | 'adopt' | 'update' | 'leave' | 'hold' | 'nothing';

/** What a preview tells, in this order: how reading goes on, groups and people as they come, and the sum; waiting in between. */
export type PreviewEvent =
  | Waiting
  | { readonly type: 'reading'; readonly read: number; readonly about: number | null }
  | PreviewedGroup
  | {
      readonly type: 'person';
      readonly linkId: string;
      /** The userName; of somebody who was deleted, the address they had. */
      readonly person: string;
      readonly effect: Effect;
      readonly reason: string | null;
      /** Each changed value as `[before, after]`. */
      readonly changes: JsonObject | null;
      /** Held by the guard, because a crowd would leave or lose a membership. */
      readonly guarded: boolean;
    }
  | {
      readonly type: 'summary';
      readonly previewId: string;
      readonly counts: Readonly<Record<Effect, number>>;
      readonly groups: Readonly<Record<GroupEffect, number>>;
      /** How many of those who are held are held by the guard. */
      readonly guarded: number;
    };

/** Which destination, by which policy. */
export interface PreviewOptions {
  readonly destination: StoredDestination;
  /** Another policy than the one in force; `null` is that one. */
  readonly policy: Policy | null;
  /** Ends the preview, e.g. when nobody listens any more. */
  readonly signal: AbortSignal;
}

/** More people than this are looked for in a listing of all accounts, where there can be one. */
const mostOneByOne = 500;
const pageSize = 200;

/** Previews a destination. Throws `DestinationError` where it cannot be looked at. */
export async function* preview(
  world: LookingWorld,
  { destination, policy, signal }: PreviewOptions,
): AsyncGenerator<PreviewEvent> {
  const { pool } = world;
  const key = { tenantId: destination.tenantId, destinationId: destination.id };
  const there = world.connect(destination);
  // What is told is what becomes of somebody in the end: whoever settles leaves.
  const connected = { ...there, policy: { ...(policy ?? there.policy), settleMs: 0 } };
  await requireGroups(pool, key.tenantId, connected.policy);
  await linkAll(pool, key);
  const call = lookOnly(signal, 'in the background');
  const patience = new Patience(call, world.now);
  const previewing = { world, key, previewId: uuidv7(), proposed: policy !== null, call, patience };
  const many =
    (await linksToLookFor(pool, key, policy === null ? 'changed' : 'all')) > mostOneByOne;
  if (!many || !canList(connected.target)) {
    const { concurrency } = connected.connector;
    yield* previewPeople({ ...previewing, connected, atOnce: concurrency });
    return;
  }
  const listing = { tenantId: key.tenantId, listingId: uuidv7() };
  await insertListing(pool, key, { id: listing.listingId, kind: 'preview' });
  try {
    yield* readAll(previewing, listing, connected.target);
    const target = listedTarget(pool, listing, connected.target);
    yield* previewPeople({ ...previewing, connected: { ...connected, target }, atOnce: pageSize });
  } finally {
    await endListing(pool, listing, null);
  }
}

/** Reads all accounts; where the destination asks to wait, from there on. */
async function* readAll(
  { world: { pool }, call, patience }: Pick<Previewing, 'world' | 'call' | 'patience'>,
  listing: ListingKey,
  target: Listable,
): AsyncGenerator<PreviewEvent> {
  let cursor: string | null = null;
  let listed = 0;
  let about: number | null = null;
  for (;;) {
    try {
      const pages = target.list(cursor, call, 'by pages');
      for await (const page of readAccounts(pool, { ...listing, cursor, listed }, pages)) {
        patience.renew();
        ({ next: cursor, read: listed } = page);
        about = page.about ?? about;
        yield { type: 'reading', read: listed, about };
      }
      return;
    } catch (error) {
      yield* patience.after(error);
    }
  }
}

/** A preview under way. */
interface Previewing {
  readonly world: LookingWorld;
  readonly key: DestinationKey;
  readonly previewId: string;
  readonly connected: Connected;
  /** The policy is not in force: whose leave follows from it is confirmed when it is put in force. */
  readonly proposed: boolean;
  readonly call: Call;
  readonly patience: Patience;
  /** As many at once as the connector bears; a page of those who are looked for in a listing. */
  readonly atOnce: number;
}

async function* previewPeople(previewing: Previewing): AsyncGenerator<PreviewEvent> {
  const { world, key, previewId } = previewing;
  await insertPreview(world.pool, key, previewId);
  const counts = { create: 0, adopt: 0, update: 0, leave: 0, hold: 0, nothing: 0 };
  let guarded = 0;
  const groups = { create: 0, adopt: 0, update: 0, delete: 0, hold: 0, nothing: 0 };
  for await (const event of previewGroups({ ...previewing, db: world.pool })) {
    if (event.type === 'group') groups[event.effect] += 1;
    yield event;
  }
  for await (const event of peopleOf(previewing)) {
    if (event.type === 'person') {
      counts[event.effect] += 1;
      if (event.guarded) guarded += 1;
    }
    yield event;
  }
  await finishPreview(world.pool, key.tenantId, previewId, counts);
  yield { type: 'summary', previewId, counts, groups, guarded };
}

/** Those who are about to leave come last: the guard judges by how many they are. */
async function* peopleOf(previewing: Previewing): AsyncGenerator<Person | Waiting> {
  const { world, key, connected, call } = previewing;
  const { pool } = world;
  const leavers: string[] = [];
  let pending = 0;
  const { policy } = connected;
  const guard = lookingGuard({ db: pool, key, policy, leaving: () => pending });
  const claims = claimsToLook(pool, key, connected, guard);
  for (let after = beginning; ; ) {
    call.signal.throwIfAborted();
    const links = await linksOf(previewing, { after });
    const leaving = links.filter((link) => goesAway(desire(link, connected)));
    pending += leaving.filter((link) => isPending(link, desire(link, connected))).length;
    leavers.push(...leaving.map(({ id }) => id));
    const staying = links.filter((link) => !leaving.includes(link));
    yield* previewPage(previewing, claims, staying);
    const last = links.at(-1);
    if (last === undefined || links.length < pageSize) break;
    after = last.id;
  }
  for (let from = 0; from < leavers.length; from += pageSize) {
    call.signal.throwIfAborted();
    const links = await linksOf(previewing, { these: leavers.slice(from, from + pageSize) });
    yield* previewPage(previewing, claims, links);
  }
}

async function linksOf(
  { world, key, connected: { connector, policy }, proposed }: Previewing,
  which: LinkPage['which'],
): Promise<readonly DueLink[]> {
  const looked = lookedAt(policy);
  const links = await linkPage(world.pool, key, { which, limit: pageSize, looked });
  if (!proposed) return links;
  return links.map((link) =>
    effectOn(link, { connector, policy }) === 'leave'
      ? { ...link, leave: 'allowed', withheld: null }
      : link,
  );
}

type Person = PreviewEvent & { readonly type: 'person' };

async function* previewPage(
  { world, key, previewId, connected, patience, atOnce }: Previewing,
  claims: Deciding,
  links: readonly DueLink[],
): AsyncGenerator<Person | Waiting> {
  const people: Person[] = [];
  const look = async (link: DueLink, call: Call): Promise<Person> => {
    try {
      return personOf(link, await decide(link, connected, claims, call, new Date(world.now())));
    } catch (error) {
      const { kind, message } = classify(error);
      if (kind !== 'rejected') throw error;
      return { ...nameOf(link), ...held, reason: message, guarded: false };
    }
  };
  for await (const event of patience.each(links, atOnce, look)) {
    if (event.type === 'waiting') yield event;
    else people.push(event);
  }
  await insertPreviewLines(world.pool, key.tenantId, previewId, people);
  yield* people;
}

const held = { effect: 'hold', changes: null } as const;

function nameOf(link: DueLink) {
  const person = String(link.resource?.userName ?? link.email ?? link.resourceId);
  return { type: 'person', linkId: link.id, person } as const;
}

function personOf(link: DueLink, decision: Decision): Person {
  const { plan, desired, postponed, withheld } = decision;
  const { changes } = stepsOf(desired, plan);
  const shown =
    typeof changes === 'object' && changes !== null && !Array.isArray(changes) ? changes : null;
  return {
    ...nameOf(link),
    effect: effectOf(decision),
    reason: withheld?.reason ?? postponed?.reason ?? ('reason' in plan ? plan.reason : null),
    changes: shown as JsonObject | null,
    guarded: isHeld(decision),
  };
}

/** Whether the guard has it, or a part of it, wait for somebody. */
function isHeld({ postponed, withheld }: Decision): boolean {
  return withheld?.mark === 'held' || (postponed?.plan === 'guard' && postponed.outcome === 'held');
}

function effectOf(decision: Decision): Effect {
  const { plan, postponed } = decision;
  if (isHeld(decision)) return 'hold';
  if (postponed !== null) return postponed.outcome === 'held' ? 'hold' : 'nothing';
  switch (plan.kind) {
    case 'create':
    case 'adopt':
    case 'update':
    case 'hold':
    case 'nothing':
      return plan.kind;
    case 'drift':
      return shutsOut(plan) ? 'leave' : 'update';
    case 'report':
      return 'nothing';
    case 'deactivate':
    case 'leave':
      return 'leave';
    case 'forget':
      return 'nothing';
  }
}
