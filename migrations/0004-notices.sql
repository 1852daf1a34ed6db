-- Why a destination is quarantined, as a word beside the sentence, since when, and how often it was
-- probed since. `recent` is how the last attempts went, oldest first: `.` answered, `x` failed.
alter table destinations
  add column reason_code    text,
  add column quarantined_at timestamptz,
  add column released_at    timestamptz,
  add column probes         integer not null default 0,
  add column recent         text not null default '';
update destinations set reason_code = 'request_refused', quarantined_at = now() where state = 'quarantined';

-- What somebody should know of, written by the statement that makes it so. `id` is a UUIDv7: its order
-- is time. One with a `once` is raised a single time for each tenant.
create table notices (
  tenant_id      text not null references tenants on delete cascade,
  id             uuid not null,
  kind           text not null,
  destination_id text,
  code           text,
  message        text not null,
  detail         jsonb,
  once           text,
  at             timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index notices_once on notices (tenant_id, once) where once is not null;

-- Who is told of a notice, and how far that has come. `target` is the recipient of an e-mail.
create table notice_deliveries (
  tenant_id    text not null,
  notice_id    uuid not null,
  channel      text not null check (channel in ('log', 'webhook', 'email')),
  target       text not null default '',
  attempts     integer not null default 0,
  next_at      timestamptz not null default now(),
  delivered_at timestamptz,
  given_up_at  timestamptz,
  last_error   text,
  primary key (tenant_id, notice_id, channel, target),
  foreign key (tenant_id, notice_id) references notices on delete cascade
);
create index notice_deliveries_due on notice_deliveries (next_at) where delivered_at is null and given_up_at is null;

-- Where the notices of a tenant go beside the log. The webhook's secret is sealed.
create table notice_settings (
  tenant_id      text primary key references tenants on delete cascade,
  webhook_url    text,
  webhook_secret text,
  recipients     text[] not null default '{}'
);
