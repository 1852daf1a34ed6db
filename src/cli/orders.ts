/** Orders on the command line: whether what was paid for has arrived, and reading them again. */
import { readInput } from '../http/admin-input.ts';
import { coverageInput } from '../http/admin-orders.ts';
import { type CoverageEvent, type CoverageLine, coverageReport } from '../storefront/coverage.ts';
import { sweepShop } from '../storefront/sweep.ts';
import { theShop, untilUnavailable } from './backfills.ts';
import { connections } from './connections.ts';
import { type Context, theTenant, type Verdict } from './context.ts';
import { dateOf } from './grants.ts';

const dayMs = 86_400_000;

/** `order coverage`: fails where something that is paid for is not there. */
export async function coverageCommand(context: Context): Promise<Verdict> {
  const { database, options } = context;
  const { tenantId } = await theTenant(database, options);
  const placed = readInput(coverageInput, {
    ...(options.since === undefined ? {} : { since: dateOf(options.since) }),
    ...(options.until === undefined ? {} : { until: dateOf(options.until) }),
  });
  await using to = await connections(context);
  const shop = await theShop(to, tenantId);
  const { signal } = new AbortController();
  const world = { pool: database.pool, now: Date.now, connect: to.connect };
  const told: string[] = [];
  let complete = false;
  await untilUnavailable(async () => {
    for await (const event of coverageReport(world, shop, { ...placed, tenantId, signal })) {
      if (event.type === 'reading') context.tell(`read ${event.orders} orders\n`);
      if (event.type === 'summary') complete = event.complete;
      told.push(...linesOf(event, options));
    }
  });
  return { text: told.join('\n'), failed: !complete };
}

function linesOf(event: CoverageEvent, { json, all }: Context['options']): readonly string[] {
  if (json === true) return event.type === 'reading' ? [] : [JSON.stringify(event)];
  switch (event.type) {
    case 'reading':
      return [];
    case 'right':
      return all === true || isOpen(event) ? [textOf(event)] : [];
    case 'summary': {
      const counts = Object.entries(event.counts).map(([state, count]) => `${count} ${state}`);
      const verdict = event.complete
        ? 'All that is paid for and due has arrived.'
        : 'Not all that is paid for and due has arrived.';
      return [`${event.orders} orders read: ${counts.join(', ')}`, verdict];
    }
  }
}

const isOpen = ({ state }: CoverageLine): boolean =>
  state === 'missing' || state === 'held' || state === 'on its way';

function textOf(line: CoverageLine): string {
  const { order, learner, membership, destination, state, right, link, reason } = line;
  const because = reason === null ? '' : `: ${reason}`;
  const who = `${order}  ${line.line}  ${learner ?? 'nobody'}  ${membership} at ${destination}`;
  return `${who}  ${state} (right ${right}, account ${link})${because}`;
}

/** `order sweep`: what a webhook that never came would have told. */
export async function sweepCommand(context: Context): Promise<string> {
  const { database, options } = context;
  const { tenantId } = await theTenant(database, options);
  const given = options.since;
  const since = given === undefined ? new Date(Date.now() - dayMs) : new Date(dateOf(given));
  await using to = await connections(context);
  const shop = await theShop(to, tenantId);
  const { signal } = new AbortController();
  const world = { pool: database.pool, now: Date.now, wake: () => undefined, shopOf: to.shopOf };
  const { orders, unwritable } = await untilUnavailable(() =>
    sweepShop(world, { tenantId, shop, since, signal }),
  );
  return [
    `${orders} orders that changed since ${since.toISOString()} were read again; the others were known.`,
    ...unwritable.map(
      ({ orderId, error }) => `${orderId} cannot be written down: ${String(error)}`,
    ),
  ].join('\n');
}
