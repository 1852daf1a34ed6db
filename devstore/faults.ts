/**
 * Faults on demand: rules that make the store fail the way a real one may. They are kept in memory
 * only, so that a restarted store is always well.
 */
import { randomFrom } from '../standin/random.ts';
import type { BulkErrorCode } from './shop/bulk-operations.ts';

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

/** Faults of a bulk operation; the last of them is one of its lines. */
export const bulkFaultKinds = [
  'bulk-fail',
  'bulk-cancel',
  'bulk-expire',
  'bulk-line-error',
] as const;

/** What goes to and fro beside the API: the files of bulk operations. */
export const transfers = ['upload', 'download'] as const;

export type Transfer = (typeof transfers)[number];
export type BulkFaultKind = (typeof bulkFaultKinds)[number];
export type RequestFaultKind = (typeof requestFaultKinds)[number];
export type DeliveryFaultKind = (typeof deliveryFaultKinds)[number];

export interface UserErrorBody {
  readonly field: readonly string[] | null;
  readonly message: string;
  readonly code: string | null;
}

/** What a rule says, complete with its defaults. */
export interface FaultSettings {
  readonly kind: RequestFaultKind | DeliveryFaultKind | BulkFaultKind;
  readonly match: {
    /** The operation's name or the name of a field at its root; any when left out. */
    readonly operation?: string;
    /** What the variables of a request must contain, as JSON: a fault of one record. */
    readonly text?: string;
    /** The topic of a webhook; any when left out. */
    readonly topic?: string;
    /** Strikes uploads or downloads instead of requests of the API. */
    readonly transfer?: Transfer;
  };
  /** How often it strikes; null for as long as it stands. */
  readonly times: number | null;
  readonly probability: number;
  /** The same seed strikes the same requests. */
  readonly seed: number;
  readonly delayMs: number;
  readonly status: number;
  readonly error: UserErrorBody;
  /** How many lines a bulk operation comes to before it is struck; null for half of them. */
  readonly afterLines: number | null;
  readonly errorCode: BulkErrorCode;
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
  strikeRequest(names: readonly string[], variables: object = {}): FaultSettings | undefined {
    return this.#strike(
      ({ kind, match: { operation, transfer, text } }) =>
        isOneOf(requestFaultKinds, kind) &&
        transfer === undefined &&
        (text === undefined || JSON.stringify(variables).includes(text)) &&
        (operation === undefined || names.includes(operation)),
    );
  }

  /** The fault that strikes this upload or download, if any. */
  strikeTransfer(transfer: Transfer): FaultSettings | undefined {
    return this.#strike(
      ({ kind, match }) => isOneOf(requestFaultKinds, kind) && match.transfer === transfer,
    );
  }

  /** What is to become of this bulk operation, if anything but its end. */
  strikeBulk(names: readonly string[]): FaultSettings | undefined {
    return this.#strike(
      ({ kind, match: { operation } }) =>
        isOneOf(bulkFaultKinds, kind) &&
        kind !== 'bulk-line-error' &&
        (operation === undefined || names.includes(operation)),
    );
  }

  /** The fault that strikes a line of a bulk mutation, if any. */
  strikeLine(names: readonly string[]): FaultSettings | undefined {
    return this.#strike(
      ({ kind, match: { operation } }) =>
        kind === 'bulk-line-error' && (operation === undefined || names.includes(operation)),
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
