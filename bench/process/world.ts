/** A Rollcall to measure: the process, its database beside it, and its development store. */
import type pg from 'pg';
import type { PlanName } from '../../devstore/plans.ts';
import { openDatabase } from '../../src/store/database.ts';
import { newDataDir, postgresPid, silent } from './data-dir.ts';
import { freePort } from './free-port.ts';
import { dropLms, type Ids, shopIds, switchGuardOff } from './roll.ts';
import { type Place, type RollcallProcess, type Starting, spawnRollcall } from './rollcall.ts';
import { type StoreControl, storeControl } from './store-control.ts';

/** Everything that a part has its hands on. */
export interface World extends AsyncDisposable {
  readonly rollcall: RollcallProcess;
  readonly postgresPid: number;
  readonly pool: pg.Pool;
  readonly ids: Ids;
  readonly store: StoreControl;
}

/** Where a new Rollcall is to live; disposing of it ends whoever lives there and removes everything. */
export interface Room extends AsyncDisposable {
  readonly place: Place;
  /** Starts a Rollcall there without waiting for it. */
  start(): Starting;
}

/** Makes room for a Rollcall: an empty data directory and two free ports. */
export async function newRoom(plan: PlanName, flags: readonly string[] = []): Promise<Room> {
  const dir = await newDataDir();
  const [port, storePort, lmsPort] = [await freePort(), await freePort(), await freePort()];
  const place = { dataDir: dir.path, port, storePort, lmsPort, plan, flags };
  const started: Starting[] = [];
  return {
    place,
    start() {
      const starting = spawnRollcall(place);
      started.push(starting);
      return starting;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map(({ end }) => end('SIGTERM')));
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** Opens the database of a running Rollcall beside it. */
export function openBeside({ dataDir }: Place) {
  return openDatabase({ dataDir, role: 'tool', log: silent });
}

/** How a Rollcall is started to be measured. */
export interface WorldOptions {
  /** Flags for Node, before the script. */
  readonly flags?: readonly string[];
  /** Whether its LMS stays a destination: where it is not measured, it would only take time. */
  readonly lms?: 'kept' | 'dropped';
}

/** Starts a Rollcall of its own. Refuses to measure a database that may lose what it acknowledged. */
export async function openWorld(
  plan: PlanName,
  { flags = [], lms = 'dropped' }: WorldOptions = {},
): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const { place, start } = stack.use(await newRoom(plan, flags));
  const rollcall = await start().ready;
  const { pool } = stack.use(await openBeside(place));
  await requireDurability(pool);
  if (lms === 'dropped') await dropLms(pool);
  const ids = await shopIds(pool);
  await switchGuardOff(pool, ids);
  const kept = stack.move();
  return {
    rollcall,
    postgresPid: (await postgresPid(place.dataDir)) ?? Number.NaN,
    pool,
    ids,
    store: storeControl(rollcall.storeOrigin),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** What a server says of itself. */
export interface DatabaseFacts {
  readonly version: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
  readonly fullPageWrites: string;
  readonly sharedBuffers: string;
}

/** Reads what decides whether a commit survives a power cut. */
export async function databaseFacts(pool: pg.Pool): Promise<DatabaseFacts> {
  const { rows } = await pool.query<DatabaseFacts>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as "synchronousCommit",
            current_setting('full_page_writes') as "fullPageWrites",
            current_setting('shared_buffers') as "sharedBuffers"`,
  );
  const [facts] = rows;
  if (facts === undefined) throw new Error('the server says nothing of itself');
  return facts;
}

async function requireDurability(pool: pg.Pool): Promise<void> {
  const { fsync, synchronousCommit } = await databaseFacts(pool);
  if (fsync !== 'on' || synchronousCommit !== 'on') {
    throw new Error(
      `fsync is ${fsync} and synchronous_commit ${synchronousCommit}: both must be on`,
    );
  }
}
