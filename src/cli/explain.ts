/** One person, explained. */
import { type Explanation, explain } from '../provisioning/explain.ts';
import { allTenants } from '../store/tenants.ts';
import { connections } from './connections.ts';
import { type Context, theDestination, UsageError } from './context.ts';

/** `explain`. */
export async function explainCommand(context: Context): Promise<string> {
  const { database, options, positionals } = context;
  const [person, ...others] = positionals;
  if (person === undefined || others.length > 0)
    throw new UsageError('Say who: rollcall explain ada@example.com');
  await using to = await connections(context);
  const { pool } = database;
  const tenants = (await allTenants(pool)).filter(
    ({ tenantId }) => options.tenant === undefined || tenantId === options.tenant,
  );
  const destinationId =
    options.destination === undefined ? null : (await theDestination(context)).id;
  const world = { pool, now: Date.now, connect: to.connect };
  const found = await Promise.all(
    tenants.map(({ tenantId }) => explain(world, { tenantId, person, destinationId })),
  );
  const explanations = found.flat();
  if (options.json === true) return JSON.stringify({ explanations }, null, 2);
  if (explanations.length === 0)
    throw new UsageError(
      `Nobody called ${person} is known: give the userName, the e-mail address or the SCIM id.`,
    );
  return explanations.map(explanationText).join('\n\n');
}

function explanationText(explanation: Explanation): string {
  const { person, destinationName, destinationId, destinationState, steps } = explanation;
  return [
    `${person} at ${destinationName} (${destinationId}, ${destinationState})`,
    ...steps.map(({ name, words }) => `  ${name.padEnd(8)} ${words}`),
  ].join('\n');
}
