/** The resource as it is sent: what is stored, with the `id` and `meta` that the server issues. */
import type { Json, JsonObject } from '../model.ts';
import { etagOf } from './etag.ts';
import { isArray } from './json.ts';
import { isKnownSchema, type ResourceType } from './resource-types.ts';
import { keepsUnknown } from './unknown-attributes.ts';

/** What the server knows about a stored resource beside its attributes. */
export interface Issued {
  readonly id: string;
  readonly created: Date;
  readonly lastModified: Date;
  readonly version: number | bigint | string;
}

/** The URI of a resource. */
export function locationOf(type: ResourceType, id: string, baseUrl: string): string {
  return `${baseUrl}${type.endpoint}/${encodeURIComponent(id)}`;
}

/** The `meta` of a resource (RFC 7643 §3.1). */
export function metaOf(type: ResourceType, issued: Issued, baseUrl: string): JsonObject {
  return {
    resourceType: type.name,
    created: issued.created.toISOString(),
    lastModified: issued.lastModified.toISOString(),
    location: locationOf(type, issued.id, baseUrl),
    version: etagOf(issued.version),
  };
}

/** A stored resource in the form of RFC 7643 §3: still with all its attributes, see `projection.ts`. */
export function represent(
  type: ResourceType,
  stored: JsonObject,
  { issued, baseUrl }: { readonly issued: Issued; readonly baseUrl: string },
): JsonObject {
  return {
    ...{ schemas: [], id: issued.id },
    ...stored,
    schemas: schemasOf(type, stored.schemas),
    meta: metaOf(type, issued, baseUrl),
  };
}

/** The data of a schema that is defined no longer stays stored and is not shown. */
function schemasOf(type: ResourceType, stored: Json | undefined): Json {
  if (!isArray(stored)) return [type.schema.id];
  if (keepsUnknown(type)) return stored;
  return stored.filter((uri) => typeof uri === 'string' && isKnownSchema(type, uri));
}
