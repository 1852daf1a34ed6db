/** Finds people and their links by their names and addresses, and tells what became of them. */
import { validate } from 'uuid';
import type { DestinationKey } from './destinations.ts';
import { type LinkState, linkState } from './source-status.ts';
import { type Queryable, statement } from './statement.ts';
import { together } from './together.ts';

/** A link of somebody who was looked for. */
export interface FoundLink {
  readonly linkId: string;
  readonly destinationId: string;
}

const most = 50;

const byId = statement<FoundLink, [string, string]>(
  'people-by-id',
  `select id as "linkId", destination_id as "destinationId" from links
   where tenant_id = $1 and resource_id = $2
   union select id, destination_id from links where tenant_id = $1 and id = $2 limit ${most}`,
);

/** Ids of the users of source `s` with this userName or e-mail address, twice where it is both: a look into each of three indexes. */
export const usersCalled = (name: string) => {
  const users = `select r.id from resources r where r.tenant_id = $1 and r.source_id = s.id and r.type = 'User'`;
  return `(${users} and r.user_name = ${name}
     union all ${users} and cardinality(r.emails) > 0 and (r.emails[1]) collate "C" = ${name}
     union all ${users} and cardinality(r.emails) > 1 and r.emails @> array[${name}])`;
};

const byName = statement<FoundLink, [string, string]>(
  'people-by-name',
  `with person as (
     select called.id from sources s cross join lateral ${usersCalled('$2')} called where s.tenant_id = $1
   )
   select l.id as "linkId", l.destination_id as "destinationId" from links l join person on person.id = l.resource_id
   where l.tenant_id = $1
   union
   select l.id, l.destination_id from links l
   where l.tenant_id = $1 and l.deleted_at is not null and (l.user_name = $2 or l.email = $2)
   limit ${most}`,
);

/** The links of whoever has this userName, e-mail address, SCIM id or link id; also of somebody who was deleted. */
export async function findLinks(
  db: Queryable,
  tenantId: string,
  person: string,
): Promise<readonly FoundLink[]> {
  const text = person.trim().toLowerCase();
  return validate(text) ? byId(db, tenantId, text) : byName(db, tenantId, text);
}

/** Somebody of the roll who was looked for. */
export interface FoundPerson {
  readonly resourceId: string;
  readonly userName: string;
  readonly sourceName: string;
}

const personById = statement<FoundPerson, [string, string]>(
  'person-by-id',
  `select r.id as "resourceId", r.user_name as "userName", s.name as "sourceName"
   from sources s join resources r on r.tenant_id = $1 and r.source_id = s.id and r.id = $2 and r.type = 'User'
   where s.tenant_id = $1`,
);

const peopleCalled = statement<FoundPerson, [string, string]>(
  'people-called',
  `select r.id as "resourceId", r.user_name as "userName", s.name as "sourceName"
   from sources s cross join lateral (select distinct id from ${usersCalled('$2')} called) called
   join resources r on r.tenant_id = $1 and r.source_id = s.id and r.id = called.id
   where s.tenant_id = $1 order by s.id, r.id limit ${most}`,
);

/** Whoever of the roll has this userName, e-mail address or SCIM id. */
export async function findPeople(
  db: Queryable,
  tenantId: string,
  who: string,
): Promise<readonly FoundPerson[]> {
  const text = who.trim().toLowerCase();
  return validate(text) ? personById(db, tenantId, text) : peopleCalled(db, tenantId, text);
}

const idsCalled = statement<{ id: string }, [string, string]>(
  'people-ids-called',
  `select called.id from sources s cross join lateral ${usersCalled('$2')} called where s.tenant_id = $1
   union
   select resource_id from links where tenant_id = $1 and deleted_at is not null and (user_name = $2 or email = $2)
   limit ${most}`,
);

/** SCIM ids of whoever has this userName, e-mail address or SCIM id, or had it when they were deleted. */
export async function idsOfPeople(
  db: Queryable,
  tenantId: string,
  who: string,
): Promise<readonly string[]> {
  const text = who.trim().toLowerCase();
  if (validate(text)) return [text];
  return (await idsCalled(db, tenantId, text)).map(({ id }) => id);
}

const selectUnlinked = statement<
  { email: string; id: string },
  [tenantId: string, destinationId: string, emails: readonly string[]]
>(
  'people-unlinked',
  // A look into the index for each: joined, all links might be read for each address.
  `select email, id from (
     select address.email, (
       select l.id from links l where l.tenant_id = $1 and l.resource_id = called.id and l.destination_id = $2
         and l.remote_id is null and l.chosen is null and not l.left_alone) as id
     from (select distinct unnest($3::text[]) as email) address
     join sources s on s.tenant_id = $1
     cross join lateral ${usersCalled('address.email')} called offset 0
   ) found where id is not null`,
);

/** Those that are asked for in the same turn of the event loop are one statement. */
const unlinked = together<readonly string[]>(
  async (db, [tenantId = '', destinationId = ''], emails) => {
    const found = new Map<string, string[]>();
    for (const { email, id } of await selectUnlinked(db, tenantId, destinationId, emails))
      found.set(email, [...(found.get(email) ?? []), id]);
    return found;
  },
);

/** Links without an account, and about which nobody has decided, whose people have this address or userName. */
export async function unlinkedWith(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  email: string,
): Promise<readonly string[]> {
  return (await unlinked(db, [tenantId, destinationId], email.toLowerCase())) ?? [];
}

/** What an explanation tells of a link beside what a look needs. */
export interface LinkHistory {
  readonly state: LinkState;
  readonly done: number;
  readonly due: boolean;
  readonly notBefore: Date;
  readonly appliedAt: Date | null;
  readonly deletedAt: Date | null;
  /** Remote ids among which somebody has to choose. */
  readonly candidates: readonly string[] | null;
  /** When the guard, or somebody, decided about its leave. */
  readonly leaveAt: Date | null;
  /** Of somebody who was deleted. */
  readonly userName: string | null;
  /** The last time its source said something about this person. */
  readonly askedAt: Date | null;
  readonly askedKind: string | null;
  readonly askedBy: string | null;
}

const selectHistory = statement<LinkHistory, [string, string, string]>(
  'link-history',
  `select ${linkState} as state, l.done, l.wanted > l.done as due, l.candidates, l.not_before as "notBefore", l.applied_at as "appliedAt",
          l.deleted_at as "deletedAt", l.user_name as "userName", l.leave_at as "leaveAt", asked.at as "askedAt",
          asked.kind as "askedKind", asked.actor as "askedBy"
   from links l left join lateral (
     select at, kind, actor from activity
     where tenant_id = $1 and resource_id = l.resource_id and kind in ('User.create', 'User.update', 'User.delete')
     order by id desc limit 1
   ) asked on true
   where l.tenant_id = $1 and l.destination_id = $2 and l.id = $3`,
);

/** The history of a link; `null` where there is no such link. */
export async function linkHistory(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  linkId: string,
): Promise<LinkHistory | null> {
  const [row] = await selectHistory(db, tenantId, destinationId, linkId);
  return row ?? null;
}
