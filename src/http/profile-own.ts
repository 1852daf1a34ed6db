/** What somebody who is signed in sees and changes: their profile, applications, sessions and password. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { connectorNamed } from '../connectors/index.ts';
import type { Access } from '../directory/access.ts';
import { localAccess, localSource } from '../directory/local.ts';
import { fieldNamedIn } from '../directory/own-attributes.ts';
import { tellPasswordChanged } from '../directory/password-links.ts';
import { mailboxOf } from '../directory/password-mail.ts';
import { applicationsOf, changeProfile, profileFields } from '../directory/profile.ts';
import {
  changePassword,
  endOtherSessions,
  endSession,
  liveSessions,
  themselves,
} from '../directory/sign-in.ts';
import type { JsonObject } from '../model.ts';
import { ScimError } from '../scim/error.ts';
import { destinationsOf } from '../store/destinations.ts';
import { readInput } from './admin-input.ts';
import { destinationRules } from './destination-rules.ts';
import { notFound, Problem } from './problem.ts';
import { type ProfileParts, sessionIn, tenantIn } from './profile-api.ts';
import { passwordInput, profileInput } from './profile-input.ts';
import { passwordRefused } from './profile-sign-in.ts';

/** Adds the routes; to be registered behind the session. */
export async function ownRoutes(
  app: FastifyInstance,
  { world, links, connect, cookies, afterwards }: ProfileParts,
): Promise<void> {
  const { pool, now } = world;
  const rulesOf = destinationRules(connectorNamed);

  app.get('/profile', async (request) => viewOf(request, sessionIn(request).data));

  app.patch('/profile', async (request) => {
    const changes = readInput(profileInput, request.body);
    const session = sessionIn(request);
    const access = await accessIn(tenantIn(request).tenantId);
    try {
      const change = { access, userId: session.userId, requestId: request.id, changes };
      const changed = await changeProfile(world, change);
      if (changed.kind === 'closed') throw closed(changed.fields);
      return await viewOf(request, changed.data);
    } catch (error) {
      throw error instanceof ScimError ? inProfile(error, Object.keys(changes)) : error;
    }
  });

  app.get('/applications', async (request) => {
    const { tenantId } = tenantIn(request);
    const names = await applicationsOf({ pool, now, connect }, tenantId, sessionIn(request).userId);
    return { applications: names.map((name) => ({ name })) };
  });

  app.get('/sessions', async (request) => {
    const { id: own, userId } = sessionIn(request);
    const sessions = await liveSessions(world, tenantIn(request).tenantId, userId);
    return { sessions: sessions.map((session) => ({ ...session, current: session.id === own })) };
  });

  app.delete('/sessions', async (request) => {
    const { tenantId } = tenantIn(request);
    const session = sessionIn(request);
    return { ended: await endOtherSessions(world, { tenantId, session, requestId: request.id }) };
  });

  app.delete<{ Params: { readonly id: string } }>('/sessions/:id', async (request, reply) => {
    const { tenantId } = tenantIn(request);
    const { id } = request.params;
    const session = sessionIn(request);
    const known = z.uuid().safeParse(id).success;
    if (!known || !(await endSession(world, { tenantId, session, id, requestId: request.id })))
      throw notFound('This session has ended already.');
    if (id === session.id) cookies.set(reply, tenantId, 'session', null);
    return reply.code(204).send();
  });

  app.post('/password', async (request, reply) => {
    const given = readInput(passwordInput, request.body);
    const tenant = tenantIn(request);
    const session = sessionIn(request);
    const { tenantId } = tenant;
    const changed = await changePassword(links, {
      tenantId,
      session,
      ...given,
      requestId: request.id,
    });
    if (changed.kind === 'fault') throw passwordRefused('password', changed.fault);
    if (changed.kind === 'wrong')
      throw new Problem('invalid-input', 'The current password is wrong.', [
        { field: 'currentPassword', detail: 'is wrong' },
      ]);
    afterwards(() => tellPasswordChanged(links, tenant, session.userId));
    return reply.code(204).send();
  });

  /** In their own name; what a destination would refuse is told them. */
  async function accessIn(tenantId: string): Promise<Access> {
    const [source, destinations] = await Promise.all([
      localSource(pool, tenantId),
      destinationsOf(pool, tenantId),
    ]);
    const by = { actor: themselves, destinations: destinations.flatMap(rulesOf) };
    return localAccess({ ...source, invalidPhone: 'refuse' }, by);
  }

  async function viewOf(request: FastifyRequest, data: JsonObject) {
    const { tenantId } = tenantIn(request);
    return {
      userName: String(data.userName),
      displayName: typeof data.displayName === 'string' ? data.displayName : null,
      email: mailboxOf(data),
      fields: await profileFields(pool, tenantId, data),
    };
  }
}

function closed(fields: readonly string[]): Problem {
  const detail = 'is not yours to change: ask your administrator';
  return new Problem(
    'invalid-input',
    `${fields.map((field) => `${field} ${detail}`).join('. ')}.`,
    fields.map((field) => ({ field, detail })),
  );
}

/** A value that was refused, at its line. */
function inProfile({ message, status }: ScimError, changed: readonly string[]): Problem {
  if (status !== 400) return new Problem('bad-request', message);
  const field = fieldNamedIn(message, changed);
  const detail = message.replace(/^[^ ]+( eq "\w+"\]\S*)?: /, '');
  return new Problem('invalid-input', message, field === null ? [] : [{ field, detail }]);
}
