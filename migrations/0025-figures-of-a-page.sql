-- How far each destination has got with the people of a source: how many agree, and when one last did.
create index links_done on links (tenant_id, destination_id, source_id)
  where outcome = 'done' and wanted = done and deleted_at is null;
create index links_applied on links (tenant_id, destination_id, source_id, applied_at) where applied_at is not null;
