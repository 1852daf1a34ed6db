/** Signing in, and setting a password by a link: what is open to whom nobody knows yet. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { deviceWords } from '../directory/device-words.ts';
import {
  linkOwner,
  requestReset,
  setPasswordByLink,
  tellPasswordChanged,
} from '../directory/password-links.ts';
import { endSession, sessionOf, signIn } from '../directory/sign-in.ts';
import type { Caller } from '../directory/sign-in-limits.ts';
import { readInput } from './admin-input.ts';
import { notFound, Problem } from './problem.ts';
import { type ProfileParts, tenantIn } from './profile-api.ts';
import { linkInput, resetInput, resetRequestInput, signInInput } from './profile-input.ts';

/** Adds the routes. */
export async function signInRoutes(
  app: FastifyInstance,
  { links, cookies, afterwards }: ProfileParts,
): Promise<void> {
  const callerOf = (request: FastifyRequest): Caller => ({
    address: request.ip,
    device: cookies.read(request, 'device'),
  });

  /** What the page must know before anybody is signed in. */
  app.get('/', async (request) => {
    const { tenantId, name: directory } = tenantIn(request);
    const cookie = cookies.read(request, 'session');
    const signedIn = cookie !== null && (await sessionOf(links, tenantId, cookie)) !== null;
    return { directory, mail: links.mailer !== null, signedIn };
  });

  app.post('/sign-in', async (request, reply) => {
    const { tenantId } = tenantIn(request);
    const given = readInput(signInInput, request.body);
    const signedIn = await signIn(links, {
      ...{ tenantId, ...given, caller: callerOf(request), requestId: request.id },
      device: deviceWords(request.headers['user-agent']),
    });
    if (signedIn === null)
      throw new Problem('wrong-password', 'The user name or the password is wrong.');
    cookies.set(reply, tenantId, 'session', signedIn.session);
    cookies.set(reply, tenantId, 'device', signedIn.device);
    return reply.code(204).send();
  });

  app.post('/sign-out', async (request, reply) => {
    const { tenantId } = tenantIn(request);
    const cookie = cookies.read(request, 'session');
    const session = cookie === null ? null : await sessionOf(links, tenantId, cookie);
    if (session !== null)
      await endSession(links, { tenantId, session, id: session.id, requestId: request.id });
    cookies.set(reply, tenantId, 'session', null);
    return reply.code(204).send();
  });

  app.post('/reset-request', async (request, reply) => {
    const { userName } = readInput(resetRequestInput, request.body);
    if (links.mailer === null)
      throw new Problem(
        'mail-off',
        'No mail can be sent from here: ask your administrator for a link.',
      );
    const caller = callerOf(request);
    const wish = { tenant: tenantIn(request), userName, caller, requestId: request.id };
    afterwards(await requestReset(links, wish));
    return reply.code(202).send({
      detail: 'If there is an account with this user name, a link is on its way to its mailbox.',
    });
  });

  app.post('/link', async (request) => {
    const { token } = readInput(linkInput, request.body);
    const owner = await linkOwner(links, tenantIn(request).tenantId, token);
    if (owner === null) throw linkGone();
    return owner;
  });

  app.post('/reset', async (request, reply) => {
    const given = readInput(resetInput, request.body);
    const tenant = tenantIn(request);
    const set = await setPasswordByLink(links, { tenant, ...given, requestId: request.id });
    if (set.kind === 'gone') throw linkGone();
    if (set.kind === 'fault') throw passwordRefused('password', set.fault);
    if (set.replaced) afterwards(() => tellPasswordChanged(links, tenant, set.userId));
    cookies.set(reply, tenant.tenantId, 'session', null);
    cookies.set(reply, tenant.tenantId, 'device', set.device);
    return { userName: set.userName };
  });
}

function linkGone(): Problem {
  return notFound('This link was used already, or is too old: ask for a new one.');
}

/** 400 for a password that is not taken; the fault goes on after "It". */
export function passwordRefused(field: string, fault: string): Problem {
  return new Problem('invalid-input', `The password ${fault}.`, [{ field, detail: fault }]);
}
