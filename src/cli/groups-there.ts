/** The groups that are made at a destination, on the command line. */
import { type GroupStanding, groupStandings } from '../store/group-standings.ts';
import { type Context, theDestination } from './context.ts';

const most = 10_000;

/** `destination groups`: those that do not get on first, with the reason. */
export async function listGroupsThere(context: Context): Promise<string> {
  const { tenantId, id: destinationId, name } = await theDestination(context);
  const { pool } = context.database;
  const standings = await groupStandings(pool, { tenantId, destinationId }, most);
  if (context.options.json === true) return JSON.stringify(standings, null, 2);
  const { groups, total } = standings;
  if (total === 0) return `No groups are made at ${name}.`;
  const rest = total > groups.length ? [`and ${total - groups.length} more`] : [];
  return [...groups.map(lineOf), ...rest].join('\n');
}

function lineOf(group: GroupStanding): string {
  const because = group.reason === null ? '' : `: ${group.reason}`;
  return `${group.id}  ${stateOf(group).padEnd(9)}  ${group.name}${because}`;
}

function stateOf({ outcome, waiting, membership }: GroupStanding): string {
  if (outcome === 'held') return 'on hold';
  if (outcome === 'rejected') return 'refused';
  if (outcome === 'failed') return 'tried again';
  return waiting || membership === null ? 'waiting' : 'there';
}
