/**
 * Previews a destination: what would become of everybody, decided by the code that acts, from what is on
 * both sides now. Nothing is written there. Told as it comes, and kept, so that it can be compared with
 * what is done afterwards.
 */
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import type { DestinationKey, StoredDestination } from '../store/destinations.ts';
import { beginning, type DueLink, linkPage } from '../store/due-links.ts';
import { endListing, insertListing } from '../store/listings.ts';
import { linksToLookFor } from '../store/missing-links.ts';
import { finishPreview, insertPreview, insertPreviewLines } from '../store/previews.ts';
import type { Call } from './connector.ts';
import { classify } from './failure.ts';
import { canList, listedTarget, readAccounts } from './listing.ts';
import { type LookingWorld, lookOnly, ownersAt } from './look-only.ts';
import type { Policy } from './policy.ts';
import { groupsOf, keyOf, requireGroups } from './policy-groups.ts';
import { type Connected, type Decision, decide } from './reconcile.ts';
import { stepsOf } from './reconciled.ts';
import { linkAll } from './spread.ts';

/** What would become of a person. */
export type Effect = 'create' | 'adopt' | 'update' | 'leave' | 'hold' | 'nothing';

/** What a preview tells, in this order: how reading goes on, people as they come, and the sum. */
export type PreviewEvent =
  | { readonly type: 'reading'; readonly read: number; readonly about: number | null }
  | {
      readonly type: 'person';
      readonly linkId: string;
      /** The userName; of somebody who was deleted, the address they had. */
      readonly person: string;
      readonly effect: Effect;
      readonly reason: string | null;
      /** Each changed value as `[before, after]`. */
      readonly changes: JsonObject | null;
    }
  | {
      readonly type: 'summary';
      readonly previewId: string;
      readonly counts: Readonly<Record<Effect, number>>;
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
  const connected = policy === null ? there : { ...there, policy };
  await requireGroups(pool, key.tenantId, connected.policy);
  await linkAll(pool, key);
  const call = lookOnly(signal, 'in the background');
  const many =
    (await linksToLookFor(pool, key, policy === null ? 'changed' : 'all')) > mostOneByOne;
  if (!many || !canList(connected.target)) {
    const { concurrency } = connected.connector;
    yield* previewPeople(world, key, connected, call, concurrency);
    return;
  }
  const listing = { tenantId: key.tenantId, listingId: uuidv7(), cursor: null, listed: 0 };
  await insertListing(pool, key, { id: listing.listingId, kind: 'preview' });
  try {
    const pages = connected.target.list(null, call, 'by pages');
    for await (const progress of readAccounts(pool, listing, pages))
      yield { type: 'reading', ...progress };
    const target = listedTarget(pool, listing, connected.target);
    yield* previewPeople(world, key, { ...connected, target }, call, pageSize);
  } finally {
    await endListing(pool, listing, null);
  }
}

async function* previewPeople(
  world: LookingWorld,
  key: DestinationKey,
  connected: Connected,
  call: Call,
  atOnce: number,
): AsyncGenerator<PreviewEvent> {
  const { pool } = world;
  const previewId = uuidv7();
  await insertPreview(pool, key, previewId);
  const counts = { create: 0, adopt: 0, update: 0, leave: 0, hold: 0, nothing: 0 };
  const groups = groupsOf(connected.policy).map(keyOf);
  for (let after = beginning; ; ) {
    call.signal.throwIfAborted();
    const links = await linkPage(pool, key, { which: { after }, limit: pageSize, groups });
    const people = await previewPage(world, key, connected, links, call, atOnce);
    await insertPreviewLines(pool, key.tenantId, previewId, people);
    for (const person of people) {
      counts[person.effect] += 1;
      yield person;
    }
    const last = links.at(-1);
    if (last === undefined || links.length < pageSize) break;
    after = last.id;
  }
  await finishPreview(pool, key.tenantId, previewId, counts);
  yield { type: 'summary', previewId, counts };
}

type Person = PreviewEvent & { readonly type: 'person' };

/** As many at once as the connector bears; a page of those who are looked for in a listing. */
async function previewPage(
  world: LookingWorld,
  key: DestinationKey,
  connected: Connected,
  links: readonly DueLink[],
  call: Call,
  atOnce: number,
): Promise<readonly Person[]> {
  const people: Person[] = [];
  const owners = ownersAt(world.pool, key);
  for (let from = 0; from < links.length; from += atOnce) {
    const some = links.slice(from, from + atOnce).map(async (link) => {
      try {
        const now = new Date(world.now());
        return personOf(link, await decide(link, connected, owners, call, now));
      } catch (error) {
        const failure = classify(error);
        if (failure.kind !== 'rejected') throw error;
        return { ...nameOf(link), effect: 'hold', reason: failure.message, changes: null } as const;
      }
    });
    people.push(...(await Promise.all(some)));
  }
  return people;
}

function nameOf(link: DueLink) {
  const person = String(link.resource?.userName ?? link.email ?? link.resourceId);
  return { type: 'person', linkId: link.id, person } as const;
}

function personOf(link: DueLink, decision: Decision): Person {
  const { plan, desired, postponed } = decision;
  const { changes } = stepsOf(desired, plan);
  const shown =
    typeof changes === 'object' && changes !== null && !Array.isArray(changes) ? changes : null;
  return {
    ...nameOf(link),
    effect: effectOf(decision),
    reason: postponed?.reason ?? ('reason' in plan ? plan.reason : null),
    changes: shown as JsonObject | null,
  };
}

function effectOf({ plan, postponed }: Decision): Effect {
  if (postponed !== null) return postponed.plan === 'settle' ? 'leave' : 'hold';
  switch (plan.kind) {
    case 'create':
    case 'adopt':
    case 'update':
    case 'hold':
    case 'nothing':
      return plan.kind;
    case 'drift':
      return plan.change.active === false ? 'leave' : 'update';
    case 'report':
      return 'nothing';
    case 'deactivate':
    case 'leave':
      return 'leave';
    case 'forget':
      return 'nothing';
  }
}
