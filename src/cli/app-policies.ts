/** App Login Policies on the command line: which group of the directory has which application. */
import { v7 as uuidv7 } from 'uuid';
import { addAppPolicy, removeAppPolicy, renamePolicy } from '../directory/app-policies.ts';
import { appPolicyNameInput } from '../http/admin-app-policies.ts';
import { readInput } from '../http/admin-input.ts';
import { appPoliciesOf, type NamedAppPolicy } from '../store/app-policies.ts';
import { type Context, theDestination, theTenant, UsageError } from './context.ts';
import { actor, theDirectory, theGroup, theOne } from './directory.ts';
import { confirmed, effectOr, effectWords } from './policy.ts';

/** `app-policy list`: of all applications of a tenant, or of one. */
export async function listAppPolicies(context: Context): Promise<string> {
  const { database, options } = context;
  const { tenantId } = await theTenant(database, options);
  const all = await appPoliciesOf(database.pool, tenantId);
  const only = options.destination === undefined ? null : (await theDestination(context)).id;
  const policies = all.filter(({ destinationId }) => only === null || destinationId === only);
  if (options.json === true) return JSON.stringify({ policies }, null, 2);
  return policies.length === 0
    ? 'No App Login Policies yet: rollcall app-policy add'
    : policies.map(lineOf).join('\n');
}

function lineOf({ id, name, group, application, destinationId }: NamedAppPolicy): string {
  return `${id}  ${name}  ${group ?? 'a group that is gone'} has ${application} (${destinationId})`;
}

/** `app-policy add`. */
export async function addAppPolicyCommand(context: Context): Promise<string> {
  const { options, database } = context;
  const { group: wanted, destination } = options;
  if (options.name === undefined || wanted === undefined || destination === undefined)
    throw new UsageError(
      "Say what it is called, which application and which group: rollcall app-policy add --name 'Staff' --destination ID --group Staff",
    );
  const { name } = readInput(appPolicyNameInput, { name: options.name });
  const { tenantId, id: destinationId, name: application } = await theDestination(context);
  const directory = await theDirectory({ ...context, options: { ...options, tenant: tenantId } });
  const group = await theGroup(directory, wanted);
  const policy = {
    name,
    groupId: group.id,
    loginMethod: 'password',
    createdAt: new Date(),
  } as const;
  const change = changeOf({ tenantId, destinationId });
  const added = await confirmed(context, (confirm) =>
    addAppPolicy(database.pool, { ...change, confirm }, policy),
  );
  if (added.kind === 'no-group')
    throw new UsageError(`There is no group ${wanted} in the directory any more.`);
  if (added.kind === 'exists')
    throw new UsageError(`The policy “${added.name}” assigns this group to it already.`);
  const effect = effectWords(effectOr(added));
  const id = added.kind === 'changed' ? added.id : '';
  return `${id}  ${name}: ${wanted} has ${application}.\n${effect}`;
}

/** `app-policy rename`. */
export async function renameAppPolicyCommand(context: Context): Promise<string> {
  const [which, given, ...others] = context.positionals;
  if (which === undefined || given === undefined || others.length > 0)
    throw new UsageError(
      "Say which and its new name: rollcall app-policy rename POLICY 'Everybody'",
    );
  const policy = await thePolicy(context, which);
  const { name } = readInput(appPolicyNameInput, { name: given });
  await renamePolicy(context.database.pool, changeOf(policy), policy, name);
  return `${which} is called ${name}.`;
}

/** `app-policy remove`: whoever has the application by no other one falls out of its scope. */
export async function removeAppPolicyCommand(context: Context): Promise<string> {
  const { positionals, database } = context;
  const which = theOne(positionals, 'Say which: rollcall app-policy remove POLICY');
  const policy = await thePolicy(context, which);
  const change = changeOf(policy);
  const removed = await confirmed(context, (confirm) =>
    removeAppPolicy(database.pool, { ...change, confirm }, policy),
  );
  const effect = effectWords(effectOr(removed));
  return `${policy.name} is removed: ${policy.group ?? 'its group'} has ${policy.application} no longer by it.\n${effect}`;
}

/** The policy of this name or id. Throws `UsageError`. */
async function thePolicy(
  { database, options }: Context,
  which: string,
): Promise<NamedAppPolicy & { readonly tenantId: string }> {
  const { tenantId } = await theTenant(database, options);
  const all = await appPoliciesOf(database.pool, tenantId);
  const [found, ...others] = all.filter(({ id, name }) => id === which || name === which);
  if (found === undefined)
    throw new UsageError(`There is no App Login Policy ${which}: see rollcall app-policy list.`);
  if (others.length > 0)
    throw new UsageError(
      `Several App Login Policies are called ${which}: name one by its id (rollcall app-policy list).`,
    );
  return { ...found, tenantId };
}

interface Of {
  readonly tenantId: string;
  readonly destinationId: string;
}

const changeOf = ({ tenantId, destinationId }: Of) => ({
  ...{ tenantId, destinationId, actor, requestId: uuidv7(), confirm: null },
});
