-- Looking for people, and for what was done.

-- The words by which somebody is found (see src/directory/words.ts), each after the id of the tenant and a
-- slash: an inverted index knows no columns before its own, and one tenant's search must not cost another's.
alter table resources add column words tsvector;
update resources r set words = array_to_tsvector(array(
  select distinct r.tenant_id || '/' || left(substr(token, at), 64)
  from (
    select r.data ->> 'userName' as name union all select r.data ->> 'displayName'
    union all select r.data #>> '{name,givenName}' union all select r.data #>> '{name,familyName}'
    union all select unnest(r.emails)
  ) called
  cross join regexp_split_to_table(regexp_replace(lower(normalize(name, NFKD)), '[\u0300-\u036f]', '', 'g'), '\s+') as token
  cross join generate_series(1, length(token)) as at
  where substr(token, at, 1) ~ '[[:alnum:]]' and (at = 1 or substr(token, at - 1, 1) !~ '[[:alnum:]]')
    and (strpos(token, '@') = 0 or at <= strpos(token, '@') + 1)))
where type = 'User';
create index resources_words on resources using gin (words) with (fastupdate = off) where words is not null;

-- Whom a destination holds or rejects.
create index links_attention on links (tenant_id, resource_id) where outcome in ('held', 'rejected');
