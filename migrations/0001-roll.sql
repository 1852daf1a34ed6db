-- The roll: who the people are (resources), what each destination should hold and holds (links),
-- and what was done (activity). tenant_id comes first in every primary key: see ARCHITECTURE.md.

create table tenants (
  tenant_id   text primary key,
  name        text not null,
  shop_domain text unique,
  created_at  timestamptz not null default now()
);

-- Who may say who people are. `domains` null: it may speak for every domain.
create table sources (
  tenant_id            text not null references tenants on delete cascade,
  id                   text not null,
  kind                 text not null check (kind in ('scim', 'storefront', 'local')),
  name                 text not null,
  provisioning_enabled boolean not null default false,
  creation_enabled     boolean not null default false,
  reactivate_on_create boolean not null default false,
  domains              text[],
  invalid_phone        text not null default 'drop' check (invalid_phone in ('refuse', 'drop')),
  -- What becomes of attributes that no schema defines, and of the interoperability profile's rules.
  unknown_attributes   text not null default 'ignore' check (unknown_attributes in ('ignore', 'refuse', 'keep')),
  strict_interop       boolean not null default false,
  -- Schema extensions of this source, as it publishes them at /Schemas, each with its resourceType.
  schema_extensions    jsonb not null default '[]',
  created_at           timestamptz not null default now(),
  primary key (tenant_id, id)
);

-- Credentials. Only the SHA-256 is kept; the prefix lets a person recognise one. A `bearer` token and
-- a `client_secret` (OAuth 2.0 client credentials; the client id is the source's) are made by people;
-- an `access` token is issued for a client secret and ends with it. A bearer token may be bound to a
-- user, for whom /Me then stands.
create table tokens (
  tenant_id    text not null,
  source_id    text not null,
  id           text not null,
  kind         text not null default 'bearer' check (kind in ('bearer', 'client_secret', 'access')),
  secret_id    text,
  user_id      uuid,
  hash         bytea not null,
  prefix       text not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz,
  primary key (tenant_id, source_id, id),
  unique (tenant_id, source_id, hash),
  foreign key (tenant_id, source_id) references sources on delete cascade
);

-- Resources and links have no foreign keys: each insert would lock the one row of its source and
-- destination, which are hot. Whoever deletes a source or a destination deletes what hangs on it.

-- SCIM resources, stored as SCIM in `data` (without id and meta). The columns beside it are what
-- identity providers filter by; user_name, display_name and emails are lower-cased by us, as
-- RFC 7643 makes them caseExact: false.
create table resources (
  tenant_id     text not null,
  id            uuid not null,
  source_id     text not null,
  type          text not null check (type in ('User', 'Group')),
  user_name     text collate "C",
  external_id   text collate "C",
  display_name  text collate "C",
  emails        text[] not null default '{}',
  active        boolean not null default true,
  data          jsonb not null,
  version       bigint not null default 1,
  created_at    timestamptz not null,
  last_modified timestamptz not null,
  -- By source: a connection lists, in the order of ids, what it owns.
  primary key (tenant_id, source_id, id)
) with (fillfactor = 80);
create unique index resources_user_name on resources (tenant_id, source_id, user_name) where type = 'User';
create index resources_groups on resources (tenant_id, source_id, id) where type = 'Group';
create index resources_external_id on resources (tenant_id, source_id, type, external_id) where external_id is not null;
create index resources_display_name on resources (tenant_id, source_id, display_name) where type = 'User' and display_name is not null;
create unique index resources_group_name on resources (tenant_id, source_id, display_name) where type = 'Group';
-- Summarising: it does not have to be written when a user changes.
create index resources_last_modified on resources using brin (last_modified);
-- Nearly everybody has one e-mail address: only the others pay for an inverted index.
create index resources_email on resources (tenant_id, source_id, (emails[1]) collate "C") where cardinality(emails) > 0;
create index resources_emails on resources using gin (emails) where cardinality(emails) > 1;

-- The members of groups: one row each, so that adding one to a group of 100,000 costs what it costs
-- in a group of ten. `value` is as it was sent, `key` its lower case (RFC 7643 §8.7.1: caseExact
-- false), by which it is found. A member may be anything; it is a resource of ours where member_id is
-- the id of one, which is looked up when it is read, so that one who appears later is found.
create table members (
  tenant_id text not null,
  source_id text not null,
  group_id  uuid not null,
  key       text not null collate "C",
  value     text not null,
  member_id uuid,
  type      text,
  display   text,
  ref       text,
  primary key (tenant_id, source_id, group_id, key)
);
create index members_groups on members (tenant_id, source_id, key);

-- Where accounts are brought to agree with the roll. `owner` and `epoch` are the drain's lease.
create table destinations (
  tenant_id      text not null references tenants on delete cascade,
  id             text not null,
  connector      text not null,
  name           text not null,
  settings       jsonb not null,
  secrets        text,
  policy         jsonb not null,
  state          text not null default 'active' check (state in ('active', 'paused', 'quarantined')),
  reason         text,
  failures       integer not null default 0,
  probe_at       timestamptz,
  paused_until   timestamptz,
  swept_at       timestamptz not null default now(),
  owner          text,
  epoch          bigint not null default 0,
  created_at     timestamptz not null default now(),
  primary key (tenant_id, id)
);

-- The remembered pair of resource and remote account. Due while wanted > done. A link whose
-- resource was deleted stays as a tombstone (deleted_at, user_name, email).
create table links (
  tenant_id      text not null,
  id             uuid not null,
  destination_id text not null,
  source_id      text not null,
  resource_id    uuid not null,
  remote_id      text,
  wanted         bigint not null default 1,
  done           bigint not null default 0,
  not_before     timestamptz not null default now(),
  urgent         boolean not null default false,
  requested_at   timestamptz not null default now(),
  leaving_since  timestamptz,
  look_again     boolean not null default false,
  fingerprint    text,
  memberships    text[] not null default '{}',
  applied        text[] not null default '{}',
  outcome        text,
  reason         text,
  attempts       integer not null default 0,
  applied_at     timestamptz,
  deleted_at     timestamptz,
  user_name      text,
  email          text,
  primary key (tenant_id, id),
  unique (tenant_id, resource_id, destination_id)
);
create unique index links_remote_id on links (tenant_id, destination_id, remote_id) where remote_id is not null;
create index links_due on links (tenant_id, destination_id, not_before) where wanted > done;
create index links_urgent on links (tenant_id, destination_id, not_before) where wanted > done and urgent;
create index links_tombstones on links (tenant_id, source_id, user_name) where deleted_at is not null;
create index links_held on links (tenant_id, destination_id, email) where outcome = 'held';
-- Change-heavy rows: leave room on the page and vacuum early.
alter table links set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- What was asked, decided and done, for a person to read. `id` is a UUIDv7: its order is time.
create table activity (
  tenant_id      text not null,
  id             uuid not null,
  at             timestamptz not null default now(),
  kind           text not null,
  actor          text,
  request_id     text,
  source_id      text,
  destination_id text,
  resource_id    uuid,
  link_id        uuid,
  outcome        text not null,
  message        text,
  detail         jsonb,
  primary key (tenant_id, id)
);
create index activity_source on activity (tenant_id, source_id, id);
create index activity_resource on activity (tenant_id, resource_id, id);

-- A remote allowance shared by all processes: Shopify's bucket of points, one row a shop.
create table allowances (
  tenant_id    text not null,
  name         text not null,
  available    double precision not null,
  maximum      double precision not null,
  restore_rate double precision not null,
  updated_at   timestamptz not null default now(),
  primary key (tenant_id, name)
);
