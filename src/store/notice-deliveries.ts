/** Deliveries: who is told of a notice, and how far that has come. */
import type { Json } from '../model.ts';
import type { NoticeKind } from './notices.ts';
import { type Queryable, statement } from './statement.ts';

/** A way notices take. */
export type Channel = 'log' | 'webhook' | 'email';

/** Which delivery. `target` is the recipient of an e-mail, and empty for the other channels. */
export interface DeliveryKey {
  readonly tenantId: string;
  readonly noticeId: string;
  readonly channel: Channel;
  readonly target: string;
}

/** A delivery to be made, with all that it tells and where it goes by the settings of this moment. */
export interface Delivery extends DeliveryKey {
  /** How often it was tried before. */
  readonly attempts: number;
  readonly kind: NoticeKind;
  readonly code: string | null;
  readonly message: string;
  readonly detail: Json;
  readonly at: Date;
  readonly tenantName: string;
  readonly destinationId: string | null;
  readonly destinationName: string | null;
  readonly webhookUrl: string | null;
  readonly webhookSecret: string | null;
  /** Whether an e-mail's recipient still is one. */
  readonly subscribed: boolean;
}

const selected = `d.tenant_id as "tenantId", d.notice_id as "noticeId", d.channel, d.target, d.attempts,
  n.kind, n.code, n.message, n.detail, n.at, t.name as "tenantName",
  n.destination_id as "destinationId", destination.name as "destinationName",
  s.webhook_url as "webhookUrl", s.webhook_secret as "webhookSecret",
  coalesce(d.target = any(s.recipients), false) as subscribed`;

const joined = `join notices n on n.tenant_id = d.tenant_id and n.id = d.notice_id
  join tenants t on t.tenant_id = d.tenant_id
  left join notice_settings s on s.tenant_id = d.tenant_id
  left join destinations destination on destination.tenant_id = d.tenant_id and destination.id = n.destination_id`;

const selectDue = statement<
  Delivery,
  [except: readonly string[], busy: readonly string[], limit: number]
>(
  'notice-deliveries-due',
  `select ${selected}
   from (select * from notice_deliveries
         where delivered_at is null and given_up_at is null and next_at <= now()
           and notice_id::text || channel || target <> all($1) and tenant_id <> all($2)
         order by next_at limit $3) d ${joined}
   order by d.next_at`,
);

/** Names a delivery in the list of those to leave out. */
export function deliveryName({ noticeId, channel, target }: DeliveryKey): string {
  return noticeId + channel + target;
}

/** Which due deliveries are passed over: those of these names, and all of these tenants. */
export interface PassedOver {
  readonly names: readonly string[];
  readonly tenants: readonly string[];
}

/** The deliveries of all tenants that are due, longest waiting first. */
export async function dueDeliveries(
  db: Queryable,
  { names, tenants }: PassedOver,
  limit: number,
): Promise<readonly Delivery[]> {
  return selectDue(db, names, tenants, limit);
}

/** The deliveries of one notice that nobody has made yet, whether they are due or not. */
export async function deliveriesOf(
  db: Queryable,
  tenantId: string,
  noticeId: string,
): Promise<readonly Delivery[]> {
  const { rows } = await db.query<Delivery>(
    `select ${selected} from notice_deliveries d ${joined}
     where d.tenant_id = $1 and d.notice_id = $2 and d.delivered_at is null order by d.channel, d.target`,
    [tenantId, noticeId],
  );
  return rows;
}

/** Keeps the deliveries of a notice to whoever raises it: the leader leaves them alone. */
export async function keepDeliveries(
  db: Queryable,
  tenantId: string,
  noticeId: string,
): Promise<void> {
  await db.query(
    `update notice_deliveries set next_at = 'infinity' where tenant_id = $1 and notice_id = $2`,
    [tenantId, noticeId],
  );
}

/** Writes down that a delivery arrived. */
export async function recordDelivered(db: Queryable, key: DeliveryKey): Promise<void> {
  await db.query(
    `update notice_deliveries set attempts = attempts + 1, delivered_at = now(), given_up_at = null, last_error = null
     where tenant_id = $1 and notice_id = $2 and channel = $3 and target = $4`,
    [key.tenantId, key.noticeId, key.channel, key.target],
  );
}

/** Writes down that a delivery failed, and when it is tried again: never, where that is `null`. */
export async function recordFailed(
  db: Queryable,
  key: DeliveryKey,
  error: string,
  nextAt: Date | null,
): Promise<void> {
  await db.query(
    `update notice_deliveries set attempts = attempts + 1, last_error = $5, next_at = coalesce($6, next_at),
            given_up_at = case when $6::timestamptz is null then now() end
     where tenant_id = $1 and notice_id = $2 and channel = $3 and target = $4 and delivered_at is null`,
    [key.tenantId, key.noticeId, key.channel, key.target, error, nextAt],
  );
}
