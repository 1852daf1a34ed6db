/** Destinations on the command line. */
import { connectorNamed, connectors } from '../connectors/index.ts';
import { switchTo } from '../directory/destination-changes.ts';
import { remove, rename, restart } from '../directory/destination-life.ts';
import { addDestination, changeSettings } from '../directory/destinations.ts';
import {
  destinationInput,
  destinationNameInput,
  destinationView,
  notRemoved,
  savedOr,
  switchInput,
} from '../http/admin-destinations.ts';
import { readInput } from '../http/admin-input.ts';
import type { Connector } from '../provisioning/connector.ts';
import { testDestination } from '../provisioning/destination-test.ts';
import { destinationsOf, type StoredDestination } from '../store/destinations.ts';
import { allTenants } from '../store/tenants.ts';
import { connections } from './connections.ts';
import { type Context, secretsOf, theDestination, theTenant, UsageError } from './context.ts';
import { theOne } from './directory.ts';

const by = { actor: 'cli', requestId: null } as const;
const testMs = 30_000;

/** `destination list`. */
export async function listDestinations({ database, options }: Context): Promise<string> {
  const { pool } = database;
  const tenants = await allTenants(pool);
  const all = await Promise.all(tenants.map(({ tenantId }) => destinationsOf(pool, tenantId)));
  if (options.json === true)
    return JSON.stringify({ destinations: all.flat().map(viewOf) }, null, 2);
  const lines = all
    .flat()
    .map(
      ({ id, name, state, reason }) =>
        `${id}  ${name}  ${state}${reason === null ? '' : `: ${reason}`}`,
    );
  return lines.length === 0 ? 'No destinations yet: rollcall tenant create' : lines.join('\n');
}

const viewOf = (destination: StoredDestination) => ({
  tenantId: destination.tenantId,
  ...destinationView(destination),
});

/** `destination add`. */
export async function addDestinationCommand(context: Context): Promise<string> {
  const { database, options, config } = context;
  const { tenantId } = await theTenant(database, options);
  const connector = theConnector(options.connector);
  const settings = await settingsFrom(context, connector);
  if (Object.keys(settings).length === 0) throw new UsageError(settingsHelp(connector));
  const given = readInput(destinationInput, {
    connector: connector.name,
    name: options.name ?? connector.title,
    settings,
    state: options.active === true ? 'active' : 'paused',
    ...(options.scope === undefined ? {} : { scope: options.scope }),
  });
  const world = { pool: database.pool, secrets: await secretsOf(config) };
  const id = savedOr(await addDestination(world, { ...given, ...by, tenantId, connector }));
  const of = `--destination ${id}`;
  return [
    `Destination ${id}`,
    options.active === true
      ? 'It is worked on.'
      : `It is paused: rollcall destination test ${of} tries it, rollcall preview ${of} shows what would be done, rollcall destination activate ${of} does it.`,
  ].join('\n');
}

/** `destination set`: what is not named stays. */
export async function setDestination(context: Context): Promise<string> {
  const destination = await theDestination(context);
  const connector = theConnector(destination.connector);
  const changes = await settingsFrom(context, connector);
  if (Object.keys(changes).length === 0)
    throw new UsageError(`Say what to set: ${settingsHelp(connector)}`);
  const world = { pool: context.database.pool, secrets: await secretsOf(context.config) };
  const given = { ...destination.settings, ...changes };
  savedOr(await changeSettings(world, { destination, connector, ...by }, given));
  return `${destination.name} has other settings: rollcall destination test --destination ${destination.id} tries them.`;
}

/** `destination test`. */
export async function testDestinationCommand(context: Context): Promise<string> {
  const destination = await theDestination(context);
  await using to = await connections(context);
  const world = { db: context.database.pool, connect: to.connect };
  const tested = await testDestination(world, destination, AbortSignal.timeout(testMs));
  if (tested.fault !== null) throw new UsageError(tested.fault.message);
  const answers = tested.unprepared
    ? `${destination.name} answers. What Rollcall needs there is made once it is worked on.`
    : `${destination.name} answers, and allows what its policy needs.`;
  return [answers, ...tested.traits.map(({ label, value }) => `${label}: ${value}`)].join('\n');
}

/** `destination activate` and `destination pause`. */
export async function switchDestination(
  context: Context,
  state: 'active' | 'paused',
): Promise<string> {
  const destination = await theDestination(context);
  await switchTo(context.database.pool, { destination, ...by }, state, reasonIn(context));
  return state === 'active'
    ? `${destination.name} is worked on: everybody is looked at.`
    : `${destination.name} is paused: what waits is kept until it is activated.`;
}

/** `destination restart`. */
export async function restartDestination(context: Context): Promise<string> {
  const destination = await theDestination(context);
  await restart(context.database.pool, { destination, ...by }, reasonIn(context));
  return `${destination.name} is worked on, and everybody is looked at again on both sides.`;
}

const reasonIn = ({ options }: Context): string | null =>
  readInput(switchInput, { reason: options.note ?? null }).reason;

/** `destination show`: its settings but for what is secret. */
export async function showDestination(context: Context): Promise<string> {
  const destination = await theDestination(context);
  const view = destinationView(destination);
  if (context.options.json === true) return JSON.stringify(view, null, 2);
  const { id, name, connector, state, reason, settings } = view;
  return [
    `${id}  ${name}  ${connector}  ${state}${reason === null ? '' : `: ${reason}`}`,
    ...Object.entries(settings).map(([setting, value]) => `  ${setting}=${value}`),
  ].join('\n');
}

/** `destination rename`. */
export async function renameDestinationCommand(context: Context): Promise<string> {
  const given = theOne(
    context.positionals,
    "Say its new name: rollcall destination rename 'Academy' --destination ID",
  );
  const destination = await theDestination(context);
  const { name } = readInput(destinationNameInput, { name: given });
  await rename(context.database.pool, { destination, ...by }, name);
  return `${destination.name} is called ${name}.`;
}

/** `destination remove`: nothing is done there. */
export async function removeDestinationCommand(context: Context): Promise<string> {
  const { options, database } = context;
  if (options.destination === undefined)
    throw new UsageError('Say which with --destination (see rollcall destination list).');
  const destination = await theDestination(context);
  const connector = theConnector(destination.connector);
  const accounts = options.keep === true ? 'keep' : 'none';
  const removed = await remove(database.pool, { destination, connector, ...by }, accounts);
  if (removed.kind === 'accounts')
    throw new UsageError(
      `${removed.accounts} people have an account at ${destination.name}. Removing it leaves these as they are, with what was granted there, and Rollcall no longer knows of them: repeat with --keep to have it so. Who should lose access is to leave first. Nothing was changed.`,
    );
  if (removed.kind !== 'removed') throw notRemoved(removed);
  return removed.accounts === 0
    ? `${destination.name} is removed.`
    : `${destination.name} is removed; ${removed.accounts} accounts there stay as they are.`;
}

function theConnector(name: string | undefined): Connector {
  const connector = connectorNamed(name ?? '');
  if (connector !== null) return connector;
  const names = Object.keys(connectors).join(', ');
  throw new UsageError(
    name === undefined
      ? `Say which kind with --connector: ${names}.`
      : `There is no connector ${name}: there are ${names}.`,
  );
}

/**
 * Settings as `name=value`. Secrets are in nobody's list of processes nor history: they come from the
 * environment, or with `name=-` from the standard input.
 */
async function settingsFrom(
  { env, stdin, positionals }: Context,
  connector: Connector,
): Promise<Readonly<Record<string, string>>> {
  const settings: Record<string, string> = {};
  const secrets = connector.fields.filter(({ secret }) => secret);
  for (const { name } of secrets) {
    const value = env[variableOf(connector, name)];
    if (value !== undefined) settings[name] = value;
  }
  for (const text of positionals) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    if (name === '') throw new UsageError(`${text} is no setting: ${settingsHelp(connector)}`);
    if (!secrets.some((field) => field.name === name)) settings[name] = value;
    else if (value === '-') settings[name] = await stdin();
    else
      throw new UsageError(
        `${name} is secret: set ${variableOf(connector, name)} to it, or write ${name}=- and give it on standard input.`,
      );
  }
  return settings;
}

/** The variable that has a secret, e.g. `ROLLCALL_SHOPIFY_ACCESS_TOKEN`. */
function variableOf(connector: Connector, field: string): string {
  const words = field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`);
  return `ROLLCALL_${connector.name}_${words}`.toUpperCase();
}

function settingsHelp(connector: Connector): string {
  const lines = connector.fields.map(({ name, label, help, secret, required, choices }) => {
    const value = choices?.flatMap((choice) => choice.value || []).join('|') ?? '…';
    const how = secret ? `${variableOf(connector, name)}, or ${name}=-` : `${name}=${value}`;
    return `  ${how}  ${label}${required ? '' : ' (may be left out)'}. ${help}`;
  });
  return [`${connector.title} takes`, ...lines].join('\n');
}
