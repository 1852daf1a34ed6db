/**
 * Faults on demand: rules that make the LMS fail the way a real one may, in the words of the
 * development store. They are kept in memory only, so that a restarted LMS is always well.
 */
import { randomFrom } from '../standin/random.ts';

/** `cut-after` acts and then cuts the connection without an answer. */
export const faultKinds = [
  'status',
  'exception',
  'invalid-token',
  'hang',
  'slow',
  'cut-before',
  'cut-after',
] as const;

/** What a rule says, complete with its defaults. */
export interface FaultSettings {
  readonly kind: (typeof faultKinds)[number];
  readonly match: {
    /** The name of a function of the web service; any when left out. */
    readonly operation?: string;
    /** What the arguments of a call must contain, as JSON: a fault of one record. */
    readonly text?: string;
  };
  /** How often it strikes; null for as long as it stands. */
  readonly times: number | null;
  readonly probability: number;
  /** The same seed strikes the same requests. */
  readonly seed: number;
  readonly delayMs: number;
  readonly status: number;
  readonly error: {
    readonly exception: string;
    readonly errorcode: string;
    readonly message: string;
  };
}

/** A rule as it stands. */
export interface FaultRule extends FaultSettings {
  readonly id: number;
  /** How often it struck. */
  readonly struck: number;
}

interface LiveRule {
  readonly id: number;
  readonly settings: FaultSettings;
  readonly random: () => number;
  struck: number;
}

/** The rules there are, and whom they strike. */
export class Faults {
  #rules: LiveRule[] = [];
  #lastId = 0;

  add(settings: FaultSettings): FaultRule {
    this.#lastId += 1;
    const rule = { id: this.#lastId, settings, random: randomFrom(settings.seed), struck: 0 };
    this.#rules.push(rule);
    return view(rule);
  }

  list(): FaultRule[] {
    return this.#rules.map(view);
  }

  clear(): void {
    this.#rules = [];
  }

  /** The fault that strikes this call, if any; the first rule that fits counts. */
  strike(operation: string, text: string): FaultSettings | undefined {
    for (const rule of this.#rules) {
      const { times, match, probability } = rule.settings;
      const spent = times !== null && rule.struck >= times;
      const fits =
        (match.operation === undefined || match.operation === operation) &&
        (match.text === undefined || text.includes(match.text));
      if (spent || !fits || rule.random() >= probability) continue;
      rule.struck += 1;
      return rule.settings;
    }
    return undefined;
  }
}

function view({ id, settings, struck }: LiveRule): FaultRule {
  return { id, ...settings, struck };
}
