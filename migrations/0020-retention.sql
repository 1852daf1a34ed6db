-- For how many days a tenant keeps its log, and what its shop told; null: for as long as the operator says.
alter table tenants
  add column activity_days integer check (activity_days > 0),
  add column inbox_days integer check (inbox_days > 0);
