/** Proofs of what was erased. They are of no tenant: what they are about is gone. */
import type { Json } from '../model.ts';
import type { Queryable } from './statement.ts';

/** A proof. */
export interface Erasure {
  readonly what: 'customer' | 'shop';
  readonly shop: string;
  /** The sender's name of the request; `null`: the time of grace was over. */
  readonly webhookId: string | null;
  readonly askedAt: Date;
  readonly erasedAt: Date;
  /** Rows by table; `left`: accounts that a destination did not erase. */
  readonly counts: Readonly<Record<string, Json>>;
}

/** All of them, newest first. */
export async function listErasures(db: Queryable): Promise<readonly Erasure[]> {
  const { rows } = await db.query<Erasure>(
    `select what, shop_domain as shop, webhook_id as "webhookId", asked_at as "askedAt", erased_at as "erasedAt", counts
     from erasures order by id desc`,
  );
  return rows;
}
