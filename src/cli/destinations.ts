/** Destinations on the command line. */
import { switchTo } from '../directory/destination-changes.ts';
import { destinationsOf } from '../store/destinations.ts';
import { allTenants } from '../store/tenants.ts';
import { type Context, theDestination } from './context.ts';

/** `destination list`. */
export async function listDestinations({ database: { pool } }: Context): Promise<string> {
  const tenants = await allTenants(pool);
  const all = await Promise.all(tenants.map(({ tenantId }) => destinationsOf(pool, tenantId)));
  const lines = all
    .flat()
    .map(
      ({ id, name, state, reason }) =>
        `${id}  ${name}  ${state}${reason === null ? '' : `: ${reason}`}`,
    );
  return lines.length === 0 ? 'No destinations yet: rollcall tenant create' : lines.join('\n');
}

/** `destination activate` and `destination pause`. */
export async function switchDestination(
  context: Context,
  state: 'active' | 'paused',
): Promise<string> {
  const destination = await theDestination(context);
  await switchTo(context.database.pool, { destination, actor: 'cli', requestId: null }, state);
  return state === 'active'
    ? `${destination.name} is worked on: everybody is looked at.`
    : `${destination.name} is paused: what waits is kept until it is activated.`;
}
