import type { Transfer } from './faults.ts';

/** What the API was asked since the start or the last reset. */
export interface StatsView {
  readonly requests: number;
  readonly byOperation: Readonly<Record<string, number>>;
  readonly costUsed: number;
  readonly throttled: number;
  readonly errors: number;
  /** Files of bulk operations; they are no requests of the API. */
  readonly uploads: TransferView;
  readonly downloads: TransferView;
  readonly since: string;
}

export interface TransferView {
  readonly count: number;
  readonly bytes: number;
}

export class Stats {
  readonly #now: () => number;
  readonly #byOperation = new Map<string, number>();
  #requests = 0;
  #costUsed = 0;
  #throttled = 0;
  #errors = 0;
  #transfers: Record<Transfer, TransferView> = noTransfers;
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  countRequest(operation: string): void {
    this.#requests += 1;
    this.#byOperation.set(operation, (this.#byOperation.get(operation) ?? 0) + 1);
  }

  /** Reads the outcome off the answer that is about to be sent. */
  countAnswer(answer: object): void {
    this.#costUsed += Number(answerPart(answer, 'extensions', 'cost', 'actualQueryCost') ?? 0);
    const errors = answerPart(answer, 'errors');
    if (!Array.isArray(errors)) return;
    const throttled = errors.some(
      (error) => answerPart(error, 'extensions', 'code') === 'THROTTLED',
    );
    if (throttled) this.#throttled += 1;
    else this.#errors += 1;
  }

  /** A request that ended without an answer of GraphQL: a status, a cut connection. */
  countFailure(): void {
    this.#errors += 1;
  }

  /** A file that went to or fro whole. */
  countTransfer(transfer: Transfer, size: number): void {
    const { count, bytes } = this.#transfers[transfer];
    this.#transfers = {
      ...this.#transfers,
      [transfer]: { count: count + 1, bytes: bytes + size },
    };
  }

  reset(): void {
    this.#byOperation.clear();
    this.#requests = 0;
    this.#costUsed = 0;
    this.#throttled = 0;
    this.#errors = 0;
    this.#transfers = noTransfers;
    this.#since = this.#now();
  }

  view(): StatsView {
    return {
      requests: this.#requests,
      byOperation: Object.fromEntries(this.#byOperation),
      costUsed: this.#costUsed,
      throttled: this.#throttled,
      errors: this.#errors,
      uploads: this.#transfers.upload,
      downloads: this.#transfers.download,
      since: new Date(this.#since).toISOString(),
    };
  }
}

const noTransfers: Record<Transfer, TransferView> = {
  upload: { count: 0, bytes: 0 },
  download: { count: 0, bytes: 0 },
};

function answerPart(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (part && typeof part === 'object' ? Reflect.get(part, key) : undefined),
    value,
  );
}
