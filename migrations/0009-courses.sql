-- What is bought and given: the ledger, the offers it follows from, and the orders of the storefront.

-- Until when memberships were granted at the destination, where it ends them by itself.
alter table links add column ends jsonb not null default '{}';

-- Each version of an offer is a row; the one in force has no end. One that was withdrawn has none in force.
create table offers (
  tenant_id   text not null references tenants on delete cascade,
  id          uuid not null,
  version     integer not null,
  name        text not null,
  terms       jsonb not null,
  valid_from  timestamptz not null default now(),
  valid_until timestamptz,
  primary key (tenant_id, id, version)
);
create index offers_in_force on offers (tenant_id, id) where valid_until is null;

-- An order as it was last read. `updated_at` is the shop's: an older read never takes the place of a newer one.
create table orders (
  tenant_id    text not null references tenants on delete cascade,
  id           text not null collate "C",
  name         text not null,
  processed_at timestamptz not null,
  updated_at   timestamptz not null,
  deleted_at   timestamptz,
  read_at      timestamptz not null default now(),
  data         jsonb not null,
  primary key (tenant_id, id)
);
create index orders_processed on orders (tenant_id, processed_at);

create table grants (
  tenant_id      text not null references tenants on delete cascade,
  id             uuid not null default gen_random_uuid(),
  destination_id text not null,
  membership     text not null,
  -- Whose it is; nobody's while it is held.
  resource_id    uuid,
  source_id      text,
  kind           text not null check (kind in ('order', 'hand')),
  -- `waiting`: not paid yet. `held`: somebody has to settle who learns. `ended`: it was taken back.
  state          text not null check (state in ('standing', 'waiting', 'held', 'ended')),
  words          text not null,
  -- Why it waits, is held, or ended.
  reason         text,
  -- An event that the offer leaves to a person (e.g. a refund), until it is answered.
  question       text,
  -- When it stands; null where nothing was ever due.
  starts_at      timestamptz,
  ends_at        timestamptz,
  ending         text not null default 'suspend' check (ending in ('suspend', 'remove')),
  ended_at       timestamptz,
  -- The next moment at which it begins or is over: then its person is looked at.
  next_at        timestamptz,
  -- Of an order: which line, for which of its learners, by which offer.
  order_id       text collate "C",
  line_id        text collate "C",
  seat           integer,
  offer_id       uuid,
  offer_version  integer,
  learner        text,
  purchased_at   timestamptz,
  -- Given by hand: by whom, and why.
  actor          text,
  note           text,
  created_at     timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index grants_line on grants (tenant_id, order_id, line_id, seat, destination_id, membership)
  where kind = 'order';
create index grants_person on grants (tenant_id, destination_id, resource_id);
create index grants_holder on grants (tenant_id, resource_id);
create index grants_next on grants (next_at) where next_at is not null;
create index grants_attention on grants (tenant_id, id) where state = 'held' or question is not null;

-- What somebody answered to the questions about a right, by question.
alter table grants add column answers jsonb not null default '{}';

-- Learners of a line with several of them, as they were named.
create table learners (
  tenant_id text not null references tenants on delete cascade,
  order_id  text not null collate "C",
  line_id   text not null collate "C",
  seat      integer not null,
  email     text not null,
  actor     text,
  named_at  timestamptz not null default now(),
  primary key (tenant_id, order_id, line_id, seat)
);

-- A tenant's storefront brings people of its own.
create unique index sources_storefront on sources (tenant_id) where kind = 'storefront';

-- An offer applied to orders of before it was in force.
create table backfills (
  tenant_id     text not null references tenants on delete cascade,
  id            uuid not null,
  offer_id      uuid not null,
  offer_version integer not null,
  since         timestamptz not null,
  until         timestamptz not null,
  state         text not null default 'running' check (state in ('running', 'done', 'failed', 'undone')),
  cursor        text,
  -- Orders read so far, those the offer was applied to, and their rights.
  seen          integer not null default 0,
  applied       integer not null default 0,
  error         text,
  actor         text,
  next_at       timestamptz not null default now(),
  created_at    timestamptz not null default now(),
  ended_at      timestamptz,
  primary key (tenant_id, id)
);
create index backfills_running on backfills (next_at) where state = 'running';

create table backfilled_orders (
  tenant_id     text not null,
  order_id      text not null collate "C",
  offer_id      uuid not null,
  offer_version integer not null,
  backfill_id   uuid not null,
  -- Of several back-fills of one offer the last counts, and undoing it leaves the one before.
  primary key (tenant_id, order_id, offer_id, backfill_id)
);
create index backfilled_orders_of on backfilled_orders (tenant_id, backfill_id);

-- How far the shop's orders and customers were listed again, for webhooks that never came.
create table storefront_sweeps (
  tenant_id text primary key references tenants on delete cascade,
  swept_to  timestamptz not null,
  next_at   timestamptz not null,
  swept_at  timestamptz,
  error     text
);
