/** Pages of the list of users, by index (RFC 7644 §3.4.2.4) and by cursor (RFC 9865). */
import { z } from 'zod';
import type { Turn } from '../load/by-request.ts';
import { connectTo, demand } from '../load/connection.ts';
import type { Exchange } from '../load/exchange.ts';
import type { Target } from '../load/job.ts';

/** How many users a page has. */
export const pageSize = 100;

/** A page of a list, and what must be on it. */
export interface PageAsked {
  readonly target: Target;
  /** What chooses the page, e.g. `startIndex=1`. */
  readonly place: string;
  readonly total: number;
  /** The id of its first user, where that is known. */
  readonly firstId?: string;
}

const pageSchema = z.object({
  totalResults: z.number(),
  nextCursor: z.string().optional(),
  Resources: z.array(z.object({ id: z.string(), userName: z.string() })),
});

type Page = z.infer<typeof pageSchema>;

/** A page that is asked for over and over, over a connection that is closed with the turns. */
export interface PageTurn extends AsyncDisposable {
  readonly turn: Turn<'page'>;
}

/** Asks for one page again and again. */
export function pageTurn(asked: PageAsked): PageTurn {
  const connection = connectTo(asked.target);
  return {
    async turn() {
      const { ms, text } = await demand(connection, exchangeOf(asked));
      checkPage(asked, pageSchema.parse(JSON.parse(text)));
      return { page: ms };
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

/** A walk through the whole list by cursor. */
export interface Walk {
  readonly ms: number;
  /** Where each page begins: the cursor that asks for it, and its first user. */
  readonly pages: readonly (Pick<PageAsked, 'place'> & { readonly firstId: string })[];
}

/** Reads all of the list. Throws where a user is missing or comes twice. */
export async function walk(target: Target, total: number): Promise<Walk> {
  const connection = connectTo(target);
  const seen = new Set<string>();
  const pages: Walk['pages'][number][] = [];
  let taken = 0;
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const asked: PageAsked = { target, place: `cursor=${cursor}`, total };
    const { ms, text } = await demand(connection, exchangeOf(asked));
    const page = pageSchema.parse(JSON.parse(text));
    checkPage(asked, page);
    taken += ms;
    for (const { id } of page.Resources) seen.add(id);
    pages.push({ place: asked.place, firstId: page.Resources[0]?.id ?? '' });
    cursor = page.nextCursor;
  }
  await connection.close();
  if (seen.size !== total || pages.length !== total / pageSize)
    throw new Error(`${pages.length} pages with ${seen.size} of ${total} users`);
  return { ms: taken, pages };
}

function exchangeOf({ target, place }: PageAsked): Exchange {
  const path = `${target.basePath}/Users?${place}&count=${pageSize}`;
  return { method: 'GET', path, body: null, status: 200, contains: [] };
}

function checkPage({ place, total, firstId }: PageAsked, { totalResults, Resources }: Page): void {
  const [first] = Resources;
  const full = Resources.length === pageSize && totalResults === total;
  if (full && (firstId === undefined || first?.id === firstId)) return;
  throw new Error(
    `${place}: ${Resources.length} of ${totalResults} users from ${first?.id}, not ${pageSize} of ${total} from ${firstId ?? 'any'}`,
  );
}
