/** The discovery endpoints (RFC 7644 §4, RFC 7643 §5-§7), as they are for every client. */
import type { JsonObject } from '../model.ts';
import { MAX_BULK_OPERATIONS, MAX_BULK_PAYLOAD } from './bulk-limits.ts';
import { CURSOR_SECONDS, DEFAULT_COUNT, MAX_COUNT } from './list-response.ts';
import type { ResourceType } from './resource-types.ts';
import type { Schema } from './schema.ts';
import { schemaBody } from './schema-resource.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

/** The body of /ServiceProviderConfig (RFC 7643 §5, RFC 9865 §4). */
export function serviceProviderConfig(
  baseUrl: string,
  { strictInterop }: Pick<ResourceType, 'strictInterop'> = { strictInterop: false },
): JsonObject {
  return {
    schemas: [`${CORE}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: {
      supported: true,
      maxOperations: MAX_BULK_OPERATIONS,
      maxPayloadSize: MAX_BULK_PAYLOAD,
    },
    filter: { supported: true, maxResults: MAX_COUNT },
    // Passwords are accepted and not kept.
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: DEFAULT_COUNT,
      maxPageSize: MAX_COUNT,
      cursorTimeout: CURSOR_SECONDS,
    },
    // The member of draft-zollner-scim-interop-profile.
    ...(strictInterop ? { interopProfileConformant: true } : {}),
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'OAuth Bearer Token',
        description: 'A bearer token in the Authorization header (RFC 6750).',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      {
        type: 'oauth2',
        name: 'OAuth 2.0 Client Credentials',
        description: 'A short-lived bearer token for a client id and secret (RFC 6749 §4.4).',
        specUri: 'https://www.rfc-editor.org/info/rfc6749',
        primary: false,
      },
    ],
    meta: {
      resourceType: 'ServiceProviderConfig',
      location: `${baseUrl}/ServiceProviderConfig`,
    },
  };
}

/** The resources of /ResourceTypes (RFC 7643 §6), for the types served; each has its name for its id. */
export function resourceTypes(
  types: readonly ResourceType[],
  baseUrl: string,
): readonly JsonObject[] {
  return types.map((type) => ({
    schemas: [`${CORE}:ResourceType`],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({
      schema: schema.id,
      required,
    })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` },
  }));
}

/** The resources of /Schemas (RFC 7643 §7), for the types served. */
export function schemas(types: readonly ResourceType[], baseUrl: string): readonly JsonObject[] {
  return types
    .flatMap((type) => [type.schema, ...type.extensions.map(({ schema }) => schema)])
    .map((schema) => schemaResource(schema, baseUrl));
}

function schemaResource(schema: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [`${CORE}:Schema`],
    ...schemaBody(schema),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}
