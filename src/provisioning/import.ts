/**
 * Imports the accounts a destination has already: all are read, page by page, and matched with the roll by
 * the ordered rules of the policy. Each account is then linked already, to be adopted, in conflict, or
 * nobody's. Goes on where it was after a crash; the ordinary engine does the rest.
 */
import { destinationsOf } from '../store/destinations.ts';
import { type DueLink, linkPage } from '../store/due-links.ts';
import { type ImportVerdict, keepVerdicts } from '../store/import-verdicts.ts';
import { endListing, type Listing, postponeListing, unfinishedImports } from '../store/listings.ts';
import { insertSpread } from '../store/spreads.ts';
import type { Call } from './connector.ts';
import { classify } from './failure.ts';
import { unguarded } from './guarding.ts';
import { canList, listedTarget, readAccounts } from './listing.ts';
import { claimsToLook, type LookingWorld, lookOnly } from './look-only.ts';
import { lookedAt, requireGroups } from './policy-groups.ts';
import { type Connected, type Decision, decide } from './reconcile.ts';
import { linkAll } from './spread.ts';
import { longestSilenceMs } from './trouble.ts';

const pageSize = 200;
/** How long a destination that does not answer is left in peace. */
const againMs = 5_000;

/** Works off the imports that are not finished, one after the other. What fails for good is written down. */
export async function importAll(world: LookingWorld, signal: AbortSignal): Promise<void> {
  for (const listing of await unfinishedImports(world.pool)) {
    if (signal.aborted) return;
    try {
      await importOne(world, listing, signal);
    } catch (error) {
      if (signal.aborted) return;
      const failure = classify(error);
      // What nobody must act on is tried again where it stopped; nobody else's import waits for it.
      if (failure.kind === 'transient') {
        const waitMs = Math.min(longestSilenceMs, failure.pauseMs ?? againMs);
        await postponeListing(world.pool, listing, failure.message, waitMs);
      } else await endListing(world.pool, listing, failure.message);
    }
  }
}

async function importOne(
  world: LookingWorld,
  listing: Listing,
  signal: AbortSignal,
): Promise<void> {
  const { pool } = world;
  const { tenantId, destinationId } = listing;
  const key = { tenantId, destinationId };
  const destination = (await destinationsOf(pool, tenantId)).find(({ id }) => id === destinationId);
  if (destination === undefined) return endListing(pool, listing, 'The destination is gone.');
  const connected = world.connect(destination);
  if (!canList(connected.target))
    return endListing(pool, listing, 'This kind of destination cannot list its accounts.');
  await requireGroups(pool, tenantId, connected.policy);
  const call = lookOnly(signal, 'in the background');
  if (listing.state === 'reading') {
    const pages = connected.target.list(listing.cursor, call, 'as is cheaper');
    for await (const _progress of readAccounts(pool, listing, pages)) signal.throwIfAborted();
  }
  await linkAll(pool, key);
  const target = listedTarget(pool, listing, connected.target);
  await match(world, listing, { ...connected, target }, call);
  await endListing(pool, listing, null);
  // Whoever was held for want of a decision is looked at with what is there now.
  await insertSpread(pool, key, { kind: 'attention' });
}

/** Finds for everybody on the roll which of the listed accounts is theirs. */
async function match(
  world: LookingWorld,
  listing: Listing,
  connected: Connected,
  call: Call,
): Promise<void> {
  const { pool } = world;
  const key = { tenantId: listing.tenantId, destinationId: listing.destinationId };
  const looked = lookedAt(connected.policy);
  const claims = claimsToLook(pool, key, connected, unguarded);
  for (let after = listing.matchedTo; ; ) {
    call.signal.throwIfAborted();
    const links = await linkPage(pool, key, { which: { after }, limit: pageSize, looked });
    const last = links.at(-1);
    if (last === undefined) return;
    const now = new Date(world.now());
    const verdicts = links.map(async (link) => {
      const afresh = { ...link, lookAgain: true };
      return verdictsOf(link, await decide(afresh, connected, claims, call, now));
    });
    await keepVerdicts(pool, listing, (await Promise.all(verdicts)).flat(), last.id);
    after = last.id;
  }
}

function verdictsOf(link: DueLink, { known, plan, postponed }: Decision): readonly ImportVerdict[] {
  const of = (remoteId: string, verdict: ImportVerdict['verdict'], reason: string | null) => [
    { remoteId, verdict, linkId: link.id, reason },
  ];
  if (link.remoteId !== null && (known === null || known.kind === 'linked'))
    return of(link.remoteId, 'linked', null);
  if (plan.kind === 'adopt') return of(plan.observed.remoteId, 'adopt', null);
  if (known?.kind !== 'unlinked' || (postponed === null && plan.kind === 'nothing')) return [];
  const reason = postponed?.reason ?? ('reason' in plan ? plan.reason : null);
  return known.candidates.flatMap(({ observed }) => of(observed.remoteId, 'conflict', reason));
}
