import type { Logger } from 'pino';
import type { DestinationKey } from '../store/destinations.ts';

/** Wakes destinations after commits, without making anybody wait. */
export interface Waker {
  wake(key: DestinationKey): void;
  /** Waits for what is being sent and takes no more. */
  stop(): Promise<void>;
}

/**
 * At most one message a destination in this time, the first at once: a thousand commits are one reason
 * to look, and a drain that runs looks by itself.
 */
const spacingMs = 100;

/**
 * A wake-up is a hint, sent after the commit: one that is lost with its process is made up for by the
 * wake scan, a second later. So failures are logged and forgotten.
 * @param send sends the message; resolves also where one is waiting already
 */
export function createWaker(send: (key: DestinationKey) => Promise<void>, log: Logger): Waker {
  const sending = new Map<string, { again: boolean; done: Promise<void> }>();
  let stopped = false;

  const deliver = async (key: DestinationKey, state: { again: boolean }): Promise<void> => {
    do {
      state.again = false;
      await send(key).catch((error: unknown) =>
        log.warn({ ...key, err: error }, 'a wake-up was not sent'),
      );
      await new Promise((resolve) => setTimeout(resolve, spacingMs));
    } while (state.again && !stopped);
  };

  return {
    wake(key) {
      if (stopped) return;
      const name = `${key.tenantId}/${key.destinationId}`;
      const current = sending.get(name);
      if (current !== undefined) {
        current.again = true;
        return;
      }
      const state = { again: false, done: Promise.resolve() };
      sending.set(name, state);
      state.done = deliver(key, state).finally(() => sending.delete(name));
    },
    async stop() {
      stopped = true;
      await Promise.all([...sending.values()].map(({ done }) => done));
    },
  };
}
