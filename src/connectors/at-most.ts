/** So many requests at once to a service that is asked for more people than that. */
import type { Call } from '../provisioning/connector.ts';

/** Does some work when its turn comes. */
export type AtMost = <Result>(
  call: Pick<Call, 'urgent' | 'signal'>,
  work: () => Promise<Result>,
) => Promise<Result>;

/** Lets so many work at once; of those that wait, urgent ones come first. */
export function atMost(limit: number): AtMost {
  const urgent: (() => void)[] = [];
  const ordinary: (() => void)[] = [];
  let underWay = 0;

  const turn = ({ urgent: hurries, signal }: Pick<Call, 'urgent' | 'signal'>) =>
    new Promise<void>((resolve, reject) => {
      const queue = hurries ? urgent : ordinary;
      const begin = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        queue.splice(queue.indexOf(begin), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      queue.push(begin);
    });

  return async (call, work) => {
    call.signal.throwIfAborted();
    if (underWay < limit) underWay += 1;
    else await turn(call);
    try {
      return await work();
    } finally {
      // Whoever waits takes the place over.
      const next = urgent.shift() ?? ordinary.shift();
      if (next === undefined) underWay -= 1;
      else next();
    }
  };
}
