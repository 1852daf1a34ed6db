/** Reads all accounts of a destination once, so that many people can be looked at without asking for each. */
import { z } from 'zod';
import type { Json } from '../model.ts';
import {
  keepLate,
  keepListed,
  type ListedAccount,
  type ListedColumn,
  type ListingKey,
  listedBy,
} from '../store/listings.ts';
import type { Queryable } from '../store/statement.ts';
import type { AccountPage, Call, Match, Observed, Person, Target } from './connector.ts';

/** How far reading has come. */
export interface ReadingProgress {
  readonly read: number;
  /** How many there are, where the destination says. */
  readonly about: number | null;
  /** Where the next page begins; `null` where this was the last. */
  readonly next: string | null;
}

/** A target that can list its accounts. */
export type Listable = Target & Required<Pick<Target, 'list'>>;

/** Whether a list, or many read at once, tell of these memberships. */
export const areListed = (target: Target, memberships: readonly string[]): boolean =>
  memberships.every((membership) => target.listTells?.(membership) ?? true);

/** Whether they told of an account whatever these memberships are about. */
export const isTold = ({ told }: Observed, memberships: readonly string[]): boolean =>
  told === undefined || memberships.every((membership) => told.includes(membership));

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
    read += await keepListed(db, listing, accounts.map(toKeep), { from, next, about });
    from = next;
    yield { read, about, next };
  }
}

function toKeep(account: Observed): ListedAccount {
  const { aliases = [], ...observed } = account;
  const { remoteId, key = null, email, attributes } = observed;
  return {
    ...{ remoteId, key, email, phone: attributes.phone ?? null },
    aliases: aliases.filter((alias) => alias !== email),
    observed: observed satisfies object as unknown as Json,
  };
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
  told: z.array(z.string()).exactOptional(),
}) satisfies z.ZodType<Observed>;

/**
 * A target that looks into a listing instead of asking the destination; it writes nothing. There all the same is
 * looked at who is asked about with memberships that no list tells of, and who has an account that is not in the
 * listing; and where a list may pass over somebody, whoever is not found in it.
 */
export function listedTarget(db: Queryable, listing: ListingKey, target: Target): Target {
  const refuse = async (): Promise<never> => {
    throw new Error('A listing is only looked at.');
  };
  const by = async (column: ListedColumn, value: string | null) =>
    value === null
      ? []
      : (await listedBy(db, listing, column, value)).map((row) => observedSchema.parse(row));
  const told = ({ memberships = [] }: Call) => areListed(target, memberships);
  const tells = (one: Observed, { memberships = [] }: Call) => isTold(one, memberships);
  const isAbsent = absentTogether(target);
  /** Whoever was passed over belongs to the listing. */
  const met = (found: readonly Observed[]) => keepLate(db, listing, found.map(toKeep));
  return {
    test: refuse,
    create: refuse,
    update: refuse,
    leave: refuse,
    read: async (remoteId, call) => {
      if (!told(call)) return target.read(remoteId, call);
      const [listed] = await by('remote_id', remoteId);
      if (listed !== undefined && tells(listed, call)) return listed;
      const observed = await target.read(remoteId, call);
      if (listed === undefined && observed !== null) await met([observed]);
      return observed;
    },
    find: async (person, matches, call) => {
      if (!told(call)) return target.find(person, matches, call);
      const { key, email, attributes = {} } = person;
      const names = { key: [key], email: [email, attributes.userName], phone: [attributes.phone] };
      const asked = matches.flatMap((match) =>
        names[match].map((value) => by(match, value ?? null)),
      );
      const found = new Map((await Promise.all(asked)).flat().map((one) => [one.remoteId, one]));
      const listed = [...found.values()];
      const isAnswer = listed.length > 0 || target.listMayMiss !== true;
      if (isAnswer && listed.every((one) => tells(one, call))) return listed;
      if (listed.length === 0 && (await isAbsent(person, matches, call))) return [];
      const observed = await target.find(person, matches, call);
      if (listed.length === 0 && observed.length > 0) await met(observed);
      return observed;
    },
  };
}

type IsAbsent = (person: Person, by: readonly Match[], call: Call) => Promise<boolean>;

/** People who are looked for together, and who of them are absent. */
interface Asked {
  readonly people: Person[];
  readonly absent: Promise<ReadonlySet<Person>>;
}

/** Whether somebody is not there. Those who are asked about in the same turn of the event loop are looked for together. */
function absentTogether(target: Target): IsAbsent {
  const waiting = new Map<string, Asked>();
  const begin = (by: readonly Match[], call: Call): Asked => {
    const people: Person[] = [];
    const turn = new Promise((resolve) => setImmediate(resolve));
    const absent = turn.then(() => {
      waiting.delete(by.join());
      return target.absent?.(people, by, call) ?? new Set<Person>();
    });
    return { people, absent };
  };
  return async (person, by, call) => {
    const asked = waiting.get(by.join()) ?? begin(by, call);
    waiting.set(by.join(), asked);
    asked.people.push(person);
    return (await asked.absent).has(person);
  };
}
