/** One person provisioned at once, on the operator's word. */
import { v7 as uuidv7 } from 'uuid';
import { thePerson } from '../courses/decisions.ts';
import { destinationsOf } from '../store/destinations.ts';
import { lookAgainAt } from '../store/person.ts';
import { type Context, theTenant } from './context.ts';
import { actor, theOne } from './directory.ts';

/** `sync`. */
export async function syncCommand({ database, options, positionals }: Context): Promise<string> {
  const { pool } = database;
  const who = theOne(positionals, 'Say who: rollcall sync ada@example.com');
  const { tenantId } = await theTenant(database, options);
  const id = await thePerson({ pool }, tenantId, who);
  const by = { activityId: uuidv7(), actor, requestId: uuidv7() };
  const looked = await lookAgainAt(pool, tenantId, id, by);
  if (looked.length === 0) return `${who} is in the scope of no destination.`;
  const destinations = (await destinationsOf(pool, tenantId)).filter(({ id }) =>
    looked.includes(id),
  );
  return [
    `${who} is looked at again on both sides:`,
    ...destinations.map(
      ({ name, state }) => `  ${name}${state === 'active' ? '' : `, once it is active (${state})`}`,
    ),
    `What comes of it: rollcall explain ${who}`,
  ].join('\n');
}
