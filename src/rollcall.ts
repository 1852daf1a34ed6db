/** Puts the parts together over a database: the one place that knows all of them. */
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { Logger } from 'pino';
import { defaultRequestsPerSecond, type SmtpConfig, usualUpkeep } from './config.ts';
import { connectorNamed } from './connectors/index.ts';
import { recognise } from './courses/recognise.ts';
import { createOpenShop } from './directory/install.ts';
import { startInstallationUpkeep } from './directory/installation-upkeep.ts';
import { createAppOf } from './directory/shop-tokens.ts';
import { buildApp } from './http/app.ts';
import { createBearer } from './http/bearer.ts';
import { createMetrics } from './http/metrics.ts';
import { startDelivering } from './notices/delivery.ts';
import { noticeWorld } from './notices/notice-world.ts';
import type { NoticeTimes } from './notices/retry.ts';
import { createConnections } from './provisioning/connect.ts';
import { type Limits, usualLimits } from './provisioning/drain.ts';
import { type Engine, startEngine } from './provisioning/engine.ts';
import { everySecond } from './provisioning/every-second.ts';
import type { Measure } from './provisioning/measure.ts';
import { createOutbound } from './provisioning/outbound.ts';
import { createTally, startFlushing } from './provisioning/tally.ts';
import { startUpkeep, type UpkeepLimits } from './provisioning/upkeep.ts';
import type { ShopifyApp } from './shopify/id-token.ts';
import { shopOrigins } from './shopify/shop-origin.ts';
import { watchForNewer } from './store/migrate.ts';
import type { SecretBox } from './store/secret-box.ts';
import { startInbox } from './storefront/inbox.ts';
import { createShops } from './storefront/shop.ts';
import { startSweeping } from './storefront/sweep.ts';

/** What Rollcall is made of from outside. */
export interface RollcallOptions {
  readonly pool: pg.Pool;
  readonly connectionOptions: pg.ConnectionConfig;
  readonly log: Logger;
  readonly secrets: SecretBox;
  readonly now: () => number;
  readonly random: () => number;
  readonly publicUrl: string;
  readonly mode: 'development' | 'production';
  readonly adminPassword: string | null;
  readonly trustProxy: string | null;
  readonly privateNetwork: 'refused' | 'allowed';
  readonly metricsToken?: string | null;
  /** The operator's SMTP server; without one no mail is sent. */
  readonly smtp?: SmtpConfig | null;
  /** Client secrets of the Shopify app, with which its webhooks are signed; none: they are off. */
  readonly shopifyClientSecrets?: readonly string[];
  /** What the Shopify app is called by its ID tokens; without it none are taken. */
  readonly shopifyClientId?: string | null;
  /** Where shops answer that are played on this machine; in development there are no others. */
  readonly playedShops?: ReadonlyMap<string, string>;
  readonly limits?: Limits;
  readonly drainsAtOnce?: number;
  readonly noticeTimes?: NoticeTimes;
  readonly upkeep?: UpkeepLimits;
  readonly requestsPerSecond?: number;
}

/** Rollcall, started but not listening yet. */
export interface Rollcall {
  readonly app: FastifyInstance;
  readonly engine: Engine;
  /** Stops taking requests, lets what is under way finish, then stops the engine. */
  close(): Promise<void>;
}

/** Starts the engine and builds the server. The database is migrated already and stays the caller's. */
export async function startRollcall(options: RollcallOptions): Promise<Rollcall> {
  const { pool, log, now } = options;
  const outbound = createOutbound({ privateNetwork: options.privateNetwork });
  const tally = createTally(now);
  const metrics = createMetrics();
  const measure: Measure = (key, measured) => {
    tally.measure(key, measured);
    metrics.measure(key, measured);
  };
  const shopifyApp = appOf(options);
  const shopOrigin = shopOrigins(options.mode, options.playedShops);
  const shops = { ...options, fetch: outbound.fetch, app: shopifyApp, shopOrigin };
  const appIn = createAppOf(shops);
  const connect = createConnections({
    ...options,
    ...{ measure, appOf: appIn, connectorNamed },
    db: pool,
    fetch: outbound.fetch,
    transfer: outbound.transfer,
  });
  const engine = await startEngine({ ...options, connect, measure });
  const notices = noticeWorld({ ...options, fetch: outbound.fetch });
  const delivering = startDelivering(notices, engine.leading);
  const counting = startFlushing(tally, pool, log);
  const upkeep = startUpkeep({ ...options, upkeep: options.upkeep ?? usualUpkeep }, engine.leading);
  const installed = startInstallationUpkeep(
    { ...shops, graceDays: (options.upkeep ?? usualUpkeep).graceDays },
    engine.leading,
  );
  const shopOf = createShops({
    ...options,
    ...{ db: pool, fetch: outbound.fetch, measure, appOf: appIn },
    requestMs: (options.limits ?? usualLimits).requestMs,
  });
  const inbox = startInbox({ ...options, wake: engine.wake, shopOf });
  const sweeping = startSweeping({ ...options, wake: engine.wake, shopOf }, engine.leading);
  const world = {
    ...{ pool, now, wake: engine.wake },
    recognise: (tenantId: string, userId: string) =>
      recognise({ pool, now, wake: engine.wake }, tenantId, userId),
  };
  const bearer = createBearer({ pool, now, connectorNamed });
  const requestsPerSecond = options.requestsPerSecond ?? defaultRequestsPerSecond[options.mode];
  const watch = { metrics, metricsToken: options.metricsToken ?? null, trouble: engine.trouble };
  const parts = { world, engine, notices, bearer, connect, shopOf, log, watch, inbox, shopifyApp };
  const openShop = createOpenShop(shops);
  const retention = options.upkeep ?? usualUpkeep;
  const app = await buildApp({
    ...options,
    ...parts,
    requestsPerSecond,
    openShop,
    shopOrigin,
    retention,
  });
  let resting: Promise<void> | undefined;
  const rest = () => {
    resting ??= (async () => {
      for (const work of [delivering, upkeep, installed, inbox, sweeping, engine])
        await work.stop();
    })();
    return resting;
  };
  // What a newer release wrote, this one would take for broken: it leaves the work to the newer one.
  const newerMigration = await watchForNewer(pool);
  const watching = everySecond(async () => {
    const newer = await newerMigration();
    if (newer === null || resting !== undefined) return;
    log.error({ migration: newer }, 'a newer Rollcall has migrated the database: this one rests');
    await rest();
  }, log);
  return {
    app,
    engine,
    async close() {
      await app.close();
      await watching.stop();
      await rest();
      await counting.stop();
      await outbound.close();
    },
  };
}

function appOf({
  shopifyClientId = null,
  shopifyClientSecrets: clientSecrets = [],
}: RollcallOptions): ShopifyApp | null {
  return shopifyClientId === null ? null : { clientId: shopifyClientId, clientSecrets };
}
