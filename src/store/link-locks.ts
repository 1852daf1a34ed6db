/**
 * Locks links in the order of their ids, as every statement does that writes many of them: two that have
 * some in common would else wait for each other, and PostgreSQL would end one of the two.
 * @param ids a query for the ids
 * @returns the common table expression `locked`, of which a write takes only what it has; $1 is the tenant
 */
export const lockedLinks = (ids: string): string => `locked as materialized (
     select links.id from links where tenant_id = $1 and links.id in (${ids}) order by links.id for update
   )`;
