/** Custom attributes in the admin API: the schema extensions of a source (RFC 7643 §3.3, §7). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type pg from 'pg';
import {
  changeSchema,
  findSchema,
  mostSchemas,
  type SchemaChange,
  type SchemaOutcome,
} from '../directory/source-schemas.ts';
import type { JsonObject } from '../model.ts';
import { readSchemaDefinition } from '../scim/schema-definition.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { type SourceParams, sourceOf } from './admin-scope.ts';
import { type Fault, notFound, Problem } from './problem.ts';

interface SchemaParams extends SourceParams {
  readonly urn: string;
}

/** Said wherever a schema changes or goes. */
const kept =
  'What users already have of attributes that are no longer defined stays stored; it is not shown until the attribute is defined again.';

/** Adds the routes; to be registered under a source. */
export async function schemaRoutes(
  app: FastifyInstance,
  { world: { pool } }: AdminApiOptions,
): Promise<void> {
  app.get<{ Params: SourceParams }>('/schemas', async ({ params }) => {
    const { schemaExtensions } = await sourceOf(pool, params);
    return { most: mostSchemas, schemas: schemaExtensions };
  });

  app.get<{ Params: SchemaParams }>('/schemas/:urn', async ({ params }) => {
    const found = findSchema(await sourceOf(pool, params), params.urn);
    if (found === null) throw noSuchSchema(params.urn);
    return found;
  });

  app.put<{ Params: SchemaParams }>('/schemas/:urn', async (request, reply) => {
    await sourceOf(pool, request.params);
    const schema = readSchema(request.params.urn, request.body);
    const outcome = await change(pool, request, schema);
    if (outcome === 'too many') throw tooManySchemas();
    return reply.code(outcome === 'created' ? 201 : 200).send({ schema, note: kept });
  });

  app.delete<{ Params: SchemaParams }>('/schemas/:urn', async (request) => {
    const { urn } = request.params;
    await sourceOf(pool, request.params);
    const outcome = await change(pool, request, null);
    if (outcome === 'absent') throw noSuchSchema(urn);
    return { removed: urn, note: kept };
  });
}

function change(
  pool: pg.Pool,
  { params, actor, id: requestId }: FastifyRequest<{ Params: SchemaParams }>,
  schema: JsonObject | null,
): Promise<SchemaOutcome> {
  const { tenantId, sourceId, urn } = params;
  const made: SchemaChange = { tenantId, sourceId, urn, schema, actor, requestId };
  return changeSchema(pool, made);
}

/** The schema of a body, complete; its id is the URI in the path. */
function readSchema(urn: string, body: unknown): JsonObject {
  const read = readSchemaDefinition(body);
  if (!read.ok) throw invalid(read.faults);
  if (read.schema.id.toLowerCase() !== urn.toLowerCase())
    throw invalid([{ field: 'id', detail: 'must be the URI in the path' }]);
  return read.published;
}

function invalid(faults: readonly Fault[]): Problem {
  const sentences = faults.map(
    ({ field, detail }) => `${field === '' ? 'The body' : field} ${detail}.`,
  );
  return new Problem('invalid-input', sentences.join(' '), faults);
}

function noSuchSchema(urn: string): Problem {
  return notFound(`There is no schema ${urn.slice(0, 200)} of this connection.`);
}

function tooManySchemas(): Problem {
  return new Problem(
    'too-many-schemas',
    `This connection has ${mostSchemas} schemas already: add the attributes to one of them.`,
  );
}
