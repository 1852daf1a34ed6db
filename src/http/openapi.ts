/** The admin API in the form of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1), from its routes and its inputs. Pure. */
import { z } from 'zod';

/** A route as it was registered. */
export interface ApiRoute {
  readonly method: string;
  /** With parameters like `:tenantId`. */
  readonly url: string;
}

/** What is said of a route beside its path. */
export interface RouteDoc {
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The status where all goes well; 200 where it is missing. */
  readonly status?: 201 | 202 | 204;
  /** The media type of the answer; JSON where it is missing. */
  readonly media?: 'application/x-ndjson' | 'text/event-stream' | 'text/csv';
}

/** What is said of routes, each by its method and path below `/api`, like `GET /tenants`. */
export type RouteDocs = Readonly<Record<string, RouteDoc>>;

const prefix = '/api';

/** The key of a route in `RouteDocs`. */
export function routeKey({ method, url }: ApiRoute): string {
  return `${method} ${url.slice(prefix.length).replace(/\/$/, '')}`;
}

/** The whole document. */
export function openApiOf(routes: readonly ApiRoute[], docs: RouteDocs, publicUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.url.replace(/\/$/, '').replaceAll(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route, docs[routeKey(route)] ?? null);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Rollcall admin API',
      version: '1',
      description:
        'What the admin pages do, for programs. Changes are sent as application/json. Failures are problems (RFC 9457).',
    },
    servers: [{ url: publicUrl }],
    security: [{ operator: [] }, { idToken: [] }],
    paths,
    components: {
      securitySchemes: {
        operator: { type: 'http', scheme: 'basic', description: 'The operator’s password.' },
        idToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An ID token of Shopify: a member of a shop’s staff, for its own tenant.',
        },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string', description: 'The kind of problem.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'A sentence for the person who asked.' },
    instance: { type: 'string', description: 'The request.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'detail'],
        properties: { field: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
} as const;

function operationOf(route: ApiRoute, doc: RouteDoc | null): object {
  const parameters = [...pathParameters(route.url), ...queryParameters(doc?.query)];
  return {
    operationId: operationId(route),
    summary: doc?.summary ?? operationId(route),
    tags: [tagOf(route.url)],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(doc?.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(schemaOf(doc.body)) } }),
    responses: {
      [doc?.status ?? 200]: answerOf(doc),
      default: {
        description: 'A problem.',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  };
}

const json = (schema: object) => ({ 'application/json': { schema } });

function answerOf(doc: RouteDoc | null): object {
  if (doc?.status === 204) return { description: 'Done.' };
  const { media } = doc ?? {};
  const content =
    media === undefined ? json({ type: 'object' }) : { [media]: { schema: { type: 'string' } } };
  return { description: media === undefined ? 'The answer.' : 'A stream.', content };
}

function pathParameters(url: string): readonly object[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
}

function queryParameters(query: z.ZodType | undefined): readonly object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query);
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
  }));
}

/** What is taken, before it is read. */
function schemaOf(input: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // A number in a query is a text before it is read; its limits stay.
      const { def } = zodSchema._zod;
      if (def.type === 'number' && jsonSchema.type === undefined) jsonSchema.type = 'number';
    },
  });
  return schema;
}

function operationId({ method, url }: ApiRoute): string {
  const words = url
    .slice(prefix.length)
    .split(/[/.-]/)
    .filter((word) => word !== '' && word !== 'tenants')
    .map((word) => word.replace(/^:/, 'by-'));
  const name = [method.toLowerCase(), ...(words.length === 0 ? ['tenants'] : words)];
  return name.join('-').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** What of a tenant a route is about. */
function tagOf(url: string): string {
  const [, , tenants, , of] = url.split('/');
  return tenants === 'tenants' ? (of ?? 'tenants') : (tenants ?? 'api');
}
