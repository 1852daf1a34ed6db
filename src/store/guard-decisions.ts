/** Who is held by the guard, and what an administrator decides about them. */
import { v7 as uuidv7 } from 'uuid';
import type { DestinationKey } from './destinations.ts';
import type { LeaveMark } from './due-links.ts';
import { type Queryable, statement } from './statement.ts';

/** Somebody whose leave the guard has a word on. */
export interface GuardedLink {
  readonly link: string;
  readonly resourceId: string;
  readonly sourceId: string;
  /** What a person calls them. */
  readonly name: string | null;
  readonly email: string | null;
  readonly remoteId: string | null;
  /** Was deleted at its source. */
  readonly deleted: boolean;
  /** The memberships that are held; `null` where it is the account itself. */
  readonly memberships: readonly string[] | null;
  readonly reason: string | null;
  readonly since: Date;
}

/** A page of them. */
export interface GuardedPage {
  readonly mark: Exclude<LeaveMark, 'allowed'>;
  readonly limit: number;
  /** The last link of the page before; `null` for the first page. */
  readonly after: string | null;
}

const selectGuarded = statement<
  GuardedLink,
  [tenantId: string, destinationId: string, mark: string, after: string, limit: number]
>(
  'guard-people',
  `select l.id as link, l.resource_id as "resourceId", l.source_id as "sourceId", l.email, l.remote_id as "remoteId",
          l.deleted_at is not null as deleted, l.withheld as memberships, l.reason, l.leave_at as since,
          coalesce(r.data->>'displayName',
                   nullif(concat_ws(' ', r.data#>>'{name,givenName}', r.data#>>'{name,familyName}'), ''),
                   r.data->>'userName', l.user_name, l.email) as name
   from links l
   left join resources r on r.tenant_id = l.tenant_id and r.source_id = l.source_id and r.id = l.resource_id
   where l.tenant_id = $1 and l.destination_id = $2 and l.leave = $3 and l.id > $4
   order by l.id limit $5`,
);

const first = '00000000-0000-0000-0000-000000000000';

/** Those whose leave is held, or was discarded, in the order of their links. */
export async function guardedLinks(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { mark, limit, after }: GuardedPage,
): Promise<readonly GuardedLink[]> {
  return selectGuarded(db, tenantId, destinationId, mark, after ?? first, limit);
}

/** How many are held and discarded, and how the guard of a destination stands. */
export interface GuardFacts {
  readonly now: Date;
  /** Leaves are counted since then; what was allowed before is not. */
  readonly since: Date;
  /** When the guard began to hold those who are held. */
  readonly trippedAt: Date | null;
  readonly heldAccounts: number;
  readonly heldMemberships: number;
  readonly discarded: number;
}

const selectFacts = statement<GuardFacts, [tenantId: string, destinationId: string]>(
  'guard-facts',
  `select now() as now, greatest(d.guard_since, now() - interval '1 day') as since,
          case when held.accounts + held.memberships > 0 then d.guard_tripped_at end as "trippedAt",
          held.accounts as "heldAccounts", held.memberships as "heldMemberships", held.discarded
   from destinations d cross join lateral (
     select count(*) filter (where leave = 'held' and withheld is null) as accounts,
            count(*) filter (where leave = 'held' and withheld is not null) as memberships,
            count(*) filter (where leave = 'discarded') as discarded
     from links l where l.tenant_id = $1 and l.destination_id = $2 and leave is not null
   ) held
   where d.tenant_id = $1 and d.id = $2`,
);

/** How the guard of a destination stands; `null` where there is no such destination. */
export async function guardFacts(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<GuardFacts | null> {
  const [row] = await selectFacts(db, tenantId, destinationId);
  return row ?? null;
}

/** A decision about people who are held. */
export interface GuardDecision {
  readonly what: 'allow' | 'discard';
  /** Their links, at most a page; one that was discarded may be allowed later. `null`: who is held. */
  readonly links: readonly string[] | null;
  /** Whether they go before everybody else, as leavers do. */
  readonly pace: 'urgent' | 'ordinary';
  /** Only who was held by then: nobody is decided about who was not seen. */
  readonly heldBy: Date;
  readonly actor: string;
  readonly requestId: string | null;
}

/** So many are decided about in one statement. */
export const decisionPage = 1_000;

const decisions = {
  allow: {
    from: `('held', 'discarded')`,
    set: `leave = 'allowed', leave_at = now(), wanted = links.wanted + 1, not_before = now(), attempts = 0, look_again = true,
          requested_at = case when links.wanted > links.done then links.requested_at else now() end`,
  },
  discard: {
    from: `('held')`,
    set: `leave = 'discarded', leave_at = now(), outcome = 'done',
          reason = 'an administrator discarded the leave: the account stays as it is'`,
  },
} as const;

/**
 * Carries a decision out for one page of people, with a line of activity for each. Allowing begins the
 * count of leaves anew: what has happened until now was right.
 * @returns the links that were decided about; fewer than a page when nobody is left
 */
export async function decideLeaves(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { what, links, pace, heldBy, actor, requestId }: GuardDecision,
): Promise<readonly string[]> {
  const { from, set } = decisions[what];
  const only = links === null ? `leave = 'held'` : `leave in ${from} and id = any($6::uuid[])`;
  const { rows } = await db.query<{ id: string }>(
    `with page as (
       select id from links
       where tenant_id = $1 and destination_id = $2 and ${only} and leave_at <= $3
         and ($6::uuid[] is null or id = any($6))
       order by id limit ${decisionPage} for update
     ), decided as (
       update links set ${set}, urgent = links.urgent or ($7 and $8) from page
       where links.tenant_id = $1 and links.id = page.id
       returning links.id, links.source_id, links.resource_id, links.withheld
     ), settled as (
       update destinations set guard_decided_at = now(), guard_since = case when $8 then now() else guard_since end
       where tenant_id = $1 and id = $2 and exists (select from decided)
     ), noted as (
       insert into activity (tenant_id, id, kind, actor, request_id, source_id, destination_id, resource_id, link_id,
                             outcome, message, detail)
       select $1, ids.id, $9, $4, $5, decided.source_id, $2, decided.resource_id, decided.id, 'done', null,
              case when withheld is null then null else jsonb_build_object('memberships', withheld) end
       from (select *, row_number() over () as place from decided) decided
       join unnest($10::uuid[]) with ordinality ids (id, place) using (place)
     )
     select id from decided`,
    [
      tenantId,
      destinationId,
      heldBy,
      actor,
      requestId,
      links,
      pace === 'urgent',
      what === 'allow',
      `guard.${what}`,
      Array.from({ length: decisionPage }, () => uuidv7()),
    ],
  );
  return rows.map(({ id }) => id);
}

/**
 * Allows leaves before anybody has judged them, because an administrator has confirmed what they follow
 * from, with a line of activity for each. To be called in a transaction with that.
 */
export async function allowLeaves(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  links: readonly string[],
  { actor, requestId }: Pick<GuardDecision, 'actor' | 'requestId'>,
): Promise<void> {
  await db.query(
    `with allowed as (
       update links set leave = 'allowed', leave_at = now(), withheld = null
       where tenant_id = $1 and destination_id = $2 and id = any($3) returning id, source_id, resource_id
     )
     insert into activity (tenant_id, id, kind, actor, request_id, source_id, destination_id, resource_id, link_id, outcome)
     select $1, line.id, 'guard.allow', $4, $5, source_id, $2, resource_id, allowed.id, 'done'
     from allowed join unnest($3::uuid[], $6::uuid[]) line (link_id, id) on link_id = allowed.id`,
    [tenantId, destinationId, links, actor, requestId, links.map(() => uuidv7())],
  );
}
