/** The resource as it is sent: what is stored, with the `id` and `meta` that the server issues. */
import type { JsonObject } from '../model.ts';
import { etagOf } from './etag.ts';
import type { ResourceType } from './resource-types.ts';

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
    schemas: stored.schemas ?? [type.schema.id],
    id: issued.id,
    ...stored,
    meta: metaOf(type, issued, baseUrl),
  };
}
