/** Policies on the command line: shown, and changed with a look at whom that touches. */
import { connectorNamed } from '../connectors/index.ts';
import type { AppPolicyAdded } from '../directory/app-policies.ts';
import { changePolicy, type PolicyChanged } from '../directory/destination-changes.ts';
import type { Json, JsonObject } from '../model.ts';
import type { PolicyEffect } from '../provisioning/policy-effect.ts';
import { isObject } from '../scim/json.ts';
import { type Context, theDestination, UsageError } from './context.ts';
import { theOne } from './directory.ts';
import { readJson } from './files.ts';

/** `policy show`. */
export async function showPolicy(context: Context): Promise<string> {
  return JSON.stringify((await theDestination(context)).policy, null, 2);
}

/** `policy set`: another one from a file, or some of it by name. */
export async function setPolicy(context: Context): Promise<string> {
  const { positionals, database } = context;
  const [file] = positionals;
  if (file === undefined)
    throw new UsageError(
      'Say which file, or what: rollcall policy set policy.json, or rollcall policy set writes.create=false leave=delete (begin with rollcall policy show).',
    );
  const destination = await theDestination(context);
  const connector = connectorNamed(destination.connector);
  if (connector === null) throw new UsageError(`There is no connector ${destination.connector}.`);
  const named = positionals.every((text) => assignment.test(text));
  const policy = named
    ? positionals.reduce(assigned, destination.policy)
    : await readJson(
        theOne(positionals, 'policy set takes one file, or settings like leave=delete.'),
      );
  const change = { destination, connector, actor: 'cli', requestId: null };
  const changed = await confirmed(context, (confirm) =>
    changePolicy(database.pool, change, policy, confirm),
  );
  const look = named ? '' : ` Look with rollcall preview --policy ${file};`;
  return `${effectWords(effectOr(changed, look))}\nThe policy is in force.`;
}

const assignment = /^([a-z]+(?:\.[a-z]+)*)=(.*)$/is;

/** A policy with one setting otherwise: the value as JSON, or a text. */
function assigned(policy: JsonObject, text: string): JsonObject {
  const [, path = '', value = ''] = assignment.exec(text) ?? [];
  return withValue(policy, path.split('.'), jsonOr(value));
}

function withValue(
  object: JsonObject,
  [name = '', ...inner]: readonly string[],
  value: Json,
): JsonObject {
  const held = object[name];
  return inner.length === 0
    ? { ...object, [name]: value }
    : { ...object, [name]: withValue(isObject(held) ? held : {}, inner, value) };
}

function jsonOr(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Carries a change out; one that touches many is confirmed where somebody said so. */
export async function confirmed<Ended extends PolicyChanged | AppPolicyAdded>(
  { options }: Context,
  change: (confirm: string | null) => Promise<Ended>,
): Promise<Ended> {
  const first = await change(null);
  return first.kind === 'many' && options.yes === true ? change(first.confirm) : first;
}

/** What a change of policy touched. Throws `UsageError` where nothing was changed; `look` says how it is looked at. */
export function effectOr(changed: PolicyChanged, look = ''): PolicyEffect {
  switch (changed.kind) {
    case 'faulty':
      throw new UsageError(`Nothing was changed.\n${changed.faults.join('\n')}`);
    case 'assigned-otherwise':
      throw new UsageError(
        'Nothing was changed: who has this application is decided by its App Login Policies, and these say otherwise (rollcall app-policy list). Begin again with rollcall policy show, and leave its groups as they are.',
      );
    case 'many':
      throw new UsageError(
        `${effectWords(changed.effect)}\nNothing was changed.${look} To go on, repeat with --yes.`,
      );
    case 'changed':
      return changed.effect;
  }
}

/** The same in a sentence. */
export function effectWords({ accounts, rewrite, leave, arrive, groups }: PolicyEffect): string {
  const people = `Of ${accounts} accounts ${rewrite} are rewritten, ${leave} people leave, ${arrive} arrive.`;
  return groups.rewrite + groups.delete === 0
    ? people
    : `${people} Of the groups there ${groups.rewrite} are rewritten, ${groups.delete} deleted.`;
}
