/** Destinations in the admin API: how they are set up, whether they are worked on, and their policies. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { connectorNamed } from '../connectors/index.ts';
import { changePolicy, type PolicyChanged, switchTo } from '../directory/destination-changes.ts';
import { classify } from '../provisioning/failure.ts';
import { lookOnly } from '../provisioning/look-only.ts';
import { destinationsOf, type StoredDestination } from '../store/destinations.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import {
  actor,
  type DestinationParams,
  destinationOf,
  type TenantParams,
  tenantOf,
} from './admin-scope.ts';
import { Problem } from './problem.ts';

const testMs = 20_000;

/** Somebody no destination knows: to be allowed to look for them is what is tested. */
const nobody = { key: '', email: 'nobody@rollcall.invalid' };

const policyInput = z.strictObject({
  policy: z.record(z.string(), z.unknown(), 'must be the whole policy, as it was read'),
  confirm: z.string('must be what the answer before gave').nullable().default(null),
});

/** The list; to be registered under a tenant. */
export async function destinationListRoutes(
  app: FastifyInstance,
  { world: { pool } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/destinations', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return { destinations: (await destinationsOf(pool, tenantId)).map(destinationView) };
  });
}

type Of = { Params: DestinationParams };

/** One destination; to be registered under it. */
export async function destinationRoutes(
  app: FastifyInstance,
  { world: { pool }, connect }: Pick<AdminApiOptions, 'world' | 'connect'>,
): Promise<void> {
  app.get<Of>('/', async ({ params }) => destinationView(await destinationOf(pool, params)));

  for (const [path, state] of [
    ['/activate', 'active'],
    ['/pause', 'paused'],
  ] as const) {
    app.post<Of>(path, async (request) => {
      const destination = await destinationOf(pool, request.params);
      await switchTo(pool, { destination, actor, requestId: request.id }, state);
      return destinationView(await destinationOf(pool, request.params));
    });
  }

  app.put<Of>('/policy', async (request) => {
    const { policy, confirm } = readInput(policyInput, request.body);
    const changed = await changePolicy(pool, await changeOf(request), policy, confirm);
    return answerOf(changed);
  });

  app.post<Of>('/test', async ({ params }) => {
    const destination = await destinationOf(pool, params);
    try {
      const { target } = connect(destination);
      await target.find(nobody, ['email'], lookOnly(AbortSignal.timeout(testMs), 'somebody waits'));
      return { ok: true };
    } catch (error) {
      throw new Problem('destination-failed', classify(error).message);
    }
  });

  async function changeOf(request: FastifyRequest<Of>) {
    const destination = await destinationOf(pool, request.params);
    const connector = connectorNamed(destination.connector);
    if (connector === null)
      throw new Problem('bad-request', `There is no connector ${destination.connector} any more.`);
    return { destination, connector, actor, requestId: request.id };
  }
}

function answerOf(changed: PolicyChanged) {
  switch (changed.kind) {
    case 'changed':
      return { effect: changed.effect };
    case 'faulty': {
      const faults = changed.faults.map((detail) => ({ field: 'policy', detail }));
      throw new Problem('invalid-input', changed.faults.join(' '), faults);
    }
    case 'many': {
      const { effect, confirm } = changed;
      throw new Problem('would-change-many', manyWords(effect), [], { effect, confirm });
    }
  }
}

/** What a policy that needs confirming would do, and how to confirm it. */
export function manyWords({
  accounts,
  rewrite,
  leave,
}: {
  readonly accounts: number;
  readonly rewrite: number;
  readonly leave: number;
}): string {
  return `Of ${accounts} accounts ${rewrite} would be rewritten and ${leave} people would leave. Nothing was changed. Look at a preview; to go on, send the same policy with the confirm of this answer.`;
}

/** A destination; of its settings nothing secret is shown. */
function destinationView({
  id,
  connector,
  name,
  settings,
  policy,
  state,
  reason,
  pausedUntil,
}: StoredDestination) {
  return { id, connector, name, settings, policy, state, reason, pausedUntil };
}
