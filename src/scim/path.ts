/** Attribute notation: `[URI ":"] ATTRNAME ["." ATTRNAME]` (RFC 7644 §3.10, §3.4.2.2 `attrPath`). */

/** The name of an attribute as a client wrote it: not yet known to exist. */
export interface AttributePath {
  readonly urn?: string;
  readonly attribute: string;
  readonly subAttribute?: string;
}

/** ATTRNAME, with the "$" of RFC 7643 §2.1, which also begins `$ref`. */
const NAME = /^[A-Za-z$][\w$-]*$/;
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/;

/**
 * Reads an attribute path; undefined where the text is none. The last colon ends the URN, as names
 * have no colons: the dot in `urn:ietf:params:scim:schemas:core:2.0:User:userName` is the URN's.
 */
export function parseAttributePath(text: string): AttributePath | undefined {
  const colon = text.lastIndexOf(':');
  const urn = colon < 0 ? undefined : text.slice(0, colon);
  if (urn !== undefined && !URI.test(urn)) return undefined;
  const [attribute = '', subAttribute, ...more] = text.slice(colon + 1).split('.');
  if (!NAME.test(attribute) || more.length > 0) return undefined;
  if (subAttribute !== undefined && !NAME.test(subAttribute)) return undefined;
  return {
    ...(urn === undefined ? {} : { urn }),
    attribute,
    ...(subAttribute === undefined ? {} : { subAttribute }),
  };
}

/** Writes an attribute path; the inverse of {@link parseAttributePath}. */
export function printAttributePath(path: AttributePath): string {
  const urn = path.urn === undefined ? '' : `${path.urn}:`;
  const subAttribute = path.subAttribute === undefined ? '' : `.${path.subAttribute}`;
  return `${urn}${path.attribute}${subAttribute}`;
}
