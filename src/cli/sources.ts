/** SCIM connections on the command line: their settings, shown and changed. */
import { addSource, deleteSource, mostSources } from '../directory/source-connections.ts';
import { changeSource } from '../directory/source-settings.ts';
import { newSourceInput, readInput, sourceInput } from '../http/admin-input.ts';
import { sourceView } from '../http/admin-views.ts';
import { baseUrlOf } from '../http/scim-request.ts';
import { type Source, sourcesOf } from '../store/sources.ts';
import { allTenants } from '../store/tenants.ts';
import { type Context, theSource, theTenant, UsageError } from './context.ts';
import { lookAgain } from './retry.ts';

/** `source list`. */
export async function listSources({ config, database, options }: Context): Promise<string> {
  const { pool } = database;
  const tenants = await allTenants(pool);
  const all = await Promise.all(tenants.map(({ tenantId }) => sourcesOf(pool, tenantId)));
  if (options.json === true) {
    const sources = all.flat().map((one) => sourceView(one, config.publicUrl));
    return JSON.stringify({ sources }, null, 2);
  }
  const lines = all.flat().map((source) => `${source.id}  ${settingsOf(source)}`);
  return lines.length === 0 ? 'No SCIM connections yet: rollcall tenant create' : lines.join('\n');
}

function settingsOf(source: Source): string {
  return Object.keys(sourceInput.shape)
    .flatMap((name) => Object.entries(source).filter(([known]) => known === name))
    .map(([name, value]) => `${name}=${value === null ? 'all' : value}`)
    .join('  ');
}

/** `source set`. */
export async function setSource({ database, options, positionals }: Context): Promise<string> {
  if (positionals.length === 0)
    throw new UsageError('Say what to set: rollcall source set unknownAttributes=keep');
  const { pool } = database;
  const { tenantId, id: sourceId } = await theSource(database, options);
  const changes = readInput(sourceInput, Object.fromEntries(positionals.map(assigned)));
  const change = { tenantId, sourceId, changes, actor: 'cli', requestId: null };
  const changed = await changeSource(pool, change);
  if (changed === null) throw new UsageError(`There is no connection ${sourceId} any more.`);
  if (changes.creationEnabled === true || changes.domains !== undefined)
    await lookAgain(pool, tenantId, { kind: 'held', sourceId });
  return `${changed.id}  ${settingsOf(changed)}`;
}

/** `source add`: both its switches are off. */
export async function addSourceCommand(context: Context): Promise<string> {
  const { config, database, options, positionals } = context;
  const settings = Object.fromEntries(positionals.map(assigned));
  if (options.name === undefined)
    throw new UsageError("Say what it is called: rollcall source add --name 'Entra ID'");
  const made = readInput(newSourceInput, { ...settings, name: options.name });
  const { tenantId } = await theTenant(database, options);
  const id = await addSource(database.pool, { tenantId, ...made, actor: 'cli', requestId: null });
  if (id === null)
    throw new UsageError(
      `There are ${mostSources} connections already: remove one that is no longer used.`,
    );
  return [
    `Connection ${id}`,
    `SCIM base URL: ${baseUrlOf(config.publicUrl, id)}`,
    `Next: rollcall token create --source ${id}, and rollcall source set provisioningEnabled=true creationEnabled=true --source ${id}`,
  ].join('\n');
}

/** `source remove`: its tokens end at once. */
export async function removeSourceCommand({ database, options }: Context): Promise<string> {
  if (options.source === undefined)
    throw new UsageError('Say which with --source (see rollcall source list).');
  const { tenantId, id: sourceId, name } = await theSource(database, options);
  const people = options.keep === true ? 'keep' : 'none';
  const removal = { tenantId, sourceId, people, actor: 'cli', requestId: null } as const;
  const removed = await deleteSource(database.pool, removal);
  switch (removed.kind) {
    case 'absent':
      throw new UsageError(`There is no connection ${sourceId} any more.`);
    case 'owns':
      throw new UsageError(
        `${name} has brought ${removed.people} people and ${removed.groups} groups. Have the identity provider remove them first, then they leave each destination by its policy; or repeat with --keep: they stay as they are, and nobody changes them any more. Nothing was changed.`,
      );
    case 'removed':
      return `${name} is removed.`;
  }
}

const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function assigned(text: string): readonly [name: string, value: unknown] {
  const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === '')
    throw new UsageError(`A connection has settings like strictInterop=true, not ${text}.`);
  return [name, name === 'domains' ? domainsOf(value) : (words.get(value) ?? value)];
}

/** With commas between them; `all` for every domain. */
const domainsOf = (value: string): readonly string[] | null =>
  value === 'all' ? null : value.split(',');
