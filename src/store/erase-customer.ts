/** Erases a customer: first at the destinations, then every row about them here. */
import { v7 as uuidv7 } from 'uuid';
import { type CustomerAsked, ordersOfCustomer, type PersonAsked } from './customer-data.ts';
import { deletedCalled } from './deleted-users.ts';
import type { Queryable } from './statement.ts';

/** Who a customer is whom a request has erased, and by which addresses, in small letters, they are remembered. */
export interface FoundCustomer {
  readonly people: readonly PersonAsked[];
  readonly emails: readonly string[];
}

/** Whom a request found before. Nobody else works on it until the transaction ends. */
export async function foundBefore(
  client: Queryable,
  tenantId: string,
  deliveryId: string,
): Promise<FoundCustomer> {
  const { rows } = await client.query<{ found: FoundCustomer | null }>(
    'select found from inbox where tenant_id = $1 and id = $2 for update',
    [tenantId, deliveryId],
  );
  return rows[0]?.found ?? { people: [], emails: [] };
}

/** Keeps whom a request found until all is done: off the roll, not everybody is found again. */
export async function keepFound(
  client: Queryable,
  tenantId: string,
  deliveryId: string,
  found: FoundCustomer,
): Promise<void> {
  await client.query('update inbox set found = $3 where tenant_id = $1 and id = $2', [
    tenantId,
    deliveryId,
    JSON.stringify(found),
  ]);
}

/**
 * Has the accounts of people erased at all destinations but the shop, which does that itself. No guard asks: somebody
 * did decide.
 * @returns the destinations to wake
 */
export async function markErase(
  db: Queryable,
  tenantId: string,
  resourceIds: readonly string[],
  shopConnector: string,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `update links l set erase = true, leave = 'allowed', leave_at = now(), withheld = null, urgent = true,
            not_before = now(), requested_at = now(), attempts = 0, wanted = wanted + 1,
            done = case when d.connector = $3 then wanted + 1 else done end
     from destinations d
     where l.tenant_id = $1 and l.resource_id = any($2) and not l.erase
       and d.tenant_id = $1 and d.id = l.destination_id
     returning d.id`,
    [tenantId, resourceIds, shopConnector],
  );
  return [...new Set(rows.map(({ id }) => id))];
}

/** An account that is still to be erased. */
export interface AccountToErase {
  readonly destination: string;
  readonly remoteId: string | null;
}

/** Of these people, the accounts that are not erased yet; where there never was one, a destination that stands still is not waited for. */
export async function accountsToErase(
  db: Queryable,
  tenantId: string,
  resourceIds: readonly string[],
  shopConnector: string,
): Promise<readonly AccountToErase[]> {
  const { rows } = await db.query<AccountToErase>(
    `select d.name as destination, l.remote_id as "remoteId"
     from links l join destinations d on d.tenant_id = $1 and d.id = l.destination_id
     where l.tenant_id = $1 and l.resource_id = any($2) and d.connector <> $3
       and ((l.wanted > l.done and (l.remote_id is not null or d.state = 'active'))
         or (l.remote_id is not null and l.outcome is distinct from 'done'))
     order by l.id`,
    [tenantId, resourceIds, shopConnector],
  );
  return rows;
}

/** What is erased here, and how it is found in texts. */
export interface ToErase extends CustomerAsked {
  readonly resourceIds: readonly string[];
  /** The delivery that asked for it, of which only its name is to stay. */
  readonly deliveryId: string;
  /** Of texts in which one of the addresses or ids stands; `null`: of none. */
  readonly texts: string | null;
  /** The same with the bare numbers of the customer and the orders. */
  readonly bodies: string;
}

/** What is given to each statement: `$1` tenant, `$2` orders, `$3` customer, `$4` addresses, `$5` people, `$6` … */
const given = `with given as (
  select $1::text as tenant, $2::text[] as orders, $3::text as customer, $4::text[] as emails, $5::uuid[] as people,
         $6::uuid as delivery, $7::text as texts, $8::text as bodies
)`;

const theirLinks = 'select id from links where tenant_id = $1 and resource_id = any($5)';
const theirAccounts =
  'select remote_id from links where tenant_id = $1 and resource_id = any($5) and remote_id is not null';

const theirAliases = `select from listed_aliases a where a.tenant_id = $1 and a.listing_id = listed_accounts.listing_id
  and a.remote_id = listed_accounts.remote_id and lower(a.alias) = any($4)`;

const theirAccount = `select from listed_accounts a where a.tenant_id = $1 and a.listing_id = listed_aliases.listing_id
  and a.remote_id = listed_aliases.remote_id`;

/** Of each table, which rows of a tenant are about the customer; links come late, as others are found by them; aliases go with their accounts. */
const rowsAbout = {
  activity: `resource_id = any($5) or link_id in (${theirLinks}) or concat_ws(' ', message, detail::text) ~* $7`,
  notices: `concat_ws(' ', message, detail::text) ~* $7`,
  exports: 'customer_id = $3',
  preview_lines: `link_id in (${theirLinks})`,
  bulk_lines: `link_id in (${theirLinks}) or lower(email) = any($4)`,
  listed_accounts: `remote_id in (select $3 union ${theirAccounts}) or lower(email) = any($4) or exists (${theirAliases})`,
  listed_aliases: `not exists (${theirAccount})`,
  merged_accounts: '$3 in (remote_id, into_id)',
  members: 'key = any($5::text[])',
  tokens: 'user_id = any($5)',
  passwords: 'user_id = any($5)',
  sessions: 'user_id = any($5)',
  password_links: 'user_id = any($5)',
  deleted_users: `id = any($5) or ${deletedCalled('$4')}`,
  learners: 'lower(email) = any($4)',
  grants: `resource_id = any($5) or learner = $3 or lower(learner) = any($4)`,
  backfilled_orders: `order_id in (select o.id from orders o where o.tenant_id = $1 and ${ordersOfCustomer})`,
  orders: `id in (select o.id from orders o where o.tenant_id = $1 and ${ordersOfCustomer})`,
  inbox: `id <> $6 and state <> 'waiting' and body ~* $8`,
  links: 'resource_id = any($5)',
  resources: 'id = any($5)',
} as const satisfies Readonly<Record<string, string>>;

/** What is left of the body of a delivery that asked for somebody to be erased. */
export const erasedBody = '{"erased":true}';

/**
 * Erases every row about a customer, and writes the proof; to be done in a transaction.
 * @param left accounts that could not be erased elsewhere, by destination
 */
export async function eraseCustomer(
  client: Queryable,
  tenantId: string,
  { orderIds, customerId, emails, resourceIds, deliveryId, texts, bodies }: ToErase,
  left: Readonly<Record<string, number>>,
): Promise<void> {
  const values = [tenantId, orderIds, customerId, emails, resourceIds, deliveryId, texts, bodies];
  const counts: Record<string, number> = {};
  // Every text of a tenant is read: longer than a statement usually may take, and than a delivery is held.
  await client.query("set local statement_timeout = '10min'");
  await client.query('select from inbox where tenant_id = $1 and id = $2 for update', [
    tenantId,
    deliveryId,
  ]);
  for (const [table, about] of Object.entries(rowsAbout)) {
    const { rowCount } = await client.query(
      `${given} delete from ${table} using given where tenant_id = given.tenant and (${about})`,
      values,
    );
    if (rowCount !== null && rowCount > 0) counts[table] = rowCount;
  }
  await client.query(
    `with asked as (
       update inbox set body = $3, found = null where tenant_id = $1 and id = $2 returning webhook_id, received_at
     )
     insert into erasures (id, what, shop_domain, webhook_id, asked_at, counts)
     select $4, 'customer', coalesce(t.shop_domain, ''), asked.webhook_id, asked.received_at, $5
     from asked join tenants t on t.tenant_id = $1
     on conflict (webhook_id) where webhook_id is not null do nothing`,
    [
      tenantId,
      deliveryId,
      erasedBody,
      uuidv7(),
      JSON.stringify(Object.keys(left).length === 0 ? counts : { ...counts, left }),
    ],
  );
}
