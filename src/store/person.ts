/** One person of a tenant: as they are on the roll, or as they are remembered. */
import type { JsonObject } from '../model.ts';
import { emailSql, nameSql } from './person-name.ts';
import type { SourceKind } from './sources.ts';
import { type Queryable, statement } from './statement.ts';

/** A person. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly userName: string;
  readonly email: string | null;
  readonly active: boolean;
  /** `null` where their connection was removed since. */
  readonly source: { readonly id: string; readonly name: string; readonly kind: SourceKind } | null;
  readonly createdAt: Date | null;
  readonly modifiedAt: Date | null;
  /** Since when they are not on the roll any more. */
  readonly deletedAt: Date | null;
  /** The SCIM User as it is stored; `null` of somebody who was deleted. */
  readonly attributes: JsonObject | null;
}

const selectPerson = statement<Person, [string, string]>(
  'person',
  `select r.id, ${nameSql('r')} as name, r.data ->> 'userName' as "userName", ${emailSql('r')} as email, r.active,
          json_build_object('id', s.id, 'name', s.name, 'kind', s.kind) as source, r.created_at as "createdAt",
          r.last_modified as "modifiedAt", null as "deletedAt", r.data as attributes
   from sources s join resources r on r.tenant_id = $1 and r.source_id = s.id and r.id = $2 and r.type = 'User'
   where s.tenant_id = $1`,
);

/** By what was written down when they were deleted: their links may belong to somebody who came after them. */
const selectDeparted = statement<Person, [string, string]>(
  'person-departed',
  `select gone.id, gone.user_name as name, gone.user_name as "userName", gone.email, false as active,
          case when s.id is not null then json_build_object('id', s.id, 'name', s.name, 'kind', s.kind) end as source,
          null as "createdAt", null as "modifiedAt", gone.at as "deletedAt", null as attributes
   from (
     (select resource_id as id, source_id, user_name, email, deleted_at as at from links
      where tenant_id = $1 and resource_id = $2 and deleted_at is not null order by email nulls last limit 1)
     union all
     (select resource_id, source_id, detail ->> 'userName', null, at from activity
      where tenant_id = $1 and resource_id = $2 and kind = 'User.delete' order by id desc limit 1)
   ) gone
   left join sources s on s.tenant_id = $1 and s.id = gone.source_id
   limit 1`,
);

/** Somebody of the roll, or who was on it, by their SCIM id. */
export async function findPerson(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<Person | null> {
  const [person] = await selectPerson(db, tenantId, id);
  return person ?? (await selectDeparted(db, tenantId, id))[0] ?? null;
}

/** Who asked for something, and by which request. */
export interface AskedBy {
  readonly activityId: string;
  readonly actor: string;
  readonly requestId: string;
}

const lookStatement = statement<
  { destinations: string[] },
  [tenantId: string, id: string, activityId: string, actor: string, requestId: string]
>(
  'person-look-again',
  `with locked as materialized (
     select id from links where tenant_id = $1 and resource_id = $2 order by id for update
   ), bumped as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0, look_again = true,
                      requested_at = case when wanted > done then requested_at else now() end
     from locked where links.tenant_id = $1 and links.id = locked.id
     returning destination_id, source_id
   ), noted as (
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, resource_id, outcome)
     select $1, $3, 'person.sync', $4, $5, source_id, $2, 'done' from bumped limit 1
   )
   select array(select distinct destination_id from bumped) as destinations`,
);

/**
 * Has somebody looked at again on both sides, wherever they have a link, and writes down who asked for it.
 * @returns those destinations, which are to be woken
 */
export async function lookAgainAt(
  db: Queryable,
  tenantId: string,
  personId: string,
  { activityId, actor, requestId }: AskedBy,
): Promise<readonly string[]> {
  const [row] = await lookStatement(db, tenantId, personId, activityId, actor, requestId);
  return row?.destinations ?? [];
}
