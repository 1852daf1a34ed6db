/**
 * A bulk operation of a shop: a file of variables is uploaded, and Shopify runs one mutation for each
 * line of it (https://shopify.dev/docs/api/usage/bulk-operations/imports). Its lines count nothing
 * against the bucket and are worked off in any order.
 */
import { isArray, isObject } from '../scim/json.ts';
import * as operations from './operations.generated.ts';
import { ShopifyFailure } from './shopify-failure.ts';

/** What a bulk operation needs of a shop. */
export interface BulkShop {
  send<Result, Variables>(
    operation: operations.Operation<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
  /** For files: they lie with a host of their own. */
  readonly transfer: typeof fetch;
  /** Ends a transfer. */
  readonly signal: AbortSignal;
}

/**
 * Uploads a file of variables, a JSON object a line.
 * @returns where it is, for `startOperation`
 */
export async function uploadVariables(shop: BulkShop, file: Blob): Promise<string> {
  const { stagedUploadsCreate } = await shop.send(operations.BulkUploadTarget, {
    fileSize: String(file.size),
  });
  const [error] = stagedUploadsCreate?.userErrors ?? [];
  if (error !== undefined)
    throw new ShopifyFailure('misconfigured', `Shopify takes no file: ${error.message}`);
  const target = stagedUploadsCreate?.stagedTargets?.[0];
  const path = target?.parameters.find(({ name }) => name === 'key')?.value;
  if (target == null || target.url === null || path === undefined)
    throw new ShopifyFailure('transient', 'Shopify does not say where a file may be uploaded.');
  const { body, type } = multipart(target.parameters, file);
  const response = await transfer(shop, target.url, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  await response.body?.cancel();
  return path;
}

/** No line of JSON holds a carriage return, so that nothing in the file can be taken for it. */
const boundary = 'rollcall-lines';

/** A form with the file last, as its receiver wants it. Of known length, and read only as it is sent. */
function multipart(
  parameters: readonly { readonly name: string; readonly value: string }[],
  file: Blob,
): { readonly body: Blob; readonly type: string } {
  const part = (disposition: string, more: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n`;
  const fields = parameters.map(({ name, value }) => `${part(`name="${name}"`, '')}${value}\r\n`);
  const head = part('name="file"; filename="lines.jsonl"', 'Content-Type: text/jsonl\r\n');
  return {
    body: new Blob([...fields, head, file, `\r\n--${boundary}--\r\n`]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}

/** How a start went. `refused`: with this file and this mutation it never will. */
export type Started =
  | { readonly kind: 'started'; readonly id: string }
  | { readonly kind: 'busy' | 'failed' | 'refused'; readonly message: string };

/** Starts an operation under a name of its own, by which `findOperation` finds it. */
export async function startOperation(
  shop: BulkShop,
  {
    mutation,
    name,
    path,
  }: {
    readonly mutation: operations.Operation<unknown, never>;
    readonly name: string;
    readonly path: string;
  },
): Promise<Started> {
  const { bulkOperationRunMutation } = await shop.send(operations.BulkStart, {
    mutation: mutation.text.replace(`mutation ${mutation.name}`, `mutation ${name}`),
    path,
    clientIdentifier: name,
  });
  const id = bulkOperationRunMutation?.bulkOperation?.id;
  if (id !== undefined) return { kind: 'started', id };
  const [error] = bulkOperationRunMutation?.userErrors ?? [];
  if (error === undefined) return { kind: 'failed', message: 'Shopify started no operation.' };
  return { kind: refusals.get(error.code) ?? 'refused', message: error.message };
}

/** What each code means for the start; all others will not go away. */
const refusals: ReadonlyMap<operations.BulkMutationErrorCode | null, 'busy' | 'failed'> = new Map([
  ['OPERATION_IN_PROGRESS', 'busy'],
  ['LIMIT_REACHED', 'busy'],
  ['INTERNAL_FILE_SERVER_ERROR', 'failed'],
]);

/** The id of the operation that was started under a name, or `null`. */
export async function findOperation(shop: BulkShop, name: string): Promise<string | null> {
  const { bulkOperations } = await shop.send(operations.BulkLatest, {});
  return bulkOperations.nodes.find(({ query }) => query.includes(name))?.id ?? null;
}

/** An operation as Shopify shows it, or `null` when it knows none of that id. */
export async function operationById(
  shop: BulkShop,
  id: string,
): Promise<operations.BulkByIdResult['bulkOperation']> {
  return (await shop.send(operations.BulkById, { id })).bulkOperation;
}

/**
 * Has everything that a query finds exported in the background.
 * @returns the operation; `null` where Shopify takes none at the moment
 */
export async function startExport(
  shop: BulkShop,
  query: operations.Operation<unknown, never>,
): Promise<string | null> {
  const { bulkOperationRunQuery } = await shop.send(operations.BulkStartQuery, {
    query: query.text,
  });
  return bulkOperationRunQuery?.bulkOperation?.id ?? null;
}

/** A line of the results: `data` or errors of one mutation, and which line of the file it was for. */
export interface ResultLine {
  readonly line: number;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** Longer than any line of a mutation that selects little, or of one customer. */
const longestLine = 1_000_000;

/** Reads results as they come. */
export async function* readResults(shop: BulkShop, url: string): AsyncGenerator<ResultLine> {
  for await (const line of readLines(shop, url)) yield* resultOf(line);
}

/** Reads the lines of a file as they come. One that was cut off, as partial results may end, is left out. */
export async function* readLines(shop: BulkShop, url: string): AsyncGenerator<unknown> {
  const { body } = await transfer(shop, url, { method: 'GET' });
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longestLine) throw new Error('a line of the results has no end');
      for (const line of lines) yield* parsed(line);
    }
  } catch (cause) {
    throw lost(url, cause);
  }
  yield* parsed(rest + decoder.decode());
}

function parsed(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function resultOf(json: unknown): readonly ResultLine[] {
  if (!isObject(json) || typeof json.__lineNumber !== 'number') return [];
  const failed = isArray(json.errors) && json.errors.length > 0;
  return [{ line: json.__lineNumber, data: !failed && isObject(json.data) ? json.data : null }];
}

async function transfer(
  { transfer: send, signal }: BulkShop,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const response = await send(url, { ...init, signal }).catch((cause: unknown) => {
    throw lost(url, cause);
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const { host } = new URL(url);
  throw new ShopifyFailure('transient', `${host} answered with status ${response.status}.`, {
    code: String(response.status),
  });
}

/** A transfer may be done again: it changes nothing that counts. */
function lost(url: string, cause: unknown): ShopifyFailure {
  return ShopifyFailure.unreachable(new URL(url).host, cause, false);
}
