import { setTimeout as sleep } from 'node:timers/promises';

/** How long a state may take to come before a test gives up: long, as a busy machine is no fault. */
export const patienceMs = 60_000;

/**
 * Waits for a state of the world: asks again until the answer is neither `null`, `undefined` nor
 * `false`.
 * @param what what is waited for, as told when it does not come
 */
export async function waitFor<Value>(
  what: string | (() => string),
  ask: () => Promise<Value | null | undefined | false>,
  forMs = patienceMs,
): Promise<Value> {
  const begun = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    const waited = performance.now() - begun;
    if (waited > forMs)
      throw new Error(
        `waited ${forMs} ms in vain for: ${typeof what === 'string' ? what : what()}`,
      );
    // What takes long to come is asked for less often: asking is work, too.
    await sleep(waited < 500 ? 20 : 50);
  }
}
