/** What happened at each destination, minute by minute. */
import type { DestinationKey } from './destinations.ts';
import { type Queryable, statement } from './statement.ts';

/** A histogram as it is stored: how often each bucket was hit. */
export type StoredHistogram = Readonly<Record<string, number>>;

/** What is added to a minute. */
export interface MinuteCounts {
  readonly minute: Date;
  /** Requests to the remote service, and the points they cost. */
  readonly requests: number;
  readonly points: number;
  /** Of the requests, those refused for want of points. */
  readonly throttled: number;
  /** When a look at a link last ended well. */
  readonly lastSuccessAt: Date | null;
  /** Times from request to effect, of leavers and of everybody else. */
  readonly urgent: StoredHistogram;
  readonly ordinary: StoredHistogram;
}

const sumOf = (histogram: 'urgent' | 'ordinary') => `(
  select coalesce(jsonb_object_agg(key, count), '{}') from (
    select key, sum(value::bigint) as count from (
      select * from jsonb_each_text(known.${histogram}) union all select * from jsonb_each_text(excluded.${histogram})
    ) each_of group by key
  ) merged)`;

const addStatement = statement<
  never,
  [
    tenantId: string,
    destinationId: string,
    minute: Date,
    requests: number,
    points: number,
    throttled: number,
    urgent: string,
    ordinary: string,
    lastSuccessAt: Date | null,
  ]
>(
  'destination-minute-add',
  `with succeeded as (
     update destinations set last_success_at = greatest(last_success_at, $9::timestamptz)
     where tenant_id = $1 and id = $2 and $9::timestamptz is not null
   )
   insert into destination_minutes as known (tenant_id, destination_id, minute, requests, points, throttled, urgent, ordinary)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (tenant_id, destination_id, minute) do update set
     requests = known.requests + excluded.requests, points = known.points + excluded.points,
     throttled = known.throttled + excluded.throttled,
     urgent = ${sumOf('urgent')}, ordinary = ${sumOf('ordinary')}`,
);

/** Adds counts to a minute of a destination. */
export async function addToMinute(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  counts: MinuteCounts,
): Promise<void> {
  await addStatement(
    db,
    tenantId,
    destinationId,
    counts.minute,
    counts.requests,
    counts.points,
    counts.throttled,
    JSON.stringify(counts.urgent),
    JSON.stringify(counts.ordinary),
    counts.lastSuccessAt,
  );
}

/** A bucket of the times from request to effect, and how often it was hit in the last hour and day. */
export interface EffectBucket {
  readonly lane: 'urgent' | 'ordinary';
  readonly bucket: number;
  readonly lastHour: number;
  readonly lastDay: number;
}

const selectBuckets = statement<EffectBucket, [string, string]>(
  'destination-effect-buckets',
  `select lane, bucket::int as bucket, sum(count) as "lastDay",
          coalesce(sum(count) filter (where minute > now() - interval '1 hour'), 0)::bigint as "lastHour"
   from destination_minutes m cross join lateral (
     select 'urgent' as lane, key as bucket, value::int as count from jsonb_each_text(m.urgent)
     union all select 'ordinary', key, value::int from jsonb_each_text(m.ordinary)
   ) one
   where tenant_id = $1 and destination_id = $2 and minute > now() - interval '1 day'
   group by 1, 2`,
);

/** The times from request to effect of the last hour and day. */
export async function effectBuckets(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<readonly EffectBucket[]> {
  return selectBuckets(db, tenantId, destinationId);
}

/** What was asked of a remote service in a stretch of time. */
export interface Use {
  /** How long the stretch is. */
  readonly seconds: number;
  readonly requests: number;
  readonly points: number;
  readonly throttled: number;
}

const selectUse = statement<Use, [tenantId: string, destinationId: string, minutes: number]>(
  'destination-use',
  `with stretch as (select date_trunc('minute', now()) - $3 * interval '1 minute' as since)
   select extract(epoch from now() - since)::float8 as seconds, coalesce(sum(requests), 0)::int as requests,
          coalesce(sum(points), 0)::float8 as points, coalesce(sum(throttled), 0)::int as throttled
   from stretch left join destination_minutes m
     on m.tenant_id = $1 and m.destination_id = $2 and m.minute >= since
   group by since`,
);

/** What was asked since so many minutes before the present one began. */
export async function useOf(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  minutes: number,
): Promise<Use> {
  const [row] = await selectUse(db, tenantId, destinationId, minutes);
  return row ?? { seconds: minutes * 60, requests: 0, points: 0, throttled: 0 };
}
