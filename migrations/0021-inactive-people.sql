-- Of a source, how many people are inactive: they are few, and what all are counted by is there.
create index resources_inactive on resources (tenant_id, source_id) where type = 'User' and not active;
