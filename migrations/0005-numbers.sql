-- Numbers of operations: what each destination was asked and how long people waited, by the minute.

-- Counts are added once a second by whoever drains; kept for eight days. `urgent` (leavers) and
-- `ordinary` are histograms of the time from request to effect: {bucket: count}, the buckets of
-- src/provisioning/histogram.ts.
create table destination_minutes (
  tenant_id      text not null,
  destination_id text not null,
  minute         timestamptz not null,
  requests       integer not null default 0,
  points         double precision not null default 0,
  throttled      integer not null default 0,
  urgent         jsonb not null default '{}',
  ordinary       jsonb not null default '{}',
  primary key (tenant_id, destination_id, minute)
);

-- Alarms that stand: somebody has waited too long at a destination, a leaver (`urgent`) or anybody else.
create table alarms (
  tenant_id      text not null,
  destination_id text not null,
  lane           text not null check (lane in ('urgent', 'ordinary')),
  raised_at      timestamptz not null default now(),
  primary key (tenant_id, destination_id, lane)
);

-- The last look that ended well, so that nobody reads every link for it.
alter table destinations add column last_success_at timestamptz;
update destinations d set last_success_at =
  (select max(applied_at) from links l where l.tenant_id = d.tenant_id and l.destination_id = d.id);

-- The backlog and who has waited longest are read from the index alone.
drop index links_due;
create index links_due on links (tenant_id, destination_id, not_before)
  include (requested_at, urgent, outcome) where wanted > done;

-- What waits for somebody to act or fails, by outcome; by e-mail, as whoever lets go of an address
-- looks for those who are held for it.
drop index links_held;
create index links_stuck on links (tenant_id, destination_id, outcome, email)
  where outcome in ('held', 'rejected', 'failed');
