/** What a change of a group's members means for the links of those people, as part of its statement. */

/** More people than this are spread over, page by page. */
export const mostAtOnce = 1_000;

/**
 * Common table expressions after one named `moved` with the column `member_id` (NULL where a member is
 * no resource), and `pushGroups`: who came or went is looked at again wherever groups are looked at. A crowd, or a group
 * that came or went with people of its own, is recorded as a spread over the source instead. $1 is the
 * tenant, $2 the source. They end with `awoken`, whose `destinations` are to be woken.
 */
export const followMembers = `looking as (
     select id, state = 'active' and (paused_until is null or paused_until <= now()) as awake
     from destinations where tenant_id = $1 and looks_at_groups
   ), crowd as (
     select exists (select from looking) and (
       (select count(*) from (select from moved where member_id is not null limit ${mostAtOnce + 1}) few) > ${mostAtOnce}
       or exists (select from moved join resources g on g.tenant_id = $1 and g.source_id = $2
                    and g.id = moved.member_id and g.type = 'Group')) as large
   ), followed as materialized (
     -- As lockedLinks does.
     select links.id from links, moved, looking, crowd
     where not crowd.large and links.tenant_id = $1 and links.resource_id = moved.member_id
       and links.destination_id = looking.id
     order by links.id for update of links
   ), bumped as (
     update links set wanted = wanted + 1, not_before = now(), attempts = 0,
                      requested_at = case when wanted > done then requested_at else now() end
     from followed where links.tenant_id = $1 and links.id = followed.id
     returning links.destination_id
   ), spread as (
     insert into spreads (tenant_id, what)
     select $1, jsonb_build_object('kind', 'source', 'sourceId', $2::text) from crowd where large
   ), awoken as (
     select array(select id from looking where awake and id in (
       select destination_id from bumped union all select destination_id from pushed)) as destinations
   )`;
