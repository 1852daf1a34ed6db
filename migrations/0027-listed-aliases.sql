-- The other names by which a look for an e-mail address finds a listed account. Most have none. Deleted with the
-- accounts of a listing, all at once: a foreign key would delete them account by account.
create table listed_aliases (
  tenant_id  text not null,
  listing_id uuid not null,
  alias      text not null collate "C",
  remote_id  text not null collate "C",
  primary key (tenant_id, listing_id, alias, remote_id)
);
