import assert from 'node:assert/strict';
import { chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeLeftFiles } from '../../src/provisioning/bulk-file.ts';

/** No process has a number as high as these (Linux: at most 4,194,304). */
const leftBy = (pid: number) => join(tmpdir(), `rollcall-bulk-${hostname()}-${pid}-test`);

test('what a killed process left of a file is removed; what is another user’s is left', async (t) => {
  // A place of its own: every Rollcall that starts meanwhile removes what was left in the usual one.
  const usual = tmpdir();
  const place = await mkdtemp(join(usual, 'rollcall-files-'));
  t.after(async () => {
    process.env.TMPDIR = usual;
    await rm(place, { recursive: true });
  });
  process.env.TMPDIR = place;
  const [ours, others] = [leftBy(9_000_001), leftBy(9_000_002)];
  for (const path of [ours, others]) {
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, 'lines.jsonl'), '{}');
  }
  // Only root can give something away.
  const root = process.getuid?.() === 0;
  if (root) await chown(others, 65_534, 65_534);
  await removeLeftFiles();
  const isThere = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );
  assert.deepEqual([await isThere(ours), await isThere(others)], [false, root]);
});
