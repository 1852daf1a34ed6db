-- Changes that touch many people are recorded as one row, in the statement that makes them, and spread
-- over the links page by page: `after` is how far that has come. Without a destination: all of the tenant.
create table spreads (
  tenant_id      text not null references tenants on delete cascade,
  id             uuid not null default gen_random_uuid(),
  destination_id text,
  what           jsonb not null,
  after          uuid not null default '00000000-0000-0000-0000-000000000000',
  not_before     timestamptz not null default now(),
  created_at     timestamptz not null default now(),
  primary key (tenant_id, id)
);

-- Whether a change of a group's members can mean anything here: only then are their links looked at.
alter table destinations add column looks_at_groups boolean not null
  generated always as (jsonb_path_exists(policy, '$.groups[*].id') or jsonb_path_exists(policy, '$.rules[*].when.group')) stored;
