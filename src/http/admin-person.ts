/** One person in the admin API: what is known of them, where they stand and why, and having them looked at again. */
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { type Standing, standingsOf } from '../provisioning/explain.ts';
import { holdingsOf } from '../provisioning/holdings.ts';
import { destinationsOf } from '../store/destinations.ts';
import { listRights } from '../store/ledger.ts';
import { findPerson, lookAgainAt, type Person } from '../store/person.ts';
import { groupsOf } from '../store/resources.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound } from './problem.ts';
import { baseUrlOf } from './scim-request.ts';

/** More rights than anybody has; the list of rights has the rest. */
const mostRights = 200;

interface PersonParams extends TenantParams {
  readonly personId: string;
}

/** Adds the routes; to be registered under a tenant's people. */
export async function personRoutes(
  app: FastifyInstance,
  { world, connect, publicUrl }: Pick<AdminApiOptions, 'world' | 'connect' | 'publicUrl'>,
): Promise<void> {
  const { pool, now, wake } = world;

  app.get<{ Params: PersonParams }>('/:personId', async ({ params }) => {
    const person = await personOf(params);
    const { tenantId } = params;
    const filter = { attention: false, people: [person.id], order: null };
    const [standings, rights, groups] = await Promise.all([
      standingsOf({ pool, now, connect }, tenantId, person.id),
      listRights(pool, tenantId, filter, { limit: mostRights, before: null }),
      groupsOfPerson(tenantId, person),
    ]);
    return { ...person, groups, destinations: standings.map(standingView), grants: rights };
  });

  app.post<{ Params: PersonParams }>('/:personId/sync', async ({ params, actor, id }, reply) => {
    const person = await personOf(params);
    const { tenantId } = params;
    const by = { activityId: uuidv7(), actor, requestId: id };
    const looked = await lookAgainAt(pool, tenantId, person.id, by);
    const destinations = (await destinationsOf(pool, tenantId)).filter(({ id: destinationId }) =>
      looked.includes(destinationId),
    );
    wake(tenantId, looked);
    return reply.code(202).send({
      destinations: destinations.map(({ id: destinationId, name, state }) => ({
        ...{ destinationId, name, state },
      })),
    });
  });

  async function personOf(params: PersonParams): Promise<Person> {
    const { tenantId } = await tenantOf(pool, params);
    const known = z.uuid().safeParse(params.personId).success;
    const person = known ? await findPerson(pool, tenantId, params.personId) : null;
    if (person === null) throw notFound(`There is no person ${params.personId} of this tenant.`);
    return person;
  }

  async function groupsOfPerson(tenantId: string, { id, source, deletedAt }: Person) {
    if (source === null || deletedAt !== null) return [];
    const owner = { tenantId, sourceId: source.id };
    const groups = await groupsOf(pool, owner, [id], baseUrlOf(publicUrl, source.id));
    return (groups.get(id) ?? []).map(({ value, display, type }) => ({ id: value, display, type }));
  }
}

/** How somebody stands at a destination. */
function standingView(standing: Standing) {
  const { destination, connected, link, history, steps } = standing;
  const { remoteId } = link;
  const target = 'fault' in connected ? null : connected.target;
  return {
    destinationId: destination.id,
    destinationName: destination.name,
    connector: destination.connector,
    destinationState: destination.state,
    destinationReason: destination.reason,
    linkId: link.id,
    state: history.state,
    reason: link.reason,
    outcome: link.outcome,
    attempts: link.attempts,
    wanted: link.wanted,
    done: history.done,
    requestedAt: link.requestedAt,
    // When it is looked at next, where something waits.
    nextAt: history.due ? history.notBefore : null,
    lastSuccessAt: history.appliedAt,
    remoteId,
    remoteUrl: remoteId === null ? null : (target?.accountUrl?.(remoteId) ?? null),
    email: link.email,
    attributes: link.applied,
    memberships: holdingsOf(standing),
    guard:
      link.leave === null
        ? null
        : { mark: link.leave, since: history.leaveAt, memberships: link.withheld },
    candidates: history.candidates,
    leftAlone: link.leftAlone,
    leavingSince: link.leavingSince,
    leftAt: link.leftAt,
    steps,
  };
}
