/**
 * Reads all users of a SCIM server: by cursor where it says that it can (RFC 9865), else by index (RFC 7644
 * §3.4.2.4). Of what a server says of sizes and sums nothing is relied on: it is read until nothing new comes.
 * What changes between two pages may have somebody missed, or told twice.
 */
import { z } from 'zod';
import type { Call } from '../provisioning/connector.ts';
import { isObject } from '../scim/json.ts';
import { type Api, refusalOf } from './scim-api.ts';
import type { Resource } from './scim-resource.ts';
import { type Found, listed } from './scim-search.ts';

/** As many are asked for at once as nearly every server gives. */
const usualCount = 100;

/** After so many pages in a row that tell nobody new a list has ended, whatever its cursors say. */
const mostFruitless = 10;

const positionSchema = z.object({
  /** An empty cursor is asked for the first page (RFC 9865 §2). */
  at: z.union([z.object({ cursor: z.string() }), z.object({ index: z.number() })]),
  /** `null`: as many as the server likes, where it refuses every number. */
  count: z.number().nullable(),
  /** How many users there are, as the server said last. */
  total: z.number(),
  /** Whether this is the second begin, as a cursor was refused in the middle. */
  anew: z.boolean().default(false),
});

/** Where a page begins. */
type Position = z.infer<typeof positionSchema>;

/** A page of all users. */
export interface UserPage {
  readonly users: readonly Resource[];
  /** Where the next page begins; `null` where this is the last. */
  readonly next: string | null;
  /** How many there are, about, on the first page; `null` where nobody says. */
  readonly about: number | null;
}

/** What reading needs. */
export interface Reading {
  readonly api: Api;
  readonly call: Call;
  /** The server's ServiceProviderConfig; `null` where it has none. */
  readonly config: Resource | null;
}

/** All users from `next` of a page on; `null`: from the begin. */
export async function* listUsers(reading: Reading, after: string | null): AsyncGenerator<UserPage> {
  let { position, page } =
    after === null
      ? await first(reading, { anew: false })
      : await goneOn(reading, positionSchema.parse(JSON.parse(after)));
  let about = after === null && page.total > 0 ? page.total : null;
  let before: ReadonlySet<unknown> = new Set();
  for (let fruitless = 0; ; ) {
    const ids = new Set(page.resources.map(({ id }) => id));
    const isNew = [...ids].some((id) => !before.has(id));
    fruitless = isNew ? 0 : fruitless + 1;
    const next = fruitless > mostFruitless ? null : nextOf(position, page, isNew);
    const users = page.resources.filter(({ id }) => typeof id === 'string' && id !== '');
    yield { users, next: next === null ? null : JSON.stringify(next), about };
    if (next === null) return;
    about = null;
    ({ position, page } = await goneOn(reading, next));
    before = position === next ? ids : new Set();
  }
}

/** The position after a page; `null` where it was the last. */
function nextOf({ at, count, anew }: Position, page: Found, isNew: boolean): Position | null {
  const { nextCursor, resources, total } = page;
  const going = (to: Position['at']): Position => ({ at: to, count, total, anew });
  if (nextCursor !== null)
    return 'cursor' in at && at.cursor === nextCursor ? null : going({ cursor: nextCursor });
  if ('cursor' in at) {
    // Asked for a first page by cursor, it gave one of many by index.
    const untold = at.cursor === '' && total > resources.length && isNew;
    return untold ? going({ index: resources.length + 1 }) : null;
  }
  return isNew ? going({ index: at.index + resources.length }) : null;
}

/** Where reading is, and what is there. */
interface Read {
  readonly position: Position;
  readonly page: Found;
}

/** The first page, in the best way that the server does not refuse. */
async function first(reading: Reading, { anew }: Pick<Position, 'anew'>): Promise<Read> {
  const { config } = reading;
  const count = countOf(config);
  const byIndex: Position = { at: { index: 1 }, count, total: 0, anew };
  const ways: readonly Position[] = [
    ...(partOf(config, 'pagination').cursor === true ? [{ ...byIndex, at: { cursor: '' } }] : []),
    byIndex,
  ];
  for (const position of ways) {
    const page = await unlessRefused(() => pageAt(reading, position));
    if (page !== null) return { position, page };
  }
  const position = { ...byIndex, count: null };
  return { position, page: await pageAt(reading, position) };
}

/**
 * The page at a position. Where a cursor is not good any more (RFC 9865 §2.1), the list begins anew, once: who is told
 * twice is kept once.
 */
async function goneOn(reading: Reading, position: Position): Promise<Read> {
  const page = await ('cursor' in position.at && !position.anew
    ? unlessRefused(() => pageAt(reading, position))
    : pageAt(reading, position));
  return page === null ? first(reading, { anew: true }) : { position, page };
}

async function pageAt({ api, call }: Reading, { at, count, total }: Position): Promise<Found> {
  const query = {
    ...('cursor' in at ? { cursor: at.cursor } : { startIndex: String(at.index) }),
    ...(count === null ? {} : { count: String(count) }),
  };
  const read = () => listed(api, '/Users', query, call);
  const isPastAll = 'index' in at && at.index > 1 && at.index > total;
  if (!isPastAll) return read();
  // Some refuse an index after the last one, where nobody is (RFC 7644 §3.4.2.4).
  return (await unlessRefused(read)) ?? { resources: [], total, counted: true, nextCursor: null };
}

async function unlessRefused(read: () => Promise<Found>): Promise<Found | null> {
  try {
    return await read();
  } catch (error) {
    if (refusalOf(error) === null) throw error;
    return null;
  }
}

/** As many as are asked for at once: no more than the server says that it gives. */
function countOf(config: Resource | null): number {
  const limits = [partOf(config, 'pagination').maxPageSize, partOf(config, 'filter').maxResults];
  const said = limits.filter((limit) => typeof limit === 'number' && limit >= 1);
  return Math.min(usualCount, ...said.map((limit) => Math.floor(Number(limit))));
}

function partOf(config: Resource | null, name: string): Resource {
  const part = config?.[name];
  return isObject(part) ? part : {};
}
