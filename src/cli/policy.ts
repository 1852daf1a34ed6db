/** Policies on the command line: shown, and changed with a look at whom that touches. */
import { connectorNamed } from '../connectors/index.ts';
import { changePolicy } from '../directory/destination-changes.ts';
import type { PolicyEffect } from '../provisioning/policy-effect.ts';
import type { StoredDestination } from '../store/destinations.ts';
import { type Context, theDestination, UsageError } from './context.ts';
import { readJson } from './files.ts';

/** `policy show`. */
export async function showPolicy(context: Context): Promise<string> {
  return JSON.stringify((await theDestination(context)).policy, null, 2);
}

/** `policy set`. */
export async function setPolicy(context: Context): Promise<string> {
  const [file] = context.positionals;
  if (file === undefined)
    throw new UsageError(
      'Say which file: rollcall policy set policy.json (begin with rollcall policy show).',
    );
  const destination = await theDestination(context);
  const policy = await readJson(file);
  const first = await change(context, destination, policy, null);
  const changed =
    first.kind === 'many' && context.options.yes === true
      ? await change(context, destination, policy, first.confirm)
      : first;
  switch (changed.kind) {
    case 'faulty':
      throw new UsageError(`Nothing was changed.\n${changed.faults.join('\n')}`);
    case 'assigned-otherwise':
      throw new UsageError(
        'Nothing was changed: who has this application is decided by its App Login Policies, and the groups of the file are not theirs. Begin again with rollcall policy show, and leave its groups as they are.',
      );
    case 'many':
      throw new UsageError(
        `${effectWords(changed.effect)}\nNothing was changed. Look with rollcall preview --policy ${file}; to go on, repeat with --yes.`,
      );
    case 'changed':
      return `${effectWords(changed.effect)}\nThe policy is in force.`;
  }
}

async function change(
  { database: { pool } }: Context,
  destination: StoredDestination,
  policy: unknown,
  confirm: string | null,
) {
  const connector = connectorNamed(destination.connector);
  if (connector === null) throw new UsageError(`There is no connector ${destination.connector}.`);
  return changePolicy(
    pool,
    { destination, connector, actor: 'cli', requestId: null },
    policy,
    confirm,
  );
}

function effectWords({ accounts, rewrite, leave, arrive }: PolicyEffect): string {
  return `Of ${accounts} accounts ${rewrite} are rewritten, ${leave} people leave, ${arrive} arrive.`;
}
