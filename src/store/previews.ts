/** What previews said would become of each person, and how that compares with what did. */
import type { DestinationKey } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';

/** Begins a preview. */
export async function insertPreview(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  id: string,
): Promise<void> {
  await db.query('insert into previews (tenant_id, destination_id, id) values ($1, $2, $3)', [
    tenantId,
    destinationId,
    id,
  ]);
}

/** What a preview says of one person. */
export interface PreviewLine {
  readonly linkId: string;
  readonly effect: string;
  readonly reason: string | null;
}

/** Keeps a page of lines. */
export async function insertPreviewLines(
  db: Queryable,
  tenantId: string,
  previewId: string,
  lines: readonly PreviewLine[],
): Promise<void> {
  await db.query(
    `insert into preview_lines (tenant_id, preview_id, link_id, effect, reason)
     select $1, $2, "linkId", effect, reason
     from json_to_recordset($3) as line ("linkId" uuid, effect text, reason text)`,
    [tenantId, previewId, JSON.stringify(lines)],
  );
}

/** Ends a preview with its counts. */
export async function finishPreview(
  db: Queryable,
  tenantId: string,
  previewId: string,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  await db.query('update previews set counts = $3 where tenant_id = $1 and id = $2', [
    tenantId,
    previewId,
    JSON.stringify(counts),
  ]);
}

/** A preview as it is kept. */
export interface StoredPreview {
  readonly id: string;
  readonly destinationId: string;
  readonly createdAt: Date;
  /** By effect; `null` where it was cut short. */
  readonly counts: Readonly<Record<string, number>> | null;
}

/** One preview; `null` where there is none. */
export async function findPreview(
  db: Queryable,
  tenantId: string,
  previewId: string,
): Promise<StoredPreview | null> {
  const { rows } = await db.query<StoredPreview>(
    `select id, destination_id as "destinationId", created_at as "createdAt", counts
     from previews where tenant_id = $1 and id = $2`,
    [tenantId, previewId],
  );
  return rows[0] ?? null;
}

/** Somebody with whom something else happened than was previewed. */
export interface Difference {
  readonly linkId: string;
  readonly userName: string | null;
  readonly previewed: string;
  readonly happened: string;
  readonly reason: string | null;
}

/** How a preview compares with what was done since. */
export interface Comparison {
  readonly asPreviewed: number;
  /** Not done yet. */
  readonly waiting: number;
  readonly different: number;
  readonly differences: readonly Difference[];
}

/** The first thing that was done about each line's person since, as an effect. */
const happened = `
  with preview as (
    select created_at from previews where tenant_id = $1 and id = $2
  ), compared as (
    select line.link_id, line.effect as previewed, l.resource_id, l.source_id, done.reason,
           case done.kind when 'account.create' then 'create' when 'account.adopt' then 'adopt'
             when 'account.update' then 'update' when 'account.drift' then 'update'
             when 'account.deactivate' then 'leave' when 'account.leave' then 'leave'
             when 'account.hold' then 'hold' when 'account.rejected' then 'hold'
             when 'account.guard' then case done.outcome when 'held' then 'hold' else 'nothing' end
             when 'account.forget' then 'nothing'
             else case when l.wanted > l.done then 'waiting' when line.effect = 'hold' and l.outcome = 'held' then 'hold'
                  else 'nothing' end end as happened
    from preview_lines line
    join links l on l.tenant_id = $1 and l.id = line.link_id
    left join lateral (
      select kind, outcome, message as reason from activity
      where tenant_id = $1 and resource_id = l.resource_id and link_id = l.id and kind like 'account.%'
        and at > (select created_at from preview) and kind not in ('account.transient', 'account.misconfigured', 'account.settle')
      order by id limit 1
    ) done on true
    where line.tenant_id = $1 and line.preview_id = $2
  )`;

const selectCounts = statement<
  { asPreviewed: number; waiting: number; different: number },
  [string, string]
>(
  'preview-counts',
  `${happened}
   select count(*) filter (where happened = previewed)::int as "asPreviewed",
          count(*) filter (where happened = 'waiting')::int as waiting,
          count(*) filter (where happened not in (previewed, 'waiting'))::int as different
   from compared`,
);

const selectDifferences = statement<Difference, [string, string, number]>(
  'preview-differences',
  `${happened}
   select link_id as "linkId", r.data ->> 'userName' as "userName", previewed, happened, reason
   from compared c left join resources r on r.tenant_id = $1 and r.source_id = c.source_id and r.id = c.resource_id
   where happened not in (previewed, 'waiting') order by link_id limit $3`,
);

/** Compares a preview with what was done about its people since. */
export async function comparePreview(
  db: Queryable,
  tenantId: string,
  previewId: string,
  mostDifferences: number,
): Promise<Comparison> {
  const [counts] = await selectCounts(db, tenantId, previewId);
  const differences = await selectDifferences(db, tenantId, previewId, mostDifferences);
  return { asPreviewed: 0, waiting: 0, different: 0, ...counts, differences };
}
