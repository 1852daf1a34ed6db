-- When everybody was looked at at a destination, without reading all else that happened there.
create index activity_sweeps on activity (tenant_id, destination_id, id) where kind = 'destination.sweep';
