-- The id that somebody who is being brought back has: a restoring that was cut short goes on with it.
alter table deleted_users add column restored_as uuid;
