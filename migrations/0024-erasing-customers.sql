-- Whom a request to erase a customer found, until that is done: off the roll, not everybody is found again.
alter table inbox add column found jsonb;
