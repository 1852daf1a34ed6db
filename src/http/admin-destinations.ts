/** Destinations in the admin API: how they are set up, whether they are worked on, and their policies. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { connectorNamed, connectors } from '../connectors/index.ts';
import { changePolicy, type PolicyChanged, switchTo } from '../directory/destination-changes.ts';
import {
  addDestination,
  changeSettings,
  type DestinationSaved,
} from '../directory/destinations.ts';
import type { Connector } from '../provisioning/connector.ts';
import { testDestination } from '../provisioning/destination-test.ts';
import { classify } from '../provisioning/failure.ts';
import { storable } from '../scim/json.ts';
import { destinationsOf, type StoredDestination } from '../store/destinations.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import {
  type DestinationParams,
  destinationOf,
  type TenantParams,
  tenantOf,
} from './admin-scope.ts';
import { Problem } from './problem.ts';

const testMs = 20_000;

const policyInput = z.strictObject({
  policy: z.record(z.string(), z.unknown(), 'must be the whole policy, as it was read'),
  confirm: z.string('must be what the answer before gave').nullable().default(null),
});

const settings = z.record(z.string(), z.unknown(), 'must be an object of settings');
const named = 'must be a name of 1 to 100 characters';

/** A destination to be added. */
export const destinationInput = z.strictObject({
  connector: z
    .string('must be the name of a connector')
    .refine((name) => connectorNamed(name) !== null, {
      error: `must be one of ${Object.keys(connectors).join(', ')}`,
    }),
  name: z.string(named).trim().min(1, named).max(100, named).transform(storable),
  settings,
  state: z.enum(['active', 'paused'], 'must be "active" or "paused"').default('paused'),
  scope: z
    .enum(['everybody', 'policies'], 'must be "everybody" or "policies" (App Login Policies)')
    .default('everybody'),
});

const settingsInput = z.strictObject({ settings });

/** The kinds of destination there are; to be registered at the root. */
export async function connectorRoutes(app: FastifyInstance): Promise<void> {
  app.get('/connectors', async () => ({
    connectors: Object.values(connectors).map(connectorView),
  }));
}

function connectorView(connector: Connector) {
  const { name, title, fields, mapping, match, accounts, dates, sells, membershipHelp } = connector;
  return {
    ...{ name, title, fields, match, membershipHelp: membershipHelp ?? null },
    attributes: mapping.map(({ to }) => to),
    accounts: accounts ?? 'everybody',
    ...{ dates: dates ?? false, sells: sells ?? false },
  };
}

/** The list; to be registered under a tenant. */
export async function destinationListRoutes(
  app: FastifyInstance,
  { world: { pool }, secrets }: Pick<AdminApiOptions, 'world' | 'secrets'>,
): Promise<void> {
  app.post<{ Params: TenantParams }>('/destinations', async (request, reply) => {
    const { connector, ...given } = readInput(destinationInput, request.body);
    const { tenantId } = await tenantOf(pool, request.params);
    const made = { tenantId, connector: namedConnector(connector), ...given };
    const by = { actor: request.actor, requestId: request.id };
    const id = savedOr(await addDestination({ pool, secrets }, { ...made, ...by }));
    const view = destinationView(await destinationOf(pool, { tenantId, destinationId: id }));
    return reply.code(201).send(view);
  });

  app.get<{ Params: TenantParams }>('/destinations', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return { destinations: (await destinationsOf(pool, tenantId)).map(destinationView) };
  });
}

type Of = { Params: DestinationParams };

/** One destination; to be registered under it. */
export async function destinationRoutes(
  app: FastifyInstance,
  { world: { pool }, connect, secrets }: Pick<AdminApiOptions, 'world' | 'connect' | 'secrets'>,
): Promise<void> {
  app.get<Of>('/', async ({ params }) => destinationView(await destinationOf(pool, params)));

  for (const [path, state] of [
    ['/activate', 'active'],
    ['/pause', 'paused'],
  ] as const) {
    app.post<Of>(path, async (request) => {
      const destination = await destinationOf(pool, request.params);
      await switchTo(pool, { destination, actor: request.actor, requestId: request.id }, state);
      return destinationView(await destinationOf(pool, request.params));
    });
  }

  app.put<Of>('/policy', async (request) => {
    const { policy, confirm } = readInput(policyInput, request.body);
    const changed = await changePolicy(pool, await changeOf(request), policy, confirm);
    return answerOf(changed);
  });

  app.put<Of>('/settings', async (request) => {
    const { settings } = readInput(settingsInput, request.body);
    savedOr(await changeSettings({ pool, secrets }, await changeOf(request), settings));
    return destinationView(await destinationOf(pool, request.params));
  });

  app.post<Of>('/test', async ({ params }) => {
    const destination = await destinationOf(pool, params);
    try {
      const signal = AbortSignal.timeout(testMs);
      return { ok: true, ...(await testDestination(connect, destination, signal)) };
    } catch (error) {
      throw new Problem('destination-failed', classify(error).message);
    }
  });

  async function changeOf(request: FastifyRequest<Of>) {
    const destination = await destinationOf(pool, request.params);
    const connector = namedConnector(destination.connector);
    return { destination, connector, actor: request.actor, requestId: request.id };
  }
}

/** The connector of a destination. Throws `Problem`. */
export function namedConnector(name: string): Connector {
  const connector = connectorNamed(name);
  if (connector === null)
    throw new Problem('bad-request', `There is no connector ${name} any more.`);
  return connector;
}

/** The id of what was saved. Throws `Problem` with all that is wrong with the settings. */
export function savedOr(saved: DestinationSaved): string {
  if (saved.kind === 'saved') return saved.destinationId;
  const faults = saved.faults.map(({ setting, detail }) => ({
    field: setting === 'connector' ? setting : `settings.${setting}`,
    detail,
  }));
  const sentences = saved.faults.map(
    ({ setting, detail }) => `${setting} ${detail.replace(/\.$/, '')}.`,
  );
  throw new Problem('invalid-input', sentences.join(' '), faults);
}

/** What a change of policy came to. Throws `Problem` where it did not. */
export function answerOf(changed: PolicyChanged) {
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
