import type { JsonObject } from '../model.ts';
import { payloadTooLarge } from '../scim/error.ts';

/** A resource by many small requests must not grow beyond what one POST may send. */
const mostCharacters = 1_048_576;

/** Throws 413 for a resource that is too large to keep. */
export function checkSize(resource: JsonObject): void {
  if (JSON.stringify(resource).length > mostCharacters)
    throw payloadTooLarge('The resource would be larger than 1 MiB: remove values from it first.');
}
