/**
 * Reads all customers of a shop: page by page, or, where they are many, from a file that Shopify exports
 * in the background (https://shopify.dev/docs/api/usage/bulk-operations/queries).
 */
import type { AccountPage } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { isObject } from '../scim/json.ts';
import { type BulkShop, operationById, readLines, startExport } from '../shopify/bulk-operation.ts';
import * as operations from '../shopify/operations.generated.ts';
import { observe } from './shopify-observed.ts';

/** What Shopify gives on one page. */
const largestPage = 250;

/** Twenty pages of some 70 points: what a bucket of the smallest plan holds. An export takes about 15. */
const mostByPages = 5_000;

/** How long an export is left alone between two looks at it. */
const pollMs = 2_000;

/** Before the id of an operation and the number of lines that were read, in a cursor of an export. */
const exportPrefix = 'export ';

/** How customers are listed. */
export interface Listing {
  readonly how: 'by pages' | 'as is cheaper';
  /** What is asked for in an export. */
  readonly whole: typeof operations.CustomersExport;
}

/**
 * All customers from a cursor on, in the order of their ids. Throws a transient `DestinationError` while an
 * export is under way: whoever comes again with the cursor goes on, and nobody has to wait for it.
 */
export async function* listCustomers(
  shop: BulkShop,
  after: string | null,
  { how, whole }: Listing,
): AsyncGenerator<AccountPage> {
  if (after?.startsWith(exportPrefix)) return yield* exported(shop, after);
  if (after !== null) return yield* pages(shop, after, null);
  const { customersCount } = await shop.send(operations.CustomersCounted, {});
  const about = customersCount?.count ?? null;
  const many = how === 'as is cheaper' && (about ?? 0) > mostByPages;
  const operation = many ? await startExport(shop, whole) : null;
  if (operation === null) return yield* pages(shop, null, about);
  const next = cursorOf(operation, 0);
  yield { accounts: [], next, about };
  yield* exported(shop, next);
}

async function* pages(
  shop: BulkShop,
  from: string | null,
  about: number | null,
): AsyncGenerator<AccountPage> {
  for (let after = from; ; ) {
    const query = after === null ? null : `id:>${after}`;
    const { customers } = await shop.send(operations.CustomersAfter, { query, first: largestPage });
    const last = customers.nodes.at(-1)?.id.split('/').at(-1) ?? null;
    const next = customers.pageInfo.hasNextPage ? last : null;
    yield { accounts: customers.nodes.map((customer) => observe(customer)), next, about };
    if (next === null) return;
    after = next;
  }
}

const cursorOf = (operation: string, lines: number) => `${exportPrefix}${operation} ${lines}`;

/** Reads the file of an export from a line on; an export that did not work out is done by pages. */
async function* exported(shop: BulkShop, cursor: string): AsyncGenerator<AccountPage> {
  const [operation = '', lines] = cursor.slice(exportPrefix.length).split(' ');
  const file = await fileOf(shop, operation);
  if (file === 'none') return yield* pages(shop, null, null);
  let read = 0;
  let accounts: AccountPage['accounts'][number][] = [];
  if (file !== null) {
    for await (const line of readLines(shop, file)) {
      read += 1;
      if (read <= Number(lines) || !isCustomer(line)) continue;
      accounts.push(observe(line));
      if (accounts.length < largestPage) continue;
      yield { accounts, next: cursorOf(operation, read), about: null };
      accounts = [];
    }
  }
  yield { accounts, next: null, about: null };
}

/** Where the file of an export is: `null` where nobody was there to export, `none` where it has failed. */
async function fileOf(shop: BulkShop, id: string): Promise<string | null | 'none'> {
  const operation = await operationById(shop, id);
  switch (operation?.status) {
    case 'COMPLETED':
      return operation.url;
    case 'CREATED':
    case 'RUNNING':
    case 'CANCELING':
      throw new DestinationError(
        'transient',
        `Shopify is exporting its customers, ${operation.objectCount} so far.`,
        { pauseMs: pollMs },
      );
    default:
      return 'none';
  }
}

function isCustomer(line: unknown): line is operations.CustomerState {
  return isObject(line) && typeof line.id === 'string' && Array.isArray(line.tags);
}
