/** The composition root: reads the environment, starts every part, and stops them in order. */
import { pino } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import {
  developmentClientId,
  developmentSecrets,
  developmentShop,
  developmentTenant,
  startDevelopmentLms,
  startDevelopmentStore,
} from './development.ts';
import { baseUrlOf } from './http/scim-request.ts';
import { removeLeftFiles } from './provisioning/bulk-file.ts';
import { startRollcall } from './rollcall.ts';
import { openDatabase } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { secretBox } from './store/secret-box.ts';

const startedAt = performance.now();

/** Things to undo at the end, last one first. */
const closing: (() => Promise<unknown>)[] = [];

async function start(config: Config): Promise<void> {
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
  const development =
    config.mode === 'development' ? await developmentSecrets(config.dataDir) : null;
  // They start while the database does; what goes wrong is told when they are waited for.
  const starting =
    development === null
      ? []
      : [startDevelopmentStore, startDevelopmentLms].map((begin) =>
          begin(config, development, log),
        );
  for (const standIn of starting) standIn.catch(() => undefined);

  const database = await openDatabase({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    role: 'server',
    log,
    poolSize: 16,
  });
  closing.push(() => database.close());
  void database.lost.then((error) => end(1, error.message));
  await migrate(database.pool);
  const secrets = secretBox(
    config.encryptionKey ?? Buffer.from(development?.encryptionKey ?? '', 'hex'),
    config.oldEncryptionKeys,
  );

  const [store, lms] = await Promise.all(
    starting.map(async (standIn) => {
      const started = await standIn;
      closing.push(() => started.stop());
      return started;
    }),
  );

  await removeLeftFiles();
  const rollcall = await startRollcall({
    ...config,
    ...database,
    ...(development === null
      ? {}
      : {
          shopifyClientId: developmentClientId,
          shopifyClientSecrets: [development.clientSecret],
          playedShops: new Map(store === undefined ? [] : [[developmentShop, store.origin]]),
        }),
    log,
    secrets,
    now: Date.now,
    random: Math.random,
  });
  closing.push(() => rollcall.close());
  await rollcall.app.listen({ port: config.port, host: config.host });

  const lines = [`Admin: ${config.publicUrl}/admin`];
  if (development !== null && store !== undefined && lms !== undefined) {
    const { sourceId, token } = await developmentTenant(database.pool, secrets, development, {
      storeOrigin: store.origin,
      lmsOrigin: lms.origin,
    });
    lines.push(
      `SCIM base URL: ${baseUrlOf(config.publicUrl, sourceId)}`,
      token === 'live'
        ? `Authorization: Bearer ${development.scimToken}`
        : 'Authorization: revoked; make a new token at the Admin page',
      `Development store: ${store.origin}`,
      `Development LMS: ${lms.origin}`,
    );
  }
  lines.push(`Ready in ${Math.round(performance.now() - startedAt)} ms`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

let ending: Promise<void> | null = null;

/** Stops what was started, last first, and ends the process; a second call waits for the first. */
function end(code: number, message?: string): Promise<void> {
  if (message !== undefined) process.stderr.write(`${message}\n`);
  ending ??= (async () => {
    const forced = setTimeout(() => process.exit(code === 0 ? 1 : code), 30_000);
    for (const close of closing.reverse()) {
      await close().catch((error: Error) =>
        process.stderr.write(`While stopping: ${error.message}\n`),
      );
    }
    clearTimeout(forced);
    process.exit(code);
  })();
  return ending;
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(0));
process.on('unhandledRejection', (error) => {
  void end(1, `Unexpected failure: ${error instanceof Error ? error.stack : String(error)}`);
});

try {
  await start(readConfig(process.env));
} catch (error) {
  const known =
    error instanceof ConfigError ||
    (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE');
  await end(1, known ? sentence(error) : error instanceof Error ? error.message : String(error));
}

function sentence(error: Error): string {
  if (error instanceof ConfigError) return error.message;
  return `Port ${process.env.PORT ?? 3000} is taken: stop what listens there, or set PORT to another port.`;
}
