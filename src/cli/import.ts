/** Imports and reviews on the command line. */
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { refusalWords, settle } from '../directory/review.ts';
import { settlementInput } from '../http/admin-import.ts';
import { readInput } from '../http/admin-input.ts';
import { importAll } from '../provisioning/import.ts';
import { beginning } from '../store/due-links.ts';
import { countVerdicts, importedAccounts } from '../store/import-verdicts.ts';
import { findListing, insertListing, type ListingKey } from '../store/listings.ts';
import { type ReviewCandidate, reviewsPage } from '../store/reviews.ts';
import { connections } from './connections.ts';
import { type Context, theDestination, UsageError } from './context.ts';

const shown = 50;
const tellEveryMs = 1_000;

/** `import`: waits for its end, and tells how it goes on. */
export async function importCommand(context: Context): Promise<string> {
  const { pool } = context.database;
  const { tenantId, id: destinationId } = await theDestination(context);
  const listing = { tenantId, listingId: uuidv7() };
  await insertListing(pool, { tenantId, destinationId }, { id: listing.listingId, kind: 'import' });
  await using to = await connections(context);
  const telling = setInterval(() => void tellHowFar(context, listing), tellEveryMs);
  try {
    // A running Rollcall may be at it as well: pages are kept once, whoever reads them.
    const { signal } = new AbortController();
    while (await underWay(context, listing)) {
      await importAll({ pool, now: Date.now, connect: to.connect }, signal);
      if (await underWay(context, listing)) await sleep(tellEveryMs);
    }
  } finally {
    clearInterval(telling);
  }
  return outcome(context, listing);
}

async function underWay({ database }: Context, key: ListingKey): Promise<boolean> {
  const listing = await findListing(database.pool, key);
  return listing?.state === 'reading' || listing?.state === 'matching';
}

async function tellHowFar({ database, tell }: Context, key: ListingKey): Promise<void> {
  const listing = await findListing(database.pool, key);
  if (listing?.error != null) tell(`${listing.error}\n`);
  else if (listing?.state === 'reading')
    tell(`read ${listing.listed}${listing.about === null ? '' : ` of about ${listing.about}`}\n`);
  else if (listing?.state === 'matching') tell('matching with the roll\n');
}

async function outcome({ database: { pool } }: Context, key: ListingKey): Promise<string> {
  const listing = await findListing(pool, key);
  if (listing?.error != null) throw new UsageError(listing.error);
  const counts = await countVerdicts(pool, key);
  const page = { verdict: 'conflict', after: '', limit: shown } as const;
  const conflicts = await importedAccounts(pool, key, page);
  return [
    `${counts.linked} are linked already, ${counts.adopt} are adopted, ${counts.conflict} are in conflict, ${counts.ignore} are nobody's on the roll`,
    ...conflicts.map(
      ({ remoteId, email, reason }) => `  ${remoteId}  ${email ?? ''}  ${reason ?? ''}`,
    ),
  ].join('\n');
}

/** `review list`. */
export async function listReviews(context: Context): Promise<string> {
  const { tenantId, id: destinationId } = await theDestination(context);
  const page = { after: beginning, limit: shown };
  const reviews = await reviewsPage(context.database.pool, { tenantId, destinationId }, page);
  if (reviews.length === 0) return 'Nobody is to be reviewed.';
  return reviews
    .map(({ linkId, userName, email, sourceName, reason, candidates }) =>
      [
        `${linkId}  ${userName ?? email ?? ''}  ${sourceName}  ${reason ?? ''}`,
        ...candidates.map(candidateText),
      ].join('\n'),
    )
    .join('\n');
}

function candidateText({ remoteId, heldBy }: ReviewCandidate): string {
  if (heldBy === null) return `  ${remoteId}`;
  const { userName, sourceName, linkId } = heldBy;
  return `  ${remoteId}  of ${userName ?? 'somebody'} of ${sourceName}: --take-from ${linkId}`;
}

/** `review settle`. */
export async function settleCommand(context: Context): Promise<string> {
  const [linkId = '', choice = ''] = context.positionals;
  if (!/^[0-9a-f-]{36}$/.test(linkId) || choice === '')
    throw new UsageError(
      'Say whom and which: rollcall review settle LINK REMOTE_ID, or LINK none, or LINK rules.',
    );
  const settlement = readInput(settlementInput, givenBy(choice, context));
  const { tenantId, id: destinationId } = await theDestination(context);
  const key = { tenantId, destinationId };
  const decided = { key, linkId, settlement, actor: 'cli', requestId: null };
  const ended = await settle(context.database.pool, decided);
  if (ended.kind !== 'settled') throw new UsageError(refusalWords(linkId, ended));
  if (choice === 'rules') return `The rules decide about ${linkId} again.`;
  return choice === 'none' ? `${linkId} is left alone.` : `${linkId} gets ${choice}.`;
}

function givenBy(choice: string, { options }: Context): object {
  if (choice === 'none') return { leftAlone: true };
  if (choice === 'rules') return { byRules: true };
  return { remoteId: choice, takeFrom: options['take-from'] ?? null };
}
