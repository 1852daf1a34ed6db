-- The app in shops: one row for each tenant whose shop has it installed, or had. Where a tenant has none, its shop
-- is reached with an access token of its own. `tokens` are both, sealed as one value, so that neither is ever
-- written without the other; null where they are dead.
create table installations (
  tenant_id      text primary key references tenants on delete cascade,
  state          text not null check (state in ('installed', 'needs_reopening', 'uninstalled')),
  reason         text,
  scopes         text[] not null default '{}',
  tokens         text,
  access_until   timestamptz,
  refresh_until  timestamptz,
  renewed_at     timestamptz,
  installed_at   timestamptz not null default now(),
  uninstalled_at timestamptz,
  -- The shop asked for its data to be erased: it is, at the latest then.
  erase_by       timestamptz
);
create index installations_renewed on installations (renewed_at) where state = 'installed';
create index installations_uninstalled on installations (uninstalled_at) where state = 'uninstalled';

-- ID tokens that came in the address of a page: each counts once.
create table id_tokens_used (
  id         text primary key,
  expires_at timestamptz not null
);
create index id_tokens_used_expired on id_tokens_used (expires_at);

-- Since when a tenant is being erased: it has no shop any more, and nobody works for it.
alter table tenants add column erasing_since timestamptz;
create index tenants_erasing on tenants (erasing_since) where erasing_since is not null;

-- The person behind this link is to be erased there, whatever the policy says about leaving.
alter table links add column erase boolean not null default false;

-- All that is held of a customer, gathered because the shop asked: for an administrator to download.
create table exports (
  tenant_id   text not null references tenants on delete cascade,
  id          uuid not null,
  -- The delivery that asked for it.
  delivery_id uuid not null,
  customer_id text not null,
  data        jsonb not null,
  made_at     timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index exports_delivery on exports (tenant_id, delivery_id);

-- Proof that something was erased, kept when it is gone. Nothing in it is about a person: `webhook_id` is the
-- sender's name of the request, by which both sides know which one it was.
create table erasures (
  id          uuid primary key,
  what        text not null check (what in ('customer', 'shop')),
  shop_domain text not null,
  webhook_id  text,
  asked_at    timestamptz not null,
  erased_at   timestamptz not null default now(),
  -- How many rows of each table, and what was asked of other destinations.
  counts      jsonb not null
);
create unique index erasures_webhook on erasures (webhook_id) where webhook_id is not null;
