/** Puts people on the roll by SQL, as many as a bench needs, in the form the product stores. */
import type pg from 'pg';

/** The one tenant of a development Rollcall, with its source and its destination. */
export interface Ids {
  readonly tenantId: string;
  readonly sourceId: string;
  readonly destinationId: string;
}

/** Reads the ids of the development tenant and its shop. */
export async function shopIds(pool: pg.Pool): Promise<Ids> {
  const { rows } = await pool.query<Ids>(
    `select s.tenant_id as "tenantId", s.id as "sourceId", d.id as "destinationId"
     from sources s join destinations d using (tenant_id) where s.kind = 'scim' and d.connector = 'shopify'`,
  );
  const [ids] = rows;
  if (ids === undefined || rows.length > 1) throw new Error(`${rows.length} destinations, not one`);
  return ids;
}

/** Has the LMS be no destination any more. */
export async function dropLms(pool: pg.Pool): Promise<void> {
  await pool.query(`delete from destinations where connector = 'moodle'`);
}

/** Stops or starts the work on a destination. */
export async function setDestination(
  pool: pg.Pool,
  { tenantId, destinationId }: Ids,
  state: 'active' | 'paused',
): Promise<void> {
  await pool.query('update destinations set state = $3 where tenant_id = $1 and id = $2', [
    tenantId,
    destinationId,
    state,
  ]);
}

/** Lets as many leave as do: a bench is to see everything carried out. */
export async function switchGuardOff(
  pool: pg.Pool,
  { tenantId, destinationId }: Ids,
): Promise<void> {
  await pool.query(
    `update destinations set policy = policy || '{"guard":{"floor":0,"share":1}}', epoch = epoch + 1
     where tenant_id = $1 and id = $2`,
    [tenantId, destinationId],
  );
}

/** How the copies of a person are made. */
export interface Copying {
  /** A person who came in through SCIM: its row is the form of all others. */
  readonly templateId: string;
  /** The text in that row which tells people apart; each copy has its own number in its place. */
  readonly placeholder: string;
  readonly from: number;
  readonly count: number;
  /** Whether the copies are due at the destination, or unknown to it. */
  readonly links: 'due' | 'none';
}

const batch = 10_000;

/** Copies a person many times, and lets PostgreSQL learn what the tables hold now. */
export async function copyPeople(pool: pg.Pool, ids: Ids, copying: Copying): Promise<void> {
  const { from, count } = copying;
  for (let done = 0; done < count; done += batch) {
    await copyBatch(pool, ids, {
      ...copying,
      from: from + done,
      count: Math.min(batch, count - done),
    });
  }
  await pool.query('analyze resources');
  await pool.query('analyze links');
}

/** The row is taken whole, so that a column added by a later migration is copied, too. */
async function copyBatch(pool: pg.Pool, ids: Ids, copying: Copying): Promise<void> {
  await pool.query(
    `with copied as (
       insert into resources
       select copy.* from resources r
       cross join generate_series($4::int, $4::int + $5::int - 1) as number
       cross join lateral jsonb_populate_record(null::resources,
         replace(to_jsonb(r)::text, $3, number::text)::jsonb || jsonb_build_object('id', uuidv7())) as copy
       where r.tenant_id = $1 and r.id = $2
       returning id
     )
     insert into links (tenant_id, destination_id, id, resource_id, source_id)
     select $1, $6, gen_random_uuid(), copied.id, $7 from copied where $8`,
    [
      ids.tenantId,
      copying.templateId,
      copying.placeholder,
      copying.from,
      copying.count,
      ids.destinationId,
      ids.sourceId,
      copying.links === 'due',
    ],
  );
}

/** How many links of the destination are due. */
export async function dueCount(pool: pg.Pool, { tenantId, destinationId }: Ids): Promise<number> {
  const { rows } = await pool.query<{ due: number }>(
    `select count(*) as due from links where tenant_id = $1 and destination_id = $2 and wanted > done`,
    [tenantId, destinationId],
  );
  return rows[0]?.due ?? 0;
}

/** How many people have an account at the destination. */
export async function accountCount(
  pool: pg.Pool,
  { tenantId, destinationId }: Ids,
): Promise<number> {
  const { rows } = await pool.query<{ linked: number }>(
    `select count(*) as linked from links
     where tenant_id = $1 and destination_id = $2 and remote_id is not null`,
    [tenantId, destinationId],
  );
  return rows[0]?.linked ?? 0;
}
