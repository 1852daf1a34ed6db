import type { Logger } from 'pino';

const everyMs = 1_000;

/**
 * Runs a task at once and every second, never twice at once; `now` runs it out of turn, or once more where
 * it runs already. One that fails is logged and runs again.
 */
export function everySecond(
  task: () => Promise<void>,
  log: Logger,
): { now(): void; stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  const tick = () => {
    running ??= task()
      .catch((error: unknown) =>
        log.error({ err: error }, 'a scan failed; it runs again in a second'),
      )
      .finally(() => {
        running = null;
        if (again && !stopped) tick();
        again = false;
      });
  };
  tick();
  const timer = setInterval(tick, everyMs);
  return {
    now() {
      if (running === null && !stopped) tick();
      else again = true;
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
