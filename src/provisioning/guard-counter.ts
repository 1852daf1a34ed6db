/**
 * Counts leaves of one kind while a destination is drained: read now and then, counted along in
 * between, so that lanes that work at once do not let through more than is usual.
 */
import type { LeaveRows } from '../store/guard.ts';
import { exceeds, type GuardPolicy, type LeaveCounts } from './guard.ts';

/** Where the numbers come from. */
export interface LeavesRead {
  /** The leaves but for those of these links. */
  readonly leaves: (except: readonly string[]) => Promise<LeaveRows>;
  /** How many there were when the window began. */
  readonly accounts: () => Promise<number>;
  readonly now: () => number;
}

/** How old the numbers may be. */
const freshMs = 250;

/** Reading may take this share of the time. */
const readingShare = 0.1;

/** The numbers of one kind of leave. A class because it has a lifetime: one slice. */
export class LeaveCounter {
  readonly #read: LeavesRead;
  readonly #policy: GuardPolicy;
  /** Let through, and not written down yet. */
  readonly #beginning = new Set<string>();
  #left = 0;
  #pending = 0;
  #freshUntil = Number.NEGATIVE_INFINITY;
  #outdated = 0;
  #reading: Promise<void> | null = null;
  #accounts: number | null = null;

  constructor(read: LeavesRead, policy: GuardPolicy) {
    this.#read = read;
    this.#policy = policy;
  }

  /**
   * Lets a link leave, or tells the numbers that are against it. One that is let through counts from
   * here on; `begun` is to be called when that is written down.
   */
  async admit(linkId: string): Promise<'go' | LeaveCounts> {
    while (!this.#ready()) await this.#prepare();
    // From here to the end nothing is awaited: lanes that ask at once are judged one after the other.
    const against = this.#against();
    if (against !== null) return against;
    this.#left += 1;
    this.#pending = Math.max(0, this.#pending - 1);
    this.#beginning.add(linkId);
    return 'go';
  }

  /** The numbers that are against one more leave; `null` where it may go. */
  async against(): Promise<LeaveCounts | null> {
    while (!this.#ready()) await this.#prepare();
    return this.#against();
  }

  /** It is written down that a link leaves. */
  begun(linkId: string): void {
    this.#beginning.delete(linkId);
  }

  /** What was read is out of date: it is read again before anybody is judged. */
  outdate(): void {
    this.#freshUntil = Number.NEGATIVE_INFINITY;
    this.#outdated += 1;
  }

  #against(): LeaveCounts | null {
    const counts = { ...this.#numbers(), accounts: this.#accounts ?? 0 };
    return exceeds(counts, this.#policy) ? counts : null;
  }

  /** The one who asks is pending, whether it was read or not. */
  #numbers(): Omit<LeaveCounts, 'accounts'> {
    return { left: this.#left, pending: Math.max(1, this.#pending) };
  }

  /** Nobody is judged while the numbers are read: who is let through would be counted twice. */
  #ready(): boolean {
    const fresh = this.#reading === null && this.#read.now() < this.#freshUntil;
    return fresh && (this.#accounts !== null || !this.#beyondFloor());
  }

  /** Nearly always the floor decides, and nobody has to count the accounts. */
  #beyondFloor(): boolean {
    return exceeds({ ...this.#numbers(), accounts: 0 }, this.#policy);
  }

  async #prepare(): Promise<void> {
    this.#reading ??= this.#readNumbers().finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  async #readNumbers(): Promise<void> {
    const except = [...this.#beginning];
    const begun = this.#read.now();
    const outdated = this.#outdated;
    const { left, waiting, held } = await this.#read.leaves(except);
    this.#left = left + except.length;
    this.#pending = waiting + held;
    // Never an older number: while a store fills, it would make every share too large.
    this.#accounts = this.#beyondFloor() ? await this.#read.accounts() : null;
    const ended = this.#read.now();
    if (outdated === this.#outdated)
      this.#freshUntil = ended + Math.max(freshMs, (ended - begun) / readingShare);
  }
}
