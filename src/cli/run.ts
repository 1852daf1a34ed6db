/** The command line: what an operator does without the admin pages. */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { ConfigError, readConfig } from '../config.ts';
import { Undecidable } from '../courses/decisions.ts';
import { Problem } from '../http/problem.ts';
import { ScimError } from '../scim/error.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { listActivity } from './activity.ts';
import {
  addAppPolicyCommand,
  listAppPolicies,
  removeAppPolicyCommand,
  renameAppPolicyCommand,
} from './app-policies.ts';
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
  removeDestinationCommand,
  renameDestinationCommand,
  restartDestination,
  setDestination,
  showDestination,
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
import {
  addGroup,
  changeMembers,
  deleteGroupCommand,
  listGroupsCommand,
  renameGroup,
  showGroup,
} from './groups.ts';
import { listGroupsThere } from './groups-there.ts';
import { decideGuarded, listGuarded } from './guard.ts';
import { help, helpOn } from './help.ts';
import { importCommand, listReviews, settleCommand } from './import.ts';
import { listInbox, replayInbox } from './inbox.ts';
import { listMemberships } from './memberships.ts';
import { listNotices, noticeSettingsCommand, testNoticeCommand } from './notices.ts';
import { listOffers, putOfferCommand, showOffer, withdrawOfferCommand } from './offers.ts';
import { coverageCommand, sweepCommand } from './orders.ts';
import { setPolicy, showPolicy } from './policy.ts';
import { tryPolicy } from './policy-try.ts';
import { comparePreviewCommand, previewCommand } from './preview.ts';
import { resealCommand } from './reseal.ts';
import { retryCommand } from './retry.ts';
import { listSchemas, putSchema, removeSchema, showSchema } from './schemas.ts';
import { setSignIn, showSignIn } from './sign-in.ts';
import { addSourceCommand, listSources, removeSourceCommand, setSource } from './sources.ts';
import { statusCommand } from './status.ts';
import { syncCommand } from './sync.ts';
import { createTenantCommand, listTenants } from './tenants.ts';
import { createSecretCommand, createTokenCommand, listTokens, revokeToken } from './tokens.ts';
import { exportUsersCommand, importUsersCommand } from './user-files.ts';
import {
  addUser,
  deleteUsers,
  inviteUser,
  listUsers,
  restoreUserCommand,
  setUser,
  showUser,
  signOutUser,
  switchUsers,
} from './users.ts';

type Command = (context: Context) => Promise<string | Verdict>;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['token create', createTokenCommand],
  ['token list', (context) => listTokens(context, 'bearer')],
  ['token revoke', (context) => revokeToken(context, 'bearer')],
  ['secret create', createSecretCommand],
  ['secret list', (context) => listTokens(context, 'client_secret')],
  ['secret revoke', (context) => revokeToken(context, 'client_secret')],
  ['source list', listSources],
  ['source add', addSourceCommand],
  ['source set', setSource],
  ['source remove', removeSourceCommand],
  ['schema list', listSchemas],
  ['schema show', showSchema],
  ['schema put', putSchema],
  ['schema remove', removeSchema],
  ['tenant create', createTenantCommand],
  ['tenant list', listTenants],
  ['erasure list', listErasuresCommand],
  ['notice list', listNotices],
  ['notice settings', noticeSettingsCommand],
  ['notice test', testNoticeCommand],
  ['user list', listUsers],
  ['user show', showUser],
  ['user add', addUser],
  ['user set', setUser],
  ['user suspend', (context) => switchUsers(context, 'false')],
  ['user activate', (context) => switchUsers(context, 'true')],
  ['user delete', deleteUsers],
  ['user restore', restoreUserCommand],
  ['user invite', inviteUser],
  ['user sign-out', signOutUser],
  ['user import', importUsersCommand],
  ['user export', exportUsersCommand],
  ['group list', listGroupsCommand],
  ['group show', showGroup],
  ['group add', addGroup],
  ['group rename', renameGroup],
  ['group join', (context) => changeMembers(context, 'join')],
  ['group leave', (context) => changeMembers(context, 'leave')],
  ['group delete', deleteGroupCommand],
  ['membership list', listMemberships],
  ['destination list', listDestinations],
  ['destination add', addDestinationCommand],
  ['destination set', setDestination],
  ['destination show', showDestination],
  ['destination rename', renameDestinationCommand],
  ['destination test', testDestinationCommand],
  ['destination restart', restartDestination],
  ['destination remove', removeDestinationCommand],
  ['destination groups', listGroupsThere],
  ['destination activate', (context) => switchDestination(context, 'active')],
  ['destination pause', (context) => switchDestination(context, 'paused')],
  ['app-policy list', listAppPolicies],
  ['app-policy add', addAppPolicyCommand],
  ['app-policy rename', renameAppPolicyCommand],
  ['app-policy remove', removeAppPolicyCommand],
  ['policy show', showPolicy],
  ['policy set', setPolicy],
  ['policy try', tryPolicy],
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
  ['sign-in show', showSignIn],
  ['sign-in set', setSignIn],
  ['sync', syncCommand],
  ['retry', retryCommand],
  ['reseal', resealCommand],
  ['inbox list', listInbox],
  ['inbox replay', replayInbox],
  ['activity list', listActivity],
  ['status', statusCommand],
]);

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
      error instanceof ScimError ||
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
      filter: { type: 'string' },
      group: { type: 'string' },
      scope: { type: 'string' },
      outcome: { type: 'string' },
      keep: { type: 'boolean' },
      deleted: { type: 'boolean' },
      directory: { type: 'boolean' },
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
