/** Offers on the command line: what products of the shop give. */
import { z } from 'zod';
import { endOffer, newestOffers, saveOffer } from '../courses/offers.ts';
import { readInput } from '../http/admin-input.ts';
import { inForce, offerInput } from '../http/admin-offers.ts';
import { allOffers, type StoredOffer } from '../store/offers.ts';
import { type Context, theTenant, UsageError } from './context.ts';
import { readJson } from './files.ts';

const by = { actor: 'cli', requestId: null } as const;

const fileInput = offerInput.extend({
  id: z.uuid('must be the id of an offer, or left out').nullable().default(null),
});

/** `offer list`. */
export async function listOffers({ database, options }: Context): Promise<string> {
  const { tenantId } = await theTenant(database, options);
  const offers = await newestOffers(database, tenantId);
  const shown = options.all === true ? offers : offers.filter(inForce);
  if (options.json === true) return JSON.stringify({ offers: shown }, null, 2);
  return shown.length === 0
    ? 'No offers yet: rollcall offer put FILE'
    : shown.map(lineOf).join('\n');
}

function lineOf({ id, version, name, terms, validFrom, validUntil }: StoredOffer): string {
  const until = validUntil === null ? '' : `, withdrawn ${validUntil.toISOString()}`;
  return `${id}  ${name}  version ${version} since ${validFrom.toISOString()}${until}  ${JSON.stringify(terms.match)}`;
}

/** `offer show`: as `offer put` takes it; with `--all` every version. */
export async function showOffer(context: Context): Promise<string> {
  const { database, options, positionals } = context;
  const { tenantId } = await theTenant(database, options);
  const all = await allOffers(database.pool, tenantId);
  const versions = all.filter(({ id }) => id === positionals[0]);
  const newest = versions.at(-1);
  if (newest === undefined) throw noSuchOffer(positionals[0]);
  if (options.all === true) return JSON.stringify({ versions }, null, 2);
  const { id, name, terms } = newest;
  return JSON.stringify({ id, name, terms }, null, 2);
}

/** `offer put`. */
export async function putOfferCommand({
  database,
  options,
  positionals,
}: Context): Promise<string> {
  const [file] = positionals;
  if (file === undefined)
    throw new UsageError(
      'Say which file: rollcall offer put offer.json (docs/courses.md shows one; rollcall offer show ID prints one).',
    );
  const draft = readInput(fileInput, await readJson(file));
  const { tenantId } = await theTenant(database, options);
  const world = { pool: database.pool, now: Date.now };
  const saved = await saveOffer(world, tenantId, draft, by);
  if (saved.kind === 'faulty')
    throw new UsageError(`Nothing was changed.\n${saved.faults.join('\n')}`);
  const { id, version, name } = saved.offer;
  return `${id}  ${name}, version ${version}, is in force: for orders that are placed from now on.`;
}

/** `offer withdraw`. */
export async function withdrawOfferCommand({
  database,
  options,
  positionals,
}: Context): Promise<string> {
  const [id = ''] = positionals;
  const { tenantId } = await theTenant(database, options);
  const world = { pool: database.pool, now: Date.now };
  const known = z.uuid().safeParse(id).success;
  if (!known || !(await endOffer(world, tenantId, id, by))) throw noSuchOffer(id);
  return 'Orders from now on do not follow it; what it gave stays.';
}

/** What is said of an offer there is none of. */
export function noSuchOffer(id: string | undefined): UsageError {
  return new UsageError(
    id === undefined || id === ''
      ? 'Say which offer: see rollcall offer list.'
      : `There is no offer ${id}: see rollcall offer list.`,
  );
}
