/**
 * Faults on demand: rules that make the LMS fail the way a real one may, in the words of the
 * development store.
 */
import { FaultRules, type Striking } from '../standin/faults.ts';

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
export interface FaultSettings extends Striking {
  readonly kind: (typeof faultKinds)[number];
  readonly match: {
    /** The name of a function of the web service; any when left out. */
    readonly operation?: string;
    /** What the arguments of a call must contain, as JSON: a fault of one record. */
    readonly text?: string;
  };
  readonly delayMs: number;
  readonly status: number;
  readonly error: {
    readonly exception: string;
    readonly errorcode: string;
    readonly message: string;
  };
}

/** The rules of an LMS, and which calls they strike. */
export class Faults extends FaultRules<FaultSettings> {
  /** The fault that strikes this call, if any. */
  strike(operation: string, text: string): FaultSettings | undefined {
    return this.strikeWhere(
      ({ match }) =>
        (match.operation === undefined || match.operation === operation) &&
        (match.text === undefined || text.includes(match.text)),
    );
  }
}
