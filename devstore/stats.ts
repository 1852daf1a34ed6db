/** What the API was asked since the start or the last reset. */
export interface StatsView {
  readonly requests: number;
  readonly byOperation: Readonly<Record<string, number>>;
  readonly costUsed: number;
  readonly throttled: number;
  readonly errors: number;
  readonly since: string;
}

export class Stats {
  readonly #now: () => number;
  readonly #byOperation = new Map<string, number>();
  #requests = 0;
  #costUsed = 0;
  #throttled = 0;
  #errors = 0;
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

  reset(): void {
    this.#byOperation.clear();
    this.#requests = 0;
    this.#costUsed = 0;
    this.#throttled = 0;
    this.#errors = 0;
    this.#since = this.#now();
  }

  view(): StatsView {
    return {
      requests: this.#requests,
      byOperation: Object.fromEntries(this.#byOperation),
      costUsed: this.#costUsed,
      throttled: this.#throttled,
      errors: this.#errors,
      since: new Date(this.#since).toISOString(),
    };
  }
}

function answerPart(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (part && typeof part === 'object' ? Reflect.get(part, key) : undefined),
    value,
  );
}
