/** The command line: what an operator does without the admin pages. */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ConfigError, readConfig } from '../config.ts';
import { Undecidable } from '../courses/decisions.ts';
import { Problem } from '../http/problem.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import {
  listBackfills,
  previewBackfillCommand,
  runBackfill,
  undoBackfillCommand,
} from './backfills.ts';
import { listBulk } from './bulk.ts';
import { type Context, UsageError, type Verdict } from './context.ts';
import {
  addDestinationCommand,
  listDestinations,
  setDestination,
  switchDestination,
  testDestinationCommand,
} from './destinations.ts';
import { listErasuresCommand } from './erasures.ts';
import { explainCommand } from './explain.ts';
import {
  answerGrant,
  chooseGrant,
  giveGrant,
  listGrants,
  nameGrantLearners,
  withdrawGrant,
} from './grants.ts';
import { decideGuarded, listGuarded } from './guard.ts';
import { importCommand, listReviews, settleCommand } from './import.ts';
import { listInbox, replayInbox } from './inbox.ts';
import { listMemberships } from './memberships.ts';
import { listNotices, noticeSettingsCommand, testNoticeCommand } from './notices.ts';
import { listOffers, putOfferCommand, showOffer, withdrawOfferCommand } from './offers.ts';
import { coverageCommand, sweepCommand } from './orders.ts';
import { setPolicy, showPolicy } from './policy.ts';
import { comparePreviewCommand, previewCommand } from './preview.ts';
import { resealCommand } from './reseal.ts';
import { retryCommand } from './retry.ts';
import { listSources, setSource } from './sources.ts';
import { statusCommand } from './status.ts';
import { createTenantCommand, listTenants } from './tenants.ts';
import { createSecretCommand, createTokenCommand, listTokens, revokeToken } from './tokens.ts';

const help = `Usage: rollcall <command> [options]

  token create [--source ID] [--expires DAYS]   make a bearer token; it is shown once
               [--user USERNAME]                bind it to a user: it is good for /Me alone
  token list   [--source ID]                    tokens by prefix, with their use
  token revoke TOKEN_ID [--source ID]           refuse a token from now on

  secret create [--source ID] [--expires DAYS]  make a secret of the connection's OAuth 2.0 client
  secret list   [--source ID]
  secret revoke SECRET_ID [--source ID]         refuse it, and the access tokens made with it

  source list                                   SCIM connections with their settings
  source set NAME=VALUE… [--source ID]          change settings, e.g. unknownAttributes=keep

  tenant create --name NAME --shop DOMAIN       make a tenant for a shop; its Admin API access
                [--paused]                      token is read from ROLLCALL_SHOP_ACCESS_TOKEN;
                                                nothing is done there until it is activated
  tenant list                                   tenants with their SCIM connections, and whether the app is
                                                installed in their shops
  erasure list [--json]                         proofs of the customers and shops that were erased
  reseal                                        seal stored secrets with a new ROLLCALL_ENCRYPTION_KEY; the
                                                old one is in ROLLCALL_OLD_ENCRYPTION_KEYS until then

  membership list [--destination ID]            what a policy can give: companies and roles of a shop

  destination list                              destinations with their states
  destination add --connector KIND NAME=VALUE…  add one, e.g. of the kind moodle; it is paused until
                  [--name NAME] [--tenant ID]   you activate it, but with --active. Without settings
                  [--active]                    it tells which there are. Secrets are read from
                                                ROLLCALL_KIND_NAME, or with NAME=- from standard input
  destination set NAME=VALUE… [--destination ID]  change settings; those you do not name stay
  destination test [--destination ID]           whether it answers, and allows what its policy needs
  destination activate|pause [--destination ID] have it worked on, or not; what waits is kept
  policy show [--destination ID]                the policy of a destination, as JSON
  policy set FILE [--destination ID] [--yes]    put another in force; whom it touches is told first, and
                                                many are touched only with --yes

  preview [--destination ID] [--policy FILE]    what would become of everybody, also by another policy;
                                                nothing is written
  preview compare PREVIEW_ID                    whether what happened since is what it said

  import [--destination ID]                     read the accounts that are there already and match them
                                                with the roll
  review list [--destination ID]                whose account a person has to choose
  review settle LINK REMOTE_ID|none|rules       this one is theirs; nothing is done about them there; or
                [--take-from LINK]              as the rules say again. Who has it now must be named

  explain PERSON [--destination ID] [--json]    why somebody stands as they do at each destination, and
                                                what would happen now; PERSON is a userName, an e-mail
                                                address or an id

  status [--json]                               every destination: what waits and since when, how fast
                                                changes take effect, what does not get on and why

  notice list     [--tenant ID]                 what somebody should know of, and who was told
  notice settings [--tenant ID]                 where notices go beside the log
                  [--webhook URL|none] [--new-secret] [--email ADDRESS,…|none]
  notice test     [--tenant ID]                 send a test notice and tell how each channel went
  bulk list                                     files of creations on their way, and how they went

  offer list [--all] [--json]                   what products of the shop give; with --all also what
                                                was withdrawn
  offer show OFFER [--all]                      an offer as JSON, as put takes it; or all its versions
  offer put FILE                                put an offer, or the next version of one, in force
  offer withdraw OFFER                          orders from now on do not follow it

  order coverage [--since DATE] [--until DATE]  read the orders of the shop, by default of the last 60
                 [--all] [--json]               days: whether all that is paid for has arrived; tells what
                                                has not (--all: everything), and then ends with code 1
  order sweep [--since DATE]                    read again what changed in the shop, by default since a day

  backfill preview OFFER [--since DATE] [--until DATE]  what the offer would give for earlier orders, by
                                                default of the last 60 days; nothing is written
  backfill run OFFER [--since DATE] [--until DATE]  give it
  backfill list                                 back-fills, and how far they are
  backfill undo BACKFILL                        take back what one gave

  grant list [--attention] [--person PERSON]    what was bought and given by hand; with --attention what
             [--order ORDER] [--json]           waits for somebody
  grant give PERSON MEMBERSHIP --note WHY       give a membership by hand
             [--until DATE] [--ending remove] [--destination ID]
  grant withdraw RIGHT                          take back what was given by hand
  grant answer RIGHT keep|suspend|remove        what a refund means, where the offer asks
  grant choose RIGHT PERSON                     whose it is, where several people may be meant
  grant learners RIGHT EMAIL…                   who learns from the right’s line of the order

  guard list    [--destination ID] [--json]     who would leave and is held, and why
  guard allow   --all | LINK… [--destination ID]  let them leave
  guard discard --all | LINK… [--destination ID]  leave their accounts as they are

  retry                                         look again at everybody who was held or rejected

  inbox list   [--state STATE] [--topic TOPIC]  webhooks that came in, and what became of them
  inbox replay ID | --state dead | --topic …    have them worked off again

Where there is one SCIM connection, --source may be left out; where there is one tenant, --tenant. The
database is the one of DATABASE_URL, else the one in ROLLCALL_DATA_DIR (./data); Rollcall may run meanwhile.
`;

type Command = (context: Context) => Promise<string | Verdict>;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['token create', createTokenCommand],
  ['token list', (context) => listTokens(context, 'bearer')],
  ['token revoke', (context) => revokeToken(context, 'bearer')],
  ['secret create', createSecretCommand],
  ['secret list', (context) => listTokens(context, 'client_secret')],
  ['secret revoke', (context) => revokeToken(context, 'client_secret')],
  ['source list', listSources],
  ['source set', setSource],
  ['tenant create', createTenantCommand],
  ['tenant list', listTenants],
  ['erasure list', listErasuresCommand],
  ['notice list', listNotices],
  ['notice settings', noticeSettingsCommand],
  ['notice test', testNoticeCommand],
  ['membership list', listMemberships],
  ['destination list', listDestinations],
  ['destination add', addDestinationCommand],
  ['destination set', setDestination],
  ['destination test', testDestinationCommand],
  ['destination activate', (context) => switchDestination(context, 'active')],
  ['destination pause', (context) => switchDestination(context, 'paused')],
  ['policy show', showPolicy],
  ['policy set', setPolicy],
  ['preview', previewCommand],
  ['preview compare', comparePreviewCommand],
  ['import', importCommand],
  ['review list', listReviews],
  ['review settle', settleCommand],
  ['explain', explainCommand],
  ['bulk list', listBulk],
  ['offer list', listOffers],
  ['offer show', showOffer],
  ['offer put', putOfferCommand],
  ['offer withdraw', withdrawOfferCommand],
  ['order coverage', coverageCommand],
  ['order sweep', sweepCommand],
  ['backfill preview', previewBackfillCommand],
  ['backfill run', runBackfill],
  ['backfill list', listBackfills],
  ['backfill undo', undoBackfillCommand],
  ['grant list', listGrants],
  ['grant give', giveGrant],
  ['grant withdraw', withdrawGrant],
  ['grant answer', answerGrant],
  ['grant choose', chooseGrant],
  ['grant learners', nameGrantLearners],
  ['guard list', listGuarded],
  ['guard allow', (context) => decideGuarded(context, 'allow')],
  ['guard discard', (context) => decideGuarded(context, 'discard')],
  ['retry', retryCommand],
  ['reseal', resealCommand],
  ['inbox list', listInbox],
  ['inbox replay', replayInbox],
  ['status', statusCommand],
]);

/** The commands that begin with a word; all of them where none does. */
function helpOn(word: string): string {
  const entries = help.split(/\n(?= {2}\S)|\n(?=\n)/);
  const about = entries.filter((entry) => entry.trimStart().startsWith(`${word} `));
  return about.length === 0 ? help : ['Usage:', ...about].join('\n');
}

/** What surrounds a command: the process it runs in. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin?: () => Promise<string>;
}

/** Runs a command with what was typed after `rollcall`. Resolves to the exit code. */
export async function runCommand(
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { out, err } = surroundings;
  try {
    const answered = await answer(argv, surroundings);
    const { text, failed } =
      typeof answered === 'string' ? { text: answered, failed: false } : answered;
    out(`${text}\n`);
    return failed ? 1 : 0;
  } catch (error) {
    const known =
      error instanceof UsageError ||
      error instanceof ConfigError ||
      error instanceof Problem ||
      error instanceof Undecidable ||
      (error instanceof TypeError && 'code' in error);
    err(
      `${error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
    );
    return 1;
  }
}

async function answer(
  argv: readonly string[],
  { env, err, stdin = async () => '' }: Surroundings,
): Promise<string | Verdict> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      source: { type: 'string' },
      destination: { type: 'string' },
      expires: { type: 'string' },
      user: { type: 'string' },
      name: { type: 'string' },
      shop: { type: 'string' },
      tenant: { type: 'string' },
      webhook: { type: 'string' },
      email: { type: 'string' },
      'new-secret': { type: 'boolean' },
      state: { type: 'string' },
      topic: { type: 'string' },
      connector: { type: 'string' },
      person: { type: 'string' },
      order: { type: 'string' },
      note: { type: 'string' },
      until: { type: 'string' },
      since: { type: 'string' },
      ending: { type: 'string' },
      attention: { type: 'boolean' },
      json: { type: 'boolean' },
      yes: { type: 'boolean' },
      paused: { type: 'boolean' },
      active: { type: 'boolean' },
      'take-from': { type: 'string' },
      policy: { type: 'string' },
      all: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const words = commands.has(positionals.slice(0, 2).join(' ')) ? 2 : 1;
  const command = commands.get(positionals.slice(0, words).join(' '));
  const [first] = positionals;
  if (first === undefined) return help;
  if (values.help === true) return helpOn(first);
  if (command === undefined) {
    const asked = positionals.slice(0, 2).join(' ');
    throw new UsageError(`There is no command ${asked}.\n\n${helpOn(first)}`);
  }
  const config = readConfig(env);
  const log = pino({ level: 'warn' }, { write: err });
  const { databaseUrl, dataDir } = config;
  await using database = await openDatabase({
    databaseUrl,
    dataDir,
    role: 'tool',
    log,
    poolSize: 2,
  });
  await migrate(database.pool);
  const { help: _help, ...options } = values;
  return await command({
    config,
    database,
    log,
    env,
    tell: err,
    stdin,
    options,
    positionals: positionals.slice(words),
  });
}
