/** Pages of resources that match a condition. */
import type { ResourceKind } from '../model.ts';
import { columns, type Owner, type StoredResource } from './resources.ts';
import type { Queryable } from './statement.ts';

/** A condition over `resources`, with placeholders from `$firstParameter` on. */
export interface Condition {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Which page of which resources. */
export interface PageRequest {
  readonly condition: Condition;
  readonly offset: number;
  readonly limit: number;
}

/** The first placeholder a list's condition may use. */
export const firstListParameter = 3;

const prepared = new Map<string, string>();
const mostPrepared = 50;

/**
 * A name for a list's statement, so that it is planned once a connection. Identity providers ask in a
 * few forms; whoever asks in very many must not fill the connections' memory.
 */
function preparedName(text: string): string | null {
  const known = prepared.get(text);
  if (known !== undefined) return known;
  if (prepared.size >= mostPrepared) return null;
  const name = `resource-list-${prepared.size}`;
  prepared.set(text, name);
  return name;
}

async function selectPage(
  db: Queryable,
  owner: Owner,
  type: ResourceKind,
  page: PageRequest,
): Promise<readonly StoredResource[]> {
  const { condition } = page;
  const next = firstListParameter + condition.values.length;
  // The type stands in the text: a plan for any type could not use the indexes of one.
  const text = `select ${columns} from resources
     where tenant_id = $1 and source_id = $2 and type = '${type}' and (${condition.text})
     order by id limit $${next} offset $${next + 1}`;
  const values = [owner.tenantId, owner.sourceId, ...condition.values, page.limit, page.offset];
  const name = preparedName(text);
  const { rows } = await db.query<StoredResource>(
    name === null ? { text, values } : { name, text, values },
  );
  return rows;
}

async function countResources(
  db: Queryable,
  owner: Owner,
  type: ResourceKind,
  condition: Condition,
): Promise<number> {
  const { rows } = await db.query<{ total: number }>(
    `select count(*) as total from resources
     where tenant_id = $1 and source_id = $2 and type = '${type}' and (${condition.text})`,
    [owner.tenantId, owner.sourceId, ...condition.values],
  );
  return rows[0]?.total ?? 0;
}

/** A page of a list, and how many there are in all. */
export interface ResourcePage {
  readonly total: number;
  readonly resources: readonly StoredResource[];
}

/** One page of the resources that match, in the order they were made. */
export async function listResources(
  db: Queryable,
  owner: Owner,
  type: ResourceKind,
  page: PageRequest,
): Promise<ResourcePage> {
  const resources = page.limit === 0 ? [] : await selectPage(db, owner, type, page);
  // A page that is not full ends the list: identity providers ask for one user and are spared a count.
  const endsHere = resources.length < page.limit && (resources.length > 0 || page.offset === 0);
  const total = endsHere
    ? page.offset + resources.length
    : await countResources(db, owner, type, page.condition);
  return { total, resources };
}
