/** What a policy would make of one person, or one group, on the command line. */
import { connectorNamed } from '../connectors/index.ts';
import { readPolicy } from '../http/admin-preview.ts';
import { DestinationError } from '../provisioning/failure.ts';
import {
  type AccountPreview,
  type AttributePreview,
  type GroupPreview,
  previewAccount,
  previewGroup,
} from '../provisioning/policy-preview.ts';
import { listGroups } from '../store/group-list.ts';
import { type Context, theDestination, UsageError } from './context.ts';
import { readJson } from './files.ts';

/** `policy try`: by the policy in force, or by that of a file. */
export async function tryPolicy(context: Context): Promise<string> {
  const { options, positionals, database } = context;
  const { person, group, json } = options;
  const [file, ...others] = positionals;
  if (others.length > 0 || (person === undefined) === (group === undefined))
    throw new UsageError(
      'Say on whom: rollcall policy try --person ada@example.com, or --group Staff; a file with another policy may come first.',
    );
  const { tenantId, id: destinationId, ...destination } = await theDestination(context);
  const connector = connectorNamed(destination.connector);
  if (connector === null) throw new UsageError(`There is no connector ${destination.connector}.`);
  const policy = readPolicy(file === undefined ? destination.policy : await readJson(file));
  const { pool } = database;
  try {
    if (group !== undefined) {
      const groupId = await groupCalled(context, tenantId, group);
      const tried = await previewGroup(pool, { tenantId, groupId }, policy);
      if (tried === null) throw new UsageError(`There is no group ${group}.`);
      return json === true ? JSON.stringify(tried, null, 2) : groupText(tried);
    }
    const key = { tenantId, destinationId, personId: person ?? '' };
    const tried = await previewAccount(pool, key, { connector, policy });
    if (tried === null)
      throw new UsageError(
        `Nobody called ${person} is known there: give the userName, the e-mail address or the SCIM id.`,
      );
    return json === true ? JSON.stringify(tried, null, 2) : accountText(tried);
  } catch (error) {
    if (error instanceof DestinationError) throw new UsageError(error.message);
    throw error;
  }
}

const mostOfAName = 100;

/** The id of the group of any connection that has this name; what is an id already is given back. */
async function groupCalled(
  { database }: Context,
  tenantId: string,
  group: string,
): Promise<string> {
  if (/^[0-9a-f-]{36}$/i.test(group)) return group;
  const listed = await listGroups(database.pool, tenantId, group, mostOfAName);
  const [found, ...others] = listed.filter(
    ({ name }) => name.toLowerCase() === group.toLowerCase(),
  );
  if (found === undefined) throw new UsageError(`There is no group ${group}.`);
  if (others.length === 0) return found.id;
  const all = [found, ...others].map(({ id, source }) => `${id} (${source.name})`);
  throw new UsageError(
    `Several groups are called ${group}: say which by its id, ${all.join(', ')}.`,
  );
}

function accountText(tried: AccountPreview): string {
  const { person, scope, email, active, attributes, memberships, refusals } = tried;
  return [
    `${person}: ${scope.why}`,
    `  email: ${email ?? 'none, and so no account'}`,
    `  active: ${active ? 'yes' : 'no'}`,
    ...attributes.map(attributeText),
    ...memberships.map(({ membership, reason }) => `  ${membership}: ${reason.kind}`),
    ...refusals.map(({ path, message }) => `  ${path} is refused: ${message}`),
  ].join('\n');
}

function groupText({ group, sent, attributes, held }: GroupPreview): string {
  return [
    `${group} is ${sent ? 'sent' : 'not sent: push does not name it'}${held === null ? '' : `, and held: ${held}`}`,
    ...attributes.map(attributeText),
  ].join('\n');
}

function attributeText({ to, from, result }: AttributePreview): string {
  return `  ${to}: ${result ?? '(empty)'}${from === null ? '' : ` (from ${from})`}`;
}
