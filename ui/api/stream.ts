/** Answers that are told as they come, line by line. Embedded, App Bridge adds the ID token to `fetch`. */
import { ApiError } from './client.ts';

/**
 * Sends a request to a path below `/api` and gives each line of its answer as it comes, but for empty ones.
 * @throws `ApiError`, also for what fails in the middle
 */
export async function* linesAt(path: string, init: RequestInit): AsyncGenerator<string> {
  const response = await fetch(`/api${path}`, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new ApiError('Rollcall cannot be reached. Is it running?', null);
  });
  if (!response.ok || response.body === null) {
    const problem = await response.json().catch(() => null);
    const words = problem?.detail ?? `Rollcall answered with ${response.status}.`;
    throw new ApiError(words, response.status, problem?.errors);
  }
  yield* textLines(response.body);
}

/**
 * Posts to a path below `/api` and gives each line of JSON of its answer as it comes.
 * @throws `ApiError`, also for what fails in the middle
 */
export async function* linesOf<Line>(
  path: string,
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  const lines = linesAt(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  for await (const line of lines) {
    const event = JSON.parse(line);
    if (event.type === 'error') throw new ApiError(event.detail, null);
    yield event as Line;
  }
}

async function* textLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader();
  let begun = '';
  try {
    for (;;) {
      const { done, value } = (await reader.read()) as ReadableStreamReadResult<string>;
      if (done) break;
      const lines = `${begun}${value}`.split('\n');
      begun = lines.pop() ?? '';
      yield* lines.filter((line) => line !== '');
    }
    if (begun !== '') yield begun;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
