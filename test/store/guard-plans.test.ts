import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { createTenant } from '../../src/directory/tenants.ts';
import {
  accountLeaves,
  accountsGuarded,
  holdersGuarded,
  membershipLeaves,
} from '../../src/store/guard.ts';
import { guardedLinks, guardFacts } from '../../src/store/guard-decisions.ts';
import { type TestDatabase, testDatabase, vacuumed } from '../support/database.ts';
import { testSecrets } from '../support/world.ts';

const links = 100_000;

let database: TestDatabase;
let key: { readonly tenantId: string; readonly destinationId: string };
before(async () => {
  database = await testDatabase();
  const { pool } = database;
  const shop = { shop: `${uuidv7()}.myshopify.com`, accessToken: 'none' };
  const made = await createTenant(pool, testSecrets, { name: 'Many', shop, switches: 'on' });
  key = { tenantId: made.tenantId, destinationId: made.destinationId };
  // A hundred thousand who are done, of whom every tenth left long ago, 300 lately, and 500 are to leave.
  await pool.query(
    `insert into links (tenant_id, id, destination_id, source_id, resource_id, remote_id, wanted, done, outcome,
                        memberships, urgent, left_at, leave, leave_at)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 'gid://shopify/Customer/' || n,
            case when n % 200 = 1 then 2 else 1 end, 1, 'done', '{staff}', n % 200 = 1,
            case when n % 10 = 0 then case when n <= 3000 then now() else now() - interval '9 days' end end,
            case when n % 500 = 2 then 'held' end, now()
     from generate_series(1, $4) n`,
    [made.tenantId, made.destinationId, made.sourceId, links],
  );
  await vacuumed(pool, 'links');
});
after(() => database.close());

/** How long the fastest of some runs takes, in milliseconds. */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 7; run += 1) {
    const begun = performance.now();
    await work();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

suite('the numbers of the guard, of a hundred thousand links', () => {
  const asked = { except: [uuidv7()], accountsAre: 'kept' } as const;

  test('are right', async () => {
    const { pool } = database;
    assert.deepEqual(await accountLeaves(pool, key, asked), { left: 300, waiting: 500, held: 200 });
    assert.equal(await accountsGuarded(pool, key), links - links / 10 + 300);
    assert.equal(await holdersGuarded(pool, key, 'staff'), links);
    assert.deepEqual(await membershipLeaves(pool, key, 'staff', []), {
      left: 0,
      waiting: 0,
      held: 0,
    });
    assert.equal((await guardFacts(pool, key))?.heldAccounts, 200);
    assert.equal(
      (await guardedLinks(pool, key, { mark: 'held', limit: 50, after: null })).length,
      50,
    );
  });

  test('that are asked often come from indexes', async (context) => {
    const { pool } = database;
    const leaves = await fastest(() => accountLeaves(pool, key, asked));
    const accounts = await fastest(() => accountsGuarded(pool, key));
    const holders = await fastest(() => holdersGuarded(pool, key, 'staff'));
    const page = await fastest(() =>
      guardedLinks(pool, key, { mark: 'held', limit: 50, after: null }),
    );
    context.diagnostic(
      `leaves ${leaves.toFixed(1)} ms, accounts ${accounts.toFixed(1)} ms, holders ${holders.toFixed(1)} ms, page ${page.toFixed(1)} ms`,
    );
    // The others read every link, and are asked seldom.
    assert.ok(leaves < holders / 4, `${leaves} ms`);
    assert.ok(page < holders / 4, `${page} ms`);
  });
});
