/**
 * A process that owns an embedded database, for tests that kill it:
 * `node embedded-owner.ts <dataDir> <role>`. Prints each number that it has committed to the table
 * `written`. Ends gracefully when told so by SIGTERM.
 */
import { once } from 'node:events';
import { argv, stdout } from 'node:process';
import { openDatabase } from '../../src/store/database.ts';

const [, , dataDir = '', role = ''] = argv;
if (role !== 'server' && role !== 'tool') throw new Error(`no role ${role}`);

const log = { info: () => undefined, warn: () => undefined };
const database = await openDatabase({ dataDir, role, log });
// Two owners may make it at the same moment, which "if not exists" does not foresee.
const table = 'create table if not exists written (n bigint generated always as identity)';
await database.pool.query(table).catch(() => database.pool.query(table));
process.on('SIGINT', () => undefined); // Ctrl-C: a draining server goes on for a while
let closing = false;
process.once('SIGTERM', () => {
  closing = true;
});
while (!closing) {
  const insert = 'insert into written default values returning n';
  const answer = await database.pool.query<{ n: number }>(insert).catch(() => undefined);
  if (answer !== undefined && !stdout.write(`${answer.rows[0]?.n}\n`)) await once(stdout, 'drain');
}
await database.close();
