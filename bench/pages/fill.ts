/** A tenant some years old: many people of many names at two destinations, and all that was done about them. */
import type pg from 'pg';
import { createPeople } from '../load/load.ts';
import { settle } from '../process/fill.ts';
import { copyPeople, setDestination } from '../process/roll.ts';
import type { World } from '../process/world.ts';

/** The text that tells people of one name apart. */
const placeholder = 'x1q';
const given = ['grace', 'alan', 'emmy', 'barbara', 'edsger', 'hedy', 'katherine', 'zoe'];
const family = ['hopper', 'turing', 'noether', 'liskov', 'dijkstra'];
const names = given.flatMap((first) => family.map((last) => `${first}-${last}-${placeholder}`));

/** So many lines, or people, are written in one statement. */
const batch = 10_000;

/** How much there is. */
export interface Size {
  readonly people: number;
  readonly lines: number;
}

/** Fills an empty Rollcall. Nothing is at work in it afterwards. */
export async function fillPages(world: World, size: Size): Promise<void> {
  const { pool, ids, rollcall } = world;
  await setDestination(pool, ids, 'paused');
  const each = size.people / names.length;
  for (const [index, { id: templateId }] of (await createPeople(rollcall.target, names)).entries())
    await copyPeople(pool, ids, {
      ...{ templateId, placeholder, from: index * each + 1, count: each - 1, links: 'due' },
    });
  await pool.query(
    `insert into destinations (tenant_id, id, connector, name, settings, policy, state)
     select tenant_id, 'second', 'shopify', 'Second shop', '{"shop":"second.myshopify.com"}', policy, 'paused'
     from destinations where tenant_id = $1 and id = $2`,
    [ids.tenantId, ids.destinationId],
  );
  await standLinks(pool, ids.tenantId);
  await writeActivity(pool, ids.tenantId, size.lines);
  await copyToDirectory(world, size.people);
  await settle(pool);
}

/** Another tenant, which has as many people in its directory, and nothing else. */
export const directoryTenant = 'directory';

async function copyToDirectory(
  { pool, ids: { tenantId, sourceId }, rollcall: { target } }: World,
  people: number,
): Promise<void> {
  await pool.query(`insert into tenants (tenant_id, name) values ($1, 'Staff')`, [directoryTenant]);
  // The directory is made by whoever asks for it first.
  await fetch(`${target.origin}/api/tenants/${directoryTenant}/directory/Users`);
  for (let copied = 0; copied < people; copied += batch)
    await pool.query(
      `insert into resources select copy.*
       from (select * from resources where tenant_id = $1 and source_id = $2 order by id offset $4 limit $5) r
       join sources s on s.tenant_id = $3 and s.kind = 'local'
       cross join lateral jsonb_populate_record(null::resources,
         replace(to_jsonb(r)::text, $1::text, $3::text)::jsonb || jsonb_build_object('source_id', s.id)) as copy`,
      [tenantId, sourceId, directoryTenant, copied, batch],
    );
}

/** Everybody has been brought to both, but for one in a hundred each who is held or was refused. */
async function standLinks(pool: pg.Pool, tenantId: string): Promise<void> {
  await pool.query(
    `insert into links (tenant_id, destination_id, id, resource_id, source_id)
     select tenant_id, 'second', gen_random_uuid(), resource_id, source_id from links where tenant_id = $1
     -- The running Rollcall has begun to make them itself.
     on conflict do nothing`,
    [tenantId],
  );
  await pool.query(
    `update links set done = wanted, applied_at = now(), remote_id = 'gid://shopify/Customer/' || id,
       outcome = case when r < 0.01 then 'held' when r < 0.02 then 'rejected' else 'done' end,
       reason = case when r < 0.01 then 'creation is off' when r < 0.02 then 'Phone is invalid' end
     from (select id as link_id, random() as r from links where tenant_id = $1) chance
     where tenant_id = $1 and id = link_id`,
    [tenantId],
  );
  await pool.query(
    `update resources set active = false, data = data || '{"active": false}'
     where tenant_id = $1 and type = 'User' and random() < 0.03`,
    [tenantId],
  );
}

/** Each line is about one person, a minute after the one before; nearly all of them went well. */
async function writeActivity(pool: pg.Pool, tenantId: string, lines: number): Promise<void> {
  for (let written = 0; written < lines; written += batch)
    await pool.query(
      `insert into activity (tenant_id, id, at, kind, actor, source_id, destination_id, resource_id, outcome, detail)
       select $1, uuidv7(at - now()), at, case when destination_id is null then 'User.update' else 'account.update' end,
              'token bench', source_id, destination_id, resource_id, case when destination_id is null or r > 0.02 then 'done'
                when r < 0.005 then 'failed' when r < 0.01 then 'rejected' else 'held' end,
              case when destination_id is null then '{"title": ["Analyst", "Countess"]}'::jsonb
                else '{"scope": "in scope", "plan": "update", "changes": {"title": ["Analyst", "Countess"]}}' end
       from (
         select resource_id, source_id, random() as r, now() - interval '1 minute' * ($2::int - n) as at,
                case when n % 2 = 0 then destination_id end as destination_id
         from (select *, row_number() over () as n from (
                 select resource_id, source_id, destination_id from links where tenant_id = $1 order by random() limit $3) chosen
              ) numbered
       ) line`,
      [tenantId, lines - written, batch],
    );
}
