/** The admin API, as the pages use it. */

/** A request that failed; its message is a sentence for the person at the page. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number | null} status `null` when there was no answer
   * @param {readonly { field: string, detail: string }[]} [faults] what is wrong with single fields
   */
  constructor(message, status, faults = []) {
    super(message);
    this.status = status;
    this.faults = faults;
  }
}

/** An answer that takes longer than this is none. */
const patienceMs = 15_000;

/**
 * Sends a request and reads its answer.
 * @param {string} method
 * @param {string} path below `/api`
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function api(method, path, body) {
  const response = await answer(method, path, body);
  const json = await response.json().catch(() => null);
  if (response.ok) return json;
  throw new ApiError(
    json?.detail ?? `Rollcall answered with ${response.status}.`,
    response.status,
    json?.errors,
  );
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} body
 */
async function answer(method, path, body) {
  try {
    return await fetch(`/api${path}`, {
      method,
      signal: AbortSignal.timeout(patienceMs),
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError('Rollcall cannot be reached. Is it running?', null);
  }
}

/**
 * What went wrong, in a sentence.
 * @param {unknown} error
 */
export function sentenceOf(error) {
  return error instanceof Error ? error.message : String(error);
}
