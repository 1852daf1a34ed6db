/** A roll of generated users and groups, in the database and as a client would see it. */
import fc from 'fast-check';
import type pg from 'pg';
import type { JsonObject, ResourceKind } from '../../src/model.ts';
import { isArray, isObject } from '../../src/scim/json.ts';
import { represent } from '../../src/scim/meta.ts';
import { readResource } from '../../src/scim/resource.ts';
import { groupType, type ResourceType } from '../../src/scim/resource-types.ts';
import {
  employeeType,
  employmentSchema,
  memberIds,
  strangers,
  userBodies,
} from '../scim/arbitraries.ts';

export const owner = { tenantId: 't', sourceId: 'few' };
export const baseUrl = 'https://example.com/scim/v2/few';
export const types: Readonly<Record<ResourceKind, ResourceType>> = {
  User: employeeType,
  Group: groupType,
};

/** A resource as a client sees it. */
export type Seen = JsonObject & { readonly id: string };

/** The roll as clients see it. */
export type Roll = Readonly<Record<ResourceKind, readonly Seen[]>>;

interface Entry {
  readonly id: string;
  readonly data: JsonObject;
  readonly created: Date;
  readonly lastModified: Date;
  readonly version: number;
}

interface Membership {
  readonly group: string;
  readonly value: string;
  readonly type: string | null;
  readonly display: string | null;
  readonly ref: string | null;
}

const TIMES = ['2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.001Z', '2024-03-01T00:00:00.000Z'];

function entry(data: JsonObject, index: number, id: string): Entry {
  return {
    id,
    data,
    created: new Date(TIMES[index % 3] ?? ''),
    lastModified: new Date(TIMES[index % 2] ?? ''),
    version: 1 + (index % 2),
  };
}

/** Ten users and ten groups have ids that memberships name; other users have none of them. */
function idOf(index: number): string {
  return memberIds[index] ?? `5c000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

/** Generated users, and some with values that `readResource` would refuse. */
function generatedUsers(): readonly Entry[] {
  const read = fc.sample(userBodies, 100).map((body, index) => {
    const { resource } = readResource(employeeType, body);
    // Words are few and userNames unique: the number makes them so.
    return { ...resource, userName: `${resource.userName}${index}` };
  });
  const unreadable = ['2011-02-30T00:00:00Z', 'soon', 17].map((hiredAt, index) => ({
    schemas: [employeeType.schema.id],
    userName: `unreadable${index}`,
    [employmentSchema.id]: { hiredAt, level: 'high', remote: 'perhaps' },
  }));
  return [...read, ...unreadable].map((data, index) =>
    entry(data, index, idOf(index < 10 ? index : index + 20)),
  );
}

const NAMES = ['ada', 'Straße', 'ΟΔΟΣ', '100%', 'Work', 'User', 'x', '{}', 'null', 'İstanbul'];

function generatedGroups(): readonly Entry[] {
  return NAMES.map((displayName, index) => {
    const externalId = index % 2 === 0 ? {} : { externalId: `Ext${index % 3}` };
    return entry(
      { schemas: [groupType.schema.id], displayName, ...externalId },
      index,
      idOf(index + 10),
    );
  });
}

/** Users, groups (also of groups that hold each other, or themselves) and strangers as members. */
function generatedMemberships(groups: readonly Entry[]): readonly Membership[] {
  const membership = fc.record({
    group: fc.constantFrom(...groups.slice(0, -2).map(({ id }) => id)),
    value: fc.constantFrom(...memberIds, ...memberIds.map((id) => id.toUpperCase()), ...strangers),
    type: fc.constantFrom(null, 'User', 'Device'),
    display: fc.constantFrom(null, 'ada', 'Work'),
    ref: fc.constantFrom(null, 'https://elsewhere.example/x'),
  });
  const byKey = new Map<string, Membership>();
  for (const made of fc.sample(membership, 60)) {
    const key = `${made.group} ${made.value.toLowerCase()}`;
    if (!byKey.has(key)) byKey.set(key, made);
  }
  return [...byKey.values()];
}

/** Writes a generated roll. */
export async function createRoll(pool: pg.Pool): Promise<Roll> {
  const [users, groups] = [generatedUsers(), generatedGroups()];
  const memberships = generatedMemberships(groups);
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
  await pool.query(
    "insert into sources (tenant_id, id, kind, name) values ('t', 'few', 'scim', 'Few')",
  );
  await Promise.all(users.map((user) => insert(pool, 'User', user)));
  await Promise.all(groups.map((group) => insert(pool, 'Group', group)));
  await Promise.all(memberships.map((membership) => insertMember(pool, membership)));
  return seen(users, groups, memberships);
}

function lower(value: unknown): string | null {
  return typeof value === 'string' ? value.toLowerCase() : null;
}

function emailsOf({ emails }: JsonObject): readonly string[] {
  const values = isArray(emails) ? emails.map((email) => isObject(email) && email.value) : [];
  return values.flatMap((value) => lower(value) ?? []);
}

async function insert(
  pool: pg.Pool,
  type: ResourceKind,
  { id, data, version, created, lastModified }: Entry,
): Promise<void> {
  await pool.query(
    `insert into resources (tenant_id, source_id, id, type, user_name, external_id, display_name,
       emails, active, data, version, created_at, last_modified)
     values ('t', 'few', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      type,
      lower(data.userName),
      data.externalId ?? null,
      lower(data.displayName),
      emailsOf(data),
      data.active ?? true,
      data,
      version,
      created,
      lastModified,
    ],
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function insertMember(pool: pg.Pool, member: Membership): Promise<void> {
  const key = member.value.toLowerCase();
  await pool.query(
    `insert into members (tenant_id, source_id, group_id, key, value, member_id, type, display, ref)
     values ('t', 'few', $1, $2, $3, $4, $5, $6, $7)`,
    [
      member.group,
      key,
      member.value,
      UUID.test(key) ? key : null,
      member.type,
      member.display,
      member.ref,
    ],
  );
}

function seen(
  users: readonly Entry[],
  groups: readonly Entry[],
  memberships: readonly Membership[],
): Roll {
  const known = new Map<string, { readonly kind: ResourceKind; readonly entry: Entry }>([
    ...users.map((user) => [user.id, { kind: 'User', entry: user }] as const),
    ...groups.map((group) => [group.id, { kind: 'Group', entry: group }] as const),
  ]);
  const membersOf = (group: Entry) => {
    const own = memberships.filter((membership) => membership.group === group.id);
    const sorted = own.toSorted((a, b) => (a.value.toLowerCase() < b.value.toLowerCase() ? -1 : 1));
    return sorted.map((member) => {
      const who = known.get(member.value.toLowerCase());
      return given({
        value: member.value,
        $ref: who === undefined ? member.ref : `${baseUrl}/${who.kind}s/${who.entry.id}`,
        display: member.display ?? who?.entry.data.displayName ?? who?.entry.data.userName,
        type: who?.kind ?? member.type,
      });
    });
  };
  const groupsOf = (user: Entry) => {
    const direct = holding(memberships, new Set([user.id]));
    const all = new Set(direct);
    for (let before = -1; before < all.size; ) {
      before = all.size;
      for (const group of holding(memberships, all)) all.add(group);
    }
    return [...all].toSorted().map((id) =>
      given({
        value: id,
        $ref: `${baseUrl}/Groups/${id}`,
        display: known.get(id)?.entry.data.displayName,
        type: direct.has(id) ? 'direct' : 'indirect',
      }),
    );
  };
  return {
    User: users.map((user) => visible('User', user, { groups: groupsOf(user) })),
    Group: groups.map((group) => visible('Group', group, { members: membersOf(group) })),
  };
}

function holding(memberships: readonly Membership[], ids: ReadonlySet<string>): Set<string> {
  const holders = memberships.filter(({ value }) => ids.has(value.toLowerCase()));
  return new Set(holders.map(({ group }) => group));
}

/** What of an object has a value. */
function given(object: Readonly<Record<string, unknown>>): JsonObject {
  return JSON.parse(JSON.stringify(object, (_, value) => value ?? undefined));
}

function visible(kind: ResourceKind, { id, data, ...issued }: Entry, more: JsonObject): Seen {
  const lists = Object.entries(more).filter(([, list]) => isArray(list) && list.length > 0);
  const whole = { ...data, ...Object.fromEntries(lists) };
  return { ...represent(types[kind], whole, { issued: { id, ...issued }, baseUrl }), id };
}
