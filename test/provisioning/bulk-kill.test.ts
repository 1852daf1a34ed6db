import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  inFlight,
  many,
  operationsAt,
  pushMany,
  runIn,
  runsOf,
  setPace,
  setState,
} from '../support/bulk.ts';
import { checkAgreement } from '../support/checker.ts';
import { processWorld } from '../support/process.ts';
import { waitFor } from '../support/wait.ts';
import { settled } from '../support/world.ts';

test('a run goes on after kill -9 in each of its states, and nobody is created twice', async (t) => {
  // The files of its processes lie here.
  const files = await mkdtemp(join(tmpdir(), 'rollcall-files-'));
  t.after(() => rm(files, { recursive: true }));
  await using world = await processWorld('standard');
  const start = () => world.start({ TMPDIR: files });
  await setState(world, 'paused');
  {
    await using process = await start();
    await pushMany(world.at(process).scim);
  }

  // The upload does not come to its end.
  await world.store.fault({ kind: 'hang', match: { transfer: 'upload' } });
  await setState(world, 'active');
  {
    await using process = await start();
    await runIn(world, 'uploading');
    assert.equal(await inFlight(world), many);
    await process.kill();
  }
  const [left, ...more] = await readdir(files);
  assert.ok(left !== undefined && more.length === 0, 'a kill leaves the file behind');
  await world.store.dev('DELETE', 'faults');

  // Nothing was handed over: it begins anew. Then the start goes through, and nobody hears of it.
  await world.store.fault({ kind: 'cut-after', match: { operation: 'BulkStart' } });
  await setPace(world, 0);
  {
    await using process = await start();
    assert.ok(!(await readdir(files)).includes(left ?? ''), 'the next start removes it');
    await waitFor('an operation', async () => (await operationsAt(world)) === 1);
    await process.kill();
  }
  const [dropped, taken] = await runsOf(world);
  assert.deepEqual([dropped?.state, dropped?.made, dropped?.unknown], ['failed', 0, 0]);
  assert.equal(taken?.lines, many);

  // Whoever comes next finds the operation, and is killed while it runs.
  {
    await using process = await start();
    await runIn(world, 'running');
    await process.kill();
  }
  assert.equal(await operationsAt(world), 1);

  // The results do not come.
  await world.store.fault({ kind: 'hang', match: { transfer: 'download' } });
  await setPace(world, null);
  {
    await using process = await start();
    await runIn(world, 'reading');
    await process.kill();
  }
  await world.store.dev('DELETE', 'faults');

  await using process = await start();
  await settled(world.pool, 60_000);
  const last = await runIn(world, 'done');
  assert.deepEqual([last.id, last.made, last.returned, last.unknown], [taken?.id, many, 0, 0]);
  assert.equal(await operationsAt(world), 1);
  assert.equal((await world.store.customers()).length, many);
  await checkAgreement({ ...world, ...world.at(process) });
  await process.stop();
});
