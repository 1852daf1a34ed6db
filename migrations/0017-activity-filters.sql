-- Lines of activity by destination, and those that did not end well: nearly all did, and pay nothing for it.
create index activity_destination on activity (tenant_id, destination_id, id) where destination_id is not null;
create index activity_outcome on activity (tenant_id, outcome, id) where outcome <> 'done';
