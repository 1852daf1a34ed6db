/** Webhooks that came in, for the operator: what became of them, and having them worked off again. */
import {
  type Delivery,
  type DeliveryFilter,
  type DeliveryState,
  listDeliveries,
  replayDeliveries,
  replayDelivery,
} from '../store/inbox.ts';
import { allTenants } from '../store/tenants.ts';
import { type Context, type Options, UsageError } from './context.ts';

const mostListed = 50;
const states: readonly DeliveryState[] = ['waiting', 'done', 'ignored', 'dead'];

/** `inbox list`. */
export async function listInbox({ database: { pool }, options }: Context): Promise<string> {
  const filter = filterOf(options);
  const blocks: string[] = [];
  for (const { tenantId, name } of await allTenants(pool)) {
    const page = { limit: mostListed, before: null };
    const deliveries = await listDeliveries(pool, tenantId, filter, page);
    if (deliveries.length > 0)
      blocks.push([`${name} (${tenantId})`, ...deliveries.map(lineOf)].join('\n'));
  }
  return blocks.length === 0 ? 'No webhooks came in that fit.' : blocks.join('\n\n');
}

/** `inbox replay ID`, or those of a state or topic. */
export async function replayInbox(context: Context): Promise<string> {
  const { pool } = context.database;
  const [id] = context.positionals;
  const filter = filterOf(context.options);
  if (id === undefined && filter.state === null && filter.topic === null)
    throw new UsageError(
      'Say which webhooks: an id of rollcall inbox list, --state dead, or --topic TOPIC.',
    );
  if (id !== undefined && !/^[0-9a-f-]{36}$/i.test(id))
    throw new UsageError(`${id} is no id of rollcall inbox list.`);
  let replayed = 0;
  for (const { tenantId } of await allTenants(pool)) {
    if (id === undefined) replayed += await replayDeliveries(pool, tenantId, filter);
    else if (await replayDelivery(pool, tenantId, id)) replayed += 1;
  }
  if (id !== undefined && replayed === 0)
    throw new UsageError(`There is no webhook ${id}: see rollcall inbox list.`);
  return `${replayed} ${replayed === 1 ? 'webhook is' : 'webhooks are'} worked off again.`;
}

function filterOf({ state, topic }: Options): DeliveryFilter {
  const known = states.find((one) => one === state);
  if (state !== undefined && known === undefined)
    throw new UsageError(`--state must be one of ${states.join(', ')}.`);
  return { state: known ?? null, topic: topic ?? null };
}

function lineOf({ id, receivedAt, topic, state, attempts, error }: Delivery): string {
  const cause = error === null ? '' : `  ${error} (tried ${attempts} times)`;
  return `  ${id}  ${receivedAt.toISOString()}  ${state.padEnd(7)}  ${topic}${cause}`;
}
