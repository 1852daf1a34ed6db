/** Signing in, as an administrator sees to it: who is invited, and what people may change about themselves. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { localSource } from '../directory/local.ts';
import { type OwnAttribute, ownAttributes } from '../directory/own-attributes.ts';
import { invite, profileUrlOf } from '../directory/password-links.ts';
import { signOutEverywhere } from '../directory/sign-in.ts';
import { changeOpenAttributes, openAttributes } from '../directory/sign-in-settings.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound, Problem } from './problem.ts';

const attributesMend = `must be a list of ${ownAttributes.join(', ')}`;

/** What is to be open to people of the directory. */
export const signInSettingsInput = z.strictObject({
  ownAttributes: z
    .array(
      z.enum(ownAttributes as [OwnAttribute, ...OwnAttribute[]], attributesMend),
      attributesMend,
    )
    .transform((list) => ownAttributes.filter((attribute) => list.includes(attribute))),
});

type Of = { readonly Params: TenantParams & { readonly id: string } };

/** Adds the routes; to be registered under a tenant's directory. */
export async function directorySignInRoutes(
  app: FastifyInstance,
  { world: { pool, now }, notices: { mailer, log }, publicUrl }: AdminApiOptions,
): Promise<void> {
  const links = { pool, now, mailer, publicUrl, log };

  app.post<Of>('/Users/:id/invitation', async ({ params, actor, id: requestId }, reply) => {
    const tenant = await tenantOf(pool, params);
    const userId = params.id;
    const known = z.uuid().safeParse(userId).success;
    const invited = known
      ? await invite(links, { tenant, userId, actor, requestId })
      : ({ kind: 'unknown' } as const);
    if (invited.kind === 'unknown') throw noSuchUser(userId);
    if (invited.kind === 'suspended')
      throw new Problem('suspended', 'This user is suspended: activate them, then invite them.');
    const { url, expiresAt, mailedTo } = invited;
    return reply.code(201).send({ url, expiresAt, mailedTo });
  });

  app.post<Of>('/Users/:id/sign-out', async ({ params, actor, id: requestId }) => {
    const { tenantId } = await tenantOf(pool, params);
    const userId = params.id;
    const known = z.uuid().safeParse(userId).success;
    const ended = known
      ? await signOutEverywhere({ pool }, { tenantId, userId, actor, requestId })
      : null;
    if (ended === null) throw noSuchUser(userId);
    return { ended };
  });

  app.get<{ Params: TenantParams }>('/sign-in-settings', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return viewOf(tenantId);
  });

  app.put<{ Params: TenantParams }>('/sign-in-settings', async (request) => {
    const { tenantId } = await tenantOf(pool, request.params);
    const { ownAttributes: attributes } = readInput(signInSettingsInput, request.body);
    const by = { actor: request.actor, requestId: request.id };
    await changeOpenAttributes(pool, { tenantId, attributes, ...by });
    return viewOf(tenantId);
  });

  async function viewOf(tenantId: string) {
    return {
      ownAttributes: await openAttributes(pool, tenantId),
      /** What may be among them. */
      choices: ownAttributes,
      signInUrl: profileUrlOf({ publicUrl }, tenantId),
      mail: mailer !== null,
      /** The directory as a source, under which its schema extensions are. */
      sourceId: (await localSource(pool, tenantId)).id,
    };
  }
}

const noSuchUser = (userId: string): Problem =>
  notFound(`There is no user ${userId.slice(0, 100)} in the directory.`);
