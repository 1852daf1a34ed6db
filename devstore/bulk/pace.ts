/** How fast an operation may go, on a clock it is given. */
export class Pace {
  readonly #now: () => number;
  /** The moment up to which everything allowed is used. */
  #usedUntil: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#usedUntil = now();
  }

  /** How many lines may be done now; what was not used for a second is lost. */
  allowance(linesPerSecond: number | null): number {
    if (linesPerSecond === null) {
      this.#usedUntil = this.#now();
      return Number.POSITIVE_INFINITY;
    }
    this.#usedUntil = Math.max(this.#usedUntil, this.#now() - 1000);
    return Math.floor(((this.#now() - this.#usedUntil) * linesPerSecond) / 1000);
  }

  /** Counts lines as done. */
  use(lines: number, linesPerSecond: number | null): void {
    if (linesPerSecond) this.#usedUntil += (lines * 1000) / linesPerSecond;
  }
}
