-- The directory: people and groups whom an administrator looks after here, a source like any other.
drop index sources_storefront;
create unique index sources_single on sources (tenant_id, kind) where kind in ('storefront', 'local');

-- Who was deleted from the directory, as they were, to be brought back.
create table deleted_users (
  tenant_id  text not null references tenants on delete cascade,
  id         uuid not null,
  user_name  text not null,
  data       jsonb not null,
  -- The groups they were members of.
  groups     uuid[] not null,
  deleted_at timestamptz not null,
  deleted_by text not null,
  primary key (tenant_id, id)
);
create index deleted_users_at on deleted_users (tenant_id, deleted_at);

-- App Login Policies: which group has which application. What they add up to stands in the application's own
-- policy, as its scope.
create table app_policies (
  tenant_id      text not null references tenants on delete cascade,
  id             text not null,
  name           text not null,
  destination_id text not null,
  group_source   text not null,
  group_id       uuid not null,
  login_method   text not null check (login_method in ('password')),
  created_at     timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, destination_id, group_source, group_id),
  foreign key (tenant_id, destination_id) references destinations on delete cascade
);
