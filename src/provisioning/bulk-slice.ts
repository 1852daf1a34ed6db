/**
 * Works on a destination's bulk run for as long as there is something to do: collects a file and hands
 * it over, starts the operation, asks how it stands, reads its results. Where a run waits, when to go
 * on is stored and the slice ends: whoever is woken then goes on.
 */
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { type BulkLease, bulkStands, releaseBulk, takeBulk } from '../store/bulk-loads.ts';
import {
  type BulkRun,
  type BulkRunChange,
  beginRun,
  changeRun,
  openRun,
  removeRun,
} from '../store/bulk-runs.ts';
import { type DestinationKey, findDestination } from '../store/destinations.ts';
import { collect } from './bulk-collect.ts';
import { pollAfterMs } from './bulk-decision.ts';
import { temporaryDirectory, uploadFile } from './bulk-file.ts';
import { finishRun, giveBack, noteBegun, recordAll, type Verdict } from './bulk-finish.ts';
import { decideBulk } from './bulk-force.ts';
import type { Bulk, BulkStanding, Call } from './connector.ts';
import type { DrainWorld } from './drain.ts';
import { backoffMs, classify, DestinationError, LeaseLost } from './failure.ts';

/** What the bulk worker needs of the world. */
export interface BulkWorld extends DrainWorld {
  /** Wakes a destination's drain: somebody is due who was in flight. */
  readonly wake: (key: DestinationKey) => void;
}

/** So often an operation is asked to start, and results are asked for. */
const mostAttempts = 10;
/** What is refused today is not asked for again before somebody may have mended it. */
const refusedRestMs = 6 * 3_600_000;
const longestBusyMs = 300_000;
const firstBusyMs = 10_000;

/** Works on a destination's run until it waits. */
export async function bulkSlice(
  world: BulkWorld,
  key: DestinationKey,
  owner: string,
  signal: AbortSignal,
): Promise<void> {
  const lease = await takeBulk(world.pool, key, owner);
  if (lease === null) return;
  try {
    const destination = await findDestination(world.pool, key);
    if (destination === null) return;
    const { target } = world.connect(destination);
    if (target.bulk === undefined) return;
    await new BulkSlice(world, lease, target.bulk, signal).run((call) => target.test(call));
  } finally {
    await releaseBulk(world.pool, lease);
  }
}

/** One slice. A class because it has a lifetime. */
class BulkSlice {
  readonly #world: BulkWorld;
  readonly #lease: BulkLease;
  readonly #bulk: Bulk;
  readonly #signal: AbortSignal;
  readonly #call: Call;
  /** The run whose file was uploaded in here: it cannot have been started before. */
  #fresh: string | null = null;
  /** The run whose operation was found to be over in here, and how. */
  #over: { readonly runId: string; readonly standing: BulkStanding } | null = null;

  constructor(world: BulkWorld, lease: BulkLease, bulk: Bulk, signal: AbortSignal) {
    this.#world = world;
    this.#lease = lease;
    this.#bulk = bulk;
    this.#signal = signal;
    this.#call = {
      urgent: false,
      signal,
      beforeWrite: async () => {
        signal.throwIfAborted();
        if (!(await bulkStands(world.pool, lease))) throw new LeaseLost();
      },
    };
  }

  async run(prepare: (call: Call) => Promise<void>): Promise<void> {
    const { log } = this.#world;
    try {
      await prepare(this.#call);
      while (!this.#signal.aborted && (await this.#advance()) === 'on');
    } catch (error) {
      if (this.#signal.aborted) return;
      if (error instanceof LeaseLost) {
        log.warn(
          { ...this.#lease },
          'bulk lease lost: another worker goes on, or the destination rests',
        );
        return;
      }
      // Whether the destination is to be left in peace is for its drain to find out.
      log.warn({ ...this.#lease, err: error }, 'bulk cannot go on; it is tried again');
    }
  }

  async #advance(): Promise<'on' | 'wait'> {
    const { pool, now } = this.#world;
    const run = await openRun(pool, this.#lease);
    if (run === null)
      return (await decideBulk(this.#world, this.#lease, this.#bulk)) ? this.#begin() : 'wait';
    if (run.nextAt.getTime() > now()) return 'wait';
    switch (run.state) {
      case 'collecting':
      case 'uploading':
        return this.#drop(run);
      case 'starting':
        return this.#tried(run, () => this.#start(run));
      case 'running':
        return this.#tried(run, () => this.#poll(run));
      case 'reading':
        return this.#tried(run, () => this.#read(run));
      case 'done':
      case 'failed':
        return 'wait';
    }
  }

  async #change(run: Pick<BulkRun, 'id'>, change: BulkRunChange): Promise<void> {
    if (!(await changeRun(this.#world.pool, this.#lease, run.id, change))) throw new LeaseLost();
  }

  async #begin(): Promise<'on' | 'wait'> {
    const { pool } = this.#world;
    const id = uuidv7();
    if (!(await beginRun(pool, this.#lease, id))) return 'wait';
    try {
      await using directory = await temporaryDirectory();
      const path = join(directory.path, 'lines.jsonl');
      const lines = await this.#collect(id, path);
      if (lines === 0) {
        await removeRun(pool, this.#lease, id);
        return 'wait';
      }
      await noteBegun(this.#world, this.#lease, { id, lines });
      await this.#change({ id }, { state: 'uploading' });
      const { random } = this.#world;
      const upload = await uploadFile({ path, bulk: this.#bulk, call: this.#call, random });
      await this.#change({ id }, { state: 'starting', upload });
      this.#fresh = id;
      return 'on';
    } catch (error) {
      if (error instanceof LeaseLost || this.#signal.aborted) throw error;
      return await this.#abandon(id, 'unsent', classify(error));
    }
  }

  async #collect(runId: string, path: string): Promise<number> {
    const [world, lease, signal] = [this.#world, this.#lease, this.#signal];
    const lines = await collect({ world, lease, runId, path, signal });
    world.log.info({ ...lease, runId, lines }, 'creations collected for bulk');
    // Those that were passed over are due for the drain.
    world.wake(lease);
    return lines;
  }

  async #start(run: BulkRun): Promise<'on' | 'wait'> {
    // Where the process before this one came to is not known: its start may have gone through.
    const found = this.#fresh === run.id ? null : await this.#bulk.find(run.id, this.#call);
    this.#fresh = null;
    if (found === null) {
      const started = await this.#bulk.start(run.id, run.upload ?? '', this.#call);
      if (started.kind === 'busy') return this.#busy(run, started.reason);
      return this.#started(run, started.operation);
    }
    return this.#started(run, found);
  }

  async #started(run: BulkRun, operation: string): Promise<'wait'> {
    const now = this.#world.now();
    await this.#change(run, {
      ...{ state: 'running', operation, attempts: 0, reason: null },
      ...{ runningAt: new Date(now), nextAt: new Date(now + pollAfterMs(0)) },
    });
    this.#world.log.info({ ...this.#lease, runId: run.id, operation }, 'bulk operation started');
    return 'wait';
  }

  /** The destination works off as many as it takes at a time: somebody else's. */
  async #busy(run: BulkRun, reason: string): Promise<'on' | 'wait'> {
    if (run.attempts >= mostAttempts)
      return this.#abandon(run.id, 'unsent', new DestinationError('transient', reason));
    const wait = Math.min(longestBusyMs, firstBusyMs * 2 ** run.attempts);
    const nextAt = new Date(this.#world.now() + wait);
    await this.#change(run, { attempts: run.attempts + 1, nextAt, reason });
    return 'wait';
  }

  async #poll(run: BulkRun): Promise<'on' | 'wait'> {
    const now = this.#world.now();
    const standing = await this.#standing(run);
    if (standing.kind === 'running') {
      const nextAt = new Date(now + pollAfterMs(now - (run.runningAt?.getTime() ?? now)));
      await this.#change(run, { workedOff: standing.workedOff, attempts: 0, nextAt, reason: null });
      return 'wait';
    }
    const endedAt = new Date(this.#world.now());
    await this.#change(run, { state: 'reading', endedAt, attempts: 0, reason: null });
    this.#over = { runId: run.id, standing };
    return 'on';
  }

  async #standing({ operation }: BulkRun): Promise<BulkStanding> {
    const standing = operation === null ? null : await this.#bulk.poll(operation, this.#call);
    return standing ?? { kind: 'broken', reason: 'The operation is not known there.', url: null };
  }

  /** Where the results are is asked again by whoever goes on: an address of them does not last. */
  async #read(run: BulkRun): Promise<'on' | 'wait'> {
    const standing = this.#over?.runId === run.id ? this.#over.standing : await this.#standing(run);
    this.#over = null;
    if (standing.kind === 'running') throw new Error('The operation is said to be running again.');
    if (standing.url !== null) {
      const results = this.#bulk.results(standing.url, this.#call);
      await recordAll(this.#world, this.#lease, run.id, results);
    }
    await giveBack(this.#world, this.#lease, run.id, 'unknown');
    return this.#finish(
      standing.kind === 'broken'
        ? { kind: 'failed', reason: standing.reason, restMs: null }
        : { kind: 'done' },
    );
  }

  async #finish(verdict: Verdict): Promise<'on'> {
    await finishRun(this.#world, this.#lease, this.#bulk.prior, verdict);
    return 'on';
  }

  /** Has a step of a run, and decides what its failure means. */
  async #tried(run: BulkRun, step: () => Promise<'on' | 'wait'>): Promise<'on' | 'wait'> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof LeaseLost || this.#signal.aborted) throw error;
      return this.#failed(run, classify(error));
    }
  }

  async #failed(run: BulkRun, error: DestinationError): Promise<'on' | 'wait'> {
    const { log, now, random } = this.#world;
    log.warn(
      { ...this.#lease, runId: run.id, state: run.state, err: error },
      'a step of bulk failed',
    );
    const hopeless = error.kind !== 'transient' && run.state === 'starting';
    // What a running operation does it does whether it answers or not: it is asked for as long as it takes.
    const tired = run.attempts >= mostAttempts && run.state !== 'running';
    if (hopeless || tired) return this.#abandon(run.id, 'unknown', error);
    const wait = error.pauseMs ?? backoffMs(run.attempts + 1, random());
    const nextAt = new Date(now() + wait);
    await this.#change(run, { attempts: run.attempts + 1, nextAt, reason: error.message });
    return 'wait';
  }

  /** Ends a run whose results will not come, and leaves bulk alone for a while. */
  async #abandon(
    runId: string,
    how: 'unsent' | 'unknown',
    { kind, message, pauseMs }: DestinationError,
  ): Promise<'on'> {
    await giveBack(this.#world, this.#lease, runId, how);
    const restMs = kind === 'transient' ? pauseMs : refusedRestMs;
    return this.#finish({ kind: 'failed', reason: message, restMs });
  }

  /** Nothing was handed over: the same people are collected again. */
  async #drop(run: BulkRun): Promise<'on'> {
    await giveBack(this.#world, this.#lease, run.id, 'unsent');
    const reason = 'the process that collected it ended before the file was handed over';
    return this.#finish({ kind: 'dropped', reason });
  }
}
