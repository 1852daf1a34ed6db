/** The first page of the admin: how far setting up is, how destinations stand, growth, and what waits. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { connectors } from '../connectors/index.ts';
import type { Connector } from '../provisioning/connector.ts';
import { type DestinationStatus, tenantStatus } from '../provisioning/destination-status.ts';
import { guardFacts } from '../store/guard-decisions.ts';
import { daysOf, deadLetters, setUpOf } from '../store/overview.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { attentionOf } from './admin-attention.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { tenantView } from './admin-views.ts';
import { Problem } from './problem.ts';

const shownDays = 30;

const zone = 'must be a time zone like Europe/Berlin';

/** In whose days is counted. */
export const overviewInput = z.strictObject({
  zone: z.string(zone).max(64, zone).refine(isZone, { error: zone }).default('UTC'),
});

/** Names only: offsets mean one thing to JavaScript and the opposite to PostgreSQL. */
function isZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** One that the database has not heard of. */
function unknownZone(error: unknown): never {
  const unknown = error instanceof Error && 'code' in error && error.code === invalidParameter;
  if (!unknown) throw error;
  throw new Problem('invalid-input', `zone ${zone}.`, [{ field: 'zone', detail: zone }]);
}

/** SQLSTATE of a parameter with a value that is not known. */
const invalidParameter = '22023';

const named = (is: (connector: Connector) => boolean): readonly string[] =>
  Object.values<Connector>(connectors)
    .filter(is)
    .map(({ name }) => name);

const known = {
  shops: named(({ sells }) => sells === true),
  schools: named(({ accounts }) => accounts === 'members'),
};

/** Adds the route; to be registered under a tenant. */
export async function overviewRoutes(
  app: FastifyInstance,
  { world: { pool, now } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/overview', async ({ params, query }) => {
    const { zone } = readInput(overviewInput, query);
    const tenant = await tenantOf(pool, params);
    const { tenantId } = tenant;
    const [checklist, status, days, dead] = await Promise.all([
      setUpOf(pool, tenantId, known),
      tenantStatus(pool, tenantId, now()),
      daysOf(pool, tenantId, { zone, now: now(), count: shownDays }).catch(unknownZone),
      deadLetters(pool, tenantId),
    ]);
    const guards = await Promise.all(status.destinations.map((key) => guardFacts(pool, key)));
    return {
      tenant: tenantView(tenant),
      checklist,
      destinations: status.destinations.map(healthView),
      days,
      attention: attentionOf({ ...status, guards, dead }),
    };
  });
}

/** How a destination does, in a line. */
function healthView(status: DestinationStatus) {
  const { destinationId: id, name, connector, state, reason, pausedUntil, lastSuccessAt } = status;
  const { dueNow, later, leavers, exact } = status.backlog;
  const { ordinary, leavers: oldestLeaver } = status.oldestWaiting;
  const waiting = [ordinary, oldestLeaver].flatMap((one) => one?.ms ?? []);
  return {
    ...{ id, name, connector, state, reason, pausedUntil, lastSuccessAt },
    backlog: { count: dueNow + later, leavers, exact },
    oldestWaitingMs: waiting.length === 0 ? null : Math.max(...waiting),
    allowanceUsed: status.allowance?.lastHour.share ?? null,
  };
}
