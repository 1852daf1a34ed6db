-- People of the directory sign in at their own page. A user who is deleted takes all of it along (store/users.ts).

-- Argon2id, in the PHC string format.
create table passwords (
  tenant_id  text not null references tenants on delete cascade,
  user_id    uuid not null,
  hash       text not null,
  changed_at timestamptz not null,
  primary key (tenant_id, user_id)
);

-- Who is signed in, and where. Only the SHA-256 of the cookie is kept.
create table sessions (
  tenant_id    text not null references tenants on delete cascade,
  id           uuid not null,
  user_id      uuid not null,
  hash         bytea not null,
  device       text not null,
  created_at   timestamptz not null,
  last_used_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, hash)
);
create index sessions_user on sessions (tenant_id, user_id);
create index sessions_begun on sessions (tenant_id, created_at);

-- Links with which somebody sets a password without having one: for one use. Only the SHA-256 is kept.
create table password_links (
  tenant_id  text not null references tenants on delete cascade,
  hash       bytea not null,
  user_id    uuid not null,
  kind       text not null check (kind in ('invitation', 'reset')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, hash)
);
create index password_links_user on password_links (tenant_id, user_id);
create index password_links_made on password_links (tenant_id, created_at);

-- What was tried lately, by address, by userName or by device: `key` is a digest of which.
create table attempts (
  tenant_id    text not null references tenants on delete cascade,
  key          text not null,
  count        integer not null,
  last_at      timestamptz not null,
  locked_until timestamptz,
  primary key (tenant_id, key)
);
create index attempts_last on attempts (tenant_id, last_at);

-- Which of their own attributes people of the directory may change; null: the usual ones.
alter table sources add column own_attributes text[];
