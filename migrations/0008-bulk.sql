-- Bulk load: many creations handed to a destination as one file (docs/decisions/0005).

-- `bulk_run_id`: a line of that run is about to make this link's account; it is nobody else's business
-- meanwhile, but for leavers. `single`: not by bulk (any more): it takes calls of its own.
-- `creatable`: it may go by bulk: it has no account, and nothing says that looking first is needed.
alter table links
  add column bulk_run_id uuid,
  add column in_flight boolean not null generated always as (bulk_run_id is not null) stored,
  add column single boolean not null default false,
  add column creatable boolean not null generated always as (
    remote_id is null and fingerprint is null and deleted_at is null and attempts = 0
    and (outcome is null or outcome = 'held') and not single
  ) stored;

-- A drain must not have to step over a hundred thousand links that are none of its business: those in
-- flight, and while bulk is in force those that may go by it.
drop index links_due;
create index links_due on links (tenant_id, destination_id, in_flight, not_before)
  include (requested_at, urgent, outcome) where wanted > done;
create index links_due_single on links (tenant_id, destination_id, not_before)
  where wanted > done and not in_flight and not creatable;
create index links_due_creatable on links (tenant_id, destination_id, not_before)
  where wanted > done and not in_flight and creatable;

-- How a destination does with bulk: the lease of its bulk worker, whether bulk is in force, and what
-- was measured (moving averages; null until there was something to measure).
create table bulk_loads (
  tenant_id      text not null,
  destination_id text not null,
  owner          text,
  epoch          bigint not null default 0,
  in_force       boolean not null default false,
  failures       integer not null default 0,
  resting_until  timestamptz,
  reason         text,
  unit_cost      double precision,
  overhead_ms    double precision,
  line_ms        double precision,
  returned_share double precision,
  measured_at    timestamptz,
  primary key (tenant_id, destination_id)
);

-- A file of creations on its way. One at a time for each destination.
create table bulk_runs (
  tenant_id      text not null,
  id             uuid not null,
  destination_id text not null,
  state          text not null default 'collecting'
                 check (state in ('collecting', 'uploading', 'starting', 'running', 'reading', 'done', 'failed')),
  -- Where the file was uploaded to, and the operation that works it off, as the destination names them.
  upload         text,
  operation      text,
  lines          integer not null default 0,
  -- What became of the lines: made, given back to single calls, never heard of again.
  worked_off     integer not null default 0,
  made           integer not null default 0,
  returned       integer not null default 0,
  unknown        integer not null default 0,
  attempts       integer not null default 0,
  next_at        timestamptz not null default now(),
  reason         text,
  begun_at       timestamptz not null default now(),
  running_at     timestamptz,
  ended_at       timestamptz,
  finished_at    timestamptz,
  primary key (tenant_id, id)
);
create unique index bulk_runs_open on bulk_runs (tenant_id, destination_id) where finished_at is null;
create index bulk_runs_destination on bulk_runs (tenant_id, destination_id, id);

-- The lines of a run that are still to be recorded: deleted as their results are.
create table bulk_lines (
  tenant_id   text not null,
  run_id      uuid not null,
  line        integer not null,
  link_id     uuid not null,
  wanted      bigint not null,
  requested_at timestamptz not null,
  fingerprint text not null,
  email       text not null,
  -- Nothing of ours could be there before this line: what it was to give is ours only if it is made.
  clean       boolean not null,
  detail      jsonb not null,
  primary key (tenant_id, run_id, line)
);
