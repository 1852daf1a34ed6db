/** Weak entity-tags of resource versions, and conditional requests (RFC 7644 §3.14, RFC 7232). */

/** The entity-tag of a version. */
export function etagOf(version: number | bigint | string): string {
  return `W/"${version}"`;
}

/**
 * Whether a request may change the resource: it has no If-Match, or this version is listed in it.
 * Compared weakly, other than RFC 7232 §3.1 has it, as RFC 7644 §3.14 sends weak tags in If-Match.
 */
export function ifMatch(header: string | undefined, etag: string): boolean {
  return header === undefined || names(written(header), etag);
}

/** Tags without what stands after their versions: a digest of what is computed, which nobody writes. */
export function written(tags: string): string {
  return tags.replace(/\.[\w-]+"/g, '"');
}

/** Whether the resource is to be sent: there is no If-None-Match, or this version is not in it. */
export function ifNoneMatch(header: string | undefined, etag: string): boolean {
  return header === undefined || !names(header, etag);
}

/** A list of entity-tags, or `*` for any version (RFC 7232 §3.1). */
function names(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  const wanted = opaque(etag);
  // An opaque tag has no double quote in it, but may well have a comma.
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => opaque(tag) === wanted);
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
