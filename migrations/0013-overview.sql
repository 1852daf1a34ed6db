-- What the first page of the admin shows.

-- Since when both switches of a connection are on; null where that is not known.
alter table sources add column enabled_at timestamptz;

-- How many rights were given on which day.
create index grants_given on grants (tenant_id, created_at) where starts_at is not null;
