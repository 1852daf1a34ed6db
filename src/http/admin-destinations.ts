/** Destinations in the admin API: how they are set up, whether they are worked on, and their policies. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { connectorNamed, connectors } from '../connectors/index.ts';
import { changePolicy, type PolicyChanged, switchTo } from '../directory/destination-changes.ts';
import { type DestinationRemoved, remove, rename, restart } from '../directory/destination-life.ts';
import {
  addDestination,
  changeSettings,
  type DestinationSaved,
} from '../directory/destinations.ts';
import type { Connector } from '../provisioning/connector.ts';
import { testDestination } from '../provisioning/destination-test.ts';
import { destinationsOf, type StoredDestination } from '../store/destinations.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { aName, readInput } from './admin-input.ts';
import {
  type DestinationParams,
  destinationOf,
  type TenantParams,
  tenantOf,
} from './admin-scope.ts';
import { Problem } from './problem.ts';

const testMs = 20_000;

/** A policy to be put in force. */
export const policyInput = z.strictObject({
  policy: z.record(z.string(), z.unknown(), 'must be the whole policy, as it was read'),
  confirm: z.string('must be what the answer before gave').nullable().default(null),
});

const settings = z.record(z.string(), z.unknown(), 'must be an object of settings');

const why = 'must say why, in at most 500 characters';

/** Why a destination is paused, activated or looked at again; it may be left out. */
export const switchInput = z.strictObject({
  reason: z.string(why).trim().min(1, why).max(500, why).nullable().default(null),
});

/** Another name for a destination. */
export const destinationNameInput = z.strictObject({ name: aName });

/** What becomes of accounts where a destination is removed. */
export const destinationRemovalInput = z.strictObject({
  accounts: z.literal('keep', 'must be "keep", or left out').optional(),
});

/** A destination to be added. */
export const destinationInput = z.strictObject({
  connector: z
    .string('must be the name of a connector')
    .refine((name) => connectorNamed(name) !== null, {
      error: `must be one of ${Object.keys(connectors).join(', ')}`,
    }),
  name: aName,
  settings,
  state: z.enum(['active', 'paused'], 'must be "active" or "paused"').default('paused'),
  scope: z
    .enum(['everybody', 'policies'], 'must be "everybody" or "policies" (App Login Policies)')
    .default('everybody'),
});

/** Other settings. */
export const settingsInput = z.strictObject({ settings });

/** The kinds of destination there are; to be registered at the root. */
export async function connectorRoutes(app: FastifyInstance): Promise<void> {
  app.get('/connectors', async () => allConnectors());
}

const allConnectors = () => ({ connectors: Object.values(connectors).map(connectorView) });

function connectorView(connector: Connector) {
  const { name, title, fields, mapping, match, accounts, membershipHelp } = connector;
  const { dates, sells, groups, lists } = connector;
  return {
    ...{ name, title, fields, match, membershipHelp: membershipHelp ?? null },
    attributes: mapping.map(({ to }) => to),
    accounts: accounts ?? 'everybody',
    ...{
      dates: dates ?? false,
      sells: sells ?? false,
      groups: groups !== undefined,
      lists: lists ?? false,
    },
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

  // The same for a shop's staff, who ask about their own tenant only.
  app.get<{ Params: TenantParams }>('/connectors', async ({ params }) => {
    await tenantOf(pool, params);
    return allConnectors();
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
      const { reason } = readInput(switchInput, request.body ?? {});
      const destination = await destinationOf(pool, request.params);
      const by = { actor: request.actor, requestId: request.id };
      await switchTo(pool, { destination, ...by }, state, reason);
      return destinationView(await destinationOf(pool, request.params));
    });
  }

  app.post<Of>('/restart', async (request) => {
    const { reason } = readInput(switchInput, request.body ?? {});
    await restart(pool, await changeOf(request), reason);
    return destinationView(await destinationOf(pool, request.params));
  });

  app.patch<Of>('/', async (request) => {
    const { name } = readInput(destinationNameInput, request.body);
    await rename(pool, await changeOf(request), name);
    return destinationView(await destinationOf(pool, request.params));
  });

  app.delete<Of>('/', async (request, reply) => {
    const { accounts = 'none' } = readInput(destinationRemovalInput, request.query);
    const removed = await remove(pool, await changeOf(request), accounts);
    if (removed.kind !== 'removed') throw notRemoved(removed);
    return reply.code(204).send();
  });

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
    const { fault, ...tested } = await testDestination(
      { db: pool, connect },
      destination,
      AbortSignal.timeout(testMs),
    );
    if (fault !== null) {
      const { checks, traits } = tested;
      throw new Problem('destination-failed', fault.message, [], { checks, traits });
    }
    return { ok: true, ...tested };
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
    case 'assigned-otherwise':
      throw new Problem(
        'assigned-otherwise',
        'Who has this application is decided by its App Login Policies, and these say otherwise. Nothing was changed. Load the page again; to change who has it, change its policies.',
      );
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
export function destinationView({
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

/** Why a destination was not removed. */
export function notRemoved(
  why: Exclude<DestinationRemoved, { readonly kind: 'removed' }>,
): Problem {
  switch (why.kind) {
    case 'shop':
      return new Problem(
        'destination-in-use',
        'The shop is what this tenant is about: pause it, or uninstall the app in Shopify.',
      );
    case 'offers': {
      const { offers } = why;
      const detail = `Offers give something here: ${offers.join(', ')}. Withdraw them, or have them give something else.`;
      return new Problem('destination-in-use', detail, [], { offers });
    }
    case 'accounts': {
      const { accounts } = why;
      const detail = `${accounts} people have an account here. Removing the destination leaves these as they are, with what was granted there, and Rollcall no longer knows of them: send accounts=keep to have it so. Who should lose access is to leave first. Nothing was changed.`;
      return new Problem('destination-in-use', detail, [], { accounts });
    }
  }
}
