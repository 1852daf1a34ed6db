/** App Login Policies in the admin API: which group has which application. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addAppPolicy, removeAppPolicy, renamePolicy } from '../directory/app-policies.ts';
import { appPoliciesOf } from '../store/app-policies.ts';
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
    const { confirm, destinationId, ...given } = readInput(appPolicyInput, request.body);
    const change = { ...(await changeOf(request, destinationId)), confirm };
    const added = await addAppPolicy(pool, change, { ...given, createdAt: new Date(now()) });
    switch (added.kind) {
      case 'no-group':
        throw notFound(`There is no group ${given.groupId} in the directory.`);
      case 'exists':
        throw new Problem(
          'policy-exists',
          `The policy “${added.name}” assigns this group to it already.`,
        );
      case 'changed':
        return reply.code(201).send({ id: added.id, ...answerOf(added) });
      default:
        return answerOf(added);
    }
  });

  app.patch<Of>('/:policyId', async (request) => {
    const policy = await policyOf(request.params);
    const { name } = readInput(appPolicyNameInput, request.body);
    await renamePolicy(pool, await changeOf(request, policy.destinationId), policy, name);
    return policyOf(request.params);
  });

  app.delete<Of>('/:policyId', async (request) => {
    const { confirm } = readInput(appPolicyRemovalInput, request.query);
    const policy = await policyOf(request.params);
    const change = { ...(await changeOf(request, policy.destinationId)), confirm };
    return answerOf(await removeAppPolicy(pool, change, policy));
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
}
