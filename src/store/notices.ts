/**
 * Notices: what somebody should know of. Each is written by the statement that makes it so, together
 * with who is to be told, so that none is lost and none is raised twice.
 */
import { v7 as uuidv7 } from 'uuid';
import type { Json } from '../model.ts';
import type { Queryable } from './statement.ts';

/** What notices are about. */
export type NoticeKind =
  | 'destination.quarantined'
  /** Still quarantined, for another reason than the last notice said. */
  | 'destination.quarantine_changed'
  | 'destination.recovered'
  /** It was quarantined for so long that it is not probed any more. */
  | 'destination.off'
  | 'guard.tripped'
  /** Somebody who was deactivated was made active at the destination, and the policy has it told. */
  | 'account.reactivated'
  /** What an offer is about is not sold any more. */
  | 'offer.product_gone'
  | 'alarm.raised'
  | 'alarm.ended'
  | 'app.uninstalled'
  /** A customer asked what is held of them: it is there to be downloaded. */
  | 'privacy.export'
  /** Somebody was erased here, and could not be elsewhere. */
  | 'privacy.left'
  /** Sent by a person who wants to see it arrive. */
  | 'notice.test';

/** A notice about to be raised. */
export interface NewNotice {
  readonly kind: NoticeKind;
  readonly destinationId: string | null;
  /** A word for programs, e.g. why a destination is quarantined. */
  readonly code: string | null;
  /** A sentence for a person: what happened and what to do. */
  readonly message: string;
  readonly detail: Json;
  /** A notice with this key is raised a single time for the tenant; without one, every time. */
  readonly once?: string;
}

/**
 * The end of a statement that raises a notice of what it changed: common table expressions, to be put
 * after one named `raised` with the columns `kind, destination_id, code, message, detail, once`, all
 * of it at most one row. Everybody who is to be told by the tenant's settings gets a delivery.
 * @param values the places of the values: the tenant's id, and a new UUIDv7 for the notice
 */
export function raiseSql({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `noticed as (
    insert into notices (tenant_id, id, kind, destination_id, code, message, detail, once)
    select ${tenant}, ${id}::uuid, kind, destination_id, code, message, detail, once from raised
    on conflict (tenant_id, once) where once is not null do nothing
    returning tenant_id, id
  ), told as (
    insert into notice_deliveries (tenant_id, notice_id, channel, target)
    select noticed.tenant_id, noticed.id, way.channel, way.target
    from noticed left join notice_settings s on s.tenant_id = noticed.tenant_id
    cross join lateral (
      select 'log' as channel, '' as target
      union all select 'webhook', '' where s.webhook_url is not null
      union all select 'email', unnest(s.recipients)
    ) way
  )`;
}

/**
 * Raises a notice by itself. Where it goes with a change, pass the client of the change's transaction,
 * or put `raiseSql` into its statement.
 * @returns its id; `null` where one with this `once` was raised before
 */
export async function raiseNotice(
  db: Queryable,
  tenantId: string,
  { kind, destinationId, code, message, detail, once }: NewNotice,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `with raised as (
       select $3::text as kind, $4::text as destination_id, $5::text as code, $6::text as message,
              $7::jsonb as detail, $8::text as once
     ), ${raiseSql({ tenant: '$1', id: '$2' })}
     select id from noticed`,
    [
      tenantId,
      uuidv7(),
      kind,
      destinationId,
      code,
      message,
      detail === null ? null : JSON.stringify(detail),
      once ?? null,
    ],
  );
  return rows[0]?.id ?? null;
}

/** How a delivery stands. */
export interface DeliveryState {
  readonly channel: string;
  readonly target: string;
  readonly attempts: number;
  readonly deliveredAt: string | null;
  readonly givenUpAt: string | null;
  readonly lastError: string | null;
}

/** A notice as it is listed. */
export interface ListedNotice {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly destinationId: string | null;
  readonly destinationName: string | null;
  readonly code: string | null;
  readonly message: string;
  readonly detail: Json;
  readonly at: Date;
  readonly deliveries: readonly DeliveryState[];
}

/** A page of a tenant's notices with their deliveries, newest first; `before` is the id of the last one seen. */
export async function noticesPage(
  db: Queryable,
  tenantId: string,
  { limit, before }: { readonly limit: number; readonly before: string | null },
): Promise<readonly ListedNotice[]> {
  const { rows } = await db.query<ListedNotice>(
    `select n.id, n.kind, n.destination_id as "destinationId", destination.name as "destinationName",
            n.code, n.message, n.detail, n.at, coalesce(told.deliveries, '[]') as deliveries
     from (select * from notices where tenant_id = $1 and ($3::uuid is null or id < $3) order by id desc limit $2) n
     left join destinations destination on destination.tenant_id = $1 and destination.id = n.destination_id
     left join lateral (
       select jsonb_agg(jsonb_build_object(
                'channel', channel, 'target', target, 'attempts', attempts, 'deliveredAt', delivered_at,
                'givenUpAt', given_up_at, 'lastError', last_error) order by channel, target) as deliveries
       from notice_deliveries where tenant_id = $1 and notice_id = n.id
     ) told on true
     order by n.id desc`,
    [tenantId, limit, before],
  );
  return rows;
}
