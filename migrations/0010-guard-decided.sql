-- When an administrator last allowed or discarded leaves: numbers that were read before are out of date.
alter table destinations add column guard_decided_at timestamptz;
