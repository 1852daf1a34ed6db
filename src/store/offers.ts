/** Offers, every version of them a row. */
import type { JsonObject } from '../model.ts';
import { type Queryable, statement } from './statement.ts';

/** A version of an offer as it is stored. */
export interface StoredOffer {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly terms: JsonObject;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
}

const columns = `id, version, name, terms, valid_from as "validFrom", valid_until as "validUntil"`;

const selectAll = statement<StoredOffer, [string]>(
  'offers-all',
  `select ${columns} from offers where tenant_id = $1 order by id, version`,
);
const selectInForce = statement<StoredOffer, [string]>(
  'offers-in-force',
  `select ${columns} from offers where tenant_id = $1 and valid_until is null order by name, id`,
);

/** Every version of every offer of a tenant. */
export const allOffers = (db: Queryable, tenantId: string) => selectAll(db, tenantId);

/** The offers in force. */
export const offersInForce = (db: Queryable, tenantId: string) => selectInForce(db, tenantId);

/** What a version of an offer says. */
export interface NewVersion {
  readonly id: string;
  readonly name: string;
  readonly terms: JsonObject;
  readonly at: Date;
}

const putStatement = statement<
  StoredOffer,
  [tenantId: string, id: string, name: string, terms: string, at: Date]
>(
  'offer-put',
  `with ended as (
     update offers set valid_until = greatest($5, valid_from) where tenant_id = $1 and id = $2 and valid_until is null
   )
   insert into offers (tenant_id, id, version, name, terms, valid_from)
   select $1, $2, coalesce(max(version), 0) + 1, $3, $4, greatest($5, max(valid_from)) from offers where tenant_id = $1 and id = $2
   returning ${columns}`,
);

/** Makes an offer, or the next version of one, in force from now on. */
export async function putOffer(
  db: Queryable,
  tenantId: string,
  { id, name, terms, at }: NewVersion,
): Promise<StoredOffer> {
  const [row] = await putStatement(db, tenantId, id, name, JSON.stringify(terms), at);
  if (row === undefined) throw new Error('an offer was written and not given back');
  return row;
}

/**
 * Withdraws an offer: orders from now on do not follow it.
 * @returns whether it was in force
 */
export async function withdrawOffer(
  db: Queryable,
  tenantId: string,
  id: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update offers set valid_until = greatest($3, valid_from) where tenant_id = $1 and id = $2 and valid_until is null`,
    [tenantId, id, at],
  );
  return rowCount === 1;
}
