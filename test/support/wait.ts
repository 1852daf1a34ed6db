import { setTimeout as sleep } from 'node:timers/promises';

/** How long a state may take to come before a test gives up: long, as a busy machine is no fault. */
export const patienceMs = 60_000;

/**
 * Waits for a state of the world: asks again until the answer is neither `null`, `undefined` nor
 * `false`.
 */
export async function waitFor<Value>(
  what: string,
  ask: () => Promise<Value | null | undefined | false>,
  forMs = patienceMs,
): Promise<Value> {
  const deadline = performance.now() + forMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${forMs} ms in vain for: ${what}`);
    await sleep(20);
  }
}
