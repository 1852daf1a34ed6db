/**
 * `POST /admin/api/{version}/graphql.json`: the token, the version, the fault that may strike, and
 * GraphQL's answer.
 */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { type Exchange, HttpError, pause, readJson, sendJson } from '../../standin/exchange.ts';
import type { FaultSettings, Faults, FieldFault } from '../faults.ts';
import type {
  Executor,
  GraphqlAnswer,
  GraphqlRequest,
  PlannedRequest,
} from '../graphql/executor.ts';
import { isAccessToken } from '../shop/app-tokens.ts';
import type { Shop } from '../shop/shop.ts';
import type { Stats } from '../stats.ts';

export interface AdminApi {
  /** SHA-256 of the token: compared in constant time, whatever the length of what is given. */
  readonly tokenDigest: Buffer;
  readonly shop: Shop;
  readonly executor: Executor;
  readonly faults: Faults;
  readonly stats: Stats;
}

/** The versions Shopify serves while 2026-10 is the newest. */
const supportedVersions = ['2026-01', '2026-04', '2026-07', '2026-10'];

const pathPattern = /^\/admin\/api\/(\d{4}-\d{2}|unstable)\/graphql\.json$/;

/** The version a path asks for, or undefined when the path is not the API's. */
export function askedVersion(path: string): string | undefined {
  return pathPattern.exec(path)?.[1];
}

/** A version no longer served falls forward to the oldest that is; one to come does not exist. */
function servedVersion(asked: string): string {
  if (asked === 'unstable' || supportedVersions.includes(asked)) return asked;
  const next = supportedVersions.find((version) => version > asked);
  if (!next) throw new HttpError(404, { errors: 'Not Found' });
  return next;
}

export async function serveAdminApi(
  api: AdminApi,
  exchange: Exchange,
  version: string,
): Promise<void> {
  const { request, response } = exchange;
  if (request.method !== 'POST') throw new HttpError(405, { errors: 'Method Not Allowed' });
  response.setHeader('X-Shopify-API-Version', servedVersion(version));
  response.setHeader('X-Request-Id', randomUUID());
  if (!isToken(api, request.headers['x-shopify-access-token'])) {
    api.stats.countRequest('(unauthorised)');
    throw unauthorised(api);
  }
  const graphql = graphqlRequest(await readJson(request));
  const planned = api.executor.plan(graphql);
  api.stats.countRequest(graphql.operationName ?? operationOf(planned));
  if (!('operation' in planned)) return answer(api, exchange, planned);
  const fault = api.faults.strikeRequest(namesOf(planned), graphql.variables);
  if (fault?.kind === 'slow') await pause(fault.delayMs);
  if (fault && (await failInstead(api, exchange, { fault, planned }))) return;
  const result = api.executor.execute(planned, {
    debugSearches: request.headers['shopify-search-query-debug'] === '1',
    fault: fault && fieldFault(fault, planned),
  });
  if (fault?.kind === 'cut-after') return cut(api, exchange);
  answer(api, exchange, result);
}

function answer(api: AdminApi, { response }: Exchange, body: GraphqlAnswer): void {
  api.stats.countAnswer(body);
  sendJson(response, 200, body);
}

/** Deals with the faults that keep a request from being executed; says whether it did. */
async function failInstead(
  api: AdminApi,
  exchange: Exchange,
  { fault, planned }: { readonly fault: FaultSettings; readonly planned: PlannedRequest },
): Promise<boolean> {
  switch (fault.kind) {
    case 'throttle':
      answer(api, exchange, api.executor.throttled(planned));
      return true;
    case 'invalid-token':
      throw unauthorised(api);
    case 'status':
      api.stats.countFailure();
      sendJson(exchange.response, fault.status, { errors: fault.error.message }, retryAfter(fault));
      return true;
    case 'hang':
      api.stats.countFailure();
      await pause(fault.delayMs, exchange);
      exchange.request.socket.destroy();
      return true;
    case 'cut-before':
      cut(api, exchange);
      return true;
    default:
      return false;
  }
}

const retryAfter = ({ status }: FaultSettings): Record<string, string> =>
  status === 429 || status === 503 ? { 'Retry-After': '2.0' } : {};

function cut(api: AdminApi, { request }: Exchange): void {
  api.stats.countFailure();
  request.socket.destroy();
}

function unauthorised(api: AdminApi): HttpError {
  api.stats.countFailure();
  return new HttpError(401, {
    errors: '[API] Invalid API key or access token (unrecognized login or wrong password)',
  });
}

/** The token of a self-made app, which the store began with, or one that was given for an ID token. */
function isToken({ tokenDigest, shop }: AdminApi, given: string | string[] | undefined): boolean {
  if (typeof given !== 'string') return false;
  return timingSafeEqual(digestToken(given), tokenDigest) || isAccessToken(shop, given);
}

export function digestToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function graphqlRequest(body: unknown): GraphqlRequest {
  const given = body && typeof body === 'object' ? body : {};
  const query: unknown = Reflect.get(given, 'query');
  if (typeof query !== 'string')
    throw new HttpError(400, { errors: { query: 'Required parameter missing or invalid' } });
  const variables: unknown = Reflect.get(given, 'variables');
  const operationName: unknown = Reflect.get(given, 'operationName');
  return {
    query,
    variables:
      variables && typeof variables === 'object'
        ? Object.fromEntries(Object.entries(variables))
        : {},
    operationName: typeof operationName === 'string' ? operationName : null,
  };
}

function operationOf(planned: PlannedRequest | GraphqlAnswer): string {
  if (!('operation' in planned)) return '(invalid)';
  return planned.operation.name ?? planned.operation.rootFields[0] ?? '(anonymous)';
}

function namesOf({ operation }: PlannedRequest): string[] {
  return [...(operation.name === null ? [] : [operation.name]), ...operation.rootFields];
}

function fieldFault(fault: FaultSettings, planned: PlannedRequest): FieldFault | undefined {
  const { kind, match, error } = fault;
  if (kind !== 'access-denied' && kind !== 'user-error') return undefined;
  const { operation } = match;
  const isField = operation !== undefined && planned.operation.rootFields.includes(operation);
  return { kind, field: isField ? operation : null, error };
}
