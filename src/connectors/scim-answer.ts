/**
 * What a SCIM server answers, in the form that the RFCs give it: names written as they are there, which mean the same in
 * any case (RFC 7643 §2.1), and ids as texts, where some servers have numbers. Pure.
 */
import { isArray, isObject } from '../scim/json.ts';
import { enterpriseSchema, type Resource } from './scim-resource.ts';

/** The names that are looked at, or that a mapping usually writes. */
const names = `
  id externalId schemas meta version userName displayName name formatted givenName familyName middleName honorificPrefix
  honorificSuffix nickName title userType preferredLanguage locale timezone profileUrl active emails phoneNumbers ims
  photos addresses streetAddress locality region postalCode country roles entitlements groups members value type primary
  display $ref employeeNumber costCenter organization division department manager
  Resources totalResults nextCursor status detail scimType
  patch filter pagination supported maxResults cursor index maxPageSize
  ${enterpriseSchema}`
  .trim()
  .split(/\s+/);

const asWritten = new Map(names.map((name) => [name.toLowerCase(), name]));

/** An answer in the usual form. */
export function usual(answer: Resource): Resource {
  const own = Object.entries(answer).map(([name, value]): readonly [string, unknown] => {
    const known = asWritten.get(name.toLowerCase()) ?? name;
    // One of the same name that is written as usual counts.
    const as = known !== name && Object.hasOwn(answer, known) ? name : known;
    // The names of an extension of somebody's own are as its schema and a mapping have them.
    if (/^urn:/i.test(as) && as !== enterpriseSchema) return [as, value];
    return [as, as === 'id' && typeof value === 'number' ? String(value) : usualValue(value)];
  });
  return Object.fromEntries(own);
}

function usualValue(value: unknown): unknown {
  if (isArray(value)) return value.map(usualValue);
  return isObject(value) ? usual(value) : value;
}

/** The id of what was made, by where it is (RFC 7644 §3.1): some servers say no more. */
export function idAt(location: string | null): string | null {
  const [, last] = /\/([^/?#]+)\/?(?:[?#].*)?$/.exec(location ?? '') ?? [];
  if (last === undefined) return null;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
