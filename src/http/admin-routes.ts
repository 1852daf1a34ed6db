/** The admin pages and their API, behind one guard. */
import type { FastifyInstance } from 'fastify';
import { type AdminAccess, adminGuard } from './admin-access.ts';
import { type AdminApiOptions, adminApi } from './admin-api.ts';
import { adminPages } from './admin-pages.ts';
import { createAttempts } from './attempts.ts';
import { sendProblem } from './problem.ts';

/** What the pages and the API need. */
export type AdminOptions = AdminApiOptions & AdminAccess;

/** Wrong passwords a minute from one address. */
const wrongPasswordsAllowed = 10;

/** Adds the pages and the API; to be registered at the root. */
export async function adminRoutes(app: FastifyInstance, options: AdminOptions): Promise<void> {
  const { world, engine, notices, publicUrl, connect, secrets, shopOf } = options;
  const api = { world, engine, notices, publicUrl, connect, secrets, shopOf };
  const guard = adminGuard(
    options,
    createAttempts({ now: world.now, allowed: wrongPasswordsAllowed }),
  );
  app.setErrorHandler(sendProblem);
  app.addHook('onRequest', async (request) => guard(request));
  app.get('/', (_request, reply) => reply.redirect('/admin'));
  await app.register(adminApi, { prefix: '/api', ...api });
  await app.register(adminPages, { prefix: '/admin', world });
}
