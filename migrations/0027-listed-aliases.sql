-- The other names by which a look for an e-mail address finds a listed account. Most have none.
alter table listed_accounts add column aliases text[];
create index listed_accounts_aliases on listed_accounts using gin (aliases) where aliases is not null;
