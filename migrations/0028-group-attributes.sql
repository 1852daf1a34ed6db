-- What else of a group there is ours, beside its name: as last written, in the connector's names.
alter table group_links add column attributes jsonb not null default '{}';

update destinations
set policy = jsonb_set(policy, '{push,mapping}', '[{"to": "displayName", "from": "displayName"}]')
where policy ? 'push' and jsonb_typeof(policy -> 'push') = 'object' and not policy -> 'push' ? 'mapping';
