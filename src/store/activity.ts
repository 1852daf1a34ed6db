import type { Json } from '../model.ts';
import { nameSql } from './person-name.ts';
import type { Queryable } from './statement.ts';
import { firstIdAt } from './time-ids.ts';
import { wordsQuery } from './words.ts';

/** How what a line tells of ended; other outcomes there are none. */
export const outcomes = ['done', 'held', 'rejected', 'failed'] as const;

/** How it ended. */
export type Outcome = (typeof outcomes)[number];

/** One line of the log a merchant can read. */
export interface Activity {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly sourceId: string | null;
  readonly destinationId: string | null;
  readonly resourceId: string | null;
  readonly linkId: string | null;
  readonly outcome: string;
  readonly message: string | null;
  readonly detail: Json;
}

const columns = `id, at, kind, actor, request_id as "requestId", source_id as "sourceId",
  destination_id as "destinationId", resource_id as "resourceId", link_id as "linkId", outcome, message, detail`;

/** Writes one line on its own, for what is not part of another statement. */
export async function insertActivity(
  db: Queryable,
  tenantId: string,
  line: Pick<Activity, 'id' | 'kind' | 'outcome'> & Partial<Activity>,
): Promise<void> {
  await db.query(
    `insert into activity (tenant_id, id, kind, actor, request_id, source_id, destination_id, resource_id, link_id, outcome, message, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      tenantId,
      line.id,
      line.kind,
      line.actor ?? null,
      line.requestId ?? null,
      line.sourceId ?? null,
      line.destinationId ?? null,
      line.resourceId ?? null,
      line.linkId ?? null,
      line.outcome,
      line.message ?? null,
      line.detail === undefined ? null : JSON.stringify(line.detail),
    ],
  );
}

/** A line with the names a person knows its subjects by. */
export interface NamedActivity extends Activity {
  /** Of the user or group; of somebody who was deleted, the userName where it is still known. */
  readonly resourceName: string | null;
  readonly destinationName: string | null;
}

/** Which lines of a tenant's log: those that fit all that is given. */
export interface ActivityFilter {
  /** About one of these people or groups, by their ids. */
  readonly people?: readonly string[];
  /** About somebody with words like these; for many people, of whom `people` would be too long a list. */
  readonly words?: readonly string[];
  readonly sourceId?: string;
  readonly destinationId?: string;
  readonly outcome?: Outcome;
  readonly from?: Date;
  /** Before this moment. */
  readonly to?: Date;
}

/** Which page of them; `before` is the last line of the page before. */
export interface ActivityPage {
  readonly limit: number;
  readonly before: string | null;
}

/** The lines of a tenant that fit, with names, newest first. */
export async function namedActivity(
  db: Queryable,
  tenantId: string,
  filter: ActivityFilter,
  { limit, before }: ActivityPage,
): Promise<readonly NamedActivity[]> {
  const values: unknown[] = [tenantId, limit];
  const place = (value: unknown) => `$${values.push(value)}`;
  const { people, words, sourceId, destinationId, outcome, from, to } = filter;
  const conditions = [
    'tenant_id = $1',
    ...(before === null ? [] : [`id < ${place(before)}`]),
    ...(people === undefined ? [] : [`resource_id = any(${place(people)}::uuid[])`]),
    ...(sourceId === undefined ? [] : [`source_id = ${place(sourceId)}`]),
    ...(destinationId === undefined ? [] : [`destination_id = ${place(destinationId)}`]),
    ...(outcome === undefined ? [] : [`outcome = ${place(outcome)}`]),
    // Its id tells when a line was written.
    ...(from === undefined ? [] : [`id >= ${place(firstIdAt(from))}`]),
    ...(to === undefined ? [] : [`id < ${place(firstIdAt(to))}`]),
    ...(words === undefined ? [] : [aboutSomebodyLike(place(wordsQuery(tenantId, words)))]),
  ];
  const text = namedLines(
    `select ${columns} from activity where ${conditions.join(' and ')} order by id desc limit $2`,
  );
  return (await db.query<NamedActivity>(text, values)).rows;
}

/** One line of a tenant, with names. */
export async function findActivity(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<NamedActivity | null> {
  const [line] = await activityOf(db, tenantId, [id]);
  return line ?? null;
}

/** These lines of a tenant, with names, newest first. */
export async function activityOf(
  db: Queryable,
  tenantId: string,
  ids: readonly string[],
): Promise<readonly NamedActivity[]> {
  const text = namedLines(
    `select ${columns} from activity where tenant_id = $1 and id = any($2::uuid[])`,
  );
  return (await db.query<NamedActivity>(text, [tenantId, ids])).rows;
}

/** A scalar is asked for each line, until there are enough. */
const aboutSomebodyLike = (query: string) =>
  `(select (r.words @@ ${query}::tsquery) is true from resources r
    where r.tenant_id = activity.tenant_id and r.source_id = activity.source_id and r.id = activity.resource_id)`;

/** Lines with the names of what they are about. */
const namedLines = (lines: string) =>
  `select line.*, d.name as "destinationName",
          coalesce(${nameSql('r')}, buried.user_name, deleted_user.user_name) as "resourceName"
   from (${lines}) line
   left join destinations d on d.tenant_id = $1 and d.id = line."destinationId"
   left join resources r on r.tenant_id = $1 and r.source_id = line."sourceId" and r.id = line."resourceId"
   left join lateral (
     select user_name from links
     where r.id is null and tenant_id = $1 and resource_id = line."resourceId" and deleted_at is not null limit 1
   ) buried on true
   -- Its link may have gone on to somebody new: what was written at its end still names it.
   left join lateral (
     select detail->>'userName' as user_name from activity
     where r.id is null and tenant_id = $1 and resource_id = line."resourceId" and kind = 'User.delete' limit 1
   ) deleted_user on true
   order by line.id desc`;
