/** App Login Policies in the admin API: which group has which application. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addAppPolicy, removeAppPolicy } from '../directory/app-policies.ts';
import { newTokenId } from '../directory/ids.ts';
import { localSource } from '../directory/local.ts';
import { appPoliciesOf, renameAppPolicy } from '../store/app-policies.ts';
import { findResource } from '../store/resources.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { answerOf } from './admin-destinations.ts';
import { aName, readInput } from './admin-input.ts';
import { destinationOf, type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound, Problem } from './problem.ts';

const confirm = z.string('must be what the answer before gave').nullable().default(null);

/** An App Login Policy. */
export const appPolicyInput = z.strictObject({
  name: aName,
  destinationId: z.string('must be the id of an application'),
  groupId: z.uuid('must be the id of a group of the directory'),
  loginMethod: z.enum(['password'], 'must be "password"').default('password'),
  confirm,
});

/** Another name for one. */
export const appPolicyNameInput = z.strictObject({ name: aName });

/** Whether its leavers were confirmed. */
export const appPolicyRemovalInput = z.object({ confirm });

type Of = { readonly Params: TenantParams & { readonly policyId: string } };

/** Adds the routes; to be registered under a tenant. */
export async function appPolicyRoutes(
  app: FastifyInstance,
  { world: { pool, now } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return { policies: await appPoliciesOf(pool, tenantId) };
  });

  app.post<{ Params: TenantParams }>('/', async (request, reply) => {
    const { confirm, groupId, ...given } = readInput(appPolicyInput, request.body);
    const { tenantId } = request.params;
    const change = { ...(await changeOf(request, given.destinationId)), confirm };
    const group = await groupOf(tenantId, groupId);
    const others = await appPoliciesOf(pool, tenantId);
    const same = others.find(
      (other) => other.destinationId === given.destinationId && other.groupId === groupId,
    );
    if (same !== undefined)
      throw new Problem(
        'policy-exists',
        `The policy “${same.name}” assigns this group to it already.`,
      );
    const policy = {
      ...{ ...given, id: newTokenId(), createdAt: new Date(now()) },
      ...{ groupSource: group.source, groupId, group },
    };
    const answer = answerOf(await addAppPolicy(pool, change, policy));
    return reply.code(201).send({ id: policy.id, ...answer });
  });

  app.patch<Of>('/:policyId', async ({ params, body }) => {
    const { id } = await policyOf(params);
    await renameAppPolicy(pool, params.tenantId, { id, ...readInput(appPolicyNameInput, body) });
    return policyOf(params);
  });

  app.delete<Of>('/:policyId', async (request) => {
    const { confirm } = readInput(appPolicyRemovalInput, request.query);
    const { id, destinationId } = await policyOf(request.params);
    const change = { ...(await changeOf(request, destinationId)), confirm };
    return answerOf(await removeAppPolicy(pool, change, id));
  });

  async function policyOf({ tenantId, policyId }: Of['Params']) {
    await tenantOf(pool, { tenantId });
    const found = (await appPoliciesOf(pool, tenantId)).find(({ id }) => id === policyId);
    if (found === undefined) throw notFound(`There is no App Login Policy ${policyId}.`);
    return found;
  }

  async function changeOf(
    { params, actor, id }: FastifyRequest<{ Params: TenantParams }>,
    destinationId: string,
  ) {
    await destinationOf(pool, { ...params, destinationId });
    return { tenantId: params.tenantId, destinationId, actor, requestId: id };
  }

  async function groupOf(tenantId: string, id: string) {
    const source = await localSource(pool, tenantId);
    const group = await findResource(pool, { tenantId, sourceId: source.id }, 'Group', id);
    if (group === null) throw notFound(`There is no group ${id} in the directory.`);
    return { source: source.id, id, name: String(group.data.displayName) };
  }
}
