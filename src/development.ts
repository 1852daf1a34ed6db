/**
 * Development mode: a store and an LMS to try Rollcall on, each a child process of its own, and a
 * tenant that is connected to the store. Nothing of this runs in production.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from './config.ts';
import { moodle } from './connectors/moodle.ts';
import { saveOffer } from './courses/offers.ts';
import { addDestination, changeSettings, type SettingsWorld } from './directory/destinations.ts';
import { createTenant, shopOf, updateShop } from './directory/tenants.ts';
import { createToken, hashToken, newTokenText } from './directory/tokens.ts';
import { settingsOf } from './provisioning/connect.ts';
import type { Settings } from './provisioning/connector.ts';
import { destinationsOf } from './store/destinations.ts';
import { findInstallation } from './store/installations.ts';
import type { SecretBox } from './store/secret-box.ts';
import { sourcesOf } from './store/sources.ts';
import { findTenantByShop } from './store/tenants.ts';
import { findLiveToken, tokensOf } from './store/tokens.ts';

/** The shop domain of the development store. */
export const developmentShop = 'rollcall-dev.myshopify.com';

/** What the app is called by the ID tokens of the development store. */
export const developmentClientId = 'rollcall-development';

const secretsSchema = z.object({
  encryptionKey: z.string().regex(/^[0-9a-f]{64}$/),
  scimToken: z.string().startsWith('rc_'),
  accessToken: z.string().min(1),
  clientSecret: z.string().min(1),
  lmsToken: z.string().regex(/^[0-9a-f]{32}$/),
});

/** Secrets of this development installation: random, kept in the data directory. */
export type DevelopmentSecrets = z.infer<typeof secretsSchema>;

/** Reads the secrets, making those that are not there yet. */
export async function developmentSecrets(dataDir: string): Promise<DevelopmentSecrets> {
  const file = join(dataDir, 'development.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const kept: unknown = JSON.parse(text);
  const known = secretsSchema.safeParse(kept);
  if (known.success) return known.data;
  const secrets = secretsSchema.parse(Object.assign(newSecrets(), kept));
  await mkdir(dataDir, { recursive: true });
  // Renamed into place, so that a start that is cut short never leaves half a file.
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secrets;
}

function newSecrets(): DevelopmentSecrets {
  return {
    encryptionKey: randomBytes(32).toString('hex'),
    scimToken: newTokenText(),
    accessToken: `shpat_${randomBytes(16).toString('hex')}`,
    clientSecret: `shpss_${randomBytes(16).toString('hex')}`,
    lmsToken: randomBytes(16).toString('hex'),
  };
}

/** A stand-in that runs beside Rollcall. */
export interface StandIn {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts the development store and waits until it answers. */
export function startDevelopmentStore(
  config: Config,
  secrets: DevelopmentSecrets,
  log: Logger,
): Promise<StandIn> {
  const store = {
    name: 'Development store',
    main: new URL('../devstore/main.ts', import.meta.url),
    portSetting: 'ROLLCALL_DEVSTORE_PORT',
    env: {
      DEVSTORE_PORT: String(config.devStorePort),
      DEVSTORE_DATA: join(config.dataDir, 'devstore.sqlite'),
      DEVSTORE_SHOP: developmentShop,
      DEVSTORE_ACCESS_TOKEN: secrets.accessToken,
      DEVSTORE_CLIENT_ID: developmentClientId,
      DEVSTORE_CLIENT_SECRET: secrets.clientSecret,
      DEVSTORE_PLAN: config.devStorePlan,
      DEVSTORE_WEBHOOK_URL: webhookAddress(config),
      DEVSTORE_APP_URL: `${config.publicUrl}/app`,
    },
  };
  return startStandIn(store, log);
}

/** Starts the development LMS and waits until it answers. */
export function startDevelopmentLms(
  config: Config,
  secrets: DevelopmentSecrets,
  log: Logger,
): Promise<StandIn> {
  const lms = {
    name: 'Development LMS',
    main: new URL('../devlms/main.ts', import.meta.url),
    portSetting: 'ROLLCALL_DEVLMS_PORT',
    env: {
      DEVLMS_PORT: String(config.devLmsPort),
      DEVLMS_DATA: join(config.dataDir, 'devlms.sqlite'),
      DEVLMS_TOKEN: secrets.lmsToken,
    },
  };
  return startStandIn(lms, log);
}

interface StandInProcess {
  /** How it begins the line that says where it is. */
  readonly name: string;
  readonly main: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly portSetting: string;
}

async function startStandIn(standIn: StandInProcess, log: Logger): Promise<StandIn> {
  const child = fork(standIn.main, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Ctrl-C reaches the whole process group: it is told to stop by us, when we are done with it.
    detached: true,
    env: { ...process.env, ...standIn.env },
  });
  const origin = await originOf(child, standIn);
  child.once('exit', (code) =>
    log.error({ code, standIn: standIn.name }, 'it ended; start Rollcall again to have it back'),
  );
  return {
    origin,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        if (!child.kill('SIGTERM')) resolve();
      }),
  };
}

function originOf(child: ChildProcess, { name, portSetting }: StandInProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const [, said, origin] = /^(.*) (http\S+)$/m.exec(output) ?? [];
      if (said === name && origin !== undefined) resolve(origin);
    });
    child.once('error', reject);
    child.once('exit', () =>
      reject(new Error(`${name} did not start: see the line above. ${portSetting} sets its port.`)),
    );
  });
}

/** Where the development store reaches this Rollcall: on the same machine, past any proxy. */
function webhookAddress({ host, port }: Config): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/webhooks/shopify`;
}

/** What a newcomer pastes into an identity provider. */
export interface DevelopmentTenant {
  readonly tenantId: string;
  readonly sourceId: string;
  /** Whether the token of the secrets works: it does until somebody revokes it. */
  readonly token: 'live' | 'revoked';
}

/** Where the stand-ins of an installation answer. */
export interface StandIns {
  readonly storeOrigin: string;
  readonly lmsOrigin: string;
}

/**
 * Makes the development tenant at the first start, with its store, its LMS and offers for what the one sells
 * and the other teaches; and keeps it pointing to them and to its token.
 */
export async function developmentTenant(
  pool: pg.Pool,
  box: SecretBox,
  secrets: DevelopmentSecrets,
  { storeOrigin, lmsOrigin }: StandIns,
): Promise<DevelopmentTenant> {
  const known = await findTenantByShop(pool, developmentShop);
  // Where the app is installed there, or was, it has no other way in.
  const isApp = known !== null && (await findInstallation(pool, known.tenantId)) !== null;
  const own = isApp ? {} : { accessToken: secrets.accessToken };
  const shop = { shop: developmentShop, origin: storeOrigin, ...own };
  const tenantId =
    known?.tenantId ??
    (await createTenant(pool, box, { name: 'Development store', shop, switches: 'on' })).tenantId;
  const destination = await shopOf(pool, tenantId);
  if (destination !== null) await updateShop(pool, box, destination, shop);
  const [source] = await sourcesOf(pool, tenantId);
  if (source === undefined) throw new Error('the development tenant has no source');
  await keepLms({ pool, secrets: box }, tenantId, { site: lmsOrigin, token: secrets.lmsToken });
  const token = await keepToken(pool, { tenantId, sourceId: source.id }, secrets.scimToken);
  return { tenantId, sourceId: source.id, token };
}

/** What the store sells from the beginning, and the course of the LMS that it is. */
const taught = [
  { name: 'Welding 101', sku: 'WELD-101*', membership: 'course:2' },
  { name: 'Welding 201', sku: 'WELD-201', membership: 'course:3' },
  { name: 'First Aid', sku: 'FIRST-AID', membership: 'course:4' },
  { name: 'Workplace Safety', sku: 'SAFETY', membership: 'course:5' },
] as const;

async function keepLms(world: SettingsWorld, tenantId: string, settings: Settings): Promise<void> {
  const by = { actor: 'development', requestId: null };
  const all = await destinationsOf(world.pool, tenantId);
  const destination = all.find(({ connector }) => connector === moodle.name);
  if (destination !== undefined) {
    const known = settingsOf(destination, world.secrets);
    if (known.site === settings.site && known.token === settings.token) return;
    await changeSettings(world, { destination, connector: moodle, ...by }, settings);
    return;
  }
  const made = await addDestination(world, {
    ...{ tenantId, connector: moodle, name: 'Development LMS', settings, state: 'active' },
    ...by,
  });
  if (made.kind === 'faulty') throw new Error(JSON.stringify(made.faults));
  for (const { name, sku, membership } of taught) {
    const terms = {
      match: { sku },
      courses: [{ destination: made.destinationId, membership }],
    };
    await saveOffer({ pool: world.pool, now: Date.now }, tenantId, { id: null, name, terms }, by);
  }
}

/** Makes the printed token at the first start; one that was revoked stays so. */
async function keepToken(
  pool: pg.Pool,
  owner: { tenantId: string; sourceId: string },
  text: string,
): Promise<'live' | 'revoked'> {
  if ((await findLiveToken(pool, owner, hashToken(text))) !== null) return 'live';
  const known = await tokensOf(pool, owner);
  if (known.some(({ prefix }) => text.startsWith(prefix))) return 'revoked';
  const made = await createToken(pool, owner, { expiresAt: null, actor: 'development', text });
  return made === null ? 'revoked' : 'live';
}
