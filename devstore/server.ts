/**
 * The development store: a server that stands in for a Shopify store, reached over HTTP only. It
 * keeps state, refuses what Shopify refuses and can be told to fail.
 */
import { createServer, type Server } from 'node:http';
import { type Exchange, HttpError, sendJson } from '../standin/exchange.ts';
import { isLoopback, listen, stopListening } from '../standin/listening.ts';
import { pageIn, servePage } from '../standin/pages.ts';
import { BulkRunner } from './bulk/runner.ts';
import { Faults } from './faults.ts';
import { Bucket } from './graphql/bucket.ts';
import { createExecutor, type Executor } from './graphql/executor.ts';
import { storeSchema } from './graphql/schema.ts';
import { type AdminApi, askedVersion, digestToken, serveAdminApi } from './http/admin-api.ts';
import { accessTokenPath, serveAppAccess } from './http/app-access.ts';
import { serveControl } from './http/control.ts';
import { serveTransfer, transferAt } from './http/transfers.ts';
import type { DevStoreOptions } from './options.ts';
import { plans } from './plans.ts';
import { type TokenLives, usualLives } from './shop/app-tokens.ts';
import { openDatabase } from './shop/database.ts';
import { seedProducts } from './shop/seed.ts';
import { defaultScopes, type Shop } from './shop/shop.ts';
import { removeStrayContents } from './shop/staged-uploads.ts';
import { Stats } from './stats.ts';
import { WebhookSender } from './webhook-sender.ts';

export interface DevStore {
  /** `http://127.0.0.1:3001` */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** What the control API has its hands on. */
export interface StoreParts {
  readonly shop: Shop;
  readonly bucket: Bucket;
  readonly faults: Faults;
  readonly stats: Stats;
  readonly executor: Executor;
  readonly bulk: BulkRunner;
  readonly webhooks: WebhookSender | undefined;
  readonly app: App;
}

/** The app that is installed here. */
export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where its pages begin. */
  url: string | null;
  lives: TokenLives;
}

/** The client ID of the app where none is given. */
const usualClientId = 'rollcall-development';

const page = pageIn(
  new URL('./page/', import.meta.url),
  /^\/(?:customers\/(?:new|\d+)|orders(?:\/\d+)?|store|checkout|apps(?:\/.*)?)?$/,
);

const defaultIndexLagMs = 1_000;

/** Starts a store; it listens when the promise resolves and keeps its state in `options.data`. */
export async function startDevStore(options: DevStoreOptions): Promise<DevStore> {
  const parts = assemble(options);
  const api: AdminApi = {
    tokenDigest: digestToken(options.accessToken),
    shop: parts.shop,
    executor: parts.executor,
    faults: parts.faults,
    stats: parts.stats,
  };
  const log = options.log ?? (() => undefined);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://store.invalid');
    const exchange: Exchange = { request, response, url };
    serve(parts, api, exchange)
      .catch((error: unknown) => answerFailure(exchange, error, log))
      .finally(() => wake(parts));
  });
  const { database, live } = parts.shop;
  try {
    live.origin = await listen(server, options);
  } catch (error) {
    database.close();
    throw error;
  }
  wake(parts);
  return { origin: live.origin, close: () => close(server, parts) };
}

function wake({ bulk, webhooks }: StoreParts): void {
  bulk.wake();
  webhooks?.wake();
}

function assemble(options: DevStoreOptions): StoreParts {
  const now = options.now ?? Date.now;
  const shop: Shop = {
    database: openDatabase(options.data),
    domain: options.shop,
    now,
    sendsWebhooks: options.webhookUrl !== undefined,
    live: {
      indexLagMs: defaultIndexLagMs,
      b2b: true,
      scopes: defaultScopes,
      eventId: null,
      origin: '',
    },
  };
  removeStrayContents(shop.database);
  if (options.seed) seedProducts(shop);
  const log = options.log ?? (() => undefined);
  const faults = new Faults();
  const bucket = new Bucket(plans[options.plan], now);
  const schema = storeSchema();
  const executor = createExecutor(schema, shop, bucket);
  const webhooks = webhookSender(options, shop, faults);
  const onBatch = (): void => webhooks?.wake();
  const bulk = new BulkRunner({ shop, schema, executor, faults, onBatch, log });
  const { clientId = usualClientId, clientSecret, appUrl = null } = options;
  const app: App = { clientId, clientSecret, url: appUrl, lives: usualLives };
  return { shop, bucket, faults, stats: new Stats(now), executor, bulk, webhooks, app };
}

function webhookSender(
  { webhookUrl: url, clientSecret, ...options }: DevStoreOptions,
  shop: Shop,
  faults: Faults,
): WebhookSender | undefined {
  if (url === undefined) return undefined;
  const log = options.log ?? (() => undefined);
  return new WebhookSender({ shop, url, clientSecret, fetch: options.fetch ?? fetch, faults, log });
}

async function serve(parts: StoreParts, api: AdminApi, exchange: Exchange): Promise<void> {
  const path = exchange.url.pathname;
  const version = askedVersion(path);
  if (version !== undefined) return serveAdminApi(api, exchange, version);
  if (path === accessTokenPath) return serveAppAccess(parts, exchange);
  const transfer = transferAt(path);
  if (transfer !== undefined) return serveTransfer(parts, exchange, transfer);
  if (!isLoopback(exchange.request))
    throw new HttpError(403, { errors: 'This part of the store is for this machine only' });
  if (path.startsWith('/_dev/')) return serveControl(parts, exchange);
  const frames = parts.app.url === null ? null : new URL(parts.app.url).origin;
  if (!servePage({ ...page, frames }, exchange)) throw new HttpError(404, { errors: 'Not Found' });
}

function answerFailure(
  { request, response }: Exchange,
  error: unknown,
  log: (message: string) => void,
): void {
  if (response.headersSent || response.destroyed) {
    request.socket.destroy();
  } else if (error instanceof HttpError) {
    sendJson(response, error.status, error.body);
  } else {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    sendJson(response, 500, { errors: 'The development store failed; its log says why' });
  }
}

async function close(server: Server, { shop, bulk, webhooks }: StoreParts): Promise<void> {
  bulk.stop();
  await Promise.all([stopListening(server), webhooks?.stop()]);
  shop.database.close();
}
