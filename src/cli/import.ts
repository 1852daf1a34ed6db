/** Imports and reviews on the command line. */
import { v7 as uuidv7 } from 'uuid';
import { settle } from '../directory/review.ts';
import { settlementInput } from '../http/admin-import.ts';
import { readInput } from '../http/admin-input.ts';
import { importAll } from '../provisioning/import.ts';
import { countVerdicts, importedAccounts } from '../store/import-verdicts.ts';
import { beginning } from '../store/links.ts';
import { findListing, insertListing, type ListingKey } from '../store/listings.ts';
import { reviewsPage } from '../store/reviews.ts';
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
  const telling = setInterval(() => void tell(context, listing), tellEveryMs);
  try {
    // A running Rollcall may be at it as well: pages are kept once, whoever reads them.
    const { signal } = new AbortController();
    await importAll({ pool, now: Date.now, connect: to.connect }, signal);
  } finally {
    clearInterval(telling);
  }
  return outcome(context, listing);
}

async function tell({ database }: Context, key: ListingKey): Promise<void> {
  const listing = await findListing(database.pool, key);
  if (listing?.state === 'reading')
    process.stderr.write(
      `read ${listing.listed}${listing.about === null ? '' : ` of about ${listing.about}`}\n`,
    );
  else if (listing?.state === 'matching') process.stderr.write('matching with the roll\n');
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
    .map(({ linkId, userName, email, reason, candidates }) =>
      [
        `${linkId}  ${userName ?? email ?? ''}  ${reason ?? ''}`,
        ...candidates.map((id) => `  ${id}`),
      ].join('\n'),
    )
    .join('\n');
}

/** `review settle`. */
export async function settleCommand(context: Context): Promise<string> {
  const [linkId = '', choice = ''] = context.positionals;
  if (!/^[0-9a-f-]{36}$/.test(linkId) || choice === '')
    throw new UsageError(
      'Say whom and which: rollcall review settle LINK REMOTE_ID, or LINK none.',
    );
  const given = choice === 'none' ? { leftAlone: true } : { remoteId: choice };
  const settlement = readInput(settlementInput, given);
  const { tenantId, id: destinationId } = await theDestination(context);
  const key = { tenantId, destinationId };
  const decided = { key, linkId, settlement, actor: 'cli', requestId: null };
  if (!(await settle(context.database.pool, decided)))
    throw new UsageError(`There is nothing to review about ${linkId}: see rollcall review list.`);
  return choice === 'none' ? `${linkId} is left alone.` : `${linkId} gets ${choice}.`;
}
