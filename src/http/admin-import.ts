/** Imports and reviews in the admin API: existing accounts matched with the roll, and doubts settled. */
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { refusalWords, settle } from '../directory/review.ts';
import { seeCandidates } from '../provisioning/candidates.ts';
import { beginning } from '../store/due-links.ts';
import { countVerdicts, importedAccounts } from '../store/import-verdicts.ts';
import { findListing, insertListing, type Listing, latestImports } from '../store/listings.ts';
import { findReview, reviewsPage } from '../store/reviews.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type DestinationParams, destinationOf } from './admin-scope.ts';
import { notFound, Problem } from './problem.ts';

const limit = 'must be a whole number from 1 to 200';
const limited = z.coerce.number(limit).int(limit).min(1, limit).max(200, limit).default(50);

/** Which accounts of an import. */
export const accountsInput = z.strictObject({
  verdict: z.enum(
    ['linked', 'adopt', 'conflict', 'ignore'],
    'must be linked, adopt, conflict or ignore',
  ),
  after: z.string('must be the last remoteId of the page before').default(''),
  limit: limited,
});

/** Which doubts. */
export const reviewsInput = z.strictObject({
  after: z.uuid('must be the last linkId of the page before').default(beginning),
  limit: limited,
});

const choice =
  'must be {"remoteId": "…"} (with "takeFrom" where it is somebody else\'s), {"leftAlone": true} or {"byRules": true}';

/** A decision of the admin API, or of the command line. */
export const settlementInput = z.union(
  [
    z
      .strictObject({
        remoteId: z.string().min(1).max(200),
        takeFrom: z.uuid('must be the link of who has the account').nullable().default(null),
      })
      .transform((chosen) => ({ kind: 'chosen', ...chosen }) as const),
    z
      .strictObject({ leftAlone: z.literal(true) })
      .transform(() => ({ kind: 'leftAlone' }) as const),
    z.strictObject({ byRules: z.literal(true) }).transform(() => ({ kind: 'byRules' }) as const),
  ],
  choice,
);

type Of = { Params: DestinationParams };
type OfImport = { Params: DestinationParams & { readonly importId: string } };
type OfReview = { Params: DestinationParams & { readonly linkId: string } };

/** Adds the routes; to be registered under a destination. */
export async function importRoutes(
  app: FastifyInstance,
  { world: { pool }, connect }: Pick<AdminApiOptions, 'world' | 'connect'>,
): Promise<void> {
  app.post<Of>('/import', async ({ params }, reply) => {
    const { tenantId, id: destinationId } = await destinationOf(pool, params);
    const id = uuidv7();
    await insertListing(pool, { tenantId, destinationId }, { id, kind: 'import' });
    return reply.code(202).send(await importView(id, params));
  });

  app.get<Of>('/imports', async ({ params }) => {
    const { tenantId, id: destinationId } = await destinationOf(pool, params);
    const listings = await latestImports(pool, { tenantId, destinationId });
    return { imports: await Promise.all(listings.map(viewOf)) };
  });

  app.get<OfImport>('/imports/:importId', async ({ params }) =>
    importView(params.importId, params),
  );

  app.get<OfImport>('/imports/:importId/accounts', async ({ params, query }) => {
    const page = readInput(accountsInput, query);
    const listing = await importOf(params.importId, params);
    return { accounts: await importedAccounts(pool, listing, page) };
  });

  app.get<Of>('/reviews', async ({ params, query }) => {
    const page = readInput(reviewsInput, query);
    const { tenantId, id: destinationId } = await destinationOf(pool, params);
    return { reviews: await reviewsPage(pool, { tenantId, destinationId }, page) };
  });

  app.get<OfReview>('/reviews/:linkId', async ({ params }) => {
    const destination = await destinationOf(pool, params);
    const { tenantId, id: destinationId } = destination;
    const known = z.uuid().safeParse(params.linkId).success;
    const key = { tenantId, destinationId };
    const review = known ? await findReview(pool, key, params.linkId) : null;
    if (review === null) throw notFound(refusalWords(params.linkId, { kind: 'nothing' }));
    const ids = review.candidates.map(({ remoteId }) => remoteId);
    const seen = await seeCandidates(connect(destination), ids);
    const candidates = review.candidates.map((one, place) => ({ ...one, ...seen[place] }));
    return { ...review, candidates };
  });

  app.post<OfReview>('/reviews/:linkId', async (request) => {
    const settlement = readInput(settlementInput, request.body);
    const { tenantId, id: destinationId } = await destinationOf(pool, request.params);
    const { linkId } = request.params;
    const known = z.uuid().safeParse(linkId).success;
    const key = { tenantId, destinationId };
    const decided = { key, linkId, settlement, actor: request.actor, requestId: request.id };
    const ended = known ? await settle(pool, decided) : ({ kind: 'nothing' } as const);
    switch (ended.kind) {
      case 'settled':
        return { linkId, settlement };
      case 'nothing':
        throw notFound(refusalWords(linkId, ended));
      case 'held':
        throw new Problem('account-held', refusalWords(linkId, ended));
    }
  });

  async function importOf(id: string, params: DestinationParams): Promise<Listing> {
    const { tenantId, id: destinationId } = await destinationOf(pool, params);
    const listing = z.uuid().safeParse(id).success
      ? await findListing(pool, { tenantId, listingId: id })
      : null;
    if (listing?.kind !== 'import' || listing.destinationId !== destinationId)
      throw notFound(`There is no import ${id} of this destination.`);
    return listing;
  }

  async function importView(id: string, params: DestinationParams) {
    return viewOf(await importOf(id, params));
  }

  async function viewOf(listing: Listing) {
    const { listingId, state, listed, about, error, createdAt, endedAt } = listing;
    const counts = await countVerdicts(pool, listing);
    return { id: listingId, state, read: listed, about, counts, error, createdAt, endedAt };
  }
}
