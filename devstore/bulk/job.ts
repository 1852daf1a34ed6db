/** What a bulk operation does, a step at a time. */
import type { BulkErrorCode } from '../shop/bulk-operations.ts';

/** What a step did: a line of variables, or a page of a query. */
export interface JobStep {
  /** Lines of the result, each with its `\n`. */
  readonly output: string;
  readonly objects: number;
  readonly rootObjects: number;
}

export interface BulkJob {
  /** Does the next step, or says that there is none left. */
  readonly next: () => JobStep | undefined;
  /** Where another job of the same operation goes on after the steps taken. */
  readonly position: () => string;
}

/** A step that ends the whole operation. */
export class JobFailure extends Error {
  readonly errorCode: BulkErrorCode;

  constructor(message: string, errorCode: BulkErrorCode) {
    super(message);
    this.errorCode = errorCode;
  }
}
