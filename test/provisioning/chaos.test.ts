import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from '../support/chaos/run.ts';

test('two instances, faults, kills and staff who edit customers: everybody ends up once, and what is theirs is theirs', async (t) => {
  const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e6));
  t.diagnostic(`CHAOS_SEED=${seed}`);
  const report = await runChaos({ seed, people: 30, changes: 300, kills: 2, restMs: 150_000 });
  t.diagnostic(JSON.stringify(report));
  assert.equal(report.kills, 2);
});
