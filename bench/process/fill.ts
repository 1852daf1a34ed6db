/** Fills the roll of a Rollcall for what is measured on a long one. */
import type pg from 'pg';
import type { Known } from '../load/job.ts';
import { createPeople } from '../load/load.ts';
import { userNameOf } from '../person.ts';
import { copyPeople, setDestination } from './roll.ts';
import type { World } from './world.ts';

const template = 'template';

/** Puts so many people on an empty roll. Its destination is paused: nothing else is at work. */
export async function fillRoll({ pool, ids, rollcall }: World, size: number): Promise<void> {
  await setDestination(pool, ids, 'paused');
  const [person] = await createPeople(rollcall.target, [template]);
  if (person === undefined) throw new Error('no template');
  await copyPeople(pool, ids, {
    templateId: person.id,
    placeholder: template,
    from: 1,
    count: size - 1,
    links: 'due',
  });
  await settle(pool);
}

/** Leaves the tables as autovacuum would some minutes after they were filled, so that it stays away. */
export async function settle(pool: pg.Pool): Promise<void> {
  await pool.query('vacuum (analyze)');
}

/** Some of the copies on a roll, in no order. */
export async function somePeople({ pool, ids }: World, most: number): Promise<readonly Known[]> {
  const { rows } = await pool.query<Known>(
    `select id, data->>'userName' as "userName" from resources
     where tenant_id = $1 and source_id = $2 and user_name <> $3 order by random() limit $4`,
    [ids.tenantId, ids.sourceId, userNameOf(template), most],
  );
  return rows;
}
