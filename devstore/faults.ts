/**
 * Faults on demand: rules that make the store fail the way a real one may. They are kept in memory
 * only, so that a restarted store is always well.
 */

/** Faults of an API request. `cut-after` acts and then cuts the connection without an answer. */
export const requestFaultKinds = [
  'throttle',
  'status',
  'hang',
  'slow',
  'cut-before',
  'cut-after',
  'invalid-token',
  'access-denied',
  'user-error',
] as const;

/** Faults of a webhook delivery. */
export const deliveryFaultKinds = ['duplicate', 'delay', 'reorder', 'drop'] as const;

export type RequestFaultKind = (typeof requestFaultKinds)[number];
export type DeliveryFaultKind = (typeof deliveryFaultKinds)[number];

export interface UserErrorBody {
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code: string | null;
}

/** What a rule says, complete with its defaults. */
export interface FaultSettings {
  readonly kind: RequestFaultKind | DeliveryFaultKind;
  readonly match: {
    /** The operation's name or the name of a field at its root; any when left out. */
    readonly operation?: string;
    /** The topic of a webhook; any when left out. */
    readonly topic?: string;
  };
  /** How often it strikes; null for as long as it stands. */
  readonly times: number | null;
  readonly probability: number;
  /** The same seed strikes the same requests. */
  readonly seed: number;
  readonly delayMs: number;
  readonly status: number;
  readonly error: UserErrorBody;
}

export interface FaultRule extends FaultSettings {
  readonly id: number;
  /** How often it struck. */
  readonly struck: number;
}

/** A fault inside the answer; `field` is the root field it is meant for, null for all of them. */
export interface FieldFault {
  readonly kind: 'access-denied' | 'user-error';
  readonly field: string | null;
  readonly error: UserErrorBody;
}

interface LiveRule {
  readonly id: number;
  readonly settings: FaultSettings;
  readonly random: () => number;
  struck: number;
}

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

  /** The fault that strikes this request, if any; the first rule that fits counts. */
  strikeRequest(names: readonly string[]): FaultSettings | undefined {
    return this.#strike(
      ({ kind, match: { operation } }) =>
        isOneOf(requestFaultKinds, kind) && (operation === undefined || names.includes(operation)),
    );
  }

  /** The fault that strikes this delivery, if any. */
  strikeDelivery(topic: string): FaultSettings | undefined {
    return this.#strike(
      ({ kind, match }) =>
        isOneOf(deliveryFaultKinds, kind) && (match.topic === undefined || match.topic === topic),
    );
  }

  #strike(fits: (settings: FaultSettings) => boolean): FaultSettings | undefined {
    for (const rule of this.#rules) {
      const { settings } = rule;
      const spent = settings.times !== null && rule.struck >= settings.times;
      if (spent || !fits(settings) || rule.random() >= settings.probability) continue;
      rule.struck += 1;
      return settings;
    }
    return undefined;
  }
}

function view({ id, settings, struck }: LiveRule): FaultRule {
  return { id, ...settings, struck };
}

function isOneOf(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind);
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
