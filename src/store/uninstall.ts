/** The app was uninstalled from a shop: from that moment nothing is done for it. */
import { v7 as uuidv7 } from 'uuid';
import { raiseSql } from './notices.ts';
import type { Queryable } from './statement.ts';

/** What a shop's leaving is written with. */
export interface Uninstalled {
  /** By the shop's clock. */
  readonly at: Date;
  /** Whose destination is the shop: its own access token, where it has one, is forgotten too. */
  readonly connector: string;
  /** Why its destinations stand still, for people. */
  readonly reason: string;
}

/**
 * Erases the tokens and stops every destination of a tenant, in one statement; its roll stays. Those that somebody
 * paused before stay paused for that reason.
 * @returns false where the app was uninstalled already, or has been installed again since
 */
export async function uninstall(
  db: Queryable,
  tenantId: string,
  { at, connector, reason }: Uninstalled,
): Promise<boolean> {
  const { rows } = await db.query(
    `with gone as (
       insert into installations (tenant_id, state, uninstalled_at, installed_at)
       values ($1, 'uninstalled', $2, to_timestamp(0))
       on conflict (tenant_id) do update set state = 'uninstalled', reason = null, tokens = null,
         access_until = null, refresh_until = null, uninstalled_at = $2
       where installations.state <> 'uninstalled' and installations.installed_at < $2
       returning tenant_id
     ), changed as (
       update destinations d set epoch = epoch + 1, probe_at = null, quarantined_at = null, probes = 0, failures = 0,
              recent = '', paused_until = null, state = 'paused',
              secrets = case when connector = $3 then null else secrets end,
              reason = case when state = 'paused' then reason else $4 end,
              reason_code = case when state = 'paused' then reason_code else 'uninstalled' end
       from gone where d.tenant_id = $1 returning d.id, d.connector
     ), noted as (
       insert into activity (tenant_id, id, kind, actor, outcome, message)
       select $1, $6, 'app.uninstall', 'shopify', 'done', $4 from gone
     ), raised as (
       select 'app.uninstalled' as kind, null as destination_id, null as code, $4::text as message,
              jsonb_build_object('since', $2::timestamptz) as detail, null as once from gone
     ), ${raiseSql({ tenant: '$1', id: '$5' })}
     select from gone`,
    [tenantId, at, connector, reason, uuidv7(), uuidv7()],
  );
  return rows.length > 0;
}

/** Notes which scopes a shop grants now, and has its destination probed where it lacked some. */
export async function putScopes(
  db: Queryable,
  tenantId: string,
  scopes: readonly string[],
  connector: string,
): Promise<void> {
  await db.query(
    `with before as (
       select scopes from installations where tenant_id = $1 and state = 'installed' for update
     ), changed as (
       update installations set scopes = $2 from before
       where tenant_id = $1 and before.scopes is distinct from $2 returning before.scopes
     ), probed as (
       update destinations set probe_at = now() from changed
       where tenant_id = $1 and connector = $3 and state = 'quarantined' and reason_code = 'permissions'
     )
     insert into activity (tenant_id, id, kind, actor, outcome, detail)
     select $1, $4, 'app.scopes', 'shopify', 'done',
            jsonb_build_object('scopes', jsonb_build_array(to_jsonb(changed.scopes), to_jsonb($2::text[]))) from changed`,
    [tenantId, scopes, connector, uuidv7()],
  );
}

/** A shop's request to be erased. */
export interface AskedErasure {
  readonly deliveryId: string;
  /** When it must have left at the latest, as such a request comes two days after. */
  readonly left: Date;
  readonly by: Date;
}

/**
 * The shop asks for everything of it to be erased, at the latest then. Where it has installed the app since it left,
 * nothing is. What the proof says of the request is kept with the installation: deliveries are kept for a time only.
 * @returns whether it is going to be erased
 */
export async function askErasure(
  db: Queryable,
  tenantId: string,
  { deliveryId, left, by }: AskedErasure,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update installations i set erase_by = least(erase_by, $3),
            erase_webhook_id = coalesce(erase_webhook_id, asked.webhook_id),
            erase_asked_at = coalesce(erase_asked_at, asked.received_at)
     from inbox asked
     where i.tenant_id = $1 and i.state = 'uninstalled' and i.uninstalled_at <= $2
       and asked.tenant_id = $1 and asked.id = $4`,
    [tenantId, left, by, deliveryId],
  );
  return rowCount === 1;
}
