-- Among which accounts a person has to choose for somebody, and what they decided: the next look follows
-- it. `candidates` and `chosen` are remote ids.
alter table links
  add column candidates text[],
  add column chosen     text,
  add column left_alone boolean not null default false;
create index links_review on links (tenant_id, destination_id, id) where candidates is not null;

-- Accounts of a destination as they were read, for an import or a preview of many.
create table listings (
  tenant_id      text not null references tenants on delete cascade,
  id             uuid not null,
  destination_id text not null,
  kind           text not null check (kind in ('preview', 'import')),
  state          text not null default 'reading' check (state in ('reading', 'matching', 'done', 'failed')),
  -- How far reading and matching have come; `about` is how many there were to read when it began.
  cursor         text,
  matched_to     uuid not null default '00000000-0000-0000-0000-000000000000',
  listed         integer not null default 0,
  about          integer,
  error          text,
  not_before     timestamptz not null default now(),
  created_at     timestamptz not null default now(),
  ended_at       timestamptz,
  primary key (tenant_id, id)
);
create index listings_unfinished on listings (created_at) where state in ('reading', 'matching');

create table listed_accounts (
  tenant_id  text not null,
  listing_id uuid not null,
  remote_id  text not null collate "C",
  key        text collate "C",
  email      text collate "C",
  phone      text collate "C",
  observed   jsonb not null,
  -- Of an import: whose it is, and what becomes of it; nobody's where it is null.
  verdict    text check (verdict in ('linked', 'adopt', 'conflict')),
  link_id    uuid,
  reason     text,
  primary key (tenant_id, listing_id, remote_id)
);
create index listed_accounts_key on listed_accounts (tenant_id, listing_id, key) where key is not null;
create index listed_accounts_email on listed_accounts (tenant_id, listing_id, email) where email is not null;
create index listed_accounts_phone on listed_accounts (tenant_id, listing_id, phone) where phone is not null;

-- What a preview said would become of each person, to be compared with what did.
create table previews (
  tenant_id      text not null references tenants on delete cascade,
  id             uuid not null,
  destination_id text not null,
  counts         jsonb,
  created_at     timestamptz not null default now(),
  primary key (tenant_id, id)
);
create table preview_lines (
  tenant_id  text not null,
  preview_id uuid not null,
  link_id    uuid not null,
  effect     text not null,
  reason     text,
  primary key (tenant_id, preview_id, link_id)
);
