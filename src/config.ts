/** The environment, read and checked once: every fault is told at once, each with its mend. */
import { z } from 'zod';

/** The operator's SMTP server, and who the mail is from. */
export interface SmtpConfig {
  /** `smtp:` or `smtps:`, with user and password where the server asks for them. */
  readonly url: string;
  readonly from: string;
}

/** How Rollcall was told to run. */
export interface Config {
  readonly mode: 'development' | 'production';
  readonly port: number;
  readonly host: string;
  /** Where clients reach us, without a slash at its end. */
  readonly publicUrl: string;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** 32 bytes; `null` in development, where one is made and kept in the data directory. */
  readonly encryptionKey: Buffer | null;
  /** Keys of before a rotation: what was sealed with them still opens. */
  readonly oldEncryptionKeys: readonly Buffer[];
  /** The operator's password for the admin pages; `null`: they are open (development) or off. */
  readonly adminPassword: string | null;
  readonly logLevel: string;
  readonly privateNetwork: 'refused' | 'allowed';
  /** Whose `X-Forwarded-For` is believed: addresses or networks, comma-separated. */
  readonly trustProxy: string | null;
  /** How many SCIM requests a credential may make, on average. */
  readonly requestsPerSecond: number;
  /** Opens `GET /metrics`; `null`: open to this machine in development, off in production. */
  readonly metricsToken: string | null;
  /** `null`: no mail is sent. */
  readonly smtp: SmtpConfig | null;
  /** When it is an alarm that somebody waits, and for how many days what is written down is kept. */
  readonly upkeep: {
    readonly alarmAfter: { readonly ordinaryMs: number; readonly leaversMs: number };
    readonly keepDays: {
      readonly activity: number;
      readonly inbox: number;
      readonly minutes: number;
    };
    /** For how many days the roll of a shop that uninstalled the app is kept. */
    readonly graceDays: number;
  };
  /** Client secrets of the Shopify app, the newest first; none: its webhooks are not taken. */
  readonly shopifyClientSecrets: readonly string[];
  /** Client ID of the Shopify app; `null`: there is none. */
  readonly shopifyClientId: string | null;
  readonly devStorePort: number;
  readonly devStorePlan: string;
  readonly devLmsPort: number;
}

/** What is wrong with the environment: one sentence a fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

const port = (mend: string) => z.coerce.number(mend).int(mend).min(1, mend).max(65_535, mend);
const portMend = 'must be a port number from 1 to 65535';

/** Generous: only a loop that ran wild meets it. In development nobody is to be protected from another. */
export const defaultRequestsPerSecond = { production: 1_000, development: 1_000_000 } as const;

const rateMend = 'must be a whole number of requests from 1 to 1000000';

/** An address, with or without a name before it. */
const mailFrom = /^(?:[^<>\p{C}]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/u;
const mailFromMend = 'must be an e-mail address, like Rollcall <rollcall@example.com>';
const secondsMend = 'must be a whole number of seconds from 1 to 604800';
const seconds = z.coerce
  .number(secondsMend)
  .int(secondsMend)
  .min(1, secondsMend)
  .max(604_800, secondsMend);

const daysMend =
  'must be a whole number of days from 1 to 3650: nothing is kept for ever or not at all';
const days = z.coerce.number(daysMend).int(daysMend).min(1, daysMend).max(3_650, daysMend);

const graceMend = 'must be a whole number of days from 0 to 365';
const grace = z.coerce.number(graceMend).int(graceMend).min(0, graceMend).max(365, graceMend);

/**
 * Minutes for everybody, seconds for who must lose access. The counts of each minute are there for the
 * numbers of the last day, and a week to look back on.
 */
export const usualUpkeep: Config['upkeep'] = {
  alarmAfter: { ordinaryMs: 900_000, leaversMs: 60_000 },
  keepDays: { activity: 365, inbox: 30, minutes: 8 },
  graceDays: 30,
};

const environment = z.object({
  ROLLCALL_MODE: z
    .enum(['development', 'production'], 'must be development or production')
    .default('development'),
  PORT: port(portMend).default(3000),
  ROLLCALL_HOST: z.string().optional(),
  ROLLCALL_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address like https://rollcall.example.com' })
    .optional(),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'must be an address like postgres://user:password@host:5432/rollcall',
    })
    .optional(),
  ROLLCALL_DATA_DIR: z.string().default('./data'),
  ROLLCALL_ENCRYPTION_KEY: z
    .string()
    .regex(
      /^[0-9a-f]{64}$/i,
      'must be 32 bytes in hexadecimal: make one with `openssl rand -hex 32`',
    )
    .optional(),
  ROLLCALL_OLD_ENCRYPTION_KEYS: z
    .string()
    .regex(
      /^[0-9a-f]{64}(,[0-9a-f]{64})*$/i,
      'must be the former values of ROLLCALL_ENCRYPTION_KEY, with a comma between them',
    )
    .optional(),
  ROLLCALL_ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  ROLLCALL_LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
      'must be trace, debug, info, warn, error or silent',
    )
    .optional(),
  ROLLCALL_PRIVATE_NETWORK: z.enum(['refused', 'allowed'], 'must be refused or allowed').optional(),
  ROLLCALL_TRUST_PROXY: z.string().optional(),
  ROLLCALL_SCIM_REQUESTS_PER_SECOND: z.coerce
    .number(rateMend)
    .int(rateMend)
    .min(1, rateMend)
    .max(1_000_000, rateMend)
    .optional(),
  ROLLCALL_ALARM_SECONDS: seconds.default(usualUpkeep.alarmAfter.ordinaryMs / 1_000),
  ROLLCALL_LEAVER_ALARM_SECONDS: seconds.default(usualUpkeep.alarmAfter.leaversMs / 1_000),
  ROLLCALL_ACTIVITY_DAYS: days.default(usualUpkeep.keepDays.activity),
  ROLLCALL_INBOX_DAYS: days.default(usualUpkeep.keepDays.inbox),
  ROLLCALL_GRACE_DAYS: grace.default(usualUpkeep.graceDays),
  ROLLCALL_METRICS_TOKEN: z
    .string()
    .regex(
      /^[\x21-\x7e]{16,}$/,
      'must have at least 16 characters and no spaces: make one with `openssl rand -hex 32`',
    )
    .optional(),
  ROLLCALL_SMTP_URL: z
    .url({
      protocol: /^smtps?$/,
      error: 'must be an address like smtps://user:password@smtp.example.com:465',
    })
    .optional(),
  ROLLCALL_MAIL_FROM: z.string().regex(mailFrom, mailFromMend).optional(),
  ROLLCALL_SHOPIFY_CLIENT_ID: z
    .string()
    .regex(/^[\w-]+$/, 'must be the client ID of the Shopify app, as the Dev Dashboard shows it')
    .optional(),
  ROLLCALL_SHOPIFY_CLIENT_SECRET: z
    .string()
    .regex(
      /^[^\s,]+(,[^\s,]+)*$/,
      'must be the client secret of the Shopify app; after a rotation both, with a comma between them',
    )
    .optional(),
  ROLLCALL_DEVSTORE_PORT: port(portMend).default(3001),
  ROLLCALL_DEVSTORE_PLAN: z
    .enum(
      ['standard', 'advanced', 'plus', 'unlimited'],
      'must be standard, advanced, plus or unlimited',
    )
    .default('standard'),
  ROLLCALL_DEVLMS_PORT: port(portMend).default(3002),
});

type Environment = z.infer<typeof environment>;

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Reads the environment; empty variables count as unset. Throws `ConfigError`. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(set);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
  const lenient = parsed.data ?? null;
  faults.push(...presence(set), ...(lenient === null ? [] : contradictions(lenient)));
  if (lenient === null || faults.length > 0) throw new ConfigError(faults);
  return configOf(lenient);
}

/** What production cannot do without, even where something else is wrong as well. */
function presence(set: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (set.ROLLCALL_MODE !== 'production') return [];
  const needed = {
    ROLLCALL_PUBLIC_URL:
      'must be set in production: the address clients reach Rollcall at, like https://rollcall.example.com.',
    ROLLCALL_ENCRYPTION_KEY:
      'must be set in production: make one with `openssl rand -hex 32` and keep it safe.',
  };
  return Object.entries(needed).flatMap(([name, mend]) =>
    set[name] === undefined ? [`${name} ${mend}`] : [],
  );
}

function contradictions(env: Environment): readonly string[] {
  const faults: string[] = [];
  if (env.ROLLCALL_MODE === 'production' && env.ROLLCALL_PUBLIC_URL?.startsWith('http://')) {
    faults.push('ROLLCALL_PUBLIC_URL must be https in production: bearer tokens travel over it.');
  }
  if (
    env.ROLLCALL_MODE === 'development' &&
    env.ROLLCALL_HOST !== undefined &&
    !loopback.has(env.ROLLCALL_HOST)
  ) {
    faults.push(
      'ROLLCALL_HOST must be 127.0.0.1, ::1 or localhost in development: its admin pages have no password. Set ROLLCALL_MODE=production to be reachable.',
    );
  }
  const { ROLLCALL_SHOPIFY_CLIENT_ID: clientId, ROLLCALL_SHOPIFY_CLIENT_SECRET: secret } = env;
  if ((clientId === undefined) !== (secret === undefined)) {
    faults.push(
      `ROLLCALL_SHOPIFY_CLIENT_${clientId === undefined ? 'ID' : 'SECRET'} is missing: the Shopify app has a client ID and a client secret (Dev Dashboard > the app > Settings). Set both, or neither.`,
    );
  }
  if ((env.ROLLCALL_SMTP_URL === undefined) !== (env.ROLLCALL_MAIL_FROM === undefined)) {
    faults.push(
      'ROLLCALL_SMTP_URL and ROLLCALL_MAIL_FROM go together: set both to send mail, or neither.',
    );
  }
  return faults;
}

function smtpOf({ ROLLCALL_SMTP_URL: url, ROLLCALL_MAIL_FROM: from }: Environment) {
  return url === undefined || from === undefined ? null : { url, from };
}

function configOf(env: Environment): Config {
  const production = env.ROLLCALL_MODE === 'production';
  const host = env.ROLLCALL_HOST ?? (production ? '0.0.0.0' : '127.0.0.1');
  return {
    mode: env.ROLLCALL_MODE,
    port: env.PORT,
    host,
    publicUrl: (env.ROLLCALL_PUBLIC_URL ?? `http://${host}:${env.PORT}`).replace(/\/+$/, ''),
    databaseUrl: env.DATABASE_URL,
    dataDir: env.ROLLCALL_DATA_DIR,
    encryptionKey:
      env.ROLLCALL_ENCRYPTION_KEY === undefined
        ? null
        : Buffer.from(env.ROLLCALL_ENCRYPTION_KEY, 'hex'),
    oldEncryptionKeys: (env.ROLLCALL_OLD_ENCRYPTION_KEYS?.split(',') ?? []).map((key) =>
      Buffer.from(key, 'hex'),
    ),
    adminPassword: env.ROLLCALL_ADMIN_PASSWORD ?? null,
    logLevel: env.ROLLCALL_LOG_LEVEL ?? (production ? 'info' : 'warn'),
    privateNetwork: env.ROLLCALL_PRIVATE_NETWORK ?? (production ? 'refused' : 'allowed'),
    trustProxy: env.ROLLCALL_TRUST_PROXY ?? null,
    requestsPerSecond:
      env.ROLLCALL_SCIM_REQUESTS_PER_SECOND ?? defaultRequestsPerSecond[env.ROLLCALL_MODE],
    upkeep: {
      alarmAfter: {
        ordinaryMs: env.ROLLCALL_ALARM_SECONDS * 1_000,
        leaversMs: env.ROLLCALL_LEAVER_ALARM_SECONDS * 1_000,
      },
      keepDays: {
        activity: env.ROLLCALL_ACTIVITY_DAYS,
        inbox: env.ROLLCALL_INBOX_DAYS,
        minutes: usualUpkeep.keepDays.minutes,
      },
      graceDays: env.ROLLCALL_GRACE_DAYS,
    },
    metricsToken: env.ROLLCALL_METRICS_TOKEN ?? null,
    smtp: smtpOf(env),
    shopifyClientSecrets: env.ROLLCALL_SHOPIFY_CLIENT_SECRET?.split(',') ?? [],
    shopifyClientId: env.ROLLCALL_SHOPIFY_CLIENT_ID ?? null,
    devStorePort: env.ROLLCALL_DEVSTORE_PORT,
    devStorePlan: env.ROLLCALL_DEVSTORE_PLAN,
    devLmsPort: env.ROLLCALL_DEVLMS_PORT,
  };
}
