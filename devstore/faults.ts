/** Faults on demand: rules that make the store fail the way a real one may. */
import { FaultRules, type Striking } from '../standin/faults.ts';
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
export interface FaultSettings extends Striking {
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
  readonly delayMs: number;
  readonly status: number;
  readonly error: UserErrorBody;
  /** How many lines a bulk operation comes to before it is struck; null for half of them. */
  readonly afterLines: number | null;
  readonly errorCode: BulkErrorCode;
}

/** A fault inside the answer; `field` is the root field it is meant for, null for all of them. */
export interface FieldFault {
  readonly kind: 'access-denied' | 'user-error';
  readonly field: string | null;
  readonly error: UserErrorBody;
}

/** The rules of a store, and what they strike. */
export class Faults extends FaultRules<FaultSettings> {
  /** The fault that strikes this request, if any; the first rule that fits counts. */
  strikeRequest(names: readonly string[], variables: object = {}): FaultSettings | undefined {
    return this.strikeWhere(
      ({ kind, match: { operation, transfer, text } }) =>
        isOneOf(requestFaultKinds, kind) &&
        transfer === undefined &&
        (text === undefined || JSON.stringify(variables).includes(text)) &&
        (operation === undefined || names.includes(operation)),
    );
  }

  /** The fault that strikes this upload or download, if any. */
  strikeTransfer(transfer: Transfer): FaultSettings | undefined {
    return this.strikeWhere(
      ({ kind, match }) => isOneOf(requestFaultKinds, kind) && match.transfer === transfer,
    );
  }

  /** What is to become of this bulk operation, if anything but its end. */
  strikeBulk(names: readonly string[]): FaultSettings | undefined {
    return this.strikeWhere(
      ({ kind, match: { operation } }) =>
        isOneOf(bulkFaultKinds, kind) &&
        kind !== 'bulk-line-error' &&
        (operation === undefined || names.includes(operation)),
    );
  }

  /** The fault that strikes a line of a bulk mutation, if any. */
  strikeLine(names: readonly string[]): FaultSettings | undefined {
    return this.strikeWhere(
      ({ kind, match: { operation } }) =>
        kind === 'bulk-line-error' && (operation === undefined || names.includes(operation)),
    );
  }

  /** The fault that strikes this delivery, if any. */
  strikeDelivery(topic: string): FaultSettings | undefined {
    return this.strikeWhere(
      ({ kind, match }) =>
        isOneOf(deliveryFaultKinds, kind) && (match.topic === undefined || match.topic === topic),
    );
  }
}

function isOneOf(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind);
}
