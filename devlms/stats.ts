/** What the web service was asked since the start or the last reset. */
export interface StatsView {
  readonly requests: number;
  readonly byFunction: Readonly<Record<string, number>>;
  readonly inFlight: number;
  readonly mostInFlight: number;
  /** Calls that were answered with an exception. */
  readonly exceptions: number;
  /** Calls that ended without an answer of the web service: a status, a cut connection. */
  readonly failures: number;
  readonly since: string;
}

/** Counts, from the first byte of a request to the end of its answer. */
export class Stats {
  readonly #now: () => number;
  readonly #byFunction = new Map<string, number>();
  #requests = 0;
  #inFlight = 0;
  #mostInFlight = 0;
  #exceptions = 0;
  #failures = 0;
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** Counts a request until `end` is called for it. */
  begin(): void {
    this.#requests += 1;
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
  }

  end(): void {
    this.#inFlight -= 1;
  }

  countFunction(name: string): void {
    this.#byFunction.set(name, (this.#byFunction.get(name) ?? 0) + 1);
  }

  countException(): void {
    this.#exceptions += 1;
  }

  countFailure(): void {
    this.#failures += 1;
  }

  reset(): void {
    this.#byFunction.clear();
    this.#requests = 0;
    this.#mostInFlight = this.#inFlight;
    this.#exceptions = 0;
    this.#failures = 0;
    this.#since = this.#now();
  }

  view(): StatsView {
    return {
      requests: this.#requests,
      byFunction: Object.fromEntries(this.#byFunction),
      inFlight: this.#inFlight,
      mostInFlight: this.#mostInFlight,
      exceptions: this.#exceptions,
      failures: this.#failures,
      since: new Date(this.#since).toISOString(),
    };
  }
}
