/** Back-fills on the command line: an offer applied to orders of before it was in force. */
import { setTimeout as sleep } from 'node:timers/promises';
import { newestOffers } from '../courses/offers.ts';
import { backfillInput } from '../http/admin-backfills.ts';
import { readInput } from '../http/admin-input.ts';
import { type Backfill, backfillsOf, findBackfill } from '../store/backfills.ts';
import {
  type BackfillEvent,
  type BackfillLine,
  beginBackfill,
  offerToApply,
  previewBackfill,
  undo,
  workOffBackfills,
} from '../storefront/backfill.ts';
import { type Shop, ShopUnavailable } from '../storefront/shop.ts';
import { type Connections, connections } from './connections.ts';
import { type Context, theTenant, UsageError } from './context.ts';
import { dateOf } from './grants.ts';
import { noSuchOffer } from './offers.ts';

const actor = 'cli';
const shownOfEach = 20;
const tellEveryMs = 1_000;

/** `backfill preview`. */
export async function previewBackfillCommand(context: Context): Promise<string> {
  const asked = await askedFor(context);
  await using to = await connections(context);
  const shop = await theShop(to, asked.reach.tenantId);
  const told = { lines: new Map<BackfillLine['effect'], string[]>(), sum: '' };
  await untilUnavailable(async () => {
    for await (const event of previewBackfill(context.database, shop, asked))
      take(event, told, context);
  });
  const blocks = [...told.lines].map(([effect, lines]) => [effect, ...lines].join('\n'));
  return [...blocks, told.sum].join('\n\n');
}

function take(
  event: BackfillEvent,
  told: { readonly lines: Map<BackfillLine['effect'], string[]>; sum: string },
  { tell }: Context,
): void {
  switch (event.type) {
    case 'right': {
      const { effect, order, line, learner, membership, reason } = event;
      const lines = told.lines.get(effect) ?? [];
      const because = reason === null ? '' : `: ${reason}`;
      if (lines.length < shownOfEach)
        lines.push(`  ${order}  ${learner ?? 'nobody'}  ${membership} for ${line}${because}`);
      told.lines.set(effect, lines);
      return;
    }
    case 'reading':
      tell(`read ${event.orders} orders\n`);
      return;
    case 'summary': {
      const counts = Object.entries(event.counts).map(([effect, count]) => `${effect}: ${count}`);
      told.sum = [`${event.orders} orders`, ...counts, 'Nothing was written.'].join('\n');
    }
  }
}

/** `backfill run`: waits for its end, and tells how it goes on. */
export async function runBackfill(context: Context): Promise<string> {
  const { pool } = context.database;
  const asked = await askedFor(context);
  const { tenantId } = asked.reach;
  await using to = await connections(context);
  await theShop(to, tenantId);
  const id = await beginBackfill(context.database, { ...asked, actor });
  context.tell(`Back-fill ${id}\n`);
  const world = { pool, now: Date.now, wake: () => undefined, shopOf: to.shopOf };
  const { signal } = new AbortController();
  for (;;) {
    // A running Rollcall may be at it as well: a page is worked off by one of the two.
    const working = workOffBackfills(world, signal);
    await Promise.race([working, sleep(tellEveryMs)]);
    const backfill = await findBackfill(pool, tenantId, id);
    if (backfill === null) throw new UsageError('The back-fill was removed meanwhile.');
    context.tell(`${progressOf(backfill)}\n`);
    await working;
    const ended = await findBackfill(pool, tenantId, id);
    if (ended === null || ended.state === 'running') {
      await sleep(tellEveryMs);
      continue;
    }
    if (ended.state === 'failed') throw new UsageError(`${ended.error}`);
    return `${progressOf(ended)}. To take it back: rollcall backfill undo ${id}`;
  }
}

/** `backfill list`. */
export async function listBackfills(context: Context): Promise<string> {
  const { database, options } = context;
  const { tenantId } = await theTenant(database, options);
  const backfills = await backfillsOf(database.pool, tenantId);
  if (backfills.length === 0) return 'No back-fills yet: rollcall backfill preview OFFER';
  const offers = new Map(
    (await newestOffers(database, tenantId)).map(({ id, name }) => [id, name]),
  );
  return backfills
    .map((backfill) => {
      const { id, offerId, offerVersion, since, until } = backfill;
      const offer = `${offers.get(offerId) ?? offerId} version ${offerVersion}`;
      return `${id}  ${offer}  ${since.toISOString()} to ${until.toISOString()}  ${progressOf(backfill)}`;
    })
    .join('\n');
}

function progressOf({ state, seen, applied, error }: Backfill): string {
  const because = error === null ? '' : `: ${error}`;
  return `${state}, ${seen} orders read, applied to ${applied}${because}`;
}

/** `backfill undo`. */
export async function undoBackfillCommand(context: Context): Promise<string> {
  const { database, options, positionals } = context;
  const [id = ''] = positionals;
  const { tenantId } = await theTenant(database, options);
  const known = /^[0-9a-f-]{36}$/i.test(id)
    ? await findBackfill(database.pool, tenantId, id)
    : null;
  if (known === null)
    throw new UsageError(`There is no back-fill ${id}: see rollcall backfill list.`);
  const world = { pool: database.pool, now: Date.now, wake: () => undefined };
  await undo(world, { tenantId, id, actor });
  return 'It is undone: what another order, a rule or a hand gives stays.';
}

async function askedFor({ database, options, positionals }: Context) {
  const [offerId] = positionals;
  if (offerId === undefined) throw noSuchOffer(offerId);
  const { tenantId } = await theTenant(database, options);
  const { since, until } = readInput(backfillInput, {
    offer: offerId,
    ...(options.since === undefined ? {} : { since: dateOf(options.since) }),
    ...(options.until === undefined ? {} : { until: dateOf(options.until) }),
  });
  const offer = await offerToApply(database, { tenantId, offerId });
  if (offer === null) throw noSuchOffer(offerId);
  return { reach: { tenantId, offerId, since, until }, offer };
}

/** The shop of a tenant. Throws `UsageError`. */
export async function theShop({ shopOf }: Connections, tenantId: string): Promise<Shop> {
  const shop = await shopOf(tenantId, new AbortController().signal);
  if (shop === null) throw new UsageError('This tenant has no shop.');
  return shop;
}

/** Does what a shop is needed for. Throws `UsageError` where it cannot be read. */
export async function untilUnavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ShopUnavailable) throw new UsageError(error.message);
    throw error;
  }
}
