/** The admin API, as the pages use it. */

/** What is wrong with one field of what was sent. */
export interface Fault {
  readonly field: string;
  readonly detail: string;
}

/** A request that failed; its message is a sentence for the person at the page. */
export class ApiError extends Error {
  /** `null` when there was no answer. */
  readonly status: number | null;
  readonly faults: readonly Fault[];
  /** What confirms a change that would touch many, to be sent along the next time. */
  readonly confirm: string | null;
  /** The problem as it was sent, for what kinds of it say beside. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    status: number | null,
    faults: readonly Fault[] = [],
    problem: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.status = status;
    this.faults = faults;
    this.confirm = typeof problem.confirm === 'string' ? problem.confirm : null;
    this.problem = problem;
  }
}

/** How a request is made. */
export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** An answer that takes longer than this is none; what goes through everybody takes longer than most. */
  readonly patienceMs?: number;
}

const usualPatienceMs = 15_000;

/** For what is asked of somebody else meanwhile: an LMS, a shop. */
export const longPatienceMs = 30_000;

/**
 * Sends a request to a path below `/api` and reads its answer, whose shape the caller knows.
 * Embedded, App Bridge adds the ID token to `fetch`.
 * @throws `ApiError`
 */
export function ask<Answer>(path: string, asking?: Asking): Promise<Answer> {
  return askAt('/api', path, asking);
}

/**
 * The same of another API of ours.
 * @throws `ApiError`
 */
export async function askAt<Answer>(
  base: string,
  path: string,
  asking: Asking = {},
): Promise<Answer> {
  const response = await answerTo(base + path, asking);
  const json = await response.json().catch(() => null);
  if (response.ok) return json as Answer;
  throw new ApiError(
    json?.detail ?? `Rollcall answered with ${response.status}.`,
    response.status,
    json?.errors,
    json ?? {},
  );
}

async function answerTo(
  path: string,
  { method = 'GET', body, signal, patienceMs = usualPatienceMs }: Asking,
): Promise<Response> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await fetch(path, {
      method,
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError('Rollcall cannot be reached. Is it running?', null);
  }
}

/** What went wrong, in a sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
