/** A SCIM server as its clients reach it. */
export interface Target {
  readonly origin: string;
  /** The path of its base URL, without a slash at its end. */
  readonly basePath: string;
  readonly authorization: string;
}

/** What is asked, over and over. */
export const operations = ['get', 'find', 'patch', 'post'] as const;
export type Operation = (typeof operations)[number];

/** How a person reads an operation. */
export const operationNames = {
  get: 'GET /Users/{id}',
  find: 'GET /Users?filter=userName eq "…"',
  patch: 'PATCH active (a change each)',
  post: 'POST /Users',
} as const satisfies Record<Operation, string>;

/** Somebody who is on the roll already. */
export interface Known {
  readonly id: string;
  readonly userName: string;
}

/** One measurement. */
export interface LoadJob {
  readonly target: Target;
  readonly operation: Operation;
  readonly connections: number;
  readonly seconds: number;
  /** Whom to read and change. */
  readonly people: readonly Known[];
  /** Begins the names of the people that are created: never used before at this target. */
  readonly serial: string;
}

/** What came of it. */
export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Begin and end on the monotonic clock all processes of a machine share, in microseconds. */
  readonly window: readonly [number, number];
  /** Answers that were wrong, the first few; a measurement with any is worth nothing. */
  readonly wrong: readonly string[];
}
