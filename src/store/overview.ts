/** What the first page of the admin shows beside how destinations stand: set-up, growth, and what waits. */
import { type Queryable, statement } from './statement.ts';

/** A step of setting up. */
export interface SetUpStep {
  readonly step: 'scim-on' | 'first-person' | 'lms-connected' | 'first-offer' | 'first-enrolment';
  readonly done: boolean;
  /** Since when, where that is known. */
  readonly at: Date | null;
}

const selectSetUp = statement<
  SetUpStep,
  [tenantId: string, shops: readonly string[], schools: readonly string[]]
>(
  'overview-set-up',
  `select step, done, at from (
     select 1 as nth, 'scim-on' as step, count(*) > 0 as done, min(enabled_at) as at from sources
     where tenant_id = $1 and kind = 'scim' and provisioning_enabled and creation_enabled
     union all
     select 2, 'first-person', count(*) > 0, min(first.created_at) from sources s cross join lateral (
       select created_at from resources r
       where r.tenant_id = $1 and r.source_id = s.id and r.type = 'User' order by r.id limit 1
     ) first where s.tenant_id = $1 and s.kind <> 'storefront'
     union all
     select 3, 'lms-connected', count(*) > 0, min(created_at) from destinations
     where tenant_id = $1 and connector <> all($2) and (state <> 'paused' or last_success_at is not null)
     union all
     select 4, 'first-offer', count(*) > 0, min(valid_from) from offers where tenant_id = $1
     union all
     select 5, 'first-enrolment', enrolled.is, case when enrolled.is then (
       select min(created_at) from grants where tenant_id = $1 and starts_at is not null) end
     from (select exists (
       select from destinations d cross join lateral (
         select from links l where l.tenant_id = $1 and l.destination_id = d.id
           and l.remote_id is not null and l.memberships <> '{}' limit 1
       ) one where d.tenant_id = $1 and d.connector = any($3)
     ) or exists (
       select from (select * from grants where tenant_id = $1 and starts_at is not null order by created_at limit 100) g
       join links l on l.tenant_id = $1 and l.resource_id = g.resource_id and l.destination_id = g.destination_id
       where l.memberships @> array[g.membership]
     ) as is) enrolled
   ) steps order by nth`,
);

/** Connectors by what is done there. */
export interface ConnectorNames {
  /** Where people buy. */
  readonly shops: readonly string[];
  /** Where nobody has an account but for a membership: one that is there is an enrolment. */
  readonly schools: readonly string[];
}

/** How far a tenant is set up. */
export async function setUpOf(
  db: Queryable,
  tenantId: string,
  { shops, schools }: ConnectorNames,
): Promise<readonly SetUpStep[]> {
  return selectSetUp(db, tenantId, shops, schools);
}

/** What came on one day. */
export interface Day {
  /** Like 2027-01-31, in the time zone that was asked for. */
  readonly day: string;
  /** People who were received, and are still there. */
  readonly people: number;
  /** Rights that were given: bought, or by hand. */
  readonly enrolments: number;
}

/** The days, oldest first, and the lowest UUIDv7 of each one's beginning: ids of resources are in the order of time. */
const days = `select to_char(day, 'YYYY-MM-DD') as day, begins, ends,
    (rpad(lpad(to_hex((extract(epoch from begins) * 1000)::bigint), 12, '0') || '70008', 32, '0'))::uuid as first,
    (rpad(lpad(to_hex((extract(epoch from ends) * 1000)::bigint), 12, '0') || '70008', 32, '0'))::uuid as beyond
  from (
    select day, day at time zone $2 as begins, (day + interval '1 day') at time zone $2 as ends
    from generate_series(1 - $4, 0) as ago
    cross join lateral (select date_trunc('day', $3::timestamptz at time zone $2) + ago * interval '1 day' as day) dated
  ) spans`;

/** Resources of a span; where all are counted and groups taken off, indexes alone answer. */
const received = (kind: string) => `
  select count(*) from resources r
  where r.tenant_id = $1 and r.source_id = s.id and r.id >= first and r.id < beyond ${kind}`;

const selectDays = statement<Day, [tenantId: string, zone: string, now: Date, count: number]>(
  'overview-days',
  `select day,
          (select coalesce(sum((${received('')}) - (${received("and r.type = 'Group'")})), 0)::int
           from sources s where s.tenant_id = $1) as people,
          (select count(*) from grants
           where tenant_id = $1 and starts_at is not null and created_at >= begins and created_at < ends) as enrolments
   from (${days}) days order by day`,
);

/** How many came on each of the last days, today's among them, as days are in a time zone. */
export async function daysOf(
  db: Queryable,
  tenantId: string,
  { zone, now, count }: { readonly zone: string; readonly now: number; readonly count: number },
): Promise<readonly Day[]> {
  return selectDays(db, tenantId, zone, new Date(now), count);
}

/** Deliveries of the shop that were given up, by topic. */
export interface DeadLetters {
  readonly topic: string;
  readonly count: number;
}

const selectDead = statement<DeadLetters, [tenantId: string]>(
  'overview-dead-letters',
  `select topic, count(*) as count from inbox where tenant_id = $1 and state = 'dead'
   group by topic order by count(*) desc, topic`,
);

/** Deliveries of the shop that were given up, the most frequent topics first. */
export async function deadLetters(
  db: Queryable,
  tenantId: string,
): Promise<readonly DeadLetters[]> {
  return selectDead(db, tenantId);
}
