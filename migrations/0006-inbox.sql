-- What shops tell by webhook: each delivery stored raw before it is answered, worked off afterwards.
-- `id` is a UUIDv7: its order is time. `webhook_id` is the sender's, by which a repeated one is known.
create table inbox (
  tenant_id    text not null references tenants on delete cascade,
  id           uuid not null,
  webhook_id   text not null,
  event_id     text,
  topic        text not null,
  body         text not null,
  triggered_at timestamptz,
  received_at  timestamptz not null default now(),
  state        text not null check (state in ('waiting', 'done', 'ignored', 'dead')),
  -- Waiting ones are taken once this is past; whoever takes one pushes it on.
  not_before   timestamptz not null default now(),
  attempts     integer not null default 0,
  error        text,
  done_at      timestamptz,
  primary key (tenant_id, id)
);
create unique index inbox_webhook on inbox (tenant_id, webhook_id);
create index inbox_waiting on inbox (not_before) where state = 'waiting';
create index inbox_dead on inbox (tenant_id, id) where state = 'dead';

-- What the account looked like when we last saw or wrote it, by the destination's own time of change;
-- 'infinity' while a write of ours is under way. What is told of it and is not later is our echo.
alter table links add column remote_version timestamptz;

-- Accounts that were merged into others at a destination, so that whose account is gone is looked for there.
create table merged_accounts (
  tenant_id text not null references tenants on delete cascade,
  remote_id text not null,
  into_id   text not null,
  at        timestamptz not null default now(),
  primary key (tenant_id, remote_id)
);
