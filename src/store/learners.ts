/** Finds the people of the roll who bought, and the learners that somebody named. */
import type { JsonObject } from '../model.ts';
import { usersCalled } from './people.ts';
import type { SourceKind } from './sources.ts';
import { type Queryable, statement } from './statement.ts';

/** Somebody of the roll who may be meant. */
export interface Meant {
  /** What they were looked for by: the id of a customer, or an address in small letters. */
  readonly by: string;
  readonly resourceId: string;
  readonly sourceId: string;
  readonly sourceKind: SourceKind;
  readonly sourceName: string;
  readonly userName: string;
}

const meantColumns = `r.id as "resourceId", r.source_id as "sourceId", s.kind as "sourceKind", s.name as "sourceName", r.user_name as "userName"`;

const selectByCustomer = statement<Meant, [string, readonly string[]]>(
  'learners-by-customer',
  `select l.remote_id as by, ${meantColumns}
   from destinations d
   join links l on l.tenant_id = $1 and l.destination_id = d.id and l.remote_id = any($2) and l.deleted_at is null
   join resources r on r.tenant_id = $1 and r.source_id = l.source_id and r.id = l.resource_id
   join sources s on s.tenant_id = $1 and s.id = r.source_id
   where d.tenant_id = $1 and d.connector = 'shopify'
   union
   select r.external_id, ${meantColumns}
   from sources s join resources r on r.tenant_id = $1 and r.source_id = s.id and r.type = 'User' and r.external_id = any($2)
   where s.tenant_id = $1 and s.kind = 'storefront'`,
);

const selectByEmail = statement<Meant, [string, readonly string[]]>(
  'learners-by-email',
  `select address.email as by, ${meantColumns}
   from (select distinct unnest($2::text[]) as email) address
   join sources s on s.tenant_id = $1
   cross join lateral (select distinct id from ${usersCalled('address.email')} called) called
   join resources r on r.tenant_id = $1 and r.source_id = s.id and r.id = called.id`,
);

/** Everybody whose account in the shop is one of these customers. */
export const meantByCustomer = (db: Queryable, tenantId: string, customerIds: readonly string[]) =>
  selectByCustomer(db, tenantId, customerIds);

/** Everybody who has one of these addresses, in small letters. */
export const meantByEmail = (db: Queryable, tenantId: string, emails: readonly string[]) =>
  selectByEmail(db, tenantId, emails);

/** A learner of a line, as somebody named them. */
export interface NamedLearner {
  readonly orderId: string;
  readonly lineId: string;
  readonly seat: number;
  readonly email: string;
}

const selectNamed = statement<NamedLearner, [string, readonly string[]]>(
  'learners-named',
  `select order_id as "orderId", line_id as "lineId", seat, email from learners where tenant_id = $1 and order_id = any($2)`,
);

/** The learners that were named for orders. */
export const namedLearners = (db: Queryable, tenantId: string, orderIds: readonly string[]) =>
  selectNamed(db, tenantId, orderIds);

/** Names learners of an order's lines; who was named for a seat before gives way. */
export async function nameLearners(
  db: Queryable,
  tenantId: string,
  learners: readonly NamedLearner[],
  actor: string | null,
): Promise<void> {
  await db.query(
    `insert into learners (tenant_id, order_id, line_id, seat, email, actor)
     select $1, "orderId", "lineId", seat, email, $3
     from json_to_recordset($2) as given ("orderId" text, "lineId" text, seat integer, email text)
     on conflict (tenant_id, order_id, line_id, seat) do update set email = excluded.email, actor = excluded.actor, named_at = now()`,
    [tenantId, JSON.stringify(learners), actor],
  );
}

/** Somebody whom the storefront brought. */
export interface BoughtUser {
  readonly resourceId: string;
  readonly sourceId: string;
  readonly customerId: string;
  readonly userName: string;
  readonly version: number;
  readonly data: JsonObject;
}

const selectBrought = statement<BoughtUser, [string, readonly string[]]>(
  'learners-brought',
  `select r.id as "resourceId", r.source_id as "sourceId", r.external_id as "customerId", r.user_name as "userName", r.version, r.data
   from sources s join resources r on r.tenant_id = $1 and r.source_id = s.id and r.type = 'User' and r.external_id = any($2)
   where s.tenant_id = $1 and s.kind = 'storefront'`,
);

/** The people whom the storefront brought with these customers. */
export const broughtByStorefront = (
  db: Queryable,
  tenantId: string,
  customerIds: readonly string[],
) => selectBrought(db, tenantId, customerIds);

/** Has people whom the storefront brought go on as the customers theirs were merged into. */
export async function moveBuyers(
  db: Queryable,
  tenantId: string,
  merges: readonly { readonly remoteId: string; readonly intoId: string }[],
): Promise<void> {
  await db.query(
    `update resources r set external_id = m.into_id, version = version + 1,
            data = r.data || jsonb_build_object('externalId', m.into_id)
     from unnest($2::text[], $3::text[]) m (remote_id, into_id), sources s
     where s.tenant_id = $1 and s.kind = 'storefront'
       and r.tenant_id = $1 and r.source_id = s.id and r.type = 'User' and r.external_id = m.remote_id`,
    [tenantId, merges.map(({ remoteId }) => remoteId), merges.map(({ intoId }) => intoId)],
  );
}
