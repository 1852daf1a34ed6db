/** What was gathered of customers who asked, in the admin API: listed, and downloaded. */
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { insertActivity } from '../store/activity.ts';
import { findExport, listExports } from '../store/exports.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound } from './problem.ts';

interface ExportParams extends TenantParams {
  readonly exportId: string;
}

/** Adds the routes; to be registered under a tenant's exports. */
export async function exportRoutes(
  app: FastifyInstance,
  { world: { pool } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<{ Params: TenantParams }>('/', async ({ params }) => {
    const { tenantId } = await tenantOf(pool, params);
    return { exports: await listExports(pool, tenantId) };
  });

  // Whoever reads personal data of others is written down.
  app.get<{ Params: ExportParams }>('/:exportId', async ({ params, actor, id }, reply) => {
    const { tenantId } = await tenantOf(pool, params);
    const { exportId } = params;
    const found = z.uuid().safeParse(exportId).success
      ? await findExport(pool, tenantId, exportId)
      : null;
    if (found === null) throw notFound(`There is no export ${exportId} of this tenant.`);
    const line = { id: uuidv7(), kind: 'export.download', outcome: 'done', detail: { exportId } };
    await insertActivity(pool, tenantId, { ...line, actor, requestId: id });
    reply.header('content-disposition', `attachment; filename="customer-data-${exportId}.json"`);
    return found.data;
  });
}
