-- A connection that was removed while its people stay: nobody speaks for them any more.
alter table sources drop constraint sources_kind_check;
alter table sources add constraint sources_kind_check check (kind in ('scim', 'storefront', 'local', 'former'));
