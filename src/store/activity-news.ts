/** Which lines of activity are new, for whoever watches them arrive. */
import { type Queryable, statement } from './statement.ts';

const selectNews = statement<
  { id: string },
  [tenantId: string, sourceId: string | null, after: string, limit: number]
>(
  'activity-news',
  `select id from activity where tenant_id = $1 and id > $3 and ($2::text is null or source_id = $2)
   order by id desc limit $4`,
);

/** The ids of the latest lines after an id, newest first; of one source, or of all where it is `null`. */
export async function activityAfter(
  db: Queryable,
  { tenantId, sourceId }: { readonly tenantId: string; readonly sourceId: string | null },
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await selectNews(db, tenantId, sourceId, after, limit);
  return rows.map(({ id }) => id);
}
