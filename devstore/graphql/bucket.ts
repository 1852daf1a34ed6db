/** The leaky bucket an app spends its points from, on a clock it is given. */
import type { Plan } from '../plans.ts';

export interface ThrottleStatus {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  readonly restoreRate: number;
}

export class Bucket {
  readonly #now: () => number;
  #plan: Plan;
  #available: number;
  #at: number;

  constructor(plan: Plan, now: () => number) {
    this.#now = now;
    this.#plan = plan;
    this.#available = plan.maximum;
    this.#at = now();
  }

  /** Takes the points if they are there; says whether they were. */
  take(points: number): boolean {
    this.#restore();
    if (this.#available < points) return false;
    this.#available -= points;
    return true;
  }

  /** Puts back what was taken but not used. */
  giveBack(points: number): void {
    this.#available = Math.min(this.#plan.maximum, this.#available + points);
  }

  /** Another plan starts with a full bucket. */
  changePlan(plan: Plan): void {
    this.#plan = plan;
    this.#available = plan.maximum;
    this.#at = this.#now();
  }

  status(): ThrottleStatus {
    this.#restore();
    return {
      maximumAvailable: this.#plan.maximum,
      currentlyAvailable: Math.floor(this.#available),
      restoreRate: this.#plan.restoreRate,
    };
  }

  #restore(): void {
    const now = this.#now();
    const restored = (Math.max(0, now - this.#at) / 1000) * this.#plan.restoreRate;
    this.#available = Math.min(this.#plan.maximum, this.#available + restored);
    this.#at = now;
  }
}
