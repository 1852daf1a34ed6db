-- Groups that are made at a destination: the remembered pair of a group and what it is there. Like `links`, with the
-- counters `wanted` and `done`. There are no foreign keys: a group that was deleted has still to be let go of.
create table group_links (
  tenant_id      text not null references tenants on delete cascade,
  destination_id text not null,
  source_id      text not null,
  group_id       uuid not null,
  -- Being a member of it, as the destination's connector names memberships; null while there is none.
  membership     text,
  -- We made it there, or were about to. What was there before us is never deleted.
  made           boolean not null default false,
  -- Its members were looked at since it has this membership.
  told           boolean not null default false,
  -- As last written; null: not known.
  name           text,
  wanted         bigint not null default 1,
  done           bigint not null default 0,
  not_before     timestamptz not null default now(),
  look_again     boolean not null default false,
  outcome        text,
  reason         text,
  attempts       integer not null default 0,
  primary key (tenant_id, destination_id, source_id, group_id)
);
create unique index group_links_membership on group_links (tenant_id, destination_id, membership)
  where membership is not null;
create index group_links_due on group_links (tenant_id, destination_id, not_before) where wanted > done;

-- Whoever is in a group that is made there is looked at when they come or go.
alter table destinations drop column looks_at_groups;
alter table destinations add column looks_at_groups boolean not null
  generated always as (jsonb_path_exists(policy, '$.groups[*].id') or jsonb_path_exists(policy, '$.rules[*].when.group')
    or jsonb_path_exists(policy, '$.push.groups')) stored;
