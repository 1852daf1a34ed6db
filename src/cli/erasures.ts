/** Proofs of what was erased, on the command line. */
import { listErasures } from '../store/erasures.ts';
import type { Context } from './context.ts';

/** `erasure list`. */
export async function listErasuresCommand({ database, options }: Context): Promise<string> {
  const erasures = await listErasures(database.pool);
  if (options.json === true) return JSON.stringify({ erasures }, null, 2);
  if (erasures.length === 0) return 'Nothing was asked to be erased yet.';
  return erasures
    .map(({ erasedAt, askedAt, what, shop, webhookId, counts }) => {
      const rows = Object.values(counts).filter((count) => typeof count === 'number');
      const sum = rows.reduce((all, count) => all + count, 0);
      const by = webhookId === null ? 'its time of grace was over' : `request ${webhookId}`;
      return `${erasedAt.toISOString()}  ${what} of ${shop}: ${sum} rows; asked ${askedAt.toISOString()}, ${by}`;
    })
    .join('\n');
}
