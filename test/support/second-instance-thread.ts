/** What runs in the thread of `second-instance.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { pino } from 'pino';
import { startRollcall } from '../../src/rollcall.ts';
import { openDatabase } from '../../src/store/database.ts';
import { secretBox } from '../../src/store/secret-box.ts';

const log = pino({ level: 'silent' });
const database = await openDatabase({
  databaseUrl: String(workerData),
  dataDir: '',
  role: 'server',
  log,
});
const rollcall = await startRollcall({
  ...database,
  log,
  // The key of every test's secrets.
  secrets: secretBox(Buffer.alloc(32, 7)),
  now: Date.now,
  random: Math.random,
  publicUrl: 'http://rollcall.test',
  mode: 'development',
  adminPassword: null,
  trustProxy: null,
  privateNetwork: 'allowed',
});
parentPort?.once('message', async () => {
  await rollcall.close();
  await database.close();
});
parentPort?.postMessage(await rollcall.app.listen({ port: 0, host: '127.0.0.1' }));
