import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { accountFor } from '../../src/store/embedded-account.ts';
import {
  initialisedDataDir,
  open,
  postmaster,
  spawnOwner,
  startOwner,
  temporaryDataDir,
} from '../support/embedded.ts';

const isRoot = process.getuid?.() === 0;
const asRoot = { skip: isRoot ? false : 'only root can become other users' };
/** A process of another user also needs a checkout that is open to others. */
const asOther = {
  skip: isRoot && !isOpen(process.execPath) ? 'the checkout is closed' : asRoot.skip,
};
const nobody = 65_534; // the kernel's overflow id, which every Linux has

test('root runs PostgreSQL as another user, who owns the data', asRoot, async () => {
  await using dataDir = await initialisedDataDir();
  await using database = await open(dataDir, 'server');
  await database.pool.query('select 1');
  const pid = await postmaster(dataDir.path);
  const { uid } = await stat(join(dataDir.path, 'postgres'));
  assert.notEqual(uid, 0);
  assert.equal((await stat(`/proc/${pid}`)).uid, uid);
});

test('root may keep its data where no other user may enter', asRoot, async () => {
  await using dataDir = await temporaryDataDir();
  await chmod(dirname(dataDir.path), 0o700);
  const account = accountFor(join(dataDir.path, 'postgres'), '/bin/sh');
  assert.match(JSON.stringify(account), /"capability":"dac_/);
  const first = await open(dataDir, 'server');
  await first.pool.query('create table written as select 1 as n');
  await first.close();
  await using second = await open(dataDir, 'server');
  assert.deepEqual((await second.pool.query('select n from written')).rows, [{ n: 1 }]);
});

test('root runs PostgreSQL as the owner of the data directory', asRoot, async () => {
  await using dataDir = await temporaryDataDir();
  await mkdir(dataDir.path);
  await chown(dataDir.path, nobody, nobody);
  const directory = join(dataDir.path, 'postgres');
  assert.deepEqual(accountFor(directory, '/bin/sh'), {
    kind: 'other',
    uid: nobody,
    gid: nobody,
    capability: undefined,
  });
});

test('an ordinary user runs PostgreSQL as itself', asOther, async () => {
  await using dataDir = await temporaryDataDir();
  await mkdir(dataDir.path);
  await chown(dataDir.path, nobody, nobody);
  const owner = await startOwner(dataDir, 'server', { uid: nobody });
  assert.equal((await stat(`/proc/${await postmaster(dataDir.path)}`)).uid, nobody);
  await owner.kill('SIGTERM');
  assert.equal(await postmaster(dataDir.path), undefined);
});

test('an ordinary user is told when the data belongs to another', asOther, async () => {
  await using dataDir = await initialisedDataDir();
  const owner = spawnOwner(dataDir, 'server', { uid: nobody });
  await new Promise((resolve) => owner.process.once('close', resolve));
  assert.match(owner.complaint(), /belongs to user \d+, but Rollcall runs as user 65534/);
});

function isOpen(path: string): boolean {
  return path === dirname(path) || ((statSync(path).mode & 0o001) !== 0 && isOpen(dirname(path)));
}
