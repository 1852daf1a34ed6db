-- Which request of a shop has it erased, and when it came: the request itself is gone earlier.
alter table installations add column erase_webhook_id text, add column erase_asked_at timestamptz;
update installations i set (erase_webhook_id, erase_asked_at) = (
  select webhook_id, received_at from inbox
  where tenant_id = i.tenant_id and topic = 'shop/redact' and received_at >= i.uninstalled_at order by id limit 1
)
where erase_by is not null;
