/** Connections: the page asked for, cursors, and the answer's shape. */
import { apiError } from './errors.ts';
import type { PageArguments } from './inputs.ts';

export interface Page {
  readonly size: number;
  readonly direction: 'next' | 'previous';
  readonly cursor: string | null;
}

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

const maximumSize = 250;

/** What `first`/`after` or `last`/`before` ask for. */
export function requestedPage(args: PageArguments): Page {
  const size = args.first ?? args.last;
  if (size === undefined || size === null)
    throw apiError('you must provide one of first or last', 'BAD_REQUEST');
  const name = typeof args.first === 'number' ? 'first' : 'last';
  if (size > maximumSize)
    throw apiError(`${name} cannot exceed ${maximumSize}. Received ${size}.`, 'BAD_REQUEST');
  if (size < 0) throw apiError(`${name} cannot be negative`, 'BAD_REQUEST');
  return name === 'first'
    ? { size, direction: 'next', cursor: args.after ?? null }
    : { size, direction: 'previous', cursor: args.before ?? null };
}

/** The connection of a page whose edges are known; `more` is in the direction asked for. */
export function connection<Node>(edges: readonly Edge<Node>[], page: Page, more: boolean) {
  const came = page.cursor !== null;
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: page.direction === 'next' ? more : came,
      hasPreviousPage: page.direction === 'next' ? came : more,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A connection over a list that is at hand, ordered by id. */
export function listConnection<Node extends { readonly id: number }>(
  list: readonly Node[],
  args: PageArguments,
) {
  const page = requestedPage(args);
  const edges = list.map((node) => ({ cursor: encodeCursor({ last_id: node.id }), node }));
  if (args.reverse) edges.reverse();
  const at = page.cursor === null ? -1 : edges.findIndex(({ cursor }) => cursor === page.cursor);
  const rest =
    page.direction === 'next' ? edges.slice(at + 1) : edges.slice(0, at === -1 ? undefined : at);
  const shown =
    page.direction === 'next'
      ? rest.slice(0, page.size)
      : rest.slice(Math.max(0, rest.length - page.size));
  return connection(shown, page, rest.length > shown.length);
}

export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64');
}

/** The value inside a cursor; a cursor of nobody's making is refused. */
export function decodeCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64').toString());
  } catch (cause) {
    throw Object.assign(apiError('Invalid cursor for current pagination sort.', 'BAD_REQUEST'), {
      cause,
    });
  }
}
