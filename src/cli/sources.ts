/** SCIM connections on the command line: their settings, shown and changed. */
import { changeSource } from '../directory/source-settings.ts';
import { readInput, sourceInput } from '../http/admin-input.ts';
import { type Source, sourcesOf } from '../store/sources.ts';
import { allTenants } from '../store/tenants.ts';
import { type Context, theSource, UsageError } from './context.ts';
import { lookAgain } from './retry.ts';

/** `source list`. */
export async function listSources({ database: { pool } }: Context): Promise<string> {
  const tenants = await allTenants(pool);
  const all = await Promise.all(tenants.map(({ tenantId }) => sourcesOf(pool, tenantId)));
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

const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function assigned(text: string): readonly [name: string, value: unknown] {
  const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === '')
    throw new UsageError(`source set takes settings like strictInterop=true, not ${text}.`);
  return [name, name === 'domains' ? domainsOf(value) : (words.get(value) ?? value)];
}

/** With commas between them; `all` for every domain. */
const domainsOf = (value: string): readonly string[] | null =>
  value === 'all' ? null : value.split(',');
