/** Reads all accounts of a destination once, so that many people can be looked at without asking for each. */
import { z } from 'zod';
import type { Json } from '../model.ts';
import { keepListed, type ListedColumn, type ListingKey, listedBy } from '../store/listings.ts';
import type { Queryable } from '../store/statement.ts';
import type { AccountPage, Call, Observed, Target } from './connector.ts';

/** How far reading has come. */
export interface ReadingProgress {
  readonly read: number;
  /** How many there are, where the destination says. */
  readonly about: number | null;
}

/** A target that can list its accounts. */
export type Listable = Target & Required<Pick<Target, 'list'>>;

/** Whether a target can list its accounts. */
export const canList = (target: Target): target is Listable => target.list !== undefined;

/** Reads pages that go on where the listing is; each page is kept before it is told. */
export async function* readAccounts(
  db: Queryable,
  listing: ListingKey & { readonly cursor: string | null; readonly listed: number },
  pages: AsyncIterable<AccountPage>,
): AsyncGenerator<ReadingProgress> {
  let { cursor: from, listed: read } = listing;
  for await (const { accounts, next, about } of pages) {
    const kept = accounts.map((observed) => ({
      remoteId: observed.remoteId,
      key: observed.key ?? null,
      email: observed.email,
      phone: observed.attributes.phone ?? null,
      observed: { ...observed } satisfies object as unknown as Json,
    }));
    await keepListed(db, listing, kept, { from, next, about });
    from = next;
    read += accounts.length;
    yield { read, about };
  }
}

const observedSchema = z.object({
  remoteId: z.string(),
  key: z.string().nullable().exactOptional(),
  email: z.string().nullable(),
  active: z.boolean().nullable().exactOptional(),
  attributes: z.record(z.string(), z.string().nullable()),
  memberships: z.array(z.string()),
  erasing: z.boolean(),
  version: z.string().nullable(),
}) satisfies z.ZodType<Observed>;

/**
 * A target that looks into a listing instead of asking the destination; it writes nothing. Who is asked
 * about with memberships that no list tells of is looked at there all the same.
 */
export function listedTarget(db: Queryable, listing: ListingKey, target: Target): Target {
  const refuse = async (): Promise<never> => {
    throw new Error('A listing is only looked at.');
  };
  const by = async (column: ListedColumn, value: string | null) =>
    value === null
      ? []
      : (await listedBy(db, listing, column, value)).map((row) => observedSchema.parse(row));
  const told = ({ memberships = [] }: Call) =>
    memberships.every((membership) => target.listTells?.(membership) ?? true);
  return {
    test: refuse,
    create: refuse,
    update: refuse,
    leave: refuse,
    read: async (remoteId, call) =>
      told(call) ? ((await by('remote_id', remoteId))[0] ?? null) : target.read(remoteId, call),
    find: async (person, matches, call) => {
      if (!told(call)) return target.find(person, matches, call);
      const { key, email, attributes } = person;
      const values = { key, email, phone: attributes?.phone ?? null };
      const found = await Promise.all(matches.map((match) => by(match, values[match])));
      return [...new Map(found.flat().map((observed) => [observed.remoteId, observed])).values()];
    },
  };
}
