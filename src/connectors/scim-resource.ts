/**
 * A person's account as a SCIM User (RFC 7643 §4.1), and what is seen of one. An attribute is named by its path:
 * `title`, `name.givenName`, `phoneNumbers[type eq "work"].value`,
 * `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`. Pure.
 */
import type { Account, Attributes, MappingRule, Refusal } from '../provisioning/connector.ts';
import { isArray, isObject } from '../scim/json.ts';

/** A resource as a server sends it. */
export type Resource = Readonly<Record<string, unknown>>;

/** An operation of a PATCH (RFC 7644 §3.5.2). */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What most servers know of a person. */
export const mapping: readonly MappingRule[] = [
  { to: 'userName', from: 'userName' },
  { to: 'displayName', from: ['displayName', 'name.formatted'] },
  { to: 'name.givenName', from: 'name.givenName' },
  { to: 'name.familyName', from: 'name.familyName' },
  { to: 'title', from: 'title' },
  { to: 'preferredLanguage', from: 'preferredLanguage' },
  { to: `${enterpriseSchema}:department`, from: `${enterpriseSchema}:department` },
];

/** Where a value stands in a resource. */
export interface Place {
  /** The extension it is in; `null`: the User itself. */
  readonly schema: string | null;
  readonly attribute: string;
  /** Of a multi-valued attribute, which value: the one whose sub-attribute is this. */
  readonly among: { readonly sub: string; readonly value: string | true } | null;
  readonly sub: string | null;
}

const word = '[A-Za-z$][\\w$-]*';
const form = new RegExp(
  `^(?:(urn:[^\\s"\\[\\]]+):)?(${word})(?:\\[(${word}) eq (?:"([^"\\\\]*)"|(true))\\])?(?:\\.(${word}))?$`,
);

/** A kind of resource. */
export interface Kind {
  readonly schema: string;
  /** Attributes that are the server's, or have their own place, in lower case. */
  readonly reserved: ReadonlySet<string>;
}

const servers = ['id', 'externalid', 'schemas', 'meta'];

/** Users (RFC 7643 §4.1). */
export const ofUser: Kind = {
  schema: 'urn:ietf:params:scim:schemas:core:2.0:User',
  reserved: new Set([...servers, 'active', 'groups', 'emails', 'password']),
};

/** Groups (RFC 7643 §4.2). */
export const ofGroup: Kind = {
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  reserved: new Set([...servers, 'members']),
};

/** Where the attribute of a path stands; `null` where there can be none. */
export function placeOf(path: string, { reserved } = ofUser): Place | null {
  const [, schema = null, attribute, among, text, primary, sub = null] = form.exec(path) ?? [];
  if (attribute === undefined || (schema === null && reserved.has(attribute.toLowerCase())))
    return null;
  if (among === undefined) return { schema, attribute, among: null, sub };
  return {
    schema,
    attribute,
    among: { sub: among, value: primary === 'true' || (text ?? '') },
    sub,
  };
}

/** What is wrong with the name of a user's attribute. */
export function complaintAboutAttribute(name: string): string | null {
  return placeOf(name) === null
    ? 'must be a path like name.givenName or phoneNumbers[type eq "work"].value, and none of the server’s own or of what has a place already (id, externalId, active, emails, groups, password)'
    : null;
}

/** What is wrong with the name of a group's attribute. */
export function complaintAboutGroupAttribute(name: string): string | null {
  return placeOf(name, ofGroup) === null
    ? 'must be a path like description or urn:example:Group:kind, and none of the server’s own or of what has a place already (id, externalId, members)'
    : null;
}

/** The address and the userName in lower case: servers keep a userName so or as it came, and it means the same (RFC 7643 §4.1.1). */
export function normalise(wanted: Account): { account: Account; refusals: readonly Refusal[] } {
  const email = wanted.email.trim().toLowerCase();
  const { userName } = wanted.attributes;
  const attributes =
    userName === undefined
      ? wanted.attributes
      : { ...wanted.attributes, userName: (userName ?? email).toLowerCase() };
  return { account: { ...wanted, email, attributes }, refusals: [] };
}

/** Every value that has a path. */
export function attributesOf(resource: Resource, { reserved } = ofUser): Attributes {
  const found: Record<string, string> = {};
  const note = (path: string, value: unknown): void => {
    const said = textOf(value);
    if (said !== null) found[path] ??= said;
  };
  const walk = (values: Resource, prefix: string): void => {
    for (const [name, value] of Object.entries(values)) {
      const path = `${prefix}${name}`;
      if (prefix === '' && reserved.has(name.toLowerCase())) continue;
      if (isArray(value)) for (const one of value) walkValue(one, path);
      else if (isObject(value) && prefix === '' && name.startsWith('urn:')) walk(value, `${name}:`);
      else if (isObject(value))
        for (const [sub, inner] of Object.entries(value)) note(`${path}.${sub}`, inner);
      else note(path, value);
    }
  };
  const walkValue = (one: unknown, path: string): void => {
    if (!isObject(one)) return;
    const ways = [
      ...(typeof one.type === 'string' ? [`type eq "${one.type}"`] : []),
      ...(one.primary === true ? ['primary eq true'] : []),
    ];
    for (const way of ways)
      for (const [sub, inner] of Object.entries(one)) note(`${path}[${way}].${sub}`, inner);
  };
  walk(resource, '');
  if (found.userName !== undefined) found.userName = found.userName.toLowerCase();
  return found;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** The address a resource is reached at: its primary one, else one of work, else the first, else its userName. */
export function emailOf(resource: Resource): string | null {
  const values = emailsOf(resource);
  const [first] = values;
  const chosen =
    values.find(({ primary }) => primary === true) ??
    values.find(({ type }) => type === 'work') ??
    first;
  const address = chosen === undefined ? resource.userName : chosen.value;
  return typeof address === 'string' && address.includes('@') ? address.toLowerCase() : null;
}

/** The e-mail addresses of a resource as it has them. */
export function emailsOf(resource: Resource): readonly Resource[] {
  const { emails } = resource;
  return isArray(emails) ? emails.filter(isObject) : [];
}

/** Whether it says that it is active; a server that says nothing has no other kind. */
export function isActive({ active }: Resource): boolean {
  return active === undefined || active === null || String(active).toLowerCase() === 'true';
}

/** What is to become of a resource. */
export interface Wanted {
  readonly attributes: Attributes;
  readonly email?: string;
  /** A text for a server that wants one. */
  readonly active?: boolean | string;
  /** Our key; `null` lets go of it. */
  readonly externalId?: string | null;
}

/** The operations that make a resource what is wanted: a multi-valued attribute is written whole, which all take. */
export function operationsFor(
  resource: Resource,
  wanted: Wanted,
  kind = ofUser,
): readonly PatchOperation[] {
  const after = applied(resource, wanted, kind);
  const operations = new Map<string, PatchOperation>();
  const write = (path: string, value: unknown) =>
    operations.set(path, value == null ? { op: 'remove', path } : { op: 'replace', path, value });
  for (const [name, value] of Object.entries(wanted.attributes)) {
    const place = placeOf(name, kind);
    if (place === null) continue;
    const { schema, attribute, among } = place;
    const whole = schema === null ? attribute : `${schema}:${attribute}`;
    if (among === null) write(name, value);
    else write(whole, containerOf(after, schema)?.[attribute]);
  }
  if (wanted.email !== undefined) write('emails', after.emails);
  if (wanted.externalId !== undefined) write('externalId', wanted.externalId);
  if (wanted.active !== undefined) write('active', wanted.active);
  return [...operations.values()];
}

function containerOf(resource: Resource, schema: string | null): Resource | null {
  const container = schema === null ? resource : resource[schema];
  return isObject(container) ? container : null;
}

/** The resource as wanted; what is not named stays as it is. */
export function applied(resource: Resource, wanted: Wanted, kind = ofUser): Resource {
  const after: Record<string, unknown> = structuredClone(resource) as Record<string, unknown>;
  for (const [name, value] of Object.entries(wanted.attributes)) {
    const place = placeOf(name, kind);
    if (place !== null) put(after, place, value);
  }
  if (wanted.email !== undefined) after.emails = withEmail(emailsOf(resource), wanted.email);
  if (wanted.active !== undefined) after.active = wanted.active;
  if (wanted.externalId === null) delete after.externalId;
  else if (wanted.externalId !== undefined) after.externalId = wanted.externalId;
  const extensions = Object.keys(after).filter((name) => name.startsWith('urn:'));
  const schemas = isArray(after.schemas) ? after.schemas : [kind.schema];
  after.schemas = [...new Set([...schemas, ...extensions])];
  return after;
}

/** The version of a resource (RFC 7643 §3.1), where it has one. */
export function versionOf({ meta }: Resource): string | undefined {
  const version = isObject(meta) ? meta.version : undefined;
  return typeof version === 'string' && version !== '' ? version : undefined;
}

/** What a PUT may carry: what is the server's own is left out (RFC 7643 §3.1). */
export function written({ meta: _meta, groups: _groups, ...resource }: Resource): Resource {
  return resource;
}

function put(resource: Record<string, unknown>, place: Place, value: string | null): void {
  const { schema, attribute, among, sub } = place;
  const container = schema === null ? resource : branch(resource, schema);
  if (among === null && sub === null) set(container, attribute, value);
  else if (among === null) {
    const inner = branch(container, attribute);
    set(inner, sub ?? '', value);
    if (Object.keys(inner).length === 0) delete container[attribute];
  } else {
    const values = container[attribute];
    const all = isArray(values) ? values.filter(isObject).map((one) => ({ ...one })) : [];
    const at = all.findIndex((one) => one[among.sub] === among.value);
    const one: Record<string, unknown> = at === -1 ? { [among.sub]: among.value } : (all[at] ?? {});
    set(one, sub ?? 'value', value);
    const says = Object.keys(one).some((name) => !['type', 'primary'].includes(name));
    const others = all.filter((_, index) => index !== at);
    const kept = says ? [...others, one] : others;
    if (kept.length === 0) delete container[attribute];
    else container[attribute] = kept;
  }
  if (schema !== null && Object.keys(container).length === 0) delete resource[schema];
}

function branch(container: Record<string, unknown>, name: string): Record<string, unknown> {
  const inner = container[name];
  const made: Record<string, unknown> = isObject(inner) ? { ...inner } : {};
  container[name] = made;
  return made;
}

function set(container: Record<string, unknown>, name: string, value: string | null): void {
  if (value === null) delete container[name];
  else if (typeof container[name] === 'boolean' && /^(true|false)$/i.test(value))
    container[name] = value.toLowerCase() === 'true';
  else if (typeof container[name] === 'number' && Number.isFinite(Number(value)))
    container[name] = Number(value);
  else container[name] = value;
}

/** The address in the place of the primary one; the others stay. */
function withEmail(emails: readonly Resource[], address: string): readonly Resource[] {
  const chosen =
    emails.find(({ primary }) => primary === true) ?? emails.find(({ type }) => type === 'work');
  const others = emails.filter(
    (one) => one !== chosen && String(one.value ?? '').toLowerCase() !== address,
  );
  return [{ type: 'work', ...(chosen ?? {}), value: address, primary: true }, ...others];
}
