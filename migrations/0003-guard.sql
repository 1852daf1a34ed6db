-- The guard: leaves beyond what is usual wait until somebody allows or discards them.

-- `left_at` is when its account was taken away; null while the person is here. What an administrator
-- allowed counts as left when it was decided (guard_since), so it is not counted in the window after it.
-- `revoked` are memberships taken back lately, the last of them at `revoked_at`.
-- `leave` is what was decided about a leave since `leave_at`, and `withheld` which memberships it is
-- about; null where it is about the account itself.
alter table links
  add column left_at    timestamptz,
  add column revoked_at timestamptz,
  add column revoked    text[],
  add column leave      text check (leave in ('held', 'allowed', 'discarded')),
  add column leave_at   timestamptz,
  add column withheld   text[];

-- Leaves before `guard_since` are not counted. `guard_tripped_at`: since when somebody is held.
alter table destinations
  add column guard_since      timestamptz not null default now(),
  add column guard_tripped_at timestamptz;

-- Who has left already is not counted again.
update links l set left_at = now() - interval '1 day'
where deleted_at is not null
   or exists (select from resources r where r.tenant_id = l.tenant_id and r.source_id = l.source_id
                and r.id = l.resource_id and not r.active);

-- Each holds few rows: who left, who lost memberships, who is held, who settles.
create index links_left on links (tenant_id, destination_id, left_at) where left_at is not null;
create index links_revoked on links (tenant_id, destination_id, revoked_at) where revoked_at is not null;
create index links_leave on links (tenant_id, destination_id, leave, id) where leave is not null;
create index links_settling on links (tenant_id, destination_id) where wanted > done and leaving_since is not null;
