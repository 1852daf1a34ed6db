/** The discovery endpoints (RFC 7644 §4, RFC 7643 §5-§7), as they are for every client. */
import type { JsonObject } from '../model.ts';
import { MAX_COUNT } from './list-response.ts';
import type { ResourceType } from './resource-types.ts';
import type { Attribute, Schema } from './schema.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

/** The body of /ServiceProviderConfig (RFC 7643 §5). */
export function serviceProviderConfig(baseUrl: string): JsonObject {
  return {
    schemas: [`${CORE}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: MAX_COUNT },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'OAuth Bearer Token',
        description: 'A bearer token in the Authorization header (RFC 6750).',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
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
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.list.map(attributeResource),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

function attributeResource(attribute: Attribute): JsonObject {
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  return {
    name: attribute.name,
    type: attribute.type,
    ...(attribute.type === 'complex'
      ? { subAttributes: subAttributes.list.map(attributeResource) }
      : {}),
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    caseExact: attribute.caseExact,
    mutability: attribute.mutability,
    returned: attribute.returned,
    uniqueness: attribute.uniqueness,
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
  };
}
