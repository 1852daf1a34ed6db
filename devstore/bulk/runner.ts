/**
 * Carries bulk operations out in the background, in batches of a few milliseconds: one batch is one
 * transaction, and between two of them the store answers whoever asks. A store that was killed goes
 * on where the last batch ended, as Shopify's workers do; no line is done twice.
 */
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { FaultSettings, Faults } from '../faults.ts';
import { onlyOperation } from '../graphql/bulk-rules.ts';
import { parseDocument } from '../graphql/documents.ts';
import type { Executor } from '../graphql/executor.ts';
import {
  type BulkEnd,
  type BulkErrorCode,
  type BulkOperation,
  changeStatus,
  endBulkOperation,
  recordProgress,
  unfinishedOperations,
} from '../shop/bulk-operations.ts';
import type { Shop } from '../shop/shop.ts';
import { writeDeliveries } from '../shop/webhook-outbox.ts';
import { bulkFinishPayload } from '../shop/webhook-payloads.ts';
import { type BulkJob, JobFailure } from './job.ts';
import { mutationJob, rootNames } from './mutation-job.ts';
import { Pace } from './pace.ts';
import { queryJob } from './query-job.ts';

export interface BulkRunnerOptions {
  readonly shop: Shop;
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly faults: Faults;
  /** Called after every batch: there may be webhooks to deliver. */
  readonly onBatch: () => void;
  readonly log: (message: string) => void;
}

/** An operation under way in this process. */
interface Run {
  readonly job: BulkJob;
  readonly pace: Pace;
  readonly fault: FaultSettings | undefined;
}

/** What a batch came to, and whether the operation has come to its end with it. */
interface Batch {
  readonly output: string;
  readonly objects: number;
  readonly rootObjects: number;
  readonly end: BulkEnd | 'cancel' | null;
}

/** How long a batch keeps everybody else waiting. */
const batchMs = 8;
/** How often an operation that has to wait looks whether it still has. */
const pauseMs = 20;
const day = 24 * 60 * 60 * 1000;
const limits = { MUTATION: day, QUERY: 10 * day } as const;

export class BulkRunner {
  readonly #options: BulkRunnerOptions;
  readonly #runs = new Map<number, Run>();
  /** How many lines each operation does in a second; null for as many as it can. */
  linesPerSecond: number | null = null;
  #scheduled = false;
  #stopped = false;
  #lastId = 0;

  constructor(options: BulkRunnerOptions) {
    this.#options = options;
  }

  /** Looks for operations to carry out; what is under way goes on by itself. */
  wake(): void {
    if (this.#scheduled || this.#stopped) return;
    if (unfinishedOperations(this.#options.shop.database).length > 0) this.#schedule('at once');
    else this.#runs.clear();
  }

  /** Ends what is under way; it goes on after the next start. */
  stop(): void {
    this.#stopped = true;
  }

  #schedule(when: 'at once' | 'later'): void {
    this.#scheduled = true;
    if (when === 'at once') setImmediate(() => this.#turn());
    else setTimeout(() => this.#turn(), pauseMs).unref();
  }

  /** One batch of the operation whose turn it is. */
  #turn(): void {
    this.#scheduled = false;
    if (this.#stopped) return;
    const operations = unfinishedOperations(this.#options.shop.database);
    const after = operations.filter(({ id }) => id > this.#lastId);
    const before = operations.filter(({ id }) => id <= this.#lastId);
    const moved = [...after, ...before].find((operation) => this.#advance(operation));
    if (moved) {
      this.#lastId = moved.id;
      this.#options.onBatch();
    }
    if (operations.length > 0) this.#schedule(moved ? 'at once' : 'later');
  }

  /** Whether there was anything to do for the operation now. */
  #advance(operation: BulkOperation): boolean {
    const { database } = this.#options.shop;
    switch (operation.status) {
      case 'CREATED':
        changeStatus(database, operation.id, 'RUNNING');
        return true;
      case 'CANCELING':
        this.#end(operation, { status: 'CANCELED' });
        return true;
      default:
        return this.#advanceRunning(operation);
    }
  }

  #advanceRunning(operation: BulkOperation): boolean {
    const { log } = this.#options;
    try {
      return this.#runBatch(operation);
    } catch (error) {
      // The batch was undone; what the batches before it did stays and can be fetched.
      const errorCode: BulkErrorCode =
        error instanceof JobFailure ? error.errorCode : 'INTERNAL_SERVER_ERROR';
      log(`Bulk operation ${operation.id}: ${error instanceof Error ? error.stack : error}`);
      this.#end(operation, { status: 'FAILED', errorCode });
      return true;
    }
  }

  #runBatch(operation: BulkOperation): boolean {
    const { database, now } = this.#options.shop;
    if (now() - operation.createdAt > limits[operation.type]) {
      this.#end(operation, { status: 'FAILED', errorCode: 'TIMEOUT' });
      return true;
    }
    const run = this.#runs.get(operation.id) ?? this.#start(operation);
    const allowance = run.pace.allowance(this.linesPerSecond);
    if (allowance <= 0) return false;
    database.transaction(() => {
      const { end, ...done } = doBatch(operation, run, allowance);
      run.pace.use(done.objects, this.linesPerSecond);
      recordProgress(database, operation.id, { position: run.job.position(), ...done });
      if (end === 'cancel') changeStatus(database, operation.id, 'CANCELING');
      else if (end) this.#end(operation, end);
    });
    return true;
  }

  #start(operation: BulkOperation): Run {
    const { shop, schema, executor, faults } = this.#options;
    const job =
      operation.type === 'QUERY'
        ? queryJob({ schema, executor }, operation)
        : mutationJob({ database: shop.database, executor, faults }, operation);
    const run = { job, pace: new Pace(shop.now), fault: faults.strikeBulk(namesOf(operation)) };
    this.#runs.set(operation.id, run);
    return run;
  }

  #end(operation: BulkOperation, end: BulkEnd): void {
    const { shop } = this.#options;
    shop.database.transaction(() => {
      endBulkOperation(shop, operation.id, end);
      writeDeliveries(shop, [['bulk_operations/finish', bulkFinishPayload(shop, operation, end)]]);
    });
    this.#runs.delete(operation.id);
  }
}

function doBatch(operation: BulkOperation, { job, fault }: Run, allowance: number): Batch {
  const deadline = performance.now() + batchMs;
  const struckAt = fault && fault.kind !== 'bulk-expire' ? strikesAfter(operation, fault) : null;
  const output: string[] = [];
  let objects = 0;
  let rootObjects = 0;
  let end: Batch['end'] = null;
  do {
    if (fault && struckAt !== null && operation.objects + objects >= struckAt) {
      end =
        fault.kind === 'bulk-cancel' ? 'cancel' : { status: 'FAILED', errorCode: fault.errorCode };
      break;
    }
    const step = job.next();
    if (!step) {
      end = { status: fault?.kind === 'bulk-expire' ? 'EXPIRED' : 'COMPLETED' };
      break;
    }
    output.push(step.output);
    objects += step.objects;
    rootObjects += step.rootObjects;
  } while (objects < allowance && performance.now() < deadline);
  return { output: output.join(''), objects, rootObjects, end };
}

/** Half of the lines unless the fault says when; a query's objects are not known beforehand. */
function strikesAfter({ lines }: BulkOperation, { afterLines }: FaultSettings): number {
  return afterLines ?? (lines === null ? 1 : Math.floor(lines / 2));
}

function namesOf({ document }: BulkOperation): readonly string[] {
  const parsed = parseDocument(document);
  const operation = parsed instanceof GraphQLError ? undefined : onlyOperation(parsed);
  return operation ? rootNames(operation) : [];
}
